import JSON
import Records
import Testing
import Time

@testable import Agents

@Suite struct SaturationTests {
    /// Three posts a day for 60 days before an instant, with a level of engagement that a day may change.
    private static func posts(
        _ platform: String, until end: Instant = Bench.noon, level: (_ daysAgo: Int) -> Double
    ) -> [Draft<ContentPerformance>] {
        (0..<60).flatMap { day in
            [2, 9, 17].map { hour in
                let at = Instant(daysSinceEpoch: end.daysSinceEpoch - 1 - day, hour: hour)
                let views = Int(level(day + 1) * Double(90 + (day * 7 + hour) % 21))
                return Draft {
                    $0.externalID = "\(platform)-\(at.seconds)"
                    $0.platform = platform
                    $0.niche = hour == 2 ? "ai_automation" : "saas_growth"
                    $0.views = views
                    $0.likes = views / 20
                    $0.commentsCount = views / 100
                    $0.engagementScore = Double(views / 20 * 3 + views / 100 * 4) + Double(views) / 10
                    $0.publishedAt = at
                }
            }
        }
    }

    private func check(_ bench: Bench, _ platform: String = "threads") async throws -> (JSON, [String]) {
        let result = try await bench.run(.scheduler, "saturation-check")
        let shown = try #require(result.data["platforms"]?.array?.first { $0["platform"] == .string(platform) })
        return (shown, result.alerts.map(\.html))
    }

    @Test("a week below 70 % of its month is told once an episode, with a recommendation (SC-05, SC-15, SCHD-003)")
    func once() async throws {
        var bench = try Bench()
        try await bench.store.insert(Self.posts("threads") { $0 <= 7 ? 4 : 10 })
        let (shown, alerts) = try await check(bench)
        #expect(shown["saturated"] == true)
        #expect(["suspected", "confirmed"].contains(shown["state"]?.string ?? ""))
        #expect(shown["recommended_posts_per_day"] == 2)
        #expect(shown["posts_7d"] == 19, "7 × 24 hours before noon")
        // The ratio by hand, from the rows.
        let rows = try await bench.all(ContentPerformance.self)
        func mean(_ days: Int) -> Double {
            let scores = rows.filter { ($0.publishedAt ?? Bench.noon) >= Bench.noon - .days(days) }
                .compactMap(\.engagementScore)
            return scores.reduce(0, +) / Double(scores.count)
        }
        #expect(abs((shown["ratio"]?.double ?? 0) - mean(7) / mean(30)) < 1e-9)
        #expect(alerts.count == 1)
        #expect(alerts[0].contains("on threads") && alerts[0].contains("2 a day instead of 3"))
        #expect(shown["cause"] == "distribution", "views fell, the rate did not")
        #expect(try await check(bench).1.isEmpty, "once an episode")
        bench.now = Bench.noon + .seconds(3_600)
        #expect(try await check(bench).1.isEmpty)
    }

    @Test("when the drop is over the owner hears it once, and a new one begins a new episode (decisions d)")
    func recovery() async throws {
        var bench = try Bench()
        try await bench.store.insert(Self.posts("threads") { $0 <= 7 ? 4 : 10 })
        #expect(try await check(bench).1.count == 1)
        let later = Bench.noon + .days(30)
        try await bench.store.delete(where: \ContentPerformance.platform == "threads")
        try await bench.store.insert(Self.posts("threads", until: later) { _ in 10 })
        bench.now = later
        let (shown, alerts) = try await check(bench)
        #expect(shown["state"] == "cleared")
        #expect(alerts.count == 1 && alerts[0].contains("recovered"))
        #expect(try await check(bench).1.isEmpty)
    }

    @Test("which niche fell is named (SC-15)")
    func niche() async throws {
        let bench = try Bench()
        try await bench.store.insert(
            Self.posts("threads") { $0 <= 7 ? 3 : 10 }.map { draft in
                var draft = draft
                if draft.niche == "ai_automation" { draft.engagementScore = 200 }
                return draft
            })
        let (shown, alerts) = try await check(bench)
        #expect(shown["niches"]?.array?.first?["niche"] == "saas_growth")
        #expect(alerts.first?.contains("Fell most: saas_growth") == true)
        #expect(alerts.first?.contains("Fell most: ai_automation") == false)
    }

    @Test("figures that did not arrive are no fatigue: no recommendation, one message of their own (decisions d)")
    func ingest() async throws {
        let bench = try Bench()
        try await bench.store.insert(
            Self.posts("threads") { _ in 10 }.map { draft in
                var draft = draft
                if (draft.publishedAt ?? Bench.noon) > Bench.noon - .days(3) {
                    draft.views = 0
                    draft.likes = 0
                    draft.commentsCount = 0
                    draft.engagementScore = 0
                }
                return draft
            })
        let (shown, alerts) = try await check(bench)
        #expect(shown["state"] == "unknown")
        #expect(shown["saturated"] == false)
        #expect(shown["ingest_failures"] == ["empty_run"])
        #expect(shown["recommended_posts_per_day"] == .null)
        #expect(alerts.count == 1 && alerts[0].contains("figures unknown"))
        #expect(try await check(bench).1.isEmpty)
    }

    @Test("two platforms that fall on one day, and runs that failed, point to ourselves (decisions d)")
    func shared() async throws {
        let bench = try Bench()
        for platform in ["threads", "tiktok"] {
            try await bench.store.insert(Self.posts(platform) { $0 <= 7 ? 4 : 10 })
        }
        // Yesterday's week is not below the limit yet: the drop must be of today.
        let ratio = try await check(bench).0
        #expect(ratio["saturated"] == true || ratio["ingest_failures"] == ["shared_drop"])
        let failing = try Bench()
        try await failing.store.insert(Self.posts("youtube") { $0 <= 7 ? 4 : 10 })
        try await failing.store.insert([
            Draft<AgentTasks> {
                $0.domain = "youtube"
                $0.task = "analyze"
                $0.status = "error"
                $0.createdAt = Bench.noon - .seconds(7_200)
            }
        ])
        let (shown, _) = try await check(failing, "youtube")
        #expect(shown["state"] == "unknown" && shown["ingest_failures"] == ["service_errors"])
    }

    @Test("figures that stood still after they had moved are an outage; those nobody refreshes are not (decisions d)")
    func stalled() async throws {
        var bench = try Bench()
        try await bench.store.insert(Self.posts("threads") { _ in 10 })
        #expect(try await check(bench).0["state"] == "cleared")
        bench.now = Bench.noon + .seconds(13 * 3_600)
        #expect(try await check(bench).0["state"] == "cleared", "they never moved: nobody refreshes them")
        let newest = try #require(
            try await bench.all(ContentPerformance.self).max {
                ($0.publishedAt ?? Bench.noon) < ($1.publishedAt ?? Bench.noon)
            })
        try await bench.store.update(
            where: \ContentPerformance.externalID == newest.externalID,
            set: Draft { $0.engagementScore = 999 })
        bench.now = Bench.noon + .seconds(26 * 3_600)
        #expect(try await check(bench).0["state"] == "cleared")
        bench.now = Bench.noon + .seconds(39 * 3_600)
        let (shown, _) = try await check(bench)
        #expect(shown["ingest_failures"] == ["counts_stalled"])
    }

    @Test("too few posts are no alarm (decisions d)")
    func few() async throws {
        let bench = try Bench()
        try await bench.store.insert(Array(Self.posts("threads") { $0 <= 7 ? 1 : 10 }.prefix(15)))
        let (shown, alerts) = try await check(bench)
        #expect(shown["state"] == "insufficient" && shown["saturated"] == false && alerts.isEmpty)
    }
}
