public import Records
public import Time

/// What became of a claim.
public enum ClaimResult: Hashable, Sendable {
    /// The caller owns the run and launches it.
    case won
    /// The caller owns the run, which may not start yet, and why; ``Ledger/release(limits:)`` tells when.
    case waits(String)
    /// The slot was claimed before: by another process, before a restart, before the clock was set back.
    case taken
    /// The slot is recorded as skipped, and why.
    case skipped(String)

    var waits: Bool {
        if case .waits = self { true } else { false }
    }
}

/// The answer to the claims of one tick.
public struct ClaimReceipt: Hashable, Sendable {
    /// One for each claim, in their order.
    public var results: [ClaimResult]
    /// Running work of this process that has to be cancelled for a newer slot.
    public var cancels: [RowID]
    /// Waiting slots of this process that a newer one replaced; they are recorded as cancelled.
    public var replaced: [RowID]
    /// There are open runs of processes that died: ``Ledger/recover(at:)`` gives them their ends.
    public var sawDead: Bool

    public init(results: [ClaimResult], cancels: [RowID] = [], replaced: [RowID] = [], sawDead: Bool = false) {
        self.results = results
        self.cancels = cancels
        self.replaced = replaced
        self.sawDead = sawDead
    }
}

/// Something to be recorded at one tick.
public struct Claim: Hashable, Sendable {
    /// `nil`: only ``missed`` is to be recorded.
    public let request: RunRequest?
    public let schedule: String?
    public let missed: MissedSlots?
    public let domain: String
    public let task: String

    public init(_ request: RunRequest) {
        self.request = request
        schedule = request.schedule
        missed = request.missed
        domain = request.domain
        task = request.task
    }

    public init(onlyMissed missed: MissedSlots, of schedule: Schedule) {
        request = nil
        self.schedule = schedule.name
        self.missed = missed
        domain = schedule.domain
        task = schedule.task
    }
}

/// What a process that opens the ledger finds of others that died.
public struct Recovery: Hashable, Sendable {
    /// Runs that had begun, and those that nobody may begin any more: they have an outcome now.
    public var ended: [RunRecord]
    /// Slots that were claimed and never began; only the daemon may take them over.
    public var orphans: [RunRecord]

    public init(ended: [RunRecord] = [], orphans: [RunRecord] = []) {
        self.ended = ended
        self.orphans = orphans
    }
}

/// A schedule that does not fire for now.
public struct Pause: Hashable, Sendable {
    public let schedule: String
    public let since: Instant
    /// `nil`: until somebody resumes it.
    public let until: Instant?
    /// Who or what paused it, and why.
    public let note: String

    public init(schedule: String, since: Instant, until: Instant?, note: String) {
        self.schedule = schedule
        self.since = since
        self.until = until
        self.note = note
    }

    /// Whether a slot planned for the instant is held back.
    public func covers(_ instant: Instant) -> Bool { since <= instant && until.map { instant < $0 } ?? true }
}

/// A slot that never began and never will.
public struct Dismissal: Hashable, Sendable {
    public let id: RowID
    public let outcome: Outcome
    public let reason: String

    public init(id: RowID, outcome: Outcome, reason: String) {
        self.id = id
        self.outcome = outcome
        self.reason = reason
    }
}

/// What else followed from the end of a run.
public enum FinishNotice: Hashable, Sendable {
    /// The schedule paused itself after so many failures.
    case paused(schedule: String, failures: Int)
}

/// The durable memory of the scheduler: what was claimed, how it ended, what is still to be told.
///
/// Every method is one transaction that has reached the disk when it returns; only ``launch(_:at:)`` has not, and says
/// why. Calls block for about a millisecond and may come from any thread.
public protocol Ledger: Sendable {
    /// Remembers the schedules as they now read and returns what is known of each. A schedule that is new, or whose cron
    /// line or zone changed, starts at `now`; one that is gone or disabled is forgotten, unless it is among `kept`.
    func register(_ schedules: [Schedule], keeping kept: Set<String>, at now: Instant) throws(StoreError)
        -> [String: ScheduleState]

