import Time

/// Which days a calendar expression matches: months, days of the month and days of the week, as bit sets.
struct DayRule: Hashable, Sendable {
    /// The days that most rules do not have, out of line: ten thousand expressions are kept.
    var special = Special.none
    /// Bit d - 1 for day d.
    var days: UInt32 = 0
    /// Bit m for month m.
    var months: UInt16 = 0
    /// The kinds of year in which a day matches, see ``CalendarYear``; looked at when the shape is `byMonth`.
    private(set) var years: UInt16 = 0
    /// Bit w for weekday w, 0 = Sunday.
    var weekdays: UInt8 = 0
    /// How the two day fields combine. Vixie's rule: when neither starts with a star (or is `?`), either may match.
    var eitherMatches = false
    private(set) var shape = Shape.byMonth

    enum Special: Hashable, Sendable {
        case none
        indirect case days(SpecialDays)
    }

    /// What a search for days needs to look at; most expressions need no calendar.
    enum Shape: UInt8 { case every, byWeekday, byMonth }

    static let allDays: UInt32 = 0x7FFF_FFFF
    static let allWeekdays: UInt8 = 0x7F
    static let allMonths: UInt16 = 0x1FFE

    /// Must be called once the fields are set.
    mutating func settle() {
        let anyDay = days == DayRule.allDays
        let anyWeekday = weekdays == DayRule.allWeekdays
        if months != DayRule.allMonths {
            shape = .byMonth
        } else if eitherMatches ? anyDay || anyWeekday : anyDay && anyWeekday {
            shape = .every
        } else if anyDay, !eitherMatches, special == .none {
            shape = .byWeekday
        } else {
            shape = .byMonth
        }
        if shape == .byMonth { years = matchingYears }
    }

    /// The matching days of a month as bits d - 1. `firstWeekday` is the weekday of its 1st, `length` its number of days.
    func matches(firstWeekday: Int, length: Int) -> UInt32 {
        let inMonth = DayRule.allDays >> UInt32(31 - length)
        var byDate = days
        var byWeekday = DayRule.spread(weekdays, firstWeekday: firstWeekday)
        if case .days(let special) = special {
            byDate |= special.byDate(firstWeekday: firstWeekday, length: length)
            byWeekday |= special.byWeekday(firstWeekday: firstWeekday, length: length)
        }
        return (eitherMatches ? byDate | byWeekday : byDate & byWeekday) & inMonth
    }

    /// The days of a month, as bits, that fall on one of the weekdays.
    private static func spread(_ weekdays: UInt8, firstWeekday: Int) -> UInt32 {
        let week = UInt32(weekdays) | UInt32(weekdays) << 7
        let fromFirst = UInt64(week >> UInt32(firstWeekday)) & 0x7F
        return UInt32(truncatingIfNeeded: fromFirst &* 0x1020_4081)
    }

    /// Whether there is any such day in any year.
    var canMatch: Bool { shape != .byMonth || years != 0 }

    /// The kinds of year that have a matching day. Most rules have one in every kind, and then its first month says so.
    private var matchingYears: UInt16 {
        var result: UInt16 = 0
        for kind in 0..<CalendarYear.kinds {
            let year = CalendarYear(ofKind: kind)
            if first(in: year, month: 1, day: 1) != nil { result |= year.kind }
        }
        return result
    }
}

// MARK: - Searching

extension DayRule {
    /// The first matching day from `day` through `last`, in days since 1970-01-01.
    func first(from day: Int, through last: Int) -> Int? {
        switch shape {
        case .every: return day <= last ? day : nil
        case .byWeekday:
            let twoWeeks = UInt32(weekdays) | UInt32(weekdays) << 7
            let found = day + (twoWeeks >> UInt32(CivilDate.weekday(daysSinceEpoch: day))).trailingZeroBitCount
            return found <= last ? found : nil
        case .byMonth: return firstByMonth(from: day, through: last)
        }
    }

    /// Goes from month to month by their lengths alone; only the first one needs a calendar.
    private func firstByMonth(from day: Int, through last: Int) -> Int? {
        let date = CivilDate(daysSinceEpoch: day)
        var year = CalendarYear(containing: date, day: day)
        var found = first(in: year, month: date.month, day: date.day)
        while found == nil {
            // A rare day may be forty years away: years of the wrong kind are not looked into.
            repeat { year.advance() } while years & year.kind == 0 && year.firstDay <= last
            guard year.firstDay <= last else { return nil }
            found = first(in: year, month: 1, day: 1)
        }
        return found.flatMap { $0 <= last ? $0 : nil }
    }

    /// The first matching day of a year from a day of a month on.
    private func first(in year: CalendarYear, month: Int, day: Int) -> Int? {
        var pending = months & ~0 << UInt16(month)
        var wanted = ~UInt32(0) << UInt32(day - 1)
        while pending != 0 {
            let next = pending.trailingZeroBitCount
            if next != month { wanted = ~0 }
            let found = matches(firstWeekday: year.firstWeekday(of: next), length: year.length(of: next)) & wanted
            if found != 0 { return year.firstDay + year.days(before: next) + found.trailingZeroBitCount }
            pending &= pending - 1
        }
        return nil
    }

    /// Whether the day, in days since 1970-01-01, matches.
    func contains(_ day: Int) -> Bool { first(from: day, through: day) != nil }
}
