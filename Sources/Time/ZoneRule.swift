/// The rule of a TZif footer: POSIX `TZ` text such as `EST5EDT,M3.2.0,M11.1.0` or `<+03>-3`, with the extensions of
/// RFC 9636 (times of day from -167 to 167 hours). It holds for every year.
struct ZoneRule: Hashable, Sendable {
    /// Seconds east of UTC. When the text has daylight-saving time all year round, this is that time's offset.
    let standardOffset: Int
    /// `nil` where the clock never changes.
    let daylight: Daylight?

    struct Daylight: Hashable, Sendable {
        /// Seconds east of UTC; smaller than the standard offset in Ireland, whose winter is the "daylight" time.
        let offset: Int
        let start: Change
        let end: Change
    }

    /// A moment of the year in local time.
    struct Change: Hashable, Sendable {
        enum Day: Hashable, Sendable {
            /// `Jn`, 1…365: 29 February is never counted, 60 is always 1 March.
            case withoutLeapDay(Int)
            /// `n`, 0…365: 29 February is counted in leap years.
            case withLeapDay(Int)
            /// `Mm.w.d`: the w-th (5 = the last) weekday d (0 = Sunday) of month m.
            case weekday(month: Int, week: Int, weekday: Int)
        }

        let day: Day
        /// Seconds after that day's midnight; may lie in another day.
        let time: Int

        /// Local seconds since the epoch at which the change comes in a year.
        func local(in year: Int) -> Int64 {
            let days =
                switch day {
                case .withoutLeapDay(let number):
                    CivilDate(year: year, month: 1, day: 1).daysSinceEpoch + number - 1
                        + (number >= 60 && CivilDate.isLeap(year) ? 1 : 0)
                case .withLeapDay(let number):
                    CivilDate(year: year, month: 1, day: 1).daysSinceEpoch + number
                case .weekday(let month, let week, let weekday):
                    Change.day(of: weekday, week: week, month: month, year: year)
                }
            return Int64(days) * 86_400 + Int64(time)
        }

        private static func day(of weekday: Int, week: Int, month: Int, year: Int) -> Int {
            let first = CivilDate(year: year, month: month, day: 1).daysSinceEpoch
            let toWeekday = (weekday - CivilDate.weekday(daysSinceEpoch: first) + 7) % 7
            let inMonth = toWeekday + (week - 1) * 7
            return first + (inMonth < CivilDate.days(inMonth: month, of: year) ? inMonth : inMonth - 7)
        }
    }

    /// The year's two changes in the order in which they come; `nil` without daylight-saving time.
    func changes(in year: Int) -> (first: ZoneTransition, second: ZoneTransition)? {
        guard let daylight else { return nil }
        let start = ZoneTransition(
            seconds: daylight.start.local(in: year) - Int64(standardOffset), offsetBefore: standardOffset,
            offsetAfter: daylight.offset)
        let end = ZoneTransition(
            seconds: daylight.end.local(in: year) - Int64(daylight.offset), offsetBefore: daylight.offset,
            offsetAfter: standardOffset)
        return start.seconds < end.seconds ? (start, end) : (end, start)
    }
}

// MARK: - Reading

extension ZoneRule {
    /// `nil` for a text that is no rule.
    init?(posix bytes: ArraySlice<UInt8>) {
        var reader = Reader(rest: bytes)
        guard reader.name(), let standard = reader.offset() else { return nil }
        guard !reader.rest.isEmpty else {
            self.init(standardOffset: standard, daylight: nil)
            return
        }
        guard reader.name() else { return nil }
        var offset = standard + 3_600
        if reader.rest.first != UInt8(ascii: ",") {
            guard let read = reader.offset() else { return nil }
            offset = read
        }
        guard let start = reader.change(), let end = reader.change(), reader.rest.isEmpty else { return nil }
        let daylight = Daylight(offset: offset, start: start, end: end)
        let rule = ZoneRule(standardOffset: standard, daylight: offset == standard ? nil : daylight)
        // Daylight-saving time all year is written as an end that meets the next year's start.
        let nextStart = start.local(in: 2002) - Int64(standard)
        let isEndless = end.local(in: 2001) - Int64(offset) >= nextStart
        self = isEndless ? ZoneRule(standardOffset: offset, daylight: nil) : rule
    }

    private struct Reader {
        var rest: ArraySlice<UInt8>

        mutating func take(_ character: Unicode.Scalar) -> Bool {
            guard rest.first == UInt8(ascii: character) else { return false }
            rest.removeFirst()
            return true
        }

        /// An abbreviation, `EST` or `<+03>`; three bytes at least.
        mutating func name() -> Bool {
            let isQuoted = take("<")
            let name = rest.prefix { byte in
                let isLetter = (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
                let isQuotedCharacter =
                    (48...57).contains(byte) || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-")
                return isLetter || isQuoted && isQuotedCharacter
            }
            rest = rest.dropFirst(name.count)
            return name.count >= 3 && (!isQuoted || take(">"))
        }

        mutating func number(_ range: ClosedRange<Int>) -> Int? {
            let digits = rest.prefix { (48...57).contains($0) }
            guard (1...3).contains(digits.count) else { return nil }
            rest = rest.dropFirst(digits.count)
            let value = digits.reduce(0) { $0 * 10 + Int($1 - 48) }
            return range.contains(value) ? value : nil
        }

        /// `[+-]hh[:mm[:ss]]` as seconds.
        mutating func time(hours: ClosedRange<Int>) -> Int? {
            let isNegative = take("-")
            if !isNegative { _ = take("+") }
            guard var seconds = number(hours).map({ $0 * 3_600 }) else { return nil }
            if take(":") {
                guard let minutes = number(0...59) else { return nil }
                seconds += minutes * 60
                if take(":") {
                    guard let rest = number(0...59) else { return nil }
                    seconds += rest
                }
            }
            return isNegative ? -seconds : seconds
        }

        /// POSIX counts westwards; the rest of the program counts eastwards.
        mutating func offset() -> Int? { time(hours: 0...24).map { -$0 } }

        mutating func change() -> Change? {
            guard take(","), let day = day() else { return nil }
            guard take("/") else { return Change(day: day, time: 7_200) }
            return time(hours: 0...167).map { Change(day: day, time: $0) }
        }

        private mutating func day() -> Change.Day? {
            if take("J") { return number(1...365).map { .withoutLeapDay($0) } }
            guard take("M") else { return number(0...365).map { .withLeapDay($0) } }
            guard let month = number(1...12), take("."), let week = number(1...5), take("."),
                let weekday = number(0...6)
            else { return nil }
            return .weekday(month: month, week: week, weekday: weekday)
        }
    }
}
