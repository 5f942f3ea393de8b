/// The six fields of a cron expression, in the order of the six-field form.
enum CronField: UInt8, CaseIterable {
    case second, minute, hour, dayOfMonth, month, dayOfWeek

    var name: String {
        switch self {
        case .second: "second"
        case .minute: "minute"
        case .hour: "hour"
        case .dayOfMonth: "day of month"
        case .month: "month"
        case .dayOfWeek: "day of week"
        }
    }

    var lowest: Int { self == .dayOfMonth || self == .month ? 1 : 0 }

    /// The largest number that may be written. Day of week has Sunday twice, as 0 and as 7.
    var highest: Int {
        switch self {
        case .second, .minute: 59
        case .hour: 23
        case .dayOfMonth: 31
        case .month: 12
        case .dayOfWeek: 7
        }
    }

    /// How many values there are: a range that wraps continues after so many.
    var count: Int { self == .dayOfWeek ? 7 : highest - lowest + 1 }

    /// The values a hash may choose from: those every period has, so that `H` in the day of month never skips February.
    var hashable: ClosedRange<Int> {
        switch self {
        case .dayOfMonth: 1...28
        case .dayOfWeek: 0...6
        default: lowest...highest
        }
    }

    var isDay: Bool { self == .dayOfMonth || self == .dayOfWeek }

    /// What may be written, for error messages.
    var allowed: String {
        switch self {
        case .month: "1…12 or JAN…DEC"
        case .dayOfMonth: "1…31, L, L-3, LW or 15W"
        case .dayOfWeek: "0…7, SUN…SAT, 5L or 5#2"
        default: "\(lowest)…\(highest)"
        }
    }

    /// The number of a name of three letters, packed by ``packed(_:_:_:)``; `nil` for any other.
    static func weekday(_ name: UInt32) -> Int? { weekdays.firstIndex(of: name) }
    static func month(_ name: UInt32) -> Int? { months.firstIndex(of: name).map { $0 + 1 } }

    /// Three letters in lower case as one number.
    static func packed(_ a: UInt8, _ b: UInt8, _ c: UInt8) -> UInt32 {
        UInt32(a | 0x20) << 16 | UInt32(b | 0x20) << 8 | UInt32(c | 0x20)
    }

    private static let weekdays = packed(["sun", "mon", "tue", "wed", "thu", "fri", "sat"])
    private static let months = packed([
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ])

    private static func packed(_ names: [String]) -> [UInt32] {
        names.map { $0.utf8.reduce(0) { $0 << 8 | UInt32($1) } }
    }
}