    /// Remembers the change that a reload makes, and returns what is known of the schedules that it starts: they start at
    /// `now`.
    func register(_ difference: ScheduleDifference, at now: Instant) throws(StoreError) -> [String: ScheduleState]

    /// What is known of each schedule, without registering anything.
    func states() throws(StoreError) -> [String: ScheduleState]

    /// Records all claims of a tick, or none: the slots' rows, their cursors and the missed spans.
    func claim(_ claims: [Claim], limits: RunLimits, at now: Instant) throws(StoreError) -> ClaimReceipt

    /// Marks claimed runs as begun and queues their task rows; returns those that may begin now. What is not returned has
    /// ended or belongs to somebody else.
    ///
    /// The mark outlives the death of the process, not a power cut: with a second wait for the disk every start would be
    /// late by one. After a power cut a run that acts once counts as begun.
    func launch(_ runs: [RowID], at now: Instant) throws(StoreError) -> Set<RowID>

    /// The waiting runs of this process that may start now, and whether to ask again though no run of this process ends.
    func release(limits: RunLimits) throws(StoreError) -> (runs: [RowID], mustAskAgain: Bool)

    /// Records the ends of runs with their task rows and alerts. A run that has an outcome keeps it.
    func finish(_ endings: [RunEnding]) throws(StoreError) -> [FinishNotice]

    /// Gives every run of a dead process that has begun its outcome, `interrupted` or `unknown`.
    func recover(at now: Instant) throws(StoreError) -> Recovery

    /// Makes this process the owner of orphans.
    func adopt(_ orphans: [RowID]) throws(StoreError)

    /// Ends runs that never began.
    func dismiss(_ dismissals: [Dismissal], at now: Instant) throws(StoreError)

    /// Replaces the pause of the schedule, if there is one.
    func pause(_ pause: Pause) throws(StoreError)

    /// Returns the pause that was lifted; its failures in a row are forgotten.
    func resume(_ schedule: String, at now: Instant) throws(StoreError) -> Pause?

    /// Queues messages for the owner, as Telegram's HTML.
    func tell(_ alerts: [String], at now: Instant) throws(StoreError)

    /// Forgets ended runs beyond what is kept, a bounded number at a time, the oldest first.
    ///
    /// - Returns: how many were forgotten; as many as `limit` means that there may be more.
    func prune(_ kept: HistoryLimits, limit: Int, at now: Instant) throws(StoreError) -> Int

    /// All pauses, also those whose end has passed.
    func pauses() throws(StoreError) -> [String: Pause]

    /// The newest runs first.
    func runs(_ filter: RunFilter) throws(StoreError) -> [RunRecord]

    /// The oldest undelivered messages for a destination.
    func pending(_ destination: OutboxEntry.Destination, limit: Int) throws(StoreError) -> [OutboxEntry]

    func delivered(_ entries: [OutboxEntry]) throws(StoreError)

    /// How many messages wait, and since when.
    func backlog(_ destination: OutboxEntry.Destination) throws(StoreError) -> (count: Int, oldest: Instant?)
}

/// A run's request together with how it ended.
public struct RunEnding: Hashable, Sendable {
    public let request: RunRequest
    public let completion: Completion

    public init(request: RunRequest, completion: Completion) {
        self.request = request
        self.completion = completion
    }
}

/// How much history is kept.
public struct HistoryLimits: Hashable, Sendable {
    public var age: Duration
    public var runs: Int

    public init(age: Duration = .seconds(90 * 86_400), runs: Int = 1_000_000) {
        self.age = age
        self.runs = runs
    }
}

/// Which runs to show.
public struct RunFilter: Hashable, Sendable {
    public var domain: String?
    public var schedule: String?
    public var outcome: Outcome?
    public var since: Instant?
    /// Only runs that have not ended.
    public var onlyOpen = false
    /// Only runs that come after this one in the order of the answer: the next page.
    public var before: RunPlace?
    public var limit: Int

    public init(limit: Int) { self.limit = limit }
}
