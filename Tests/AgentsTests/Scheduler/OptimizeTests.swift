import JSON
import Records
import Statistics
import Testing
import Time

@testable import Agents

@Suite struct OptimizeTests {
    private static func post(
        _ number: Int, score: Double?, hour: Int, daysAgo: Int = 2, platform: String = "twitter"
    ) -> Draft<ContentPerformance> {
        Draft {
            $0.externalID = "p\(number)"
            $0.platform = platform
            $0.niche = "ai_automation"
            $0.engagementScore = score
            $0.publishedAt = Instant(daysSinceEpoch: Bench.noon.daysSinceEpoch - daysAgo, hour: hour)
        }
    }

    private func slots(_ bench: Bench, _ platform: String = "twitter") async throws -> [String: JSON] {
        let row = try #require(try await bench.all(PostingSchedule.self).first { $0.platform == platform })
        return row.thompsonSlots?.object ?? [:]
    }

    @Test("init writes six rows with their slots at 1 and 1, and leaves what is there (SC-01, SC-02, SC-16, SCHD-002)")
    func start() async throws {
        let bench = try Bench()
        try await bench.store.insert([
            Draft<PostingSchedule> {
                $0.platform = "twitter"
                $0.postsPerDay = 1
                $0.bestHours = [9]
            }
        ])
        try await bench.run(.scheduler, "init")
        let rows = try await bench.all(PostingSchedule.self)
        #expect(rows.count == 6)
        let twitter = try #require(rows.first { $0.platform == "twitter" })
        #expect(twitter.bestHours == [9] && twitter.postsPerDay == 1)
        #expect(twitter.thompsonSlots?.object?.count == 9, "it had none: made for the candidates")
        let threads = try #require(rows.first { $0.platform == "threads" })
        #expect(threads.activeDays == [0, 1, 2, 3, 4, 5])
        // 13, 17, 23 and their neighbours, around midnight too.
        #expect(
            Set((threads.thompsonSlots?.object ?? [:]).keys) == ["12", "13", "14", "16", "17", "18", "22", "23", "0"])
        #expect((threads.thompsonSlots?.object ?? [:]).values.allSatisfy { $0 == ["alpha": 1, "beta": 1] })
        let before = try await bench.all(PostingSchedule.self)
        try await bench.run(.scheduler, "init")
        #expect(try await bench.all(PostingSchedule.self) == before)
    }

    @Test("a post above the 30-day mean rewards its hour, one at or below it does not, each once (SC-04, SC-17, K37)")
    func rewards() async throws {
        var bench = try Bench()
        // The mean is 20.
        try await bench.store.insert([
            Self.post(1, score: 50, hour: 14), Self.post(2, score: 20, hour: 17), Self.post(3, score: 5, hour: 17),
            Self.post(4, score: 5, hour: 22),
        ])
        try await bench.run(.scheduler, "optimize")
        var slots = try await slots(bench)
        #expect(slots["14"] == ["alpha": 2, "beta": 1])
        #expect(slots["17"] == ["alpha": 1, "beta": 3])
        #expect(slots["22"] == ["alpha": 1, "beta": 2])
        #expect(slots["13"] == ["alpha": 1, "beta": 1])
        try await bench.run(.scheduler, "optimize")
        #expect(try await self.slots(bench) == slots, "nothing is learned twice")
        bench.now = Bench.noon + .days(1)
        try await bench.store.insert([Self.post(5, score: 90, hour: 22, daysAgo: 0)])
        bench.now = Bench.noon + .seconds(30 * 3_600)
        try await bench.run(.scheduler, "optimize")
        slots = try await self.slots(bench)
        #expect(slots["22"] == ["alpha": 1, "beta": 2], "not 24 hours old yet")
        bench.now = Bench.noon + .days(2)
        try await bench.run(.scheduler, "optimize")
        #expect(try await self.slots(bench)["22"] == ["alpha": 2, "beta": 2])
    }

    @Test("both posts of an A/B test teach with their 24 h figures, and once only when they are own posts too (SC-04)")
    func tests() async throws {
        let bench = try Bench()
        try await bench.store.insert([Self.post(1, score: 40, hour: 17)])
        let metrics = TestMetrics(
            a: PostCounts(views: 100, likes: 30, replies: 0, retweets: 0),
            b: PostCounts(views: 100, likes: 1, replies: 0, retweets: 0))
        try await bench.store.insert([
            Draft<ABTests> {
                $0.niche = "ai_automation"
                $0.testMethodA = "blotato"
                $0.testMethodB = "safari"
                $0.variantAText = "a"
                $0.variantBText = "b"
                $0.status = "complete"
                $0.metrics24h = metrics.json
                $0.postURLA = "https://x.com/me/status/1"
                $0.postURLB = "https://x.com/me/status/2"
                $0.createdAt = Instant(daysSinceEpoch: Bench.noon.daysSinceEpoch - 2, hour: 22)
            }
        ])
        try await bench.store.insert([
            Draft<ContentPerformance> {
                $0.externalID = "1"
                $0.platform = "twitter"
                $0.engagementScore = 100
                $0.publishedAt = Instant(daysSinceEpoch: Bench.noon.daysSinceEpoch - 2, hour: 22)
            }
        ])
        let result = try await bench.run(.scheduler, "optimize")
        // The mean of 40, 100 and 13 is 51.
        #expect(try await slots(bench)["22"] == ["alpha": 2, "beta": 2])
        let twitter = result.data["platforms"]?.array?.first { $0["platform"] == "twitter" }
        #expect(twitter?["new_posts"] == 3)
    }

    @Test("what a predecessor learned stays under what is learned now")
    func base() async throws {
        let bench = try Bench()
        try await bench.store.insert([
            Draft<PostingSchedule> {
                $0.platform = "twitter"
                $0.thompsonSlots = ["14": ["alpha": 9, "beta": 4], "99": ["alpha": 1, "beta": 1], "15": "broken"]
            }
        ])
        try await bench.store.insert([Self.post(1, score: 50, hour: 14), Self.post(2, score: 1, hour: 14)])
        try await bench.run(.scheduler, "optimize")
        try await bench.run(.scheduler, "optimize")
        let slots = try await slots(bench)
        #expect(slots["14"] == ["alpha": 10, "beta": 5])
        #expect(slots["99"] == nil)
        #expect(slots["15"] == ["alpha": 1, "beta": 1])
    }

    @Test(
        "the draws can be repeated from the key in the result, and the highest that keep the gap are the hours (SC-03, SC-19)"
    )
    func replay() async throws {
        let bench = try Bench()
        let result = try await bench.run(.scheduler, "optimize")
        let platforms = try #require(result.data["platforms"]?.array)
        #expect(platforms.count == 6)
        for platform in platforms {
            let name = try #require(platform["platform"]?.string)
            #expect(platform["key"]?.string == "actpd/ts/1|\(name)|2026-03-02")
            let draws = try #require(platform["draws"]?.array)
            for draw in draws {
                let hour = try #require(draw["hour"]?.integer)
                let key = "actpd/ts/1|\(name)|2026-03-02|\(hour < 10 ? "0" : "")\(hour)"
                #expect(draw["seed"]?.string == String(Xoshiro256.seed(of: key), radix: 16))
                var generator = Xoshiro256(key: key)
                let law = try BetaDistribution(
                    alpha: draw["alpha"]?.double ?? 0, beta: draw["beta"]?.double ?? 0)
                #expect(draw["draw"]?.double == generator.beta(law))
            }
            let hours = (platform["best_hours"]?.array ?? []).compactMap(\.integer)
            let highest = draws.max { ($0["draw"]?.double ?? 0) < ($1["draw"]?.double ?? 0) }
            #expect(hours.contains(highest?["hour"]?.integer ?? -1))
            let stored = try #require(try await bench.all(PostingSchedule.self).first { $0.platform == name })
            #expect(stored.bestHours == hours, "what was drawn is what is stored")
            for (a, b) in zip(hours, hours.dropFirst()) { #expect(Int(b - a) >= min(stored.minGapHours ?? 0, 12)) }
        }
        let again = try await bench.run(.scheduler, "optimize")
        #expect(
            again.data["platforms"]?.array?.map { $0["best_hours"] } == platforms.map { $0["best_hours"] },
            "the same day draws the same")
    }

    @Test("the smoothed sampler draws from what neighbours and all hours taught; the stored slots stay the rule's")
    func smoothed() async throws {
        var bench = try Bench()
        bench.settings.postingSchedule.sampler = .smoothed
        try await bench.store.insert([Self.post(1, score: 50, hour: 14), Self.post(2, score: 1, hour: 22)])
        let result = try await bench.run(.scheduler, "optimize")
        #expect(result.data["sampler"] == "smoothed")
        let twitter = try #require(result.data["platforms"]?.array?.first { $0["platform"] == "twitter" })
        let draws = try #require(twitter["draws"]?.array)
        func alpha(_ hour: Int64) -> Double? { draws.first { $0["hour"]?.integer == hour }?["alpha"]?.double }
        #expect((alpha(13) ?? 0) > 1.5, "its neighbour was rewarded")
        #expect((alpha(18) ?? 9) < 1.5)
        #expect(try await slots(bench)["13"] == ["alpha": 1, "beta": 1])
        bench.settings.postingSchedule.candidates = .all
        let all = try await bench.run(.scheduler, "optimize")
        #expect(all.data["platforms"]?.array?.first?["draws"]?.array?.count == 24)
    }

    @Test("a dry run shows the draws and changes neither table nor memory (readings 19)")
    func dryRun() async throws {
        let bench = try Bench()
        try await bench.store.insert([Self.post(1, score: 50, hour: 14), Self.post(2, score: 1, hour: 14)])
        let dry = try await bench.run(.scheduler, "optimize", isDryRun: true)
        #expect(try await bench.all(PostingSchedule.self).isEmpty)
        let real = try await bench.run(.scheduler, "optimize")
        let (shown, done) = (dry.data["platforms"]?.array ?? [], real.data["platforms"]?.array ?? [])
        #expect(shown.map { $0["best_hours"] } == done.map { $0["best_hours"] })
        #expect(shown.first?["new_posts"] == 2 && done.first?["new_posts"] == 2)
    }
}
