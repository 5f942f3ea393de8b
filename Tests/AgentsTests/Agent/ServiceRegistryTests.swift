import JSON
import Records
import Testing

@testable import Agents

@Suite struct ServiceRegistryTests {
    private let registry = ServiceRegistry()

    @Test("the nine agents are services, their tasks topics (E2E-006, DI-20)")
    func listed() {
        #expect(registry.services.map(\.name) == AgentCatalog.all.map(\.domain.rawValue))
        #expect(registry.topics.count == AgentCatalog.all.reduce(0) { $0 + $1.tasks.count })
        #expect(registry.topics.contains("remotion.check-jobs"))
    }

    @Test("a dispatch answers with ok, topic, result and time; a failure is an answer too (DI-20)")
    func dispatched() async {
        let good = await registry.dispatch("trends.detect", [:]) { domain, task, _ in
            (true, ["ran": .string("\(domain) \(task)")], 12)
        }
        #expect(
            good.json == ["ok": true, "topic": "trends.detect", "result": ["ran": "trends detect"], "duration_ms": 12])
        let bad = await registry.dispatch("trends.detect", [:]) { _, _, _ in throw TaskError("no store") }
        #expect(!bad.isOK)
        #expect(bad.result == ["error": "no store"])
    }

    @Test("an unknown topic runs nothing and gets similar names (DI-20)")
    func unknown() async {
        let answer = await registry.dispatch("trends.detct", [:]) { _, _, _ in
            Issue.record("it ran")
            return (true, nil, 0)
        }
        #expect(!answer.isOK)
        #expect(answer.similar.first == "trends.detect")
        #expect(
            await registry.dispatch("remotion", [:]) { _, _, _ in (true, nil, 0) }.similar.contains("remotion.queue"))
    }

    @Test("registering writes a row for each agent, once, and mends one that says something else (E2E-006, D11)")
    func registered() async throws {
        let bench = try Bench()
        #expect(try await registry.register(in: bench.store) == registry.services.map(\.name))
        let rows = try await bench.all(AgentRegistry.self)
        #expect(rows.count == 9)
        let scheduler = try #require(rows.first { $0.agentID == "scheduler" })
        #expect(scheduler.capabilities?.array?.contains("scheduler.weekly-calendar") == true)
        #expect(scheduler.entryPoint == "actpd" && scheduler.status == "active")
        #expect(try await registry.register(in: bench.store) == [])
        try await bench.store.update(
            where: \AgentRegistry.agentID == "scheduler", set: Draft { $0.capabilities = ["scheduler.old"] })
        #expect(try await registry.register(in: bench.store) == ["scheduler"])
        #expect(Set(try await bench.all(AgentRegistry.self)) == Set(rows))
    }
}
