public import JSON
public import Time

/// What became of a schedule other than by running: with the runs, the answer to what there was at an instant.
public struct ScheduleChange: Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable {
        /// The cron line or the zone changed; ``ScheduleChange/detail`` has what it was: `cron`, `timezone`, `since`.
        case replaced
        /// It was removed or disabled; ``ScheduleChange/detail`` as above.
        case removed
        /// ``ScheduleChange/detail`` has the `note`, and `until` if there is an end.
        case paused
        case resumed
    }

    public let schedule: String
    public let at: Instant
    public let kind: Kind
    public let detail: JSON

    public init(schedule: String, at: Instant, kind: Kind, detail: JSON) {
        self.schedule = schedule
        self.at = at
        self.kind = kind
        self.detail = detail
    }
}
