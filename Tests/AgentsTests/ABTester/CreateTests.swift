import ActpTesting
import JSON
import Records
import Statistics
import Testing
import Time

@testable import Agents

@Suite struct CreateTests {
    private func bench(_ twitter: ScriptedTwitter, model: (any LanguageModel)? = nil) throws -> Bench {
        var bench = try Bench()
        bench.services = TaskServices(model: model, publisher: twitter, tweets: twitter)
        return bench
    }

    private static let params: [String: JSON] = ["topic": "email funnels", "niche": "digital_marketing"]

    private func create(_ bench: Bench, isDryRun: Bool = false) async throws -> Agents.TaskResult {
        try await bench.run(.abTester, "create", CreateTests.params, isDryRun: isDryRun)
    }

    @Test("create posts one text by each way and stores ids and addresses (AB-01…AB-04, AB-15, AB-19)")
    func create() async throws {
        let twitter = ScriptedTwitter()
        let bench = try bench(twitter)
        let result = try await create(bench)
        let row = try #require(try await bench.all(ABTests.self).first)
        #expect(result.data["test_id"]?.string == row.id.text)
        #expect(row.status == "running")
        #expect(row.testMethodA == "blotato" && row.testMethodB == "safari")
        #expect(row.postIDA == "submission")
        #expect(row.createdAt == bench.now)
        let byAPI = try #require(twitter.tweets.first { $0.way == "blotato" })
        let byBrowser = try #require(twitter.tweets.first { $0.way == "safari" })
        #expect(row.variantAText == byAPI.text && row.variantBText == byBrowser.text)
        #expect(row.postURLA == "https://x.com/IsaiahDupree7/status/\(byAPI.id)")
        #expect(row.postURLB == "https://x.com/IsaiahDupree7/status/\(byBrowser.id)")
        #expect(twitter.tweets.count == 2)
        #expect(result.degraded.count == 1 && result.degraded[0].contains("templates"))
        // The coin is the one that its key tosses.
        let coin = CoinToss(niche: "digital_marketing", topic: "email funnels", day: "2026-03-02")
        #expect(result.data["coin_key"]?.string == coin.key)
        #expect(twitter.order == (coin.first == .a ? ["blotato", "safari"] : ["safari", "blotato"]))
        #expect(row.variantAText.contains("?") == !coin.isSwapped)
    }

    @Test("the model writes the variants; what it may not post is replaced by the templates, and said")
    func model() async throws {
        let good = ScriptedTwitter()
        let writer = ScriptedModel { _ in ["question": "Why?", "statement": "Because."] }
        let result = try await create(bench(good, model: writer))
        #expect(Set(good.tweets.map(\.text)) == ["Why?", "Because."])
        #expect(result.degraded.isEmpty)
        #expect(result.data["model"] == "scripted")
        #expect(writer.prompts.first?.material.first?.text == "email funnels", "the topic is material, no instruction")
        let bad = ScriptedTwitter()
        let filtered = ScriptedModel { _ in ["question": "Create?", "statement": "Because."] }
        let replaced = try await create(bench(bad, model: filtered))
        #expect(replaced.degraded.first?.contains("create") == true)
        #expect(!bad.tweets.contains { $0.text.contains("Create") })
        let spent = ScriptedTwitter()
        let refused = try await create(
            bench(spent, model: ScriptedModel { _ throws(ModelError) in throw .budgetSpent("2.00 of 2.00") }))
        #expect(refused.degraded.first?.contains("budget") == true)
        #expect(spent.tweets.count == 2)
    }

