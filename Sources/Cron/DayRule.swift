import Time

/// Which days a calendar expression matches: months, days of the month and days of the week, as bit sets.
struct DayRule: Hashable, Sendable {
    /// Bit d - 1 for day d.
    var days: UInt32 = 0
    /// Bit k for the k-th day before the last: `L` is bit 0, `L-3` bit 3.
    var fromLast: UInt32 = 0
    /// Bit d - 1 for `dW`, the weekday (Monday to Friday) nearest to day d within the month.
    var nearWeekday: UInt32 = 0
    /// `LW`: the last weekday (Monday to Friday) of the month.
    var lastWeekday = false
    /// Bit w for weekday w, 0 = Sunday.
    var weekdays: UInt8 = 0
    /// Bit (n - 1) * 7 + w for `w#n`; n = 6 stands for the last one, `wL`.
    var nthWeekdays: UInt64 = 0
    /// Bit m for month m.
    var months: UInt16 = 0
    /// How the two day fields combine. Vixie's rule: when neither starts with a star (or is `?`), either may match.
    var eitherMatches = false

    private(set) var shape = Shape.byMonth
    /// The kinds of year in which a day matches, see ``CalendarYear``; looked at when the shape is `byMonth`.
    private(set) var years: UInt16 = 0

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
        } else if anyDay, !eitherMatches, nthWeekdays == 0 {
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
        if fromLast | nearWeekday != 0 || lastWeekday {
            byDate |= specialDays(firstWeekday: firstWeekday, length: length)
        }
        var byWeekday = DayRule.spread(weekdays, firstWeekday: firstWeekday)
        if nthWeekdays != 0 { byWeekday |= nthDays(firstWeekday: firstWeekday, length: length) }
        return (eitherMatches ? byDate | byWeekday : byDate & byWeekday) & inMonth
    }

    /// The days of a month, as bits, that fall on one of the weekdays.
    private static func spread(_ weekdays: UInt8, firstWeekday: Int) -> UInt32 {
        let week = UInt32(weekdays) | UInt32(weekdays) << 7
        let fromFirst = UInt64(week >> UInt32(firstWeekday)) & 0x7F
        return UInt32(truncatingIfNeeded: fromFirst &* 0x1020_4081)
    }

    private func specialDays(firstWeekday: Int, length: Int) -> UInt32 {
        // Day length - k is bit length - 1 - k: the mirrored set, moved.
        var result = fromLast.bitSwapped >> UInt32(32 - length)
        var pending = nearWeekday
        while pending != 0 {
            let day = pending.trailingZeroBitCount
            pending &= pending - 1
            if day < length { result |= 1 << UInt32(nearestWeekday(to: day, firstWeekday, length)) }
        }
        if lastWeekday { result |= 1 << UInt32(nearestWeekday(to: length - 1, firstWeekday, length)) }
        return result
    }

    /// Days counted from 0 here.
    private func nearestWeekday(to day: Int, _ firstWeekday: Int, _ length: Int) -> Int {
        switch (firstWeekday + day) % 7 {
        case 6: day == 0 ? day + 2 : day - 1
        case 0: day == length - 1 ? day - 2 : day + 1
        default: day
        }
    }

    private func nthDays(firstWeekday: Int, length: Int) -> UInt32 {
        var result: UInt32 = 0
        var pending = nthWeekdays
        while pending != 0 {
            let bit = pending.trailingZeroBitCount
            pending &= pending - 1
            let toFirst = (bit % 7 - firstWeekday + 7) % 7
            let isLast = bit >= 35
            let day = isLast ? toFirst + (length - 1 - toFirst) / 7 * 7 : toFirst + bit / 7 * 7
            if day < length { result |= 1 << UInt32(day) }
        }
        return result
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

extension UInt32 {
    /// The bits in reverse order.
    fileprivate var bitSwapped: UInt32 {
        var value = byteSwapped
        value = (value & 0x0F0F_0F0F) << 4 | (value & 0xF0F0_F0F0) >> 4
        value = (value & 0x3333_3333) << 2 | (value & 0xCCCC_CCCC) >> 2
        return (value & 0x5555_5555) << 1 | (value & 0xAAAA_AAAA) >> 1
    }
}
