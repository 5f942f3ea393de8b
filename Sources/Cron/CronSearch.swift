public import Time

extension CronExpression {
    /// Searches end this many days after their start: 29 February may be eight years away, and 29 February on a given
    /// weekday forty.
    static let horizonDays = 36_525

    /// 9999-12-31, the last day whose instants have a text.
    static let lastDay = 2_932_896

    /// The first matching instant strictly after `instant`, on a whole second.
    ///
    /// `nil` when there is none within 100 years or before the year 10000, and for `@reboot`. Never takes longer than
    /// computing 100 years of candidates does (microseconds), whatever the zone. `@every` counts from `anchor`, which other
    /// expressions ignore; the anchor's fraction of a second is cut off.
    public func next(
        after instant: Instant, in zone: Zone, anchor: Instant = Instant(seconds: 0)
    ) -> Instant? {
        let seconds: Int64?
        switch kind {
        case .reboot: seconds = nil
        case .every(let interval):
            let start = anchor.seconds
            seconds = start + ((instant.seconds - start).floorDivided(by: interval) + 1) * interval
        case .calendar(let calendar):
            // A local day may begin up to 26 hours before its UTC day.
            let today = Int(instant.seconds.floorDivided(by: 86_400))
            let lastDay = min(today + CronExpression.horizonDays, CronExpression.lastDay)
            seconds =
                calendar.isFixedTime
                ? calendar.fixed(after: instant.seconds, in: zone, lastDay: lastDay)
                : calendar.elapsed(after: instant.seconds, in: zone, lastDay: lastDay)
        }
        guard let seconds, seconds < Int64(CronExpression.lastDay + 1) * 86_400 else { return nil }
        return Instant(seconds: seconds)
    }

    /// Whether the wall clock at an instant shows a reading that the fields match: false for a run that a gap has moved,
    /// and for `@every` and `@reboot`, which have no fields. Fractions of a second never match.
    public func matches(_ instant: Instant, in zone: Zone) -> Bool {
        guard case .calendar(let calendar) = kind, instant == Instant(seconds: instant.seconds) else { return false }
        return calendar.contains(local: instant.seconds + Int64(zone.offset(at: instant.seconds)))
    }

    /// Whether ``next(after:in:anchor:)`` gave this instant only because a gap left out the proper reading of the clock:
    /// what logs and history call `dst_shifted`. Meaningful for results of that function.
    public func isShifted(_ instant: Instant, in zone: Zone) -> Bool {
        isFixedTime && !matches(instant, in: zone)
    }
}

extension Calendar {
    /// For fixed times: each matching reading of the clock stands for one instant, the first that shows it or, for a
    /// reading left out, the end of the gap.
    fileprivate func fixed(after seconds: Int64, in zone: Zone, lastDay: Int) -> Int64? {
        let from = firstUnseenReading(after: seconds, in: zone)
        guard let local = first(from: from, lastDay: lastDay) else { return nil }
        let span = zone.span(at: seconds)
        let found = local - Int64(span.offset)
        return found < span.end ? found : zone.earliest(local: local)
    }

    /// The reading after all those the clock has shown or left out up to an instant. In the second pass of an overlap it
    /// lies ahead of what the clock shows.
    func firstUnseenReading(after seconds: Int64, in zone: Zone) -> Int64 {
        var span = zone.span(at: seconds)
        var reading = seconds + Int64(span.offset) + 1
        while span.start > seconds - Zone.offsetLimit {
            let before = zone.span(at: span.start - 1)
            reading = max(reading, span.start + Int64(before.offset))
            span = before
        }
        return reading
    }

    /// For all others: every instant at which the clock shows a matching reading.
    fileprivate func elapsed(after seconds: Int64, in zone: Zone, lastDay: Int) -> Int64? {
        var from = seconds + 1
        while true {
            let span = zone.span(at: from)
            let offset = Int64(span.offset)
            guard let local = first(from: from + offset, lastDay: lastDay) else { return nil }
            let found = local - offset
            if found < span.end { return found }
            // No reading from here to the one found matches. The coming spans can only show such readings until shortly
            // before it, unless a transition leads back behind the start of the search.
            let isForward = span.end - Zone.offsetLimit >= from + offset
            from = isForward ? max(span.end, local - Zone.offsetLimit) : span.end
        }
    }
}
