import ActpTesting
import JSON
import Records
import Statistics
import Synchronization
import Testing
import Time

@testable import Agents

@Suite struct CheckbackTests {
    @Test("each window is taken at the first run that is old enough (AB-05, AB-16, K28, K30)")
    func windows() async throws {
        let desk = try CheckbackDesk()
        try await desk.create()
        desk.twitter.count("blotato", 100, 5, 1, 1)
        desk.twitter.count("safari", 90, 4, 0, 2)
        try await desk.check(after: 0.5)
        #expect(try await desk.row().metrics1h == nil)
        try await desk.check(after: 2)
        var row = try await desk.row()
        #expect(row.metrics1h?["views_a"] == 100 && row.metrics1h?["rts_a"] == 1 && row.metrics1h?["replies_b"] == 2)
        #expect(row.metrics1h?["age_minutes"] == 120, "with its true age")
        #expect(row.metrics4h == nil)
        desk.twitter.count("blotato", 200, 9, 1, 1)
        try await desk.check(after: 4)
        row = try await desk.row()
        #expect(row.metrics1h?["views_a"] == 100, "a window that is taken stays")
        #expect(row.metrics4h?["views_a"] == 200)
        #expect(row.status == "running")
    }

    @Test("a daemon that was away takes all windows that are due, and a test stays eligible past 24 h (K28)")
    func late() async throws {
        let desk = try CheckbackDesk()
        try await desk.create()
        desk.twitter.count("blotato", 1_000, 50, 5, 5)
        desk.twitter.count("safari", 1_000, 10, 1, 1)
        try await desk.check(after: 31)
        let row = try await desk.row()
        #expect(row.metrics1h != nil && row.metrics4h != nil && row.metrics24h?["age_minutes"] == 1_860)
        #expect(row.status == "complete")
    }

    @Test(
        "the rule decides at 24 h: above 15 % of the larger score a winner, at it none (AB-06, AB-07, AB-08, AB-17, K27)"
    )
    func rule() async throws {
        // Scores 100 and 85: the margin is exactly 15 %.
        for (likes, winner, status) in [(25, "tie", "inconclusive"), (24, "a", "complete")] {
            let desk = try CheckbackDesk()
            try await desk.create()
            desk.twitter.count("blotato", 250, 25, 0, 0)
            desk.twitter.count("safari", 100, likes, 0, 0)
            let result = try await desk.check(after: 24)
            let row = try await desk.row()
            #expect(row.engScoreA == 100)
            #expect(row.engScoreB == Double(likes * 3 + 10))
            #expect(row.winner == winner && row.status == status)
            #expect(row.completedAt == desk.bench.now)
            #expect(result.alerts.count == (winner == "tie" ? 0 : 1))
            let test = try #require(result.data["tests"]?.array?.first)
            #expect(test["winner"]?.string == winner)
            #expect(test["windows"] == ["1h", "4h", "24h"])
        }
    }

    @Test("nothing on either side is no winner (K27)")
    func bothNothing() async throws {
        let desk = try CheckbackDesk()
        try await desk.create()
        desk.twitter.count("blotato", 1, 0, 0, 0)
        desk.twitter.count("safari", 1, 0, 0, 0)
        try await desk.check(after: 24)
        let row = try await desk.row()
        #expect(row.status == "inconclusive" && row.winner == "tie")
    }

    @Test("the winner is told once, with the uplift over the loser and what it is worth (AB-13, ABTS-005, K27)")
    func alert() async throws {
        let desk = try CheckbackDesk()
        try await desk.create()
        desk.twitter.count("blotato", 1_000, 20, 2, 2)
        desk.twitter.count("safari", 1_000, 60, 6, 6)
        let result = try await desk.check(after: 24)
        let alert = try #require(result.alerts.first?.html)
        // 178 and 334.
        #expect(alert.hasPrefix("🧪 A/B Test Winner: safari +88% on digital_marketing niche\n"), "\(alert)")
        #expect(alert.contains("Evidence: "))
        #expect(try await desk.check(after: 26).alerts.isEmpty)
        let evidence = try #require(result.data["tests"]?.array?.first?["evidence"])
        #expect(evidence["grade"]?.string == "post")
        #expect(evidence["sentence"]?.string.map(alert.contains) == true)
        let effect = try #require(evidence["effect"])
        // Rates by hand: y = 3l + 5r + 4c over v.
        #expect(effect["rate_a"]?.double == 0.078)
        #expect(effect["rate_b"]?.double == 0.234)
        #expect(evidence["niche"]?["tests"] == 1)
    }

