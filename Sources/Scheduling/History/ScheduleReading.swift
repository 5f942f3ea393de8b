import JSON
public import Time

/// A schedule as the ledger has it: how it reads for the daemon, and since when.
public struct RegisteredSchedule: Hashable, Sendable {
    public let name: String
    public let cron: String
    /// The IANA name.
    public let timezone: String
    public let state: ScheduleState

    public init(name: String, cron: String, timezone: String, state: ScheduleState) {
        self.name = name
        self.cron = cron
        self.timezone = timezone
        self.state = state
    }
}

/// How a schedule read for some time: slots after ``since`` up to the end, the end included.
public struct ScheduleReading: Hashable, Sendable {
    /// What ended it.
    public enum End: Hashable, Sendable {
        /// Another cron line or zone.
        case replaced(Instant)
        /// The schedule was removed or disabled.
        case removed(Instant)

        /// When it ended.
        public var at: Instant {
            switch self {
            case .replaced(let instant), .removed(let instant): instant
            }
        }
    }

    public let cron: String
    /// The IANA name.
    public let timezone: String
    public let since: Instant
    /// `nil`: it reads so now.
    public let end: End?

    /// Whether a slot of this instant was planned by this reading.
    public func covers(_ instant: Instant) -> Bool { since < instant && end.map { instant <= $0.at } ?? true }

    /// All readings that are remembered, the oldest first.
    public static func all(_ changes: [ScheduleChange], _ registered: RegisteredSchedule?) -> [ScheduleReading] {
        var readings = changes.compactMap(ScheduleReading.init)
        if let registered {
            readings.append(
                ScheduleReading(
                    cron: registered.cron, timezone: registered.timezone, since: registered.state.anchor, end: nil))
        }
        return readings
    }
}

extension ScheduleReading {
    /// The reading that a change ended; `nil` for pauses, which end none.
    private init?(_ change: ScheduleChange) {
        let end: End
        switch change.kind {
        case .replaced: end = .replaced(change.at)
        case .removed: end = .removed(change.at)
        case .paused, .resumed: return nil
        }
        guard let cron = change.detail["cron"]?.string, let timezone = change.detail["timezone"]?.string,
            let since = change.detail["since"]?.string.flatMap({ Instant(iso8601: $0) })
        else { return nil }
        self.init(cron: cron, timezone: timezone, since: since, end: end)
    }
}
