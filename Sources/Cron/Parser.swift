/// Reads an expression from its UTF-8 bytes, from left to right, without copying.
struct Parser {
    typealias Parsed = (CronExpression.Kind, Remarks)

    let bytes: UnsafeBufferPointer<UInt8>
    /// Seeds `H`; looked at only when one comes.
    let name: String
    var position = 0
    /// The end of the field that is being read.
    var end: Int
    var calendar = Calendar()
    var special = SpecialDays()
    var remarks: Remarks = []

    static func parse(_ text: String, name: String) throws(Flaw) -> Parsed {
        // The closure cannot throw a typed error, hence the result.
        let parse = { (bytes: UnsafeBufferPointer<UInt8>) -> Result<Parsed, Flaw> in
            var parser = Parser(bytes: bytes, name: name)
            do throws(Flaw) { return .success(try parser.expression()) } catch { return .failure(error) }
        }
        if let result = text.utf8.withContiguousStorageIfAvailable(parse) { return try result.get() }
        var copy = text
        return try copy.withUTF8(parse).get()
    }

    private init(bytes: UnsafeBufferPointer<UInt8>, name: String) {
        self.bytes = bytes
        self.name = name
        end = bytes.count
    }

    // MARK: Bytes

    /// The byte at the position, 0 at the field's end.
    var current: UInt8 { position < end ? bytes[position] : 0 }

    /// The same with letters in lower case.
    var currentLowercased: UInt8 { Parser.lowercased(current) }

    mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard current == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    func text(from start: Int, to end: Int) -> String { String(decoding: bytes[start..<end], as: UTF8.self) }

    static func lowercased(_ byte: UInt8) -> UInt8 { isLetter(byte) ? byte | 0x20 : byte }
    static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- 97 < 26 }
    static func isDigit(_ byte: UInt8) -> Bool { byte &- 48 < 10 }
    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

    // MARK: The whole

    private mutating func expression() throws(Flaw) -> Parsed {
        while position < end, Parser.isSpace(bytes[position]) { position += 1 }
        while end > position, Parser.isSpace(bytes[end - 1]) { end -= 1 }
        guard position < end else { throw Flaw(detail: "empty; \(Parser.wantedFields)") }
        if current == UInt8(ascii: "@") { return (try shorthand(), remarks) }
        let count = fieldCount
        guard count == 5 || count == 6 else { throw wrongFieldCount(count) }
        return (.calendar(try fields(hasSeconds: count == 6)), remarks)
    }

    private var fieldCount: Int {
        var count = 0
        var isInField = false
        for index in position..<end {
            let isSpace = Parser.isSpace(bytes[index])
            if !isSpace, !isInField { count += 1 }
            isInField = !isSpace
        }
        return count
    }

    static let wantedFields =
        "five fields are wanted (minute, hour, day of month, month, day of week), or six with the second first"

    private func wrongFieldCount(_ count: Int) -> Flaw {
        let hint = count == 7 ? "; there is no field for the year" : ""
        return Flaw(detail: "\(count) field\(count == 1 ? "" : "s") found; \(Parser.wantedFields)\(hint)")
    }

    private mutating func fields(hasSeconds: Bool) throws(Flaw) -> Calendar {
        let textEnd = end
        var starts = (dayOfMonth: 0, isDayStarred: false, isWeekdayStarred: false, isTimeStarred: false)
        var field = hasSeconds ? CronField.second : .minute
        while true {
            while position < textEnd, Parser.isSpace(bytes[position]) { position += 1 }
            end = position
            while end < textEnd, !Parser.isSpace(bytes[end]) { end += 1 }
            let isStarred = current == UInt8(ascii: "*") || current == UInt8(ascii: "?")
            switch field {
            case .minute, .hour: starts.isTimeStarred = starts.isTimeStarred || isStarred
            case .dayOfMonth: (starts.dayOfMonth, starts.isDayStarred) = (position, isStarred)
            case .dayOfWeek: starts.isWeekdayStarred = isStarred
            case .second, .month: break
            }
            store(try set(of: field), for: field)
            guard let next = CronField(rawValue: field.rawValue + 1) else { break }
            field = next
        }
        calendar.isFixedTime = !starts.isTimeStarred
        calendar.days.eitherMatches = !starts.isDayStarred && !starts.isWeekdayStarred
        if special != SpecialDays() { calendar.days.special = .days(special) }
        calendar.days.settle()
        guard calendar.days.canMatch else {
            throw Flaw(
                field: .dayOfMonth, position: starts.dayOfMonth,
                detail: "never matches: no year has such a day in the months given")
        }
        note(isSecondStarred: hasSeconds && calendar.seconds == 1 << 60 - 1)
        return calendar
    }

    private mutating func store(_ values: UInt64, for field: CronField) {
        switch field {
        case .second: calendar.seconds = values
        case .minute: calendar.minutes = values
        case .hour: calendar.hours = UInt32(truncatingIfNeeded: values)
        case .dayOfMonth: calendar.days.days = UInt32(truncatingIfNeeded: values >> 1)
        case .month: calendar.days.months = UInt16(truncatingIfNeeded: values)
        case .dayOfWeek: calendar.days.weekdays = UInt8(truncatingIfNeeded: (values | values >> 7) & 0x7F)
        }
    }

    /// Collects what ``CronExpression/warnings`` says.
    private mutating func note(isSecondStarred: Bool) {
        let days = calendar.days
        let isDayRestricted = days.days != DayRule.allDays
        let isWeekdayRestricted = days.weekdays != DayRule.allWeekdays
        if isDayRestricted, isWeekdayRestricted { remarks.insert(days.eitherMatches ? .eitherDay : .bothDays) }
        if calendar.minutes == 1 << 60 - 1, calendar.hours.nonzeroBitCount == 1 { remarks.insert(.everyMinuteOfHour) }
        if isSecondStarred, calendar.minutes != 1 << 60 - 1 { remarks.insert(.everySecond) }
        if days.days != 0, days.days & 0x0FFF_FFFF == 0, !special.hasDate, !isWeekdayRestricted {
            let shortest = days.days.trailingZeroBitCount + 1
            let shortMonths: UInt16 = shortest == 31 ? 0b1010_0101_0100 : 0b100
            if days.months & shortMonths != 0 { remarks.insert(.shortMonths) }
        }
    }
}
