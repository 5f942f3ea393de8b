import ActpTesting
import JSON
import Records
import Testing
import Time

@testable import Agents

@Suite struct CreatorsRulesTests {
    private let rules = CreatorsRules(CreatorsSettings())

    private static func creator(_ handle: String, bio: String? = nil, engagement: Double? = nil) -> FoundCreator {
        var creator = FoundCreator(handle: handle)
        creator.bio = bio
        creator.totalEngagement = engagement
        return creator
    }

    @Test("offers are matched by whole words of bio and posts (CR-05…CR-08, CR-17)")
    func offers() {
        let findings = NicheFindings(
            creators: [
                CreatorsRulesTests.creator("a", bio: "n8n and Zapier, less churn"),
                CreatorsRulesTests.creator("b", bio: "overviews and growthhacking"), CreatorsRulesTests.creator("c"),
            ],
            posts: [FoundPost(author: "C", text: "How I grew my audience", engagement: 1)])
        let judged = rules.judge(findings)
        #expect(judged.map(\.offers) == [["safari_automation", "saas_consulting"], [], ["creator_growth"]])
    }

    @Test(
        "the fit is role words and the engagement's tier, and only more than 60 qualifies (CR-08, CR-10, K58)",
        arguments: [
            (nil, nil, 0), ("Founder", nil, 40), (nil, 20_000.0, 40), ("Founder", 999.0, 50), ("Founder", 1_000.0, 65),
            ("Founder and coach, former CTO, YouTuber", 20_000.0, 100),
        ] as [(String?, Double?, Int)])
    func fit(_ bio: String?, _ engagement: Double?, _ expected: Int) throws {
        let judged = rules.judge(
            NicheFindings(creators: [CreatorsRulesTests.creator("a", bio: bio, engagement: engagement)]))
        let creator = try #require(judged.first)
        #expect(creator.fit == expected)
        #expect(rules.isQualified(creator) == (expected > 60))
        #expect(!rules.isQualified(JudgedCreator(found: creator.found, offers: [], fit: 60)))
    }

    @Test(
        "a hook is the first sentence or clause of a post (CR-11)",
        arguments: [
            ("Three tools I use. Every day.", "Three tools I use"),
            ("Why do agencies fail?! Here is why", "Why do agencies fail?"),
            ("\n  Stop doing this by hand\nreally", "Stop doing this by hand"), ("Wow. Amazing tool", nil),
            ("#ai https://x.org/1 @ada", nil), ("Version 2.5 of my flow is out. Yes", "Version 2.5 of my flow is out"),
        ] as [(String, String?)])
    func hooks(_ text: String, _ hook: String?) { #expect(HookPattern.hook(of: text) == hook) }

    @Test("a long sentence is cut at its first clause, and never longer than a line (CR-11)")
    func longHook() {
        let clause = "I asked forty founders what they would automate first"
        let text = clause + ", and " + String(repeating: "nearly all of them said ", count: 6)
        #expect(HookPattern.hook(of: text) == clause)
        #expect((HookPattern.hook(of: String(repeating: "word ", count: 80)) ?? "").count == 120)
    }

    @Test("the matrix has twelve pairs, and the stalest is the one that was never pulled (CR-04, K56, readings 23)")
    func stalest() {
        let pairs = ResearchPair.matrix(CreatorsSettings())
        #expect(pairs.count == 12)
        #expect(Set(pairs.map(\.platform)) == ["twitter", "tiktok", "threads", "instagram"])
        var pulled = Dictionary(uniqueKeysWithValues: pairs.map { ($0, Bench.noon) })
        pulled[pairs[5]] = Bench.noon - .days(1)
        #expect(CreatorsRules.stalest(pairs, pulled: pulled) == pairs[5])
        pulled[pairs[7]] = nil
        #expect(CreatorsRules.stalest(pairs, pulled: pulled) == pairs[7])
        #expect(pairs[0].phrase == "ai automation")
    }
}

@Suite struct CreatorsTasksTests {
    private static let findings: NicheFindings = {
        func creator(_ handle: String, _ bio: String?, _ engagement: Double, followers: Int? = nil) -> FoundCreator {
            var creator = FoundCreator(handle: handle)
            (creator.bio, creator.totalEngagement, creator.followers) = (bio, engagement, followers)
            creator.displayName = "The \(handle)"
            creator.topPostText = "Stop doing this by hand. Really."
            creator.topPostURL = "https://example.com/\(handle)"
            return creator
        }
        return NicheFindings(
            creators: [
                creator("Ada", "Founder, n8n workflows", 12_345, followers: 900), creator("bob", nil, 400),
                creator("cyd", "Coach who helps people monetize", 2_000),
            ],
            posts: [
                FoundPost(author: "ada", text: "How to build a workflow in a day. Yes.", engagement: 90),
                FoundPost(author: "bob", text: "Stop doing this by hand. Really.", engagement: 80),
            ])
    }()

