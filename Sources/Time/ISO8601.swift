/// ISO 8601 instants as people, PostgreSQL and PostgREST write them.
extension Instant {
    /// Reads `2026-03-01T12:00:00Z`, with 0–9 fraction digits (beyond microseconds cut off), `T`, `t` or a space between,
    /// seconds optional, and a zone that is `Z` or an offset (`+01`, `+0100`, `+01:00`).
    ///
    /// A bare date is that day's midnight in UTC. A date-time without a zone is refused (`nil`): it does not name an instant.
    public init?(iso8601 text: some StringProtocol) {
        var text = String(text)
        guard let instant = text.withUTF8({ Instant(iso8601: $0) }) else { return nil }
        self = instant
    }

    /// ``init(iso8601:)`` on the bytes of a text, for reading many rows.
    public init?(iso8601 bytes: UnsafeBufferPointer<UInt8>) {
        var scanner = Scanner(bytes: bytes)
        guard let date = scanner.date() else { return nil }
        let midnight = Int64(date.daysSinceEpoch) * 86_400
        if scanner.isAtEnd {
            self.init(seconds: midnight)
            return
        }
        guard scanner.take(anyOf: [UInt8(ascii: "T"), UInt8(ascii: "t"), UInt8(ascii: " ")]),
            let time = scanner.timeOfDay(), let offset = scanner.offset(), scanner.isAtEnd
        else { return nil }
        self.init(microseconds: (midnight + time.seconds - offset) * 1_000_000 + time.microseconds)
    }

    /// The instant as `2026-03-01T12:00:00Z`: whole seconds, rounded towards the past.
    public var iso8601: String { formatted(fractionDigits: 0) }

    /// The instant as `2026-03-01T12:00:00.123456Z`: always six digits, so that texts sort as their instants do.
    public var iso8601Precise: String { formatted(fractionDigits: 6) }

    private func formatted(fractionDigits: Int) -> String {
        let days = seconds.floorDivided(by: 86_400)
        let date = CivilDate(daysSinceEpoch: Int(days))
        let second = Int(seconds - days * 86_400)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(27)
        func append(_ number: Int, width: Int) {
            var divisor = 1
            for _ in 1..<width { divisor *= 10 }
            while divisor > 0 {
                bytes.append(UInt8(48 + number / divisor % 10))
                divisor /= 10
            }
        }
        append(date.year, width: 4)
        bytes.append(UInt8(ascii: "-"))
        append(date.month, width: 2)
        bytes.append(UInt8(ascii: "-"))
        append(date.day, width: 2)
        bytes.append(UInt8(ascii: "T"))
        append(second / 3_600, width: 2)
        bytes.append(UInt8(ascii: ":"))
        append(second / 60 % 60, width: 2)
        bytes.append(UInt8(ascii: ":"))
        append(second % 60, width: 2)
        if fractionDigits > 0 {
            bytes.append(UInt8(ascii: "."))
            append(Int(microseconds.floorModulo(1_000_000)), width: fractionDigits)
        }
        bytes.append(UInt8(ascii: "Z"))
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension Instant: CustomStringConvertible {
    public var description: String { iso8601 }
}

/// Reads the pieces of an ISO 8601 text from left to right; every piece is checked against its range.
private struct Scanner {
    /// Valid as long as the call that made the scanner.
    let bytes: UnsafeBufferPointer<UInt8>
    private var position = 0

    init(bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    var isAtEnd: Bool { position == bytes.count }

    mutating func take(anyOf wanted: [UInt8]) -> Bool {
        guard position < bytes.count, wanted.contains(bytes[position]) else { return false }
        position += 1
        return true
    }

    mutating func number(digits: Int, in range: ClosedRange<Int>) -> Int? {
        guard position + digits <= bytes.count else { return nil }
        var value = 0
        for byte in bytes[position..<position + digits] {
            guard (48...57).contains(byte) else { return nil }
            value = value * 10 + Int(byte - 48)
        }
        guard range.contains(value) else { return nil }
        position += digits
        return value
    }

    mutating func date() -> CivilDate? {
        guard let year = number(digits: 4, in: 1...9999), take(anyOf: [UInt8(ascii: "-")]),
            let month = number(digits: 2, in: 1...12), take(anyOf: [UInt8(ascii: "-")]),
            let day = number(digits: 2, in: 1...CivilDate.days(inMonth: month, of: year))
        else { return nil }
        return CivilDate(year: year, month: month, day: day)
    }

    /// Seconds into the day and microseconds into the second. `24:00` and leap seconds are refused.
    mutating func timeOfDay() -> (seconds: Int64, microseconds: Int64)? {
        guard let hour = number(digits: 2, in: 0...23), take(anyOf: [UInt8(ascii: ":")]),
            let minute = number(digits: 2, in: 0...59)
        else { return nil }
        var seconds = hour * 3_600 + minute * 60
        guard take(anyOf: [UInt8(ascii: ":")]) else { return (Int64(seconds), 0) }
        guard let second = number(digits: 2, in: 0...59) else { return nil }
        seconds += second
        guard take(anyOf: [UInt8(ascii: "."), UInt8(ascii: ",")]) else { return (Int64(seconds), 0) }
        guard let fraction = fraction() else { return nil }
        return (Int64(seconds), fraction)
    }

    /// One to nine digits as microseconds; the seventh and later are cut off.
    private mutating func fraction() -> Int64? {
        var microseconds: Int64 = 0
        var digits = 0
        while position < bytes.count, (48...57).contains(bytes[position]) {
            if digits < 6 { microseconds = microseconds * 10 + Int64(bytes[position] - 48) }
            digits += 1
            position += 1
        }
        guard (1...9).contains(digits) else { return nil }
        for _ in min(digits, 6)..<6 { microseconds *= 10 }
        return microseconds
    }

    /// Seconds east of UTC.
    mutating func offset() -> Int64? {
        if take(anyOf: [UInt8(ascii: "Z"), UInt8(ascii: "z")]) { return 0 }
        let isWest = take(anyOf: [UInt8(ascii: "-")])
        guard isWest || take(anyOf: [UInt8(ascii: "+")]), let hours = number(digits: 2, in: 0...23) else { return nil }
        var minutes = 0
        if !isAtEnd {
            _ = take(anyOf: [UInt8(ascii: ":")])
            guard let read = number(digits: 2, in: 0...59) else { return nil }
            minutes = read
        }
        let seconds = Int64(hours * 3_600 + minutes * 60)
        return isWest ? -seconds : seconds
    }
}
