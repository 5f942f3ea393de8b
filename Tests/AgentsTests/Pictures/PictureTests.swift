import ActpTesting
import JSON
import Records
import Testing
import Time

@testable import Agents

/// Each domain's picture, read as the page reads it.
@Suite struct PictureTests {
    private func picture(of domain: Domain, _ bench: Bench) async throws -> JSON {
        try await AgentCatalog.picture(
            of: domain, at: bench.now, store: bench.store, settings: bench.settings, memory: bench.memory)
    }

    @Test("every domain has a picture, also of an empty business", arguments: Domain.allCases)
    func empty(domain: Domain) async throws {
        let picture = try await picture(of: domain, Bench())
        #expect(picture["domain"]?.string == domain.rawValue)
        #expect(picture["at"]?.string == Bench.noon.iso8601)
        #expect(picture["partial"] == nil)
    }

    // MARK: prospect

    @Test("the funnel counts stages and scores, and tells who moved since a week ago")
    func funnel() async throws {
        var bench = try Bench()
        try await bench.store.insert([Rows.contact(1), Rows.contact(2)])
        try await bench.store.insert((0..<3).map { _ in Rows.interaction(1, "dm_reply", daysAgo: 3) })
        try await bench.run(.prospect, "score-all")
        // Ten days later the first one has answered more, and somebody is new.
        bench.now = Bench.noon + .days(10)
        try await bench.store.insert((0..<12).map { _ in Rows.interaction(1, "dm_reply", daysAgo: -9) })
        try await bench.store.insert([Rows.contact(3)])
        try await bench.run(.prospect, "score-all")
        let picture = try await picture(of: .prospect, bench)
        #expect(picture["score_tens"]?.array?.compactMap(\.integer).reduce(0, +) == 3)
        let moves = try #require(picture["moves"]?.array)
        #expect(moves.contains(["from": "awareness", "to": "decision", "count": 1]))
        #expect(!moves.contains { $0["from"] == $0["to"] })
        let decision = try #require(picture["stages"]?.array?.last)
        #expect(decision == ["stage": "decision", "count": 1, "entered": 1, "left": 0])
    }

    @Test("the stage of a week ago is that of the last score before it; else the contact is new, or did not move")
    func past() throws {
        let since = Bench.noon
        func snapshot(_ contact: Int, _ days: Int, _ score: Int) -> (contact: RowID, snapshot: ScoreHistory.Snapshot) {
            (id(contact), .init(at: since + .days(days), score: score, breakdown: [:]))
        }
        let past = ScorePast(
            [
                snapshot(1, -9, 70), snapshot(1, -5, 20), snapshot(1, 2, 40), snapshot(2, 1, 66), snapshot(2, 3, 10),
                snapshot(3, -1, 99),
            ], since: since, stage: ProspectSettings().stage)
        #expect(past.stage(of: id(1), createdAt: nil) == "awareness")
        #expect(past.stage(of: id(2), createdAt: since + .days(1)) == "new")
        #expect(past.stage(of: id(2), createdAt: since - .days(90)) == "decision")
        #expect(past.stage(of: id(3), createdAt: nil) == nil)
    }

    // MARK: ab-tester

    private func abTest(_ number: Int, sameText: Bool = false, likesB: Int = 400) -> Draft<ABTests> {
        Draft {
            $0.id = id(number)
            $0.niche = "ai_automation"
            $0.testMethodA = "safari"
            $0.testMethodB = "blotato"
            $0.variantAText = "Do you automate?"
            $0.variantBText = sameText ? "Do you automate?" : "Automation saves a day a week."
            $0.status = "complete"
            $0.winner = "b"
            $0.createdAt = Bench.noon - .days(number)
            $0.metrics24h = [
                "views_a": 9_000, "likes_a": 90, "replies_a": 5, "rts_a": 5, "views_b": 9_000,
                "likes_b": JSON(likesB), "replies_b": 40, "rts_b": 40,
            ]
        }
    }

