/// A text of at most 31 bytes in UTF-8, as names of schedules are, without an allocation; longer ones are kept too.
///
/// `String` does so up to 15 bytes. A longer name takes 80 bytes around and besides it, a third of its schedule, and there
/// may be ten thousand. The price is paid by the reader: each time it is asked for, a longer text is made anew.
enum ShortText: Hashable, Sendable {
    /// Filled up with zeros, which no such text ends with.
    case inline(UInt64, UInt64, UInt64, UInt32, UInt16, UInt8)
    case long(String)

    static let capacity = 31

    init(_ text: String) {
        let bytes = text.utf8
        guard bytes.count <= ShortText.capacity, bytes.last != 0 else {
            self = .long(text)
            return
        }
        var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
        withUnsafeMutableBytes(of: &words) { $0.copyBytes(from: bytes) }
        let (first, second, third, last) = words
        let rest = UInt64(littleEndian: last)
        self = .inline(
            first, second, third, UInt32(truncatingIfNeeded: rest), UInt16(truncatingIfNeeded: rest >> 32),
            UInt8(truncatingIfNeeded: rest >> 48))
    }

    var text: String {
        switch self {
        case .long(let text): return text
        case .inline(let first, let second, let third, let low, let middle, let high):
            let last = UInt64(low) | UInt64(middle) << 32 | UInt64(high) << 48
            return withUnsafeBytes(of: (first, second, third, last.littleEndian)) { bytes in
                let count = (bytes.lastIndex { $0 != 0 } ?? -1) + 1
                return String(decoding: bytes[..<count], as: UTF8.self)
            }
        }
    }
}
