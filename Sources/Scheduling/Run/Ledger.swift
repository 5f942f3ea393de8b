public import Records
public import Time

/// What became of a claim.
public enum ClaimResult: Hashable, Sendable {
    /// The caller owns the run and starts it.
    case won
    /// The slot was claimed before: by another process, before a restart, before the clock was set back.
    case taken
    /// The same work is running; the slot is recorded as skipped.
    case overlaps(holder: RowID)
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

/// Something to be delivered elsewhere, in order, at least once.
public struct OutboxEntry: Hashable, Sendable {
    public enum Message: Hashable, Sendable {
        /// The task row with status `running`; never overwrites a later state.
        case taskStarted(Draft<AgentTasks>)
        /// The task row with its end.
        case taskFinished(Draft<AgentTasks>)
        /// A text for the owner, as Telegram's HTML.
        case alert(String)
    }

    /// Where a message goes; each destination has its own order and its own trouble.
    public enum Destination: String, CaseIterable, Hashable, Sendable {
        case taskLog = "task-log"
        case owner
    }

    public let sequence: Int64
    public let message: Message
    public let createdAt: Instant

    public init(sequence: Int64, message: Message, createdAt: Instant) {
        self.sequence = sequence
        self.message = message
        self.createdAt = createdAt
    }
}

/// The durable memory of the scheduler: what was claimed, how it ended, what is still to be told.
///
/// Every method is one transaction that has reached the disk when it returns. Calls block for about a millisecond and may
/// come from any thread.
public protocol Ledger: Sendable {
    /// Remembers the schedules as they now read and returns what is known of each. A schedule that is new, or whose cron
    /// line or zone changed, starts at `now`; one that is gone or disabled is forgotten.
    func register(_ schedules: [Schedule], at now: Instant) throws(StoreError) -> [String: ScheduleState]

    /// What is known of each schedule, without registering anything.
    func states() throws(StoreError) -> [String: ScheduleState]

    /// Records all claims of a tick, or none: the slots' rows, their cursors, the missed spans, and the task rows of the
    /// runs that are won.
    func claim(_ claims: [Claim], at now: Instant) throws(StoreError) -> [ClaimResult]

    /// Records the ends of runs with their task rows and alerts. A run that has an outcome keeps it.
    func finish(_ endings: [RunEnding]) throws(StoreError)

    /// Gives every open run whose process is gone the outcome `interrupted`, and returns them.
    func recover(at now: Instant) throws(StoreError) -> [RunRecord]

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

/// Which runs to show.
public struct RunFilter: Hashable, Sendable {
    public var domain: String?
    public var outcome: Outcome?
    public var since: Instant?
    /// Only runs that have not ended.
    public var onlyOpen = false
    public var limit: Int

    public init(limit: Int) { self.limit = limit }
}
