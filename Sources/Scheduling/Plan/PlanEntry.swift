import Cron
import Time

/// A schedule's place in its series: small, since there may be ten thousand.
struct PlanEntry {
    private(set) var schedule: Schedule
    /// The latest planned instant that was handed out or passed over.
    var cursor: Instant
    private var slot = Instant.never
    /// Milliseconds; jitter is shorter than a day.
    private var delayMs: Int32

    init(_ schedule: Schedule, cursor: Instant) {
        self.schedule = schedule
        self.cursor = cursor
        delayMs = Int32(schedule.delay.milliseconds)
    }

    /// The slot in the heap; `nil` when there is none any more.
    var next: Instant? {
        get { slot == .never ? nil : slot }
        set { slot = newValue ?? .never }
    }

    /// From the slot to its start.
    var delay: Duration { .milliseconds(Int64(delayMs)) }

    /// Slots of the past are handed out one by one.
    var takesEach: Bool { schedule.policy.catchUp == .all && !schedule.cron.isReboot }

    /// The same place in the series, for another version of the schedule.
    func carrying(_ schedule: Schedule) -> PlanEntry {
        guard schedule !== self.schedule else { return self }
        var entry = PlanEntry(schedule, cursor: cursor)
        // The one slot of `@reboot` is not in the series.
        if schedule.cron.isReboot { entry.next = next }
        return entry
    }
}

/// What few entries of a plan have.
struct PlanException {
    /// What `@every` counts from.
    var anchor: Instant?
    /// Slots up to here have a row, though a clock that was set back has moved the cursor before it.
    var accounted: Instant?
    /// Set while slots of the past are being caught up: no start before this instant.
    var settled: Instant?

    var isEmpty: Bool { anchor == nil && accounted == nil && settled == nil }
}

extension Instant {
    /// Stands for none where an optional would take twice the room.
    fileprivate static let never = Instant(microseconds: .max)
}
