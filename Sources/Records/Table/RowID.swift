public import Time

/// A row's uuid, in lower case. Made by the client before the row is written, so that a repeated delivery is recognised.
public struct RowID: Hashable, Comparable, Sendable, CustomStringConvertible {
    public let text: String

    /// `nil` unless the text is 8-4-4-4-12 hexadecimal digits, in any case.
    public init?(_ text: String) {
        // Ids are read once for every row, and stores hand them out in lower case: those are taken as they are.
        var isLower = true
        var position = 0
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "-"): guard RowID.isDash(position) else { return nil }
            case 48...57, 97...102: guard !RowID.isDash(position) else { return nil }
            case 65...70:
                guard !RowID.isDash(position) else { return nil }
                isLower = false
            default: return nil
            }
            position += 1
        }
        guard position == 36 else { return nil }
        self.text = isLower ? text : text.lowercased()
    }

    /// Where the groups of 8-4-4-4-12 digits are parted.
    private static func isDash(_ position: Int) -> Bool {
        position == 8 || position == 13 || position == 18 || position == 23
    }

    /// A random id (version 4) from the given source; the sample business passes a seeded one.
    public init(using random: inout some RandomNumberGenerator) {
        let high = random.next() & 0xFFFF_FFFF_FFFF_0FFF | 0x4000
        self.init(high: high, low: random.next() & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000)
    }

    private init(high: UInt64, low: UInt64) {
        text = String(unsafeUninitializedCapacity: 36) { text in
            var position = 0
            for index in 0..<32 {
                if RowID.isDash(position) {
                    text[position] = UInt8(ascii: "-")
                    position += 1
                }
                let digit = UInt8(truncatingIfNeeded: (index < 16 ? high : low) >> UInt64(60 - 4 * (index % 16))) & 0xF
                text[position] = digit < 10 ? 48 + digit : 87 + digit
                position += 1
            }
            return 36
        }
    }

    /// An id that sorts by its instant (version 7, RFC 9562, fractions of a millisecond by its method 3): rows that are
    /// written one after the other stand side by side in their index. 62 bits are random.
    public init(orderedAt instant: Instant) {
        var random = SystemRandomNumberGenerator()
        let (milliseconds, rest) = UInt64(max(0, instant.microseconds)).quotientAndRemainder(dividingBy: 1_000)
        let high = (milliseconds & 0xFFFF_FFFF_FFFF) << 16 | 0x7000 | (rest << 12) / 1_000
        self.init(high: high, low: random.next() & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000)
    }

    /// A fresh random id.
    public static func random() -> RowID {
        var random = SystemRandomNumberGenerator()
        return RowID(using: &random)
    }

    public var description: String { text }

    public static func < (a: RowID, b: RowID) -> Bool { a.text < b.text }
}

extension RowID: PlainValue {
    public static var columnType: ColumnType { .uuid }
    public init?(_ cell: Cell) {
        guard case .text(let text) = cell else { return nil }
        self.init(text)
    }
    public var cell: Cell { .text(text) }
}
