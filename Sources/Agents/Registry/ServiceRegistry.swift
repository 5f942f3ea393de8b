public import JSON
public import Records
import Suggestion

/// The nine agents as services, their tasks as topics (seed E2E-006, DI-20).
///
/// A topic is `domain.task`. What is dispatched is run by whoever holds the machinery for it; the registry knows what there
/// is, checks what is asked, and puts every ending into one form.
public struct ServiceRegistry: Sendable {
    /// One service: a domain agent.
    public struct Service: Hashable, Sendable {
        public let name: String
        /// One line for people.
        public let summary: String
        /// In the order of the declaration.
        public let topics: [String]

        public var json: JSON {
            ["name": .string(name), "summary": .string(summary), "topics": JSON(topics)]
        }
    }

    /// What came of a dispatch.
    public struct Answer: Hashable, Sendable {
        public let isOK: Bool
        public let topic: String
        /// The task's result; on failure an object with `error`.
        public let result: JSON
        public let durationMs: Int64
        /// Names that were perhaps meant, for a topic that nobody has.
        public let similar: [String]

        public var json: JSON {
            var members: [String: JSON] = [
                "ok": .bool(isOK), "topic": .string(topic), "result": result, "duration_ms": .integer(durationMs),
            ]
            if !similar.isEmpty { members["similar"] = JSON(similar) }
            return .object(members)
        }
    }

    public let services: [Service]

    public init(_ agents: [Agent] = AgentCatalog.all) {
        services = agents.map { agent in
            Service(
                name: agent.domain.rawValue, summary: agent.summary,
                topics: agent.tasks.map { "\(agent.domain.rawValue).\($0.name)" })
        }
    }

    /// All topics, service by service.
    public var topics: [String] { services.flatMap(\.topics) }

    /// Writes the rows of `actp_agent_registry` that are missing or say something else (E2E-006, D11). Written once, they
    /// keep their instant of registration, and a repetition writes nothing.
    ///
    /// - Returns: the services whose rows were written.
    /// - Throws: ``StoreError``, also where the database has no such table: nothing else depends on it.
    @discardableResult
    public func register(in store: Store) async throws(StoreError) -> [String] {
        let rows = try await store.fetch(Query<AgentRegistry>(limit: Store.pageSize))
        let changed = services.filter { service in
            !rows.contains { service.isSaid(by: $0) }
        }
        try await store.upsert(changed.map(\.draft))
        return changed.map(\.name)
    }

    /// Runs a topic and says what came of it; an unknown one runs nothing and gets similar names.
    ///
    /// - Parameter run: does the work and says whether it went well, its result, and how many milliseconds it took.
    public func dispatch(
        _ topic: String, _ params: [String: JSON],
        run: (_ domain: String, _ task: String, _ params: [String: JSON]) async throws -> (Bool, JSON, Int64)
    ) async -> Answer {
        guard topics.contains(topic), let dot = topic.firstIndex(of: ".") else {
            return Answer(
                isOK: false, topic: topic, result: ["error": .string("there is no topic \"\(topic)\"")], durationMs: 0,
                similar: similar(to: topic))
        }
        do {
            let (isOK, result, duration) = try await run(
                String(topic[..<dot]), String(topic[topic.index(after: dot)...]), params)
            return Answer(isOK: isOK, topic: topic, result: result, durationMs: duration, similar: [])
        } catch {
            return Answer(
                isOK: false, topic: topic, result: ["error": .string("\(error)")], durationMs: 0, similar: [])
        }
    }

    /// The nearest topic, and the topics of the service that the name begins with.
    func similar(to topic: String) -> [String] {
        let service = topic.split(separator: ".").first.map(String.init) ?? topic
        let ofService = services.first { $0.name == service }?.topics ?? []
        let nearest = topic.nearest(in: topics).map { [$0] } ?? []
        return nearest + ofService.filter { !nearest.contains($0) }.prefix(5)
    }
}

extension ServiceRegistry.Service {
    /// The program that runs the topics.
    private static let entryPoint = "actpd"
    private static let status = "active"

    fileprivate var draft: Draft<AgentRegistry> {
        Draft {
            $0.agentID = name
            $0.name = summary
            $0.entryPoint = ServiceRegistry.Service.entryPoint
            $0.capabilities = JSON(topics)
            $0.status = ServiceRegistry.Service.status
        }
    }

    fileprivate func isSaid(by row: Row<AgentRegistry>) -> Bool {
        row.agentID == name && row.name == summary && row.entryPoint == ServiceRegistry.Service.entryPoint
            && row.capabilities == JSON(topics) && row.status == ServiceRegistry.Service.status
    }
}
