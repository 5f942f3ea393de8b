import ActpTesting
import JSON
import Records
import Testing
import Time

@testable import Agents

/// Messages of new decision-stage contacts, once per entry, and what is kept of scores.
@Suite struct ScoreHistoryTests {
    /// One contact whose score is 15 + 5 for each reply.
    private func bench(replies: Int) async throws -> Bench {
        let bench = try Bench()
        try await bench.store.insert([Rows.contact(1, name: "Ada") { $0.repliesReceived = replies }])
        return bench
    }

    private func rescore(_ bench: inout Bench, replies: Int, daysLater: Int) async throws -> TaskResult {
        bench.now = bench.now + .days(daysLater)
        try await bench.store.update(where: \Contacts.id == id(1), set: Draft { $0.repliesReceived = replies })
        return try await bench.run(.prospect, "score-all")
    }

    @Test("a wobble around 65 is told once; leaving below 60 and coming back after 14 days is told again (PR-21)")
    func hysteresis() async throws {
        var bench = try await bench(replies: 10)
        #expect(try await bench.run(.prospect, "score-all").alerts.count == 1)
        // 60: out of the stage, but not out of the messages.
        #expect(try await rescore(&bench, replies: 9, daysLater: 1).alerts.isEmpty)
        #expect(try await rescore(&bench, replies: 10, daysLater: 1).alerts.isEmpty)
        // 55: left.
        #expect(try await rescore(&bench, replies: 8, daysLater: 1).alerts.isEmpty)
        let soon = try await rescore(&bench, replies: 10, daysLater: 13)
        #expect(soon.alerts.isEmpty && soon.data["entered_count"] == 0)
        #expect(try await rescore(&bench, replies: 8, daysLater: 1).alerts.isEmpty)
        #expect(try await rescore(&bench, replies: 10, daysLater: 14).alerts.count == 1)
    }

    @Test("whoever was in the stage before there was a memory is no news")
    func upgrade() async throws {
        let bench = try await bench(replies: 10)
        try await bench.store.insert([
            Draft<ProspectScores> {
                $0.contactID = id(1)
                $0.funnelStage = "decision"
                $0.score = 65
            }
        ])
        #expect(try await bench.run(.prospect, "score-all").alerts.isEmpty)
    }

    @Test("each score that differs is kept with its points, an equal one is not; a dry run keeps nothing")
    func snapshots() async throws {
        var bench = try await bench(replies: 1)
        try await bench.run(.prospect, "score-all", isDryRun: true)
        func kept() throws -> [ScoreHistory.Snapshot] {
            try (0...3).flatMap { day in
                try ScoreHistory.snapshots(on: Bench.noon + .days(day), of: { $0 == id(1) }, in: bench.memory)
            }.map(\.snapshot)
        }
        #expect(try kept().isEmpty)
        try await bench.run(.prospect, "score-all")
        _ = try await rescore(&bench, replies: 1, daysLater: 1)
        _ = try await rescore(&bench, replies: 2, daysLater: 1)
        #expect(
            try kept() == [
                .init(at: Bench.noon, score: 20, breakdown: ["dm_reply": 15, "dm_replies": 5]),
                .init(at: Bench.noon + .days(2), score: 25, breakdown: ["dm_reply": 15, "dm_replies": 10]),
            ])
        _ = try await rescore(&bench, replies: 3, daysLater: 365)
        #expect(try kept().map(\.score) == [25], "a year is kept")
    }

    @Test("score names each signal, its points and the row behind it, and what changed (PR-13, PR-18)")
    func explained() async throws {
        var bench = try await bench(replies: 1)
        try await bench.store.insert([
            Rows.interaction(1, "email_reply", daysAgo: 1, content: "what is your budget")
        ])
        try await bench.run(.prospect, "score-all")
        _ = try await bench.store.update(where: \Contacts.id == id(1), set: Draft { $0.repliesReceived = 2 })
        bench.now = Bench.noon + .seconds(3_600)
        let result = try await bench.run(.prospect, "score", ["contact_id": .string(id(1).text)])
        let row = try #require(try await bench.all(Interactions.self).first)
        let evidence = result.data["evidence"]?.array ?? []
        let bySignal = Dictionary(
            evidence.map { ($0["signal"]?.string ?? "", $0["source"]?.string ?? "") }, uniquingKeysWith: { $1 })
        #expect(bySignal["email_replied"] == "crm_interactions \(row.id)")
        #expect(bySignal["offer_keyword"] == "crm_interactions \(row.id)")
        #expect(bySignal["dm_replies"] == "crm_contacts \(id(1))")
        #expect(evidence.compactMap { $0["points"]?.integer }.reduce(0, +) == result.data["score"]?.integer)
        #expect(result.data["previous_score"]?.integer == result.data["score"]?.integer.map { $0 - 5 })
        #expect(result.data["changes"] == [["signal": "dm_replies", "before": 5, "after": 10]])
        #expect(result.summary.contains("“budget” in their message"))
    }
}