    @Test("a topic with a filtered word posts nothing and says which")
    func filteredTopic() async throws {
        let twitter = ScriptedTwitter()
        let bench = try bench(twitter)
        let error = await #expect(throws: TaskError.self) {
            try await bench.run(
                .abTester, "create", ["topic": "how to update a script", "niche": "saas_growth"])
        }
        #expect(error?.message.contains("\"update\"") == true)
        #expect(twitter.order.isEmpty)
        #expect(try await bench.all(ABTests.self).isEmpty)
    }

    @Test("a browser that nobody is logged in to stops the test before anything is posted")
    func notReady() async throws {
        let twitter = ScriptedTwitter()
        twitter.set { $0.isReady = false }
        let bench = try bench(twitter)
        let error = await #expect(throws: ServiceError.self) { try await create(bench) }
        #expect(error?.isAway == true)
        #expect(twitter.order.isEmpty)
        var bare = try Bench()
        bare.services = TaskServices(tweets: twitter)
        let missing = await #expect(throws: TaskError.self) { try await create(bare) }
        #expect(missing?.message.contains("BLOTATO_API_KEY") == true)
    }

    /// Either service fails first or second, certainly or perhaps.
    private static let failures: [(blotato: Bool, isUnknown: Bool)] = [
        (true, false), (true, true), (false, false), (false, true),
    ]

    @Test(
        "a failed post ends the test in error and names the side that is live (AB-14, readings 27)", arguments: failures
    )
    func failure(_ blotato: Bool, _ isUnknown: Bool) async throws {
        let twitter = ScriptedTwitter()
        let fault: any Error =
            isUnknown
            ? OutcomeUnknown("the connection broke")
            : ServiceError("service", "refused", isAway: true, isSafeToRepeat: true)
        twitter.set { if blotato { $0.publishFault = fault } else { $0.tweetFault = fault } }
        let bench = try bench(twitter)
        do {
            _ = try await create(bench)
            Issue.record("it must fail")
        } catch let error as OutcomeUnknown {
            #expect(isUnknown)
            #expect(error.message.contains("not known"))
        } catch let error as ServiceError {
            #expect(!isUnknown)
            #expect(error.isSafeToRepeat == twitter.tweets.isEmpty, "with one post live nothing may be repeated")
        }
        let row = try #require(try await bench.all(ABTests.self).first)
        #expect(row.status == "error")
        let live = twitter.tweets.first?.way
        let text = try #require(row.error)
        if live == "blotato" {
            #expect(text.contains("post A (Blotato) is live"))
            #expect(row.postIDA == "submission")
        } else if live == "safari" {
            #expect(text.contains("post B (the browser) is live"))
        } else {
            #expect(text.contains(isUnknown ? "not known" : "no post is live"))
        }
        #expect(twitter.order.count <= 2, "none was tried twice")
        // The same texts are refused for a day, unless it is certain that nothing was posted.
        twitter.set { ($0.publishFault, $0.tweetFault) = (nil, nil) }
        if twitter.tweets.isEmpty && !isUnknown {
            #expect(try await create(bench).data["test_id"] != nil)
        } else {
            await #expect(throws: TaskRefusal.self) { try await create(bench) }
        }
    }

    @Test("the same texts are refused for 24 hours, and may be posted again then")
    func sameDay() async throws {
        let twitter = ScriptedTwitter()
        var bench = try bench(twitter)
        _ = try await create(bench)
        bench.now = Bench.noon + .days(1) - .seconds(1)
        let early = bench
        await #expect(throws: TaskRefusal.self) { try await create(early) }
        #expect(twitter.tweets.count == 2)
        bench.now = Bench.noon + .days(1)
        _ = try await create(bench)
        #expect(twitter.tweets.count == 4)
    }

    @Test("a text that the browser changed ends the test: it is not what was to be tested")
    func changed() async throws {
        let twitter = ScriptedTwitter()
        twitter.set { $0.changesText = true }
        let bench = try bench(twitter)
        await #expect(throws: TaskError.self) { try await create(bench) }
        #expect(try await bench.all(ABTests.self).first?.status == "error")
    }

    @Test("a timeline that does not open leaves the address for checkback, and says so")
    func unresolved() async throws {
        let twitter = ScriptedTwitter()
        twitter.set { $0.timelineShows = false }
        let bench = try bench(twitter)
        let result = try await create(bench)
        #expect(result.degraded.contains { $0.contains("post B") })
        let row = try #require(try await bench.all(ABTests.self).first)
        #expect(row.status == "running" && row.postURLB == nil && row.postURLA != nil)
    }

    @Test("a dry run shows both texts and posts nothing (readings 19)")
    func dryRun() async throws {
        let twitter = ScriptedTwitter()
        let bench = try bench(twitter)
        let dry = try await create(bench, isDryRun: true)
        #expect(twitter.order.isEmpty)
        #expect(try await bench.all(ABTests.self).isEmpty)
        let real = try await create(bench)
        #expect(dry.data["variant_a_text"] == real.data["variant_a_text"], "byte for byte what the run then does")
        #expect(dry.data["swapped"] == real.data["swapped"])
    }
}