    @Test("the winning hook goes before the patterns that are there; other sources stay (ABTS-006, AB-10, K46)")
    func hook() async throws {
        let desk = try CheckbackDesk()
        try await desk.bench.store.insert([
            Draft<NicheResonance> {
                $0.platform = "twitter"
                $0.niche = "digital_marketing"
                $0.contentType = "educational"
                $0.topHookPatterns = ["An old title"]
            }
        ])
        try await desk.create()
        desk.twitter.count("blotato", 1_000, 20, 2, 2)
        desk.twitter.count("safari", 1_000, 60, 6, 6)
        try await desk.check(after: 24)
        let row = try await desk.row()
        let hook = TweetText.hook(of: row.variantBText)
        #expect(try await desk.bench.all(NicheResonance.self).first?.topHookPatterns == [hook, "An old title"])
        let posts = try await desk.bench.all(ContentPerformance.self)
        #expect(Set(posts.map(\.externalID)) == ["100", "101"])
        #expect(posts.allSatisfy { $0.platform == "twitter" && $0.niche == "digital_marketing" })
    }

    @Test("a niche that the matrix does not know on Twitter gets a group that keeps the hook")
    func newGroup() async throws {
        let desk = try CheckbackDesk()
        try await desk.create()
        desk.twitter.count("blotato", 1_000, 60, 6, 6)
        desk.twitter.count("safari", 1_000, 20, 2, 2)
        try await desk.check(after: 24)
        let group = try #require(try await desk.bench.all(NicheResonance.self).first)
        #expect(group.offerTag == "digital_agency" && group.sampleCount == 0)
        let list = try await desk.bench.run(.contentMix, "recommend").data["recommendations"]?.array ?? []
        #expect(!list.contains { $0["platform"] == "twitter" && $0["reason"] == "resonance" }, "it has no samples")
    }

    @Test("a counter that fell is a misreading, and a post without any figure after an hour was not read")
    func badReadings() {
        var looks = TestLooks()
        let first = PostCounts(views: 999_000, likes: 10, replies: 1, retweets: 2)
        _ = looks.add(age: .seconds(7_200), a: first, b: first)
        let second = looks.add(
            age: .seconds(14_400), a: PostCounts(views: 1_234, likes: 12, replies: 1, retweets: 2),
            b: PostCounts(views: 0, likes: 0, replies: 0, retweets: 0))
        #expect(second.a == PostCounts(views: 999_000, likes: 12, replies: 1, retweets: 2))
        #expect(!second.b.isKnown)
        #expect(TestLooks(looks.json) == looks)
    }

    @Test("a post whose address was not known is found later, and one that the publisher gave up ends the test (AB-14)")
    func addresses() async throws {
        let desk = try CheckbackDesk()
        desk.twitter.set { $0.timelineShows = false }
        try await desk.create()
        desk.twitter.count("blotato", 100, 5, 1, 1)
        desk.twitter.count("safari", 90, 4, 0, 2)
        #expect(try await desk.check(after: 2).degraded.count == 1)
        desk.twitter.set { $0.timelineShows = true }
        try await desk.check(after: 4)
        let row = try await desk.row()
        #expect(row.postURLB != nil && row.metrics1h != nil && row.metrics4h != nil)

        let failing = try CheckbackDesk()
        failing.twitter.set { $0.status = .failed("duplicate content") }
        try await failing.create()
        try await failing.bench.store.update(
            where: \ABTests.status == "running", set: Draft { $0.postURLA = nil as String? })
        let result = try await failing.check(after: 2)
        #expect(try await failing.row().status == "error")
        #expect(result.alerts.count == 1)
        #expect(result.alerts[0].html.contains("duplicate content"))
        #expect(try await failing.check(after: 4).alerts.isEmpty)
    }

    @Test("a deleted post ends the test after three days, and says which (K26)")
    func deleted() async throws {
        let desk = try CheckbackDesk()
        try await desk.create()
        desk.twitter.count("blotato", 100, 5, 1, 1)
        try await desk.check(after: 25)
        #expect(try await desk.row().status == "running")
        let result = try await desk.check(after: 73)
        let row = try await desk.row()
        #expect(row.status == "error")
        #expect(row.error?.contains("post B") == true)
        #expect(result.alerts.count == 1)
    }

    @Test("a service that is away fails the run and is made up for; a single test that cannot be read does not")
    func away() async throws {
        let desk = try CheckbackDesk()
        try await desk.create()
        desk.twitter.set {
            $0.readFault = ServiceError("the Twitter browser", "refused", isAway: true, isSafeToRepeat: true)
        }
        await #expect(throws: ServiceError.self) { try await desk.check(after: 2) }
        desk.twitter.set { $0.readFault = nil }
        desk.twitter.count("blotato", 100, 5, 1, 1)
        desk.twitter.count("safari", 90, 4, 0, 2)
        try await desk.check(after: 4)
        #expect(try await desk.row().metrics1h != nil)
    }

