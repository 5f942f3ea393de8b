import ActpTesting
import Agents
import JSON
import Records
import Stores
import Time

/// An embedded store in memory and a moment, for running tasks as the engine would.
struct Bench {
    /// Monday, noon.
    static let noon = instant("2026-03-02T12:00:00Z")

    let backend: any StoreBackend
    let store: Store
    var now = Bench.noon
    var settings = Settings()
    var services = TaskServices()
    let memory = ScratchMemory()

    init() throws {
        backend = try SQLiteStore(inMemoryAt: ManualTime(Bench.noon))
        store = Store(backend)
    }

    /// Runs a task with a store that refuses what the agent does not declare.
    @discardableResult
    func run(
        _ agent: Agent, _ name: String, _ params: [String: JSON] = [:], isDryRun: Bool = false
    ) async throws -> TaskResult {
        guard let task = agent.task(named: name) else { throw TaskError("no task \(name)") }
        let scoped = store.scoped(
            to: agent.domain.rawValue, reads: agent.reads.union(agent.writes), writes: isDryRun ? [] : agent.writes)
        let arguments = try Arguments(params, for: task.parameters)
        return try await task.run(
            TaskContext(
                now: now, store: scoped, arguments: arguments, settings: settings, services: services, memory: memory,
                isDryRun: isDryRun))
    }

    func all<T: Table>(_ table: T.Type = T.self) async throws -> [Row<T>] {
        var rows: [Row<T>] = []
        try await store.eachPage(of: table) { rows += $0 }
        return rows
    }
}

/// An instant of a test's own text.
func instant(_ text: String) -> Instant {
    guard let instant = Instant(iso8601: text) else { preconditionFailure("\(text) is not ISO 8601") }
    return instant
}

/// The same id for the same number, so that tests can name rows.
func id(_ number: Int) -> RowID {
    let digits = String(number)
    let text = "00000000-0000-4000-8000-" + String(repeating: "0", count: 12 - digits.count) + digits
    guard let id = RowID(text) else { preconditionFailure("\(text) is not an id") }
    return id
}

extension Duration {
    static func days(_ days: Int) -> Duration { .seconds(days * 86_400) }
}