    private func bench(_ answer: Result<NicheFindings, ServiceError> = .success(findings)) throws -> Bench {
        var bench = try Bench()
        bench.services.research = ScriptedResearch { _ in answer }
        return bench
    }

    private let pair: [String: JSON] = ["platform": "twitter", "niche": "ai_automation"]

    @Test("sync stores every creator once, with offers, fit and time; pulled again nobody is new (CR-09, CR-15)")
    func sync() async throws {
        var bench = try bench()
        let first = try await bench.run(.creators, "sync", pair)
        #expect(first.data["new_creators"] == 3)
        let rows = try await bench.all(PlatformCreators.self)
        let ada = try #require(rows.first { $0.handle == "Ada" })
        #expect(ada.niche == "ai_automation")
        #expect(ada.offerMatch == ["safari_automation"])
        #expect(ada.icpFitScore == 80)
        #expect(ada.engagementScore == 12_345)
        #expect(ada.topPostURL == "https://example.com/Ada")
        #expect(ada.lastSyncedAt == bench.now)
        #expect(
            first.alerts.map(\.html) == [
                "🔬 Market Research: 3 new creators found | Top: @Ada (12.3k eng)\n2 of them added to the CRM"
            ])
        // The next pull spells a handle otherwise and did not look at the bio.
        var poorer = CreatorsTasksTests.findings
        poorer.creators[0].handle = "ada"
        (poorer.creators[0].followers, poorer.creators[0].topPostURL) = (nil, nil)
        let later = poorer
        bench.services.research = ScriptedResearch { _ in .success(later) }
        bench.now = bench.now + .days(3)
        let again = try await bench.run(.creators, "sync", pair)
        #expect(again.data["new_creators"] == 0)
        #expect(again.alerts.isEmpty)
        let after = try await bench.all(PlatformCreators.self)
        #expect(after.count == 3)
        let same = try #require(after.first { $0.handle == "Ada" })
        #expect(same.followers == 900)
        #expect(same.topPostURL == "https://example.com/Ada")
        #expect(same.lastSyncedAt == bench.now)
        #expect(try await bench.all(Contacts.self).count == 2)
    }

    @Test("qualified creators become contacts as new, only when absent, so that no stage is reset (CR-10, CR-16, K59)")
    func seeding() async throws {
        let bench = try bench()
        try await bench.store.insert([
            Rows.contact(1, username: "@ada"), Rows.contact(2, "tiktok") { $0.twitterHandle = "cyd" },
        ])
        let result = try await bench.run(.creators, "sync", pair)
        #expect(result.data["seeded"] == 0)
        #expect(try await bench.all(Contacts.self).map(\.pipelineStage) == ["qualified", "qualified"])
        let other = try self.bench()
        try await other.run(.creators, "sync", pair)
        let seeded = try await other.all(Contacts.self)
        #expect(Set(seeded.map(\.username)) == ["Ada", "cyd"])
        #expect(seeded.allSatisfy { $0.pipelineStage == "new" && $0.platform == "twitter" })
        #expect(seeded.allSatisfy { $0.source == "actpd_creators" && $0.nicheLabel == "ai_automation" })
    }

    @Test("where the database refuses new, first_touch is written and the run says so (K60)")
    func refusedStage() async throws {
        let bench = try bench()
        let agent = Agent.creators
        let store = Store(RefusingBackend(bench.backend) { $0.contains(.text("new")) })
            .scoped(to: "creators", reads: agent.reads, writes: agent.writes)
        let context = TaskContext(
            now: bench.now, store: store,
            arguments: try Arguments(pair, for: try #require(agent.task(named: "sync")).parameters),
            services: bench.services, memory: bench.memory)
        let result = try await CreatorsTasks.sync(context)
        #expect(try await bench.all(Contacts.self).map(\.pipelineStage) == ["first_touch", "first_touch"])
        #expect(result.degraded.contains { $0.contains("23514") })
    }

    @Test("hooks are put in front of what other sources wrote, each once, up to the cap (CR-11, CR-19, K46)")
    func hooks() async throws {
        let bench = try bench()
        try await bench.store.insert([
            Draft<NicheResonance> {
                $0.platform = "twitter"
                $0.niche = "ai_automation"
                $0.contentType = "educational"
                $0.offerTag = "safari_automation"
                $0.topHookPatterns = ["Stop doing this by hand"] + (1...9).map { "An older hook \($0)" }
                $0.avgViews = 70
                $0.sampleCount = 4
            }
        ])
        let result = try await bench.run(.creators, "sync", pair)
        let rows = try await bench.all(NicheResonance.self)
        let row = try #require(rows.first { $0.contentType == "educational" })
        #expect(row.topHookPatterns?.count == 10)
        #expect(row.topHookPatterns?.first == "How to build a workflow in a day")
        #expect(row.topHookPatterns?[1] == "Stop doing this by hand")
        #expect(row.offerTag == "safari_automation")
        #expect(row.avgViews == 70)
        #expect(row.sampleCount == 4)
        #expect(result.data["pairs"]?.array?.first?["hooks"] == 1)
        let other = try self.bench()
        try await other.run(.creators, "sync", pair)
        let made = try #require(try await other.all(NicheResonance.self).first)
        #expect(made.offerTag == "none")
        #expect(made.sampleCount == 0)
        #expect(made.avgViews == nil)
    }

    @Test("without parameters the stalest pair is pulled, so that repeated runs go round (readings 23)")
    func stalest() async throws {
        var bench = try Bench()
        let research = ScriptedResearch { _ in .success(NicheFindings()) }
        bench.services.research = research
        for _ in 0..<12 {
            try await bench.run(.creators, "sync")
            bench.now = bench.now + .seconds(60)
        }
        #expect(Set(research.studies.map { "\($0.platform)/\($0.phrase)" }).count == 12)
        #expect(research.studies[0].postsMax == 1_000)
        try await bench.run(.creators, "sync")
        #expect(research.studies[12] == research.studies[0])
        await #expect(throws: TaskError.self) {
            try await bench.run(.creators, "sync", ["platform": "twitter", "niche": "personal_brand"], isDryRun: true)
            bench.settings.creators.matrix = [:]
            try await bench.run(.creators, "sync")
        }
    }

