import JSON
import Synchronization
import Testing

@testable import Agents

/// Decisions b: too few views or actions at 24 h are looked at again until 72 h, and the rule's decision stays.
@Suite struct EvidenceRecheckTests {
    /// A test that the rule decided at 24 h with 60 views a post.
    private func decided() async throws -> CheckbackDesk {
        let desk = try CheckbackDesk()
        try await desk.create()
        desk.twitter.count("blotato", 60, 9, 1, 1)
        desk.twitter.count("safari", 60, 1, 0, 0)
        let result = try await desk.check(after: 24)
        #expect(result.alerts.count == 1, "the rule decides at 24 h all the same (AB-17)")
        #expect(grade(result) == "insufficient")
        return desk
    }

    private func grade(_ result: Agents.TaskResult) -> String? {
        result.data["tests"]?.array?.first?["evidence"]?["grade"]?.string
    }

    private func reads(_ desk: CheckbackDesk) -> Int { desk.twitter.state.withLock { $0.reads } }

    @Test("figures that arrive late are judged then, counted for the niche, and neither row nor message changes")
    func late() async throws {
        let desk = try await decided()
        let row = try await desk.row()
        #expect(try await desk.bench.run(.abTester, "results").data["niches"]?.array?.first?["hooks"]?["tests"] == 0)
        desk.twitter.count("blotato", 4_000, 200, 20, 20)
        desk.twitter.count("safari", 4_000, 60, 2, 2)
        let result = try await desk.check(after: 40)
        #expect(grade(result) == "post")
        #expect(result.alerts.isEmpty)
        #expect(try await desk.row() == row)
        #expect(result.data["running"] == 0 && result.data["decided"] == 0 && result.data["winners"] == [])
        #expect(try await desk.bench.run(.abTester, "results").data["niches"]?.array?.first?["hooks"]?["tests"] == 1)
        let before = reads(desk)
        #expect(try await desk.check(after: 42).summary == "no test is running")
        #expect(reads(desk) == before, "what is known well enough is not asked again")
    }

    @Test("at 72 h it is final")
    func final() async throws {
        let desk = try await decided()
        #expect(try await grade(desk.check(after: 71)) == "insufficient")
        #expect(try await grade(desk.check(after: 72)) == "insufficient", "the last look")
        let before = reads(desk)
        #expect(try await desk.check(after: 74).data["tests"] == [])
        #expect(reads(desk) == before)
    }

    @Test("a service that is away fails no run for it, and a dry run keeps the test for the next")
    func away() async throws {
        let desk = try await decided()
        desk.twitter.set {
            $0.readFault = ServiceError("the Twitter browser", "refused", isAway: true, isSafeToRepeat: true)
        }
        #expect(try await desk.check(after: 30).degraded.count == 1)
        desk.twitter.set { $0.readFault = nil }
        desk.twitter.count("blotato", 4_000, 200, 20, 20)
        desk.twitter.count("safari", 4_000, 60, 2, 2)
        #expect(try await grade(desk.bench.run(.abTester, "checkback", isDryRun: true)) == "post")
        #expect(try await grade(desk.check(after: 32)) == "post")
    }

    @Test("the sweep's summary names the way, the lead and the niche of a winner (DI-12)")
    func bullet() async throws {
        let desk = try CheckbackDesk()
        try await desk.create()
        desk.twitter.count("blotato", 1_000, 20, 2, 2)
        desk.twitter.count("safari", 1_000, 60, 6, 6)
        let result = try await desk.check(after: 24)
        let summary = Alert.sweep(passed: 9, of: 9, results: ["ab-tester.checkback": result.json])
        #expect(
            summary.html.contains("• A/B tests: 0 running, winners: safari +88 % on digital_marketing"),
            "\(summary.html)")
    }
}
