public import JSON
public import Records
public import Time

/// How a slot or a one-shot ended. Final: a recorded outcome never changes.
public enum Outcome: String, CaseIterable, Hashable, Sendable {
    case ok
    case error
    case timeout
    case cancelled
    /// The process died while it ran.
    case interrupted
    /// The process died or time ran out in the middle of an irreversible step.
    case unknown
    /// It did not run, for a reason.
    case skipped
    /// Its time passed while nobody could start it.
    case missed

    /// The `status` of the run's task row (DI-07): `ok` or `error`.
    public var taskStatus: String { self == .ok ? "ok" : "error" }
}

/// Who asked for a run.
public enum Trigger: String, Sendable {
    case schedule
    /// A person or script on the command line.
    case manual
    /// The daily sweep, for each of its nine tasks.
    case sweep
}

/// Work to be done once: what the ledger claims and the runner runs.
public struct RunRequest: Hashable, Sendable {
    /// Also the id of the row in `actp_agent_tasks`.
    public let id: RowID
    public let trigger: Trigger
    /// The schedule and its planned instant: the slot. `nil` for one-shots.
    public let schedule: String?
    public let planned: Instant?
    /// When the start is due: the planned instant and its delay by jitter; what lateness is measured against.
    public let due: Instant
    public let domain: String
    public let task: String
    public let params: [String: JSON]
    public let isDryRun: Bool
    public let timeout: Duration
    public let overlap: Overlap
    /// Slots of the schedule that passed before this one.
    public let missed: MissedSlots?

    public init(
        id: RowID? = nil, trigger: Trigger, schedule: String? = nil, planned: Instant? = nil, due: Instant,
        domain: String,
        task: String, params: [String: JSON] = [:], isDryRun: Bool = false, timeout: Duration, overlap: Overlap = .skip,
        missed: MissedSlots? = nil
    ) {
        self.id = id ?? RowID(orderedAt: due)
        self.trigger = trigger
        self.schedule = schedule
        self.planned = planned
        self.due = due
        self.domain = domain
        self.task = task
        self.params = params
        self.isDryRun = isDryRun
        self.timeout = timeout
        self.overlap = overlap
        self.missed = missed
    }

    /// Two requests with one key are the same work and do not run at the same time, unless the policy allows it.
    public var overlapKey: String { "\(domain).\(task) \(JSON.object(params).text)" }

    /// The `params` of the task row: the given ones, and `dry_run` when nothing is to be written.
    public var recordedParams: JSON {
        .object(isDryRun ? params.merging(["dry_run": true]) { $1 } : params)
    }
}

/// How a run ended.
public struct Completion: Hashable, Sendable {
    public let id: RowID
    public let outcome: Outcome
    /// Why, for every outcome but `ok`.
    public let reason: String?
    /// The `result` of the task row.
    public let result: JSON
    public let startedAt: Instant
    public let finishedAt: Instant
    /// Elapsed time, unaffected by clock changes.
    public let duration: Duration
    /// Texts for the owner, as Telegram's HTML.
    public let alerts: [String]

    public init(
        id: RowID, outcome: Outcome, reason: String?, result: JSON, startedAt: Instant, finishedAt: Instant,
        duration: Duration, alerts: [String]
    ) {
        self.id = id
        self.outcome = outcome
        self.reason = reason
        self.result = result
        self.startedAt = startedAt
        self.finishedAt = finishedAt
        self.duration = duration
        self.alerts = alerts
    }
}

/// A run as the ledger remembers it.
public struct RunRecord: Hashable, Sendable {
    public let id: RowID
    public let trigger: Trigger
    public let schedule: String?
    public let planned: Instant?
    public let domain: String
    public let task: String
    public let claimedAt: Instant
    public let startedAt: Instant?
    public let finishedAt: Instant?
    /// `nil` while it runs.
    public let outcome: Outcome?
    public let reason: String?
    /// How many slots a `missed` record stands for, or a run caught up for.
    public let missed: Int
    /// Milliseconds.
    public let durationMs: Int?
    /// How late the start was, in microseconds.
    public let latenessUsec: Int?

    public init(
        id: RowID, trigger: Trigger, schedule: String?, planned: Instant?, domain: String, task: String,
        claimedAt: Instant,
        startedAt: Instant?, finishedAt: Instant?, outcome: Outcome?, reason: String?, missed: Int, durationMs: Int?,
        latenessUsec: Int?
    ) {
        self.id = id
        self.trigger = trigger
        self.schedule = schedule
        self.planned = planned
        self.domain = domain
        self.task = task
        self.claimedAt = claimedAt
        self.startedAt = startedAt
        self.finishedAt = finishedAt
        self.outcome = outcome
        self.reason = reason
        self.missed = missed
        self.durationMs = durationMs
        self.latenessUsec = latenessUsec
    }
}