    @Test("the service is down: an error that is safe to repeat, and nothing that is stored is touched (CR-20)")
    func down() async throws {
        let away = ServiceError("the research service", "refused", isAway: true, isSafeToRepeat: true)
        let bench = try bench(.failure(away))
        try await bench.store.insert([
            Draft<PlatformCreators> {
                $0.platform = "twitter"
                $0.handle = "old"
            }
        ])
        let before = try await bench.all(PlatformCreators.self)
        for task in ["sync", "full-sync"] {
            let error = await #expect(throws: ServiceError.self) { try await bench.run(.creators, task) }
            #expect(error == away)
        }
        #expect(try await bench.all(PlatformCreators.self) == before)
        #expect(try bench.memory.entries("pulls", since: nil, limit: 9).isEmpty)
    }

    @Test(
        "full-sync pulls all twelve, leaves out what fails and says so; Monday's has the weekly message (CR-13, CR-14, K69)"
    )
    func fullSync() async throws {
        var bench = try Bench()
        let research = ScriptedResearch { study in
            study.platform == "threads"
                ? .failure(ServiceError("the research service", "no such luck", isAway: false, isSafeToRepeat: true))
                : .success(CreatorsTasksTests.findings)
        }
        bench.services.research = research
        let result = try await bench.run(.creators, "full-sync")
        #expect(research.studies.count == 12)
        #expect(result.degraded.count == 3)
        #expect(result.data["pairs"]?.array?.count == 9)
        #expect(result.alerts.count == 2)
        #expect(result.alerts.last?.html.hasPrefix("🏆 Top creators of the week\n• ") == true)
        bench.now = bench.now + .days(3)
        #expect(try await bench.run(.creators, "full-sync").alerts.isEmpty)
    }

    @Test("a dry run names the pairs and asks nobody (K21)")
    func dryRun() async throws {
        var bench = try Bench()
        let research = ScriptedResearch { _ in .success(CreatorsTasksTests.findings) }
        bench.services.research = research
        #expect(try await bench.run(.creators, "sync", isDryRun: true).data["pairs"]?.array?.count == 1)
        #expect(try await bench.run(.creators, "full-sync", isDryRun: true).data["pairs"]?.array?.count == 12)
        #expect(research.studies.isEmpty)
    }

    @Test("top ranks by engagement, across platforms by the share of the platform's total (CR-18)")
    func top() async throws {
        let bench = try Bench()
        let rows = [("twitter", "a", 900.0), ("twitter", "b", 100), ("tiktok", "c", 60_000), ("tiktok", "d", 40_000)]
        try await bench.store.insert(
            rows.map { platform, handle, score in
                Draft<PlatformCreators> {
                    $0.platform = platform
                    $0.handle = handle
                    $0.niche = "ai_automation"
                    $0.engagementScore = score
                    $0.offerMatch = ["safari_automation"]
                }
            })
        func top(_ params: [String: JSON]) async throws -> [String] {
            let creators = try await bench.run(.creators, "top", params).data["creators"]?.array ?? []
            #expect(creators.allSatisfy { $0["offer_match"] == ["safari_automation"] && $0["engagement_score"] != nil })
            return creators.compactMap { $0["handle"]?.string }
        }
        #expect(try await top([:]) == ["a", "c", "d", "b"])
        #expect(try await top(["platform": "tiktok"]) == ["c", "d"])
        #expect(try await top(["limit": 1]) == ["a"])
        #expect(try await top(["niche": "saas_growth"]).isEmpty)
    }
}
