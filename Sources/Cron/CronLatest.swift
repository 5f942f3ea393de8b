public import Time

extension CronExpression {
    /// The latest matching instant after `notBefore` and not after `atOrBefore`; `nil` when there is none.
    ///
    /// Computed, not walked to: the distance is doubled backwards until an instant is found, then halved onto the latest.
    /// About two searches for each doubling, however long the time missed; some microseconds.
    public func latest(
        atOrBefore: Instant, notBefore: Instant, in zone: Zone, anchor: Instant = Instant(seconds: 0)
    ) -> Instant? {
        func candidate(after instant: Instant) -> Instant? {
            next(after: instant, in: zone, anchor: anchor).flatMap { $0 <= atOrBefore ? $0 : nil }
        }
        // Invariant from here on: no instant lies after `upper`, `atOrBefore` included.
        var upper = atOrBefore
        var distance: Int64 = 60
        var found: Instant?
        while found == nil {
            guard upper > notBefore else { return nil }
            // A start before the year 1 is not worth finding; it also keeps the subtraction from overflowing.
            let lower = max(Instant(seconds: max(atOrBefore.seconds - distance, -62_135_596_801)), notBefore)
            guard lower < upper else { return nil }
            found = candidate(after: lower)
            if found == nil { upper = lower }
            distance *= 2
        }
        guard var latest = found else { return nil }
        var low = latest.seconds
        var high = upper.seconds
        while high - low > 0 {
            let middle = low + (high - low) / 2
            if let later = candidate(after: Instant(seconds: middle)) {
                latest = later
                low = later.seconds
            } else {
                high = middle
            }
        }
        return latest
    }
}