    @Test("a test shows its estimate within its interval, a flawed one neither")
    func tests() async throws {
        let bench = try Bench()
        try await bench.store.insert([abTest(1), abTest(2, sameText: true)])
        let tests = try #require(try await picture(of: .abTester, bench)["tests"]?.array)
        let interval = (tests[0]["interval"]?.array ?? []).compactMap(\.double)
        try #require(interval.count == 2)
        let estimate = try #require(tests[0]["estimate"]?.double)
        #expect(interval[0] < estimate && estimate < interval[1] && estimate > 100)
        #expect(tests[0]["hook_b"]?.string == "statement")
        #expect(tests[1]["grade"]?.string == "invalid")
        #expect(tests[1]["estimate"] == .null && tests[1]["interval"] == .null)
    }

    // MARK: scheduler, content-mix, youtube

    @Test("an hour's belief is its posterior mean, the more certain the more it has seen")
    func hours() async throws {
        let bench = try Bench()
        try await bench.store.insert([
            Draft<PostingSchedule> {
                $0.platform = "twitter"
                $0.bestHours = [17]
                $0.thompsonSlots = ["17": ["alpha": 9, "beta": 3], "14": ["alpha": 2, "beta": 1], "x": 1]
            }
        ])
        let platforms = try await picture(of: .scheduler, bench)["platforms"]?.array
        let hours = try #require(platforms?.first?["hours"]?.array)
        #expect(hours.map { $0["hour"] } == [14, 17])
        #expect(hours[1]["mean"]?.double == 0.75)
        #expect(hours.map { $0["posts"] } == [1, 10])
        #expect(hours.map { $0["chosen"] } == [false, true])
        let certainties = hours.compactMap { $0["certainty"]?.double }
        #expect(certainties.count == 2 && certainties[0] < certainties[1])
    }

