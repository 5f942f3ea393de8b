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
    /// A person who wants a slot of the past to be run.
    case backfill
    /// Whoever called the daemon over HTTP.
    case http
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
    public let policy: Policy
    /// The task sends, posts or pays: tried once, and when its end is not known, that is its outcome.
    public let isOnce: Bool
    /// The failure in a row of which the owner is told: 0 for none, `nil` for each, as for a run that nobody scheduled.
    public let alertAfter: Int?
    /// Slots of the schedule that passed before this one.
    public let missed: MissedSlots?
    /// Two requests with one key are the same work and do not run at the same time, unless the policy allows it.
    public let overlapKey: String
    /// The parameters as they were given, as JSON.
    private let paramsText: String

    public init(
        id: RowID? = nil, trigger: Trigger, schedule: String? = nil, planned: Instant? = nil, due: Instant,
        domain: String, task: String, params: [String: JSON] = [:], isDryRun: Bool = false, policy: Policy,
        isOnce: Bool = false, alertAfter: Int? = nil, missed: MissedSlots? = nil
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
        self.policy = policy
        self.isOnce = isOnce
        self.alertAfter = alertAfter
        self.missed = missed
        paramsText = JSON.object(params).text
        overlapKey = "\(domain).\(task) \(paramsText)"
    }

    /// The run of a schedule's slot.
    public init(
        id: RowID? = nil, trigger: Trigger = .schedule, slot planned: Instant, of schedule: Schedule,
        missed: MissedSlots? = nil
    ) {
        self.init(
            id: id, trigger: trigger, schedule: schedule.name, planned: planned, due: planned + schedule.delay,
            domain: schedule.domain, task: schedule.task, params: schedule.params, policy: schedule.policy,
            isOnce: schedule.isOnce, alertAfter: schedule.alertAfter, missed: missed)
    }

    /// The `params` of the task row: the given ones, and `dry_run` when nothing is to be written.
    public var recordedParams: JSON {
        .object(isDryRun ? params.merging(["dry_run": true]) { $1 } : params)
    }

    /// ``recordedParams`` as JSON; written once for a thousand slots that are due at the same time.
    public var recordedParamsText: String { isDryRun ? recordedParams.text : paramsText }
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
    /// How often it was tried.
    public let attempts: Int
    /// What the work itself has to tell the owner, as Telegram's HTML.
    public let alerts: [String]
    /// It failed because something outside is not there for now; not kept in the ledger.
    public let isServiceAway: Bool

    public init(
        id: RowID, outcome: Outcome, reason: String?, result: JSON, startedAt: Instant, finishedAt: Instant,
        duration: Duration, attempts: Int = 1, alerts: [String] = [], isServiceAway: Bool = false
    ) {
        self.id = id
        self.outcome = outcome
        self.reason = reason
        self.result = result
        self.startedAt = startedAt
        self.finishedAt = finishedAt
        self.duration = duration
        self.attempts = attempts
        self.alerts = alerts
        self.isServiceAway = isServiceAway
    }
}

/// A run as the ledger remembers it, or slots that did not run.
public struct RunRecord: Hashable, Sendable {
    public var id: RowID
    public var trigger: Trigger
    public var schedule: String?
    public var planned: Instant?
    public var due: Instant
    public var domain: String
    public var task: String
    /// As in the task row.
    public var params: [String: JSON]
    public var claimedAt: Instant
    /// `nil` while it waits, and when it never began.
    public var startedAt: Instant?
    public var finishedAt: Instant?
    /// `nil` while it waits or runs.
    public var outcome: Outcome?
    public var reason: String?
    /// How many slots a `missed` record stands for, or a run caught up for.
    public var missed: Int
    /// The last slot that a `missed` record stands for.
    public var missedThrough: Instant?
    /// Milliseconds.
    public var durationMs: Int?
    public var attempts: Int
    public var isOnce: Bool

    public init(
        id: RowID, trigger: Trigger, schedule: String?, planned: Instant?, due: Instant, domain: String, task: String,
        params: [String: JSON], claimedAt: Instant, startedAt: Instant?, finishedAt: Instant?, outcome: Outcome?,
        reason: String?, missed: Int, missedThrough: Instant?, durationMs: Int?, attempts: Int, isOnce: Bool
    ) {
        self.id = id
        self.trigger = trigger
        self.schedule = schedule
        self.planned = planned
        self.due = due
        self.domain = domain
        self.task = task
        self.params = params
        self.claimedAt = claimedAt
        self.startedAt = startedAt
        self.finishedAt = finishedAt
        self.outcome = outcome
        self.reason = reason
        self.missed = missed
        self.missedThrough = missedThrough
        self.durationMs = durationMs
        self.attempts = attempts
        self.isOnce = isOnce
    }

    /// How late the start was, in microseconds.
    public var latenessUsec: Int? { startedAt.map { Int(($0 - due).microseconds) } }

    /// Whether an open run waits for its start.
    public var isWaiting: Bool { outcome == nil && startedAt == nil }
}
