public import Records

/// The nine areas of the growth operation, each run by one agent (DI-01).
public enum Domain: String, CaseIterable, Hashable, Sendable {
    case prospect
    case abTester = "ab-tester"
    case scheduler
    case contentMix = "content-mix"
    case youtube
    case trends
    case creators
    case outreach
    case remotion
}

/// A domain agent as a value: what it is called, what it may touch, what it can do.
///
/// `actpd --list` prints it, `schedules.json` is checked against it, and its tasks get a store that refuses every table
/// not named here.
public struct Agent: Sendable {
    public let domain: Domain
    /// One line for people.
    public let summary: String
    public let reads: Set<String>
    public let writes: Set<String>
    public let tasks: [AgentTask]

    public init(
        _ domain: Domain, _ summary: String, reads: [TableDefinition], writes: [TableDefinition], tasks: [AgentTask]
    ) {
        self.domain = domain
        self.summary = summary
        self.reads = Set(reads.map(\.name))
        self.writes = Set(writes.map(\.name))
        self.tasks = tasks
    }

    public func task(named name: String) -> AgentTask? { tasks.first { $0.name == name } }
}

/// What one run of a task leaves behind in the world.
public enum Effect: String, Sendable {
    /// Reads only.
    case none
    /// Writes rows; running it again leads to the same rows.
    case repeatable
    /// Sends, posts or pays: tried once, never repeated by the engine.
    case once
}

/// One thing an agent can do.
public struct AgentTask: Sendable {
    public let name: String
    /// One line for people.
    public let summary: String
    public let effect: Effect
    public let parameters: [Parameter]
    public let run: @Sendable (TaskContext) async throws -> TaskResult

    public init(
        _ name: String, _ summary: String, effect: Effect = .repeatable, parameters: [Parameter] = [],
        run: @escaping @Sendable (TaskContext) async throws -> TaskResult
    ) {
        self.name = name
        self.summary = summary
        self.effect = effect
        self.parameters = parameters
        self.run = run
    }
}

/// Why a task does not do its work for now: quiet hours, an exhausted budget, stale input. Its outcome is `skipped`.
public struct TaskRefusal: Error, Hashable, Sendable {
    public let reason: String

    public init(_ reason: String) { self.reason = reason }
}

/// Why a task could not do its work, in words for the person who reads the alert.
public struct TaskError: Error, Hashable, Sendable, CustomStringConvertible {
    public let message: String

    public init(_ message: String) { self.message = message }

    public var description: String { message }
}
