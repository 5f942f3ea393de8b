import JSON
import Records
import Testing
import Time

@testable import Agents

/// A running test made by create, and the time that has passed since.
final class CheckbackDesk {
    let twitter = ScriptedTwitter()
    var bench: Bench

    init() throws {
        bench = try Bench()
        bench.services = TaskServices(publisher: twitter, tweets: twitter)
    }

    func create(_ topic: String = "email funnels", niche: String = "digital_marketing") async throws {
        try await bench.run(.abTester, "create", ["topic": .string(topic), "niche": .string(niche)])
    }

    @discardableResult
    func check(after hours: Double) async throws -> Agents.TaskResult {
        bench.now = Bench.noon + .seconds(hours * 3_600)
        return try await bench.run(.abTester, "checkback")
    }

    func row() async throws -> Row<ABTests> { try #require(try await bench.all(ABTests.self).first) }
}
