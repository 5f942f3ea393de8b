import Cron
import Testing
import Time

/// An instant from its text, for tests: a typing error fails the test.
func instant(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) throws -> Instant {
    try #require(Instant(iso8601: text), "'\(text)' is not an instant", sourceLocation: sourceLocation)
}

let zones = ZoneDatabase()

/// The next instants as text, each searched after the one before.
func next(
    _ count: Int, of expression: CronExpression, after start: String, in zone: String, anchor: String = "1970-01-01"
) throws -> [String] {
    let zone = try zones.zone(zone)
    let anchor = try instant(anchor)
    var results: [String] = []
    var current = try instant(start)
    while results.count < count, let found = expression.next(after: current, in: zone, anchor: anchor) {
        results.append(found.iso8601)
        current = found
    }
    return results
}

/// The daylight-saving rule by brute force, reading by reading, as one would explain it: nothing is searched.
struct ClockWalk {
    let zone: Zone
    let isFixedTime: Bool
    /// Seconds between the readings looked at: 60 for five fields, 1 for six.
    let step: Int64
    /// Whether a reading of the wall clock, in seconds since 1970-01-01T00:00 local, matches the fields.
    let matches: (Int64) -> Bool

    /// All instants after `start` and not after `end`, both on whole steps or not.
    func instants(after start: Int64, through end: Int64) -> [Int64] {
        var found: [Int64] = []
        // For a fixed time the readings that had their turn before the start count: an overlap may repeat them.
        var second = (start - (isFixedTime ? 52 * 3_600 : 0)).floorDivided(by: step) * step + step
        var span = zone.span(at: second)
        var seen = second + Int64(span.offset) - step
        while second <= end {
            if second >= span.end { span = zone.span(at: second) }
            let local = second + Int64(span.offset)
            if !isFixedTime {
                if second > start, matches(local) { found.append(second) }
            } else if local > seen {
                let hasSkipped = stride(from: seen + step, to: local, by: Int(step)).contains(where: matches)
                if second > start, hasSkipped || matches(local) { found.append(second) }
                seen = local
            }
            second += step
        }
        return found
    }
}
