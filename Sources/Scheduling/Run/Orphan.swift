public import Time

/// What the daemon does at its start with a slot that a dead process claimed and never began: the slot is still owed.
public enum OrphanFate: Hashable, Sendable {
    case start(RunRequest)
    case dismiss(Dismissal)

    /// - Parameter schedule: the schedule of that name in force, if there is one.
    public init(of orphan: RunRecord, schedule: Schedule?, at now: Instant) {
        func dismiss(_ outcome: Outcome, _ reason: String) -> OrphanFate {
            .dismiss(Dismissal(id: orphan.id, outcome: outcome, reason: "\(reason); the process died before it began"))
        }
        guard let schedule, let planned = orphan.planned else {
            self = dismiss(.cancelled, "its schedule is no longer in force")
            return
        }
        guard schedule.domain == orphan.domain, schedule.task == orphan.task, schedule.params == orphan.params else {
            self = dismiss(.cancelled, "its schedule runs something else now")
            return
        }
        let window =
            schedule.policy.catchUp == .none ? Plan.grace : max(schedule.policy.catchUpWindow, Plan.grace)
        guard now - orphan.due <= window else {
            self = dismiss(.missed, "older than the catch-up window of \(window.text)")
            return
        }
        if schedule.policy.catchUp == .latest, let later = schedule.slot(after: planned, anchor: planned), later <= now
        {
            self = dismiss(.missed, "a later slot is due, and catchUp is latest")
            return
        }
        self = .start(RunRequest(id: orphan.id, slot: planned, of: schedule))
    }
}