    @Test("the mix shows each niche's share beside its target, niches without posts too")
    func mix() async throws {
        let bench = try Bench()
        try await bench.store.insert(
            (0..<4).map { number in
                Draft<ContentPerformance> {
                    $0.externalID = "\(number)"
                    $0.platform = "twitter"
                    $0.niche = number < 3 ? "ai_automation" : "content_creation"
                    $0.publishedAt = Bench.noon - .days(1)
                }
            })
        let niches = try #require(try await picture(of: .contentMix, bench)["niches"]?.array)
        #expect(
            [niches.first, niches.last] == [
                ["niche": "ai_automation", "posts": 3, "share": .number(0.75), "target": .number(0.35)],
                ["niche": "content_creation", "posts": 1, "share": .number(0.25), "target": .null],
            ])
        #expect(niches.contains { $0["posts"] == 0 && $0["target"] == .number(0.15) })
    }

    @Test("the matrix leaves out groups that only keep hooks")
    func matrix() async throws {
        let bench = try Bench()
        try await bench.store.insert(
            [3, 0].map { samples in
                Draft<NicheResonance> {
                    $0.platform = "youtube"
                    $0.niche = samples == 0 ? "saas_growth" : "ai_automation"
                    $0.offerTag = "none"
                    $0.contentType = "educational"
                    $0.avgViews = 1_200
                    $0.sampleCount = samples
                }
            })
        let cells = try #require(try await picture(of: .youtube, bench)["cells"]?.array)
        #expect(cells.map { $0["niche"] } == ["ai_automation"])
        #expect(cells[0]["samples"] == 3)
    }

    // MARK: trends, creators

    @Test("trends stand by strength; one that is older than the look-back is over")
    func trends() async throws {
        let bench = try Bench()
        try await bench.store.insert(
            [("a", 5.0, 0), ("b", 9.0, 0), ("c", 99.0, 400)].map { niche, strength, days in
                Draft<CrossPlatformTrends> {
                    $0.niche = niche
                    $0.platforms = ["twitter", "instagram"]
                    $0.trendStrength = strength
                    $0.topPosts = [["text": ""], ["text": "hook of \(niche)"]]
                    $0.updatedAt = Bench.noon - .days(days)
                }
            })
        let trends = try #require(try await picture(of: .trends, bench)["trends"]?.array)
        #expect(trends.map { $0["niche"] } == ["b", "a"])
        #expect(trends[0]["platforms"] == ["instagram", "twitter"])
        #expect(trends[0]["top_hook"] == "hook of b")
    }

    @Test(
        "a tier begins at its number of followers",
        arguments: [(0, "nano"), (9_999, "nano"), (10_000, "micro"), (999_999, "macro"), (1_000_000, "mega")])
    func tier(followers: Int, tier: String) { #expect(CreatorsPicture.tier(followers: followers) == tier) }

    @Test("creators are counted by tier and platform, the best-fitting named first")
    func creators() async throws {
        let bench = try Bench()
        try await bench.store.insert(
            [("ada", 12_000, 90), ("bob", 12_000, 61), ("eve", nil, 60)].map { handle, followers, fit in
                Draft<PlatformCreators> {
                    $0.platform = "tiktok"
                    $0.handle = handle
                    $0.followers = followers
                    $0.icpFitScore = fit
                }
            })
        let picture = try await picture(of: .creators, bench)
        let micro = picture["tiers"]?.array?.first { $0["tier"] == "micro" }
        #expect(micro?["by_platform"] == ["tiktok": 2])
        #expect(picture["unknown"] == 1 && picture["fitting"] == 2)
        #expect(picture["best"]?.array?.map { $0["handle"] } == ["ada", "bob", "eve"])
    }

    // MARK: outreach, remotion

    private func message(
        _ number: Int, _ status: String, hoursAgo: Int = 0, reasoning: String? = nil
    ) -> Draft<MessageQueue> {
        Draft {
            $0.id = id(100 + number)
            $0.contactID = id(number)
            $0.platform = "twitter"
            $0.messageBody = "Hi"
            $0.status = status
            $0.aiReasoning = reasoning
            $0.scheduledFor = Bench.noon - .seconds(hoursAgo * 3_600)
            $0.createdAt = Bench.noon - .days(1)
            $0.sentAt = status == "sent" ? Bench.noon - .seconds(hoursAgo * 3_600) : nil
        }
    }

    @Test("the queue is counted by state, notes included, and the caps by what was sent")
    func queue() async throws {
        let bench = try Bench()
        try await bench.store.insert((1...6).map { Rows.contact($0) })
        let unknown = QueueNote.unknown("time-out", at: Bench.noon)
        try await bench.store.insert([
            message(1, "pending", hoursAgo: 1), message(2, "pending", hoursAgo: -1), message(3, "sent", hoursAgo: 0),
            message(4, "sent", hoursAgo: 5), message(5, "sent", hoursAgo: 30), message(6, "failed", reasoning: unknown),
        ])
        let picture = try await picture(of: .outreach, bench)
        #expect(
            picture["platforms"]?.array == [
                ["platform": "twitter", "by_state": ["pending": 2, "sent": 3, "unknown": 1]]
            ])
        #expect(picture["due"] == 1)
        let cap = picture["caps"]?.array?.first { $0["platform"] == "twitter" }
        #expect(cap?["hour_used"] == 1 && cap?["day_used"] == 2 && cap?["hour_cap"] == 15)
    }

    @Test("renders are counted by state, those of other models and long-finished ones left out")
    func renders() async throws {
        let bench = try Bench()
        try await bench.store.insert(
            [
                (1, "remotion", "queued", 0), (2, "remotion", "pending", 0), (3, "other", "queued", 0),
                (4, "remotion", "distributed", 2), (5, "remotion", "distributed", 200),
                (6, "remotion", "complete", 300),
            ].map { number, model, status, days in
                Draft<GenJobs> {
                    $0.id = id(number)
                    $0.model = model
                    $0.status = status
                    $0.createdAt = Bench.noon - .days(days)
                    $0.updatedAt = Bench.noon - .days(days)
                }
            })
        let picture = try await picture(of: .remotion, bench)
        #expect(picture["states"]?.array?.map { $0["count"] } == [2, 0, 1, 0, 0, 1])
        #expect(picture["oldest_open"]?.string == (Bench.noon - .days(300)).iso8601)
        #expect(picture["latest"]?.array?.count == 5)
    }
}
