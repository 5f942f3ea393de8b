public import JSON
public import Time

/// The daemon as the server knows it: values in, values out. Whatever it cannot do it throws as a ``Problem``.
///
/// The calls may block for as long as a read of the ledger takes; the server makes them on threads of its own.
public protocol Machine: Sendable {
    var health: Health { get }
    /// All agents, as the document's `Agents`.
    var agents: JSON { get }
    /// A page of the schedules in force, as `SchedulePage`.
    func schedules(_ question: ScheduleQuestion) throws -> JSON
    /// A page of the run history, as `RunPage`.
    func runs(_ question: RunQuestion) throws -> JSON
    /// One run, as `RunDetail`; `nil` when nobody knows it.
    func run(_ id: String) throws -> JSON?
    /// Whether a task sends, posts or pays.
    func isOnce(domain: String, task: String) -> Bool
    /// Takes an order; when it returns, the run is in the ledger.
    func dispatch(_ order: DispatchOrder) async throws -> DispatchedRun
    /// Tells a run to stop; the run as it then reads, as `Run`.
    func cancel(_ id: String) async throws -> JSON
    /// The new pause, as `Pause`.
    func pause(_ schedule: String, until: Instant?, note: String) async throws -> JSON
    /// What was lifted, as `Resumed`.
    func resume(_ schedule: String) async throws -> JSON
    /// What a reload changed, as `Reloaded`.
    func reload() async throws -> JSON
    /// What the tables of a domain show; `nil` when there is no picture of it.
    func picture(of domain: String) async throws -> JSON?
    /// What is read at the moment of a scrape.
    var figures: [MetricFamily] { get }
}

/// Which schedules are asked for, by name.
public struct ScheduleQuestion: Hashable, Sendable {
    public var limit: Int
    public var cursor: String?
    /// How many next slots of each.
    public var ahead: Int
}

/// Which runs are asked for, newest first.
public struct RunQuestion: Hashable, Sendable {
    public var domain: String?
    public var schedule: String?
    public var outcome: String?
    public var since: Instant?
    public var limit: Int
    public var cursor: String?
}

/// A task that somebody wants to be run now.
public struct DispatchOrder: Hashable, Sendable {
    public let domain: String
    public let task: String
    public let params: [String: JSON]
    public let isDryRun: Bool
    /// The `Idempotency-Key`.
    public let key: String?

    public init(domain: String, task: String, params: [String: JSON], isDryRun: Bool, key: String?) {
        self.domain = domain
        self.task = task
        self.params = params
        self.isDryRun = isDryRun
        self.key = key
    }
}

/// What became of an order.
public struct DispatchedRun: Sendable {
    public let id: String
    /// As `Run`.
    public let run: JSON
    /// It has an outcome: the order was known already.
    public let hasEnded: Bool

    public init(id: String, run: JSON, hasEnded: Bool) {
        self.id = id
        self.run = run
        self.hasEnded = hasEnded
    }
}

/// How the daemon is.
public struct Health: Hashable, Sendable {
    /// Something that is not as it should be.
    public struct Reason: Hashable, Sendable {
        public let code: Code
        public let message: String

        public init(_ code: Code, _ message: String) {
            self.code = code
            self.message = message
        }
    }

    /// What a reason is about.
    public enum Code: String, CaseIterable, Sendable {
        case stopping, stuck, ledger, overdue, delivery, service, schema, schedules, reload
    }

    public let isLive: Bool
    public let isReady: Bool
    public let reasons: [Reason]
    public let version: String
    public let startedAt: Instant
    public let schedules: Int
    public let running: Int
    public let waiting: Int

    public init(
        isLive: Bool, isReady: Bool, reasons: [Reason], version: String, startedAt: Instant, schedules: Int,
        running: Int, waiting: Int
    ) {
        self.isLive = isLive
        self.isReady = isReady
        self.reasons = reasons
        self.version = version
        self.startedAt = startedAt
        self.schedules = schedules
        self.running = running
        self.waiting = waiting
    }

    public var json: JSON {
        [
            "status": isLive && isReady ? (reasons.isEmpty ? "ok" : "degraded") : "failing", "live": .bool(isLive),
            "ready": .bool(isReady), "degraded": .bool(!reasons.isEmpty),
            "reasons": .array(reasons.map { ["code": .string($0.code.rawValue), "message": .string($0.message)] }),
            "version": .string(version), "started_at": .string(startedAt.iso8601Precise),
            "schedules": JSON(schedules), "running": JSON(running), "waiting": JSON(waiting),
        ]
    }
}