    @Test("a test that has its figures is decided though no service answers, with the windows as its looks")
    func measured() async throws {
        let desk = try CheckbackDesk()
        desk.twitter.set {
            $0.readFault = ServiceError("the Twitter browser", "refused", isAway: true, isSafeToRepeat: true)
        }
        let counts = PostCounts(views: 1_000, likes: 60, replies: 5, retweets: 4)
        let day = TestMetrics(a: counts, b: PostCounts(views: 1_000, likes: 20, replies: 2, retweets: 1))
        try await desk.bench.store.insert([
            Draft<ABTests> {
                $0.niche = "saas_growth"
                $0.testMethodA = "blotato"
                $0.testMethodB = "safari"
                $0.variantAText = "Why?"
                $0.variantBText = "Because."
                $0.postURLA = "https://x.com/me/status/1"
                $0.postURLB = "https://x.com/me/status/2"
                $0.metrics24h = day.json
                $0.createdAt = Bench.noon
            }
        ])
        let result = try await desk.check(after: 25)
        #expect(try await desk.row().winner == "a")
        #expect(result.data["tests"]?.array?.first?["evidence"]?["grade"]?.string == "post")
        #expect(desk.twitter.state.withLock { $0.reads } == 0)
    }

    @Test("a run that died between its posts leaves a row that says so (readings 27)")
    func interrupted() async throws {
        let desk = try CheckbackDesk()
        let intent = TestIntent(
            id: id(7), niche: "saas_growth", topic: "churn",
            variants: Variants(question: "Why?", statement: "Because.", model: nil),
            coin: CoinToss(niche: "saas_growth", topic: "churn", day: "2026-03-02"), createdAt: Bench.noon,
            expectedViews: 5_000)
        try desk.bench.memory.remember([intent.change], at: Bench.noon)
        #expect(try await desk.check(after: 0.5).alerts.isEmpty, "it may still be posting")
        let result = try await desk.check(after: 2)
        #expect(result.alerts.count == 1)
        let row = try await desk.row()
        #expect(row.id == id(7) && row.status == "error")
        #expect(try await desk.check(after: 4).alerts.isEmpty)
    }

    @Test("results tally ways and hooks of each niche, and read all niches under one error rate (AB-11, decisions b)")
    func results() async throws {
        let desk = try CheckbackDesk()
        for topic in ["one", "two", "three"] { try await desk.create(topic) }
        for (index, tweet) in desk.twitter.tweets.enumerated() {
            desk.twitter.set { state in
                state.counts[tweet.id] = PostCounts(
                    views: 1_000, likes: tweet.text.contains("?") ? 60 : 20, replies: index, retweets: 2)
            }
        }
        // The status of every test names the first tweet of the API: each has its own.
        desk.twitter.set { $0.status = .published(url: nil) }
        try await desk.bench.store.update(
            where: \ABTests.status == "running", set: Draft { $0.postURLA = nil as String? })
        try await desk.check(after: 24)
        let result = try await desk.bench.run(.abTester, "results")
        let niche = try #require(result.data["niches"]?.array?.first)
        #expect(niche["hook_wins"]?["question"] == 3)
        #expect(niche["hooks"]?["wins"] == 3)
        #expect(niche["hooks"]?["tests"] == 3)
        #expect(niche["accepted"] == false)
        #expect(result.data["tests"]?.array?.count == 3)
        let methods = niche["method_wins"]?.object ?? [:]
        #expect(methods.values.compactMap(\.integer).reduce(0, +) == 3)
    }

    @Test("status shows running tests with their latest figures (AB-18)")
    func status() async throws {
        let desk = try CheckbackDesk()
        #expect(try await desk.bench.run(.abTester, "status").summary == "no test is running")
        try await desk.create()
        desk.twitter.count("blotato", 100, 5, 1, 1)
        desk.twitter.count("safari", 90, 4, 0, 2)
        try await desk.check(after: 0.5)
        let test = try #require(try await desk.bench.run(.abTester, "status").data["tests"]?.array?.first)
        #expect(test["snapshot"]?["views_a"] == 100)
        #expect(test["score_a"]?.double == 34)
    }

    @Test("schedule names Twitter's next window, all-schedules those of every platform (AB-11)")
    func schedule() async throws {
        let desk = try CheckbackDesk()
        #expect(try await desk.bench.run(.abTester, "schedule").data["next"] == "2026-03-02T14:00:00Z")
        desk.bench.now = instant("2026-03-06T23:00:00Z")
        #expect(try await desk.bench.run(.abTester, "schedule").data["next"] == "2026-03-09T14:00:00Z")
        #expect(try await desk.bench.run(.abTester, "all-schedules").data["schedules"]?.array?.count == 6)
    }

    @Test("a dry run reads and changes nothing (readings 19)")
    func dryRun() async throws {
        let desk = try CheckbackDesk()
        try await desk.create()
        desk.twitter.count("blotato", 1_000, 60, 6, 6)
        desk.twitter.count("safari", 1_000, 20, 2, 2)
        desk.bench.now = Bench.noon + .days(1)
        let before = try await desk.row()
        let result = try await desk.bench.run(.abTester, "checkback", isDryRun: true)
        #expect(result.alerts.isEmpty)
        #expect(try await desk.row() == before)
    }
}
