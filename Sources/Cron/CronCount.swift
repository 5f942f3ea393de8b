public import Time

extension CronExpression {
    /// The number of matching instants after `after` and not after `through`, but no more than `limit`.
    ///
    /// Computed, not walked: every minute of ten years takes some microseconds.
    public func count(
        after: Instant, through: Instant, limit: Int = .max, in zone: Zone, anchor: Instant = Instant(seconds: 0)
    ) -> Int {
        let last = min(through.seconds, Int64(CronExpression.lastDay + 1) * 86_400 - 1)
        guard after.seconds < last else { return 0 }
        switch kind {
        case .reboot: return 0
        case .every(let interval):
            let start = anchor.seconds
            let before = (after.seconds - start).floorDivided(by: interval)
            return Int(min((last - start).floorDivided(by: interval) - before, Int64(limit)))
        case .calendar(let calendar):
            return min(calendar.count(after: after.seconds, through: last, in: zone), limit)
        }
    }
}

extension Calendar {
    /// Adds up the stretches of constant offset, in each of which time of day and date run on as in a plain calendar.
    fileprivate func count(after seconds: Int64, through last: Int64, in zone: Zone) -> Int {
        var count = 0
        var from = seconds + 1
        // Readings before this one have had their turn; only fixed times care.
        var unseen = isFixedTime ? firstUnseenReading(after: seconds, in: zone) : .min
        while from <= last {
            let span = zone.span(at: from)
            let offset = Int64(span.offset)
            let start = from + offset
            let end = min(last + 1, span.end) + offset
            if isFixedTime, unseen < start, self.count(from: unseen, to: start) > 0, !contains(local: start) {
                // A gap: what it left out comes at its end, together.
                count += 1
            }
            count += self.count(from: max(start, unseen), to: end)
            if isFixedTime { unseen = max(unseen, end) }
            from = span.end
        }
        return count
    }

    /// The number of matching readings of the clock in `start..<end`.
    private func count(from start: Int64, to end: Int64) -> Int {
        guard start < end else { return 0 }
        let (first, last) = (Int(start.floorDivided(by: 86_400)), Int(end.floorDivided(by: 86_400)))
        let perDay = hours.nonzeroBitCount * minutes.nonzeroBitCount * seconds.nonzeroBitCount
        var count = days.count(from: first, to: last) * perDay
        if days.contains(first) { count -= self.count(beforeSecondOfDay: Int(start.floorModulo(86_400))) }
        if days.contains(last) { count += self.count(beforeSecondOfDay: Int(end.floorModulo(86_400))) }
        return count
    }

    private func count(beforeSecondOfDay second: Int) -> Int {
        let (hour, minute) = (second / 3_600, second / 60 % 60)
        func below<Bits: FixedWidthInteger>(_ limit: Int, _ bits: Bits) -> Int {
            (bits & (1 << Bits(limit) &- 1)).nonzeroBitCount
        }
        var count = below(hour, hours) * minutes.nonzeroBitCount * seconds.nonzeroBitCount
        guard hours & 1 << UInt32(hour) != 0 else { return count }
        count += below(minute, minutes) * seconds.nonzeroBitCount
        if minutes & 1 << UInt64(minute) != 0 { count += below(second % 60, seconds) }
        return count
    }
}

extension DayRule {
    /// The number of matching days in `start..<end`, in days since 1970-01-01.
    fileprivate func count(from start: Int, to end: Int) -> Int {
        switch shape {
        case .every: return end - start
        case .byWeekday:
            let weeks = (end - start) / 7
            let rest = (start + weeks * 7)..<end
            return weeks * weekdays.nonzeroBitCount + rest.count { contains($0) }
        case .byMonth: return countByMonth(from: start, to: end)
        }
    }

    private func countByMonth(from start: Int, to end: Int) -> Int {
        let date = CivilDate(daysSinceEpoch: start)
        var (year, month) = (date.year, date.month)
        var firstOfMonth = start - date.day + 1
        var count = 0
        while firstOfMonth < end {
            let length = CivilDate.days(inMonth: month, of: year)
            if months & 1 << UInt16(month) != 0 {
                let weekday = CivilDate.weekday(daysSinceEpoch: firstOfMonth)
                var found = matches(firstWeekday: weekday, length: length)
                if firstOfMonth < start { found &= ~0 << UInt32(start - firstOfMonth) }
                if firstOfMonth + length > end { found &= 1 << UInt32(end - firstOfMonth) &- 1 }
                count += found.nonzeroBitCount
            }
            firstOfMonth += length
            (year, month) = month == 12 ? (year + 1, 1) : (year, month + 1)
        }
        return count
    }
}
