public import JSON
public import Records
public import Time

/// Everything a task may use. Effects go through it, so a task can be run against any store at any instant.
public struct TaskContext: Sendable {
    /// The instant at which the run started; the task's only notion of now.
    public let now: Instant
    /// Refuses tables that the agent does not declare.
    public let store: Store
    public let arguments: Arguments
    public let settings: Settings
    /// The services outside, as far as they are configured.
    public let services: TaskServices
    /// What the domain remembers beside the tables. Refuses changes in a dry run, as the store does.
    public let memory: any DomainMemory
    /// True when the task must show what it would do and write nothing.
    public let isDryRun: Bool
    /// Tells a waiting person how far a long task is, as `done` of `total` (when known).
    public let progress: @Sendable (_ what: String, _ done: Int, _ total: Int?) -> Void

    public init(
        now: Instant, store: Store, arguments: Arguments, settings: Settings = Settings(),
        services: TaskServices = TaskServices(), memory: any DomainMemory, isDryRun: Bool = false,
        progress: @escaping @Sendable (String, Int, Int?) -> Void = { _, _, _ in }
    ) {
        self.now = now
        self.store = store
        self.arguments = arguments
        self.settings = settings
        self.services = services
        self.memory = isDryRun ? UnchangingMemory(memory) : memory
        self.isDryRun = isDryRun
        self.progress = progress
    }
}

/// What a task that did its work reports.
public struct TaskResult: Hashable, Sendable {
    /// One line or a small table for people; the `stdout` of the task row.
    public var summary: String
    /// The result's own keys, in snake_case.
    public var data: [String: JSON]
    /// What had to be left out or replaced by something lesser, and why; shown as `degraded`.
    public var degraded: [String]
    /// Messages for the owner, sent once the run is recorded.
    public var alerts: [Alert]

    public init(_ summary: String, data: [String: JSON] = [:], degraded: [String] = [], alerts: [Alert] = []) {
        self.summary = summary
        self.data = data
        self.degraded = degraded
        self.alerts = alerts
    }

    /// The `result` of the task row (DI-07): `stdout`, `returncode` and the task's own keys.
    public var json: JSON {
        var members = data
        members["stdout"] = .string(summary)
        members["returncode"] = 0
        if !degraded.isEmpty { members["degraded"] = JSON(degraded) }
        return .object(members)
    }
}
