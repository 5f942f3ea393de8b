import Time

/// The six fields of an expression as bit sets, and the search in local time.
struct Calendar: Hashable, Sendable {
    /// Bit n for the value n.
    var seconds: UInt64 = 1
    var minutes: UInt64 = 0
    var days = DayRule()
    /// Hour and minute both start with something else than `*`: the jobs Debian's cron protects from changes of the clock.
    var isFixedTime = false
    var hours: UInt32 = 0

    private static let day = 86_400

    /// The first reading of the wall clock from `local` (seconds since 1970-01-01T00:00 local) that matches, on a day no
    /// later than `lastDay` (days since then).
    func first(from local: Int64, lastDay: Int) -> Int64? {
        let day = Int(local.floorDivided(by: 86_400))
        let matching = days.first(from: day, through: lastDay)
        guard let matching else { return nil }
        if matching == day {
            let second = Int(local) - day * Calendar.day
            if let found = first(fromSecondOfDay: second) { return Int64(day * Calendar.day + found) }
            guard let next = days.first(from: day + 1, through: lastDay) else { return nil }
            return Int64(next * Calendar.day + firstSecondOfDay)
        }
        return Int64(matching * Calendar.day + firstSecondOfDay)
    }

    func contains(local: Int64) -> Bool {
        let day = Int(local.floorDivided(by: 86_400))
        let second = Int(local) - day * Calendar.day
        return hours & 1 << UInt32(second / 3_600) != 0 && minutes & 1 << UInt64(second / 60 % 60) != 0
            && seconds & 1 << UInt64(second % 60) != 0 && days.contains(day)
    }

    private var firstSecondOfDay: Int {
        (hours.trailingZeroBitCount * 60 + minutes.trailingZeroBitCount) * 60 + seconds.trailingZeroBitCount
    }

    /// The first match of a day from its `second`-th second on.
    private func first(fromSecondOfDay second: Int) -> Int? {
        let hour = second / 3_600
        if hours & 1 &<< UInt32(hour) != 0 {
            let minute = second / 60 % 60
            if minutes & 1 &<< UInt64(minute) != 0 {
                let later = seconds &>> UInt64(second % 60)
                if later != 0 { return second + later.trailingZeroBitCount }
            }
            let later = minutes &>> UInt64(minute + 1)
            if later != 0 {
                let found = minute + 1 + later.trailingZeroBitCount
                return (hour * 60 + found) * 60 + seconds.trailingZeroBitCount
            }
        }
        let later = hours &>> UInt32(hour + 1)
        guard later != 0 else { return nil }
        return firstSecondOfDay + (hour + 1 + later.trailingZeroBitCount - hours.trailingZeroBitCount) * 3_600
    }
}
