import Agents
import JSON
import Records
import Testing
import Time

@Suite struct TrendsTasksTests {
    private func seed(_ bench: Bench) async throws {
        try await bench.store.insert([
            Rows.tweet("1", niche: "ai_automation", likes: 10), Rows.tweet("2", niche: "ai_automation", likes: 5),
            Rows.tweet("3", niche: "ai_automation", likes: 999, daysAgo: 8),
            Rows.tweet("4", niche: "saas_growth", likes: 50),
        ])
        try await bench.store.insert([
            Rows.video("v", "An AI agent", views: 100, likes: 1, comments: 0, checkedAt: Bench.noon - .days(1)),
            Rows.video("v", "An AI agent", views: 1_000, likes: 10, comments: 5, checkedAt: Bench.noon),
            Rows.video("old", "An AI agent", views: 1_000_000, checkedAt: Bench.noon - .days(8)),
            Rows.video("bees", "Bees", views: 1_000_000),
        ])
        try await bench.store.insert([
            Rows.post("TikTok", niche: "content_creation", likes: 100),
            Rows.post("tiktok", niche: nil, likes: 1, text: "gpt"),
        ])
    }

    @Test("detect finds what the look-back's rows support on two platforms or more (TR-06…TR-09, TR-17…TR-19)")
    func detect() async throws {
        let bench = try Bench()
        try await seed(bench)
        let result = try await bench.run(.trends, "detect")
        let rows = try await bench.all(CrossPlatformTrends.self)
        #expect(rows.map(\.niche) == ["ai_automation"])
        let row = try #require(rows.first)
        #expect(row.platforms == ["tiktok", "twitter", "youtube"])
        #expect(row.platformCount == 3)
        // Tweets 30 + 15, the newest row of the video 100 + 30 + 20, the post 3.
        #expect(row.totalEngagement == 198)
        #expect(row.avgEngagement == 198.0 / 4)
        #expect(row.topPosts?.array?.first?["platform"] == "youtube")
        #expect(row.detectedAt == Bench.noon)
        #expect(result.alerts.isEmpty, "one niche is no message (K52)")
        #expect(result.data["trends"]?.array?.first?["total_posts"] == 4)
    }

    @Test("a later detection updates the row and keeps when it was first detected (TR-09)")
    func detectedAt() async throws {
        var bench = try Bench()
        try await seed(bench)
        try await bench.run(.trends, "detect")
        bench.now = Bench.noon + .days(1)
        try await bench.store.insert([Rows.tweet("9", likes: 100)])
        try await bench.run(.trends, "detect")
        let rows = try await bench.all(CrossPlatformTrends.self)
        #expect(rows.count == 1)
        #expect(rows.first?.detectedAt == Bench.noon)
        #expect(rows.first?.updatedAt == bench.now)
        #expect((rows.first?.totalEngagement ?? 0) > 400)
    }

    @Test("three niches at once are worth a message (TR-15)")
    func alert() async throws {
        let bench = try Bench()
        for niche in ["ai_automation", "saas_growth", "personal_brand"] {
            try await bench.store.insert([Rows.tweet(niche, niche: niche, likes: 50, text: "<\(niche)>")])
            try await bench.store.insert([Rows.post("tiktok", niche: niche, likes: 1)])
        }
        let result = try await bench.run(.trends, "detect")
        #expect(result.alerts.count == 1)
        #expect(result.alerts.first?.html.contains("&lt;saas_growth&gt;") == true)
        #expect(try await bench.run(.trends, "detect", isDryRun: true).data["trends"]?.array?.count == 3)
    }

    @Test("top shows trends updated within the look-back, the strongest first (TR-13)")
    func top() async throws {
        var bench = try Bench()
        for (niche, strength, days) in [("a", 1.0, 0), ("b", 9.0, 6), ("c", 99.0, 8)] {
            try await bench.store.insert([
                Draft<CrossPlatformTrends> {
                    $0.niche = niche
                    $0.platforms = ["twitter", "tiktok"]
                    $0.trendStrength = strength
                    $0.detectedAt = Bench.noon
                    $0.updatedAt = Bench.noon - .days(days)
                }
            ])
        }
        let result = try await bench.run(.trends, "top", ["limit": 5])
        #expect(result.data["trends"]?.array?.compactMap { $0["niche"]?.string } == ["b", "a"])
        #expect(try await bench.run(.trends, "top", ["limit": 1]).data["trends"]?.array?.count == 1)
        bench.now = Bench.noon + .days(30)
        #expect(try await bench.run(.trends, "top").summary.contains("no niche"))
    }

    @Test("full does both and reports both (TR-12)")
    func full() async throws {
        let bench = try Bench()
        try await seed(bench)
        try await bench.store.insert([Rows.contact(1, username: "ada"), Rows.contact(2, "tiktok", username: "ada")])
        let result = try await bench.run(.trends, "full")
        #expect(result.data["linked"] == 2)
        #expect(result.data["trends"]?.array?.count == 1)
    }

    @Test("the message goes out once for a set of niches and day (TRND-005, TR-15, K52)")
    func alertOnce() async throws {
        var bench = try Bench()
        bench.settings.trends.alertNichesMin = 1
        try await seed(bench)
        #expect(try await bench.run(.trends, "detect", isDryRun: true).alerts.count == 1)
        #expect(try await bench.run(.trends, "detect").alerts.count == 1)
        #expect(try await bench.run(.trends, "detect").alerts.isEmpty)
        #expect(try await bench.run(.trends, "detect", isDryRun: true).alerts.isEmpty)
        // Another niche joins: another set.
        try await bench.store.insert([
            Rows.tweet("5", niche: "content_creation", likes: 100),
            Rows.tweet("6", niche: "content_creation", likes: 1),
        ])
        #expect(try await bench.run(.trends, "detect").alerts.count == 1)
        bench.now = bench.now + .days(1)
        #expect(try await bench.run(.trends, "detect").alerts.count == 1)
    }
}
