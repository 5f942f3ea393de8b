import JSON
import Records
import Statistics
import Testing
import Time

@testable import Agents

/// What the score is worth (decisions e).
@Suite struct CalibrationTests {
    @Test("messages of ours count with the score at that time and the replies of the 14 days after")
    func labels() async throws {
        var bench = try Bench()
        try await bench.store.insert((1...4).map { number in Rows.contact(number) { $0.repliesReceived = number } })
        try await bench.run(.prospect, "score-all")
        // 1 and 2 were written to, 2 replied; 3 replied without being asked; the 14 days of 4 are not over.
        try await bench.store.insert([
            Rows.interaction(1, "dm", "outbound", daysAgo: -1), Rows.interaction(2, "dm", "outbound", daysAgo: -1),
            Rows.interaction(2, "dm_reply", daysAgo: -3), Rows.interaction(3, "dm_reply", daysAgo: -3),
            Rows.interaction(4, "dm", "outbound", daysAgo: -15),
        ])
        bench.now = Bench.noon + .days(20)
        let result = try await bench.run(.prospect, "calibration")
        #expect(result.data["labelled"] == 2 && result.data["positives"] == 1)
        #expect(result.data["bins"] == [])
        #expect(result.summary.contains("too few to say more"))
        bench.now = Bench.noon + .days(30)
        #expect(try await bench.run(.prospect, "calibration").data["labelled"] == 3)
    }

    @Test("with enough labels there are rates by score, a ranking, and the signal that decides alone is named")
    func report() async throws {
        var bench = try Bench()
        try await bench.store.insert(
            (1...120).map { number in Rows.contact(number) { $0.repliesReceived = number % 14 } })
        try await bench.run(.prospect, "score-all")
        try await bench.store.insert((1...120).map { Rows.interaction($0, "dm", "outbound", daysAgo: -1) })
        // Whoever has ten replies or more replies again.
        try await bench.store.insert(
            (1...120).filter { $0 % 14 >= 10 }.map { Rows.interaction($0, "dm_reply", daysAgo: -2) })
        bench.now = Bench.noon + .days(20)
        let result = try await bench.run(.prospect, "calibration")
        #expect(result.data["labelled"] == 120 && result.data["positives"] == 32)
        #expect(result.data["auc"] == 1.0)
        let bins = result.data["bins"]?.array ?? []
        #expect(bins.count == 5 && bins[4]["rate"] == 1.0 && bins[0]["rate"] == 0.0)
        let replies = result.data["signals"]?.array?.first { $0["signal"] == "dm_replies" }
        #expect(replies?["single_point_of_failure"] == true)
        #expect(result.data["without_signal"]?["icp_keyword"] == 120)
    }

    @Test("a score that was there before the memory, and never changed, counts as it stands")
    func standing() async throws {
        var bench = try Bench()
        try await bench.store.insert([Rows.contact(1) { $0.repliesReceived = 3 }])
        try await bench.store.insert([
            Draft<ProspectScores> {
                $0.contactID = id(1)
                $0.funnelStage = "awareness"
                $0.score = 30
            }
        ])
        try await bench.store.insert([Rows.interaction(1, "dm", "outbound", daysAgo: -1)])
        bench.now = Bench.noon + .days(20)
        #expect(try await bench.run(.prospect, "calibration").data["labelled"] == 1)
    }

    private func at(_ days: Double) -> Instant { Bench.noon + .seconds(days * 86_400) }

    private func labels(_ scores: [(Double, Int)], sent: [Double], replies: [Double], now: Double = 300) -> [String] {
        ProspectCalibration.labels(
            scores.map { ScoreHistory.Snapshot(at: at($0), score: $1, breakdown: [:]) },
            .init(outreach: sent.map(at), replies: replies.map(at)), now: at(now)
        ).map { "\($0.score)\($0.replied ? "+" : "-")" }
    }

    @Test("a score stands until the next one, also for a message months later")
    func inForce() {
        #expect(labels([(0, 20), (100, 70)], sent: [60], replies: []) == ["20-"])
        #expect(labels([(0, 20), (100, 70)], sent: [101], replies: [114]) == ["70+"])
        #expect(labels([(0, 20)], sent: [-1, 0], replies: [1]) == [], "no score was known when we wrote")
    }

    @Test("several messages in 14 days are one label, a reply before the message or after the 14 days does not count")
    func windows() {
        #expect(labels([(0, 40)], sent: [1, 3, 9], replies: [2]) == ["40+"])
        #expect(labels([(0, 40), (4, 60)], sent: [1, 5, 16], replies: [29]) == ["40-", "60+"])
        #expect(labels([(0, 40)], sent: [10], replies: [9, 24.5]) == ["40-"])
        #expect(labels([(0, 40)], sent: [10], replies: [], now: 23.9) == [])
    }
}
