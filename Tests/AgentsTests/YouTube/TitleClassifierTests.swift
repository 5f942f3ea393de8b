import ActpTesting
import JSON
import Records
import Synchronization
import Testing
import Time

@testable import Agents

@Suite struct TitleClassifierTests {
    /// What a model says of the titles that it was shown.
    private static func answer(
        _ prompt: ModelPrompt, leaving missing: Set<Int> = [], niche: String = "personal_brand"
    ) -> JSON {
        [
            "videos": .array(
                prompt.material.indices.filter { !missing.contains($0) }.map { index in
                    [
                        "index": JSON(index), "niche": .string(niche), "content_type": "inspirational",
                        "offer_tags": ["none"], "topic_tags": ["One", "two", "three"],
                    ]
                })
        ]
    }

    private static func bench(_ videos: Int, _ model: any LanguageModel) async throws -> Bench {
        var bench = try Bench()
        bench.services.model = model
        try await bench.store.insert((0..<videos).map { Rows.video("v\($0)", "AI video \($0)", views: $0) })
        return bench
    }

    @Test("forty-five titles are three calls of twenty at most (YT-02, YT-15)")
    func batches() async throws {
        let model = ScriptedModel { prompt throws(ModelError) in TitleClassifierTests.answer(prompt) }
        let bench = try await TitleClassifierTests.bench(45, model)
        let result = try await bench.run(.youtube, "analyze")
        #expect(model.prompts.map(\.material.count).sorted() == [5, 20, 20])
        #expect(result.data["method"] == "model")
        #expect(result.data["by_model"] == 45)
        #expect(result.data["model"]?["calls"] == 3)
        #expect(result.data["model"]?["input_tokens"] == 300)
        #expect(result.degraded.isEmpty)
        let post = try #require(try await bench.all(ContentPerformance.self).first)
        #expect(post.niche == "personal_brand")
        #expect(post.contentType == "inspirational")
        #expect(post.offerTags == ["none"])
        #expect(post.topicTags == ["one", "two", "three"])
    }

    @Test("a title without a usable answer falls back by itself (YT-04)")
    func perTitle() async throws {
        let model = ScriptedModel { prompt throws(ModelError) in TitleClassifierTests.answer(prompt, leaving: [0, 3]) }
        let bench = try await TitleClassifierTests.bench(10, model)
        let result = try await bench.run(.youtube, "analyze")
        #expect(result.data["method"] == "mixed")
        #expect(result.data["by_keywords"] == 2)
        #expect(result.degraded == ["2 titles are tagged by keywords instead of the model: its answer was not usable"])
        #expect(try await bench.all(ContentPerformance.self).count { $0.niche == "ai_automation" } == 2)
    }

    static let unusable: [(String, JSON)] = [
        ("an unlisted niche", ["niche": "cooking"]), ("an unlisted type", ["content_type": "tutorial"]),
        ("an unlisted offer", ["offer_tags": ["free_money"]]), ("one topic", ["topic_tags": ["ai"]]),
        ("an index beyond the titles", ["index": 99]),
    ]

    @Test("an answer off the lists is no answer (YT-03)", arguments: unusable)
    func lists(_ what: String, _ change: JSON) async throws {
        let model = ScriptedModel { prompt throws(ModelError) in
            var videos = TitleClassifierTests.answer(prompt)["videos"]?.array ?? []
            for (key, value) in change.object ?? [:] { videos[0] = videos[0].with(key, value) }
            return ["videos": .array(videos)]
        }
        let bench = try await TitleClassifierTests.bench(4, model)
        let result = try await bench.run(.youtube, "analyze")
        #expect(result.data["by_keywords"] == 1, "\(what)")
    }

    @Test("with the budget spent the keywords do all, no further call is made, and the result says why (YT-04, YT-09)")
    func noBudget() async throws {
        let model = ScriptedModel { _ throws(ModelError) in throw .budgetSpent("0.50 of 0.50 USD") }
        let bench = try await TitleClassifierTests.bench(200, model)
        let result = try await bench.run(.youtube, "analyze")
        #expect(result.data["tagged"] == 200)
        #expect(result.data["method"] == "heuristic")
        #expect(result.degraded.first?.contains("0.50 of 0.50 USD") == true)
        #expect(model.prompts.count <= 4)
    }

    @Test("a batch that the model declines falls back, the others do not")
    func declined() async throws {
        let first = Mutex(true)
        let model = ScriptedModel { prompt throws(ModelError) in
            let isFirst = first.withLock { value in
                defer { value = false }
                return value
            }
            if isFirst { throw .declined("no") }
            return TitleClassifierTests.answer(prompt)
        }
        let bench = try await TitleClassifierTests.bench(60, model)
        let result = try await bench.run(.youtube, "analyze")
        #expect(result.data["by_keywords"] == 20)
        #expect(result.data["by_model"] == 40)
    }

    @Test("classified videos are asked for no more (YT-14), and their numbers are refreshed (K47)")
    func incremental() async throws {
        let model = ScriptedModel { prompt throws(ModelError) in TitleClassifierTests.answer(prompt) }
        let bench = try await TitleClassifierTests.bench(5, model)
        try await bench.run(.youtube, "analyze")
        try await bench.store.insert([Rows.video("v1", "AI video 1", views: 900, checkedAt: Bench.noon + .days(1))])
        let result = try await bench.run(.youtube, "analyze")
        #expect(model.prompts.count == 1)
        #expect(result.data["refreshed"] == 1)
        #expect(try await bench.all(ContentPerformance.self).allSatisfy { $0.niche == "personal_brand" })
    }

    @Test("the matrix says how much of each row rests on keywords alone (decisions f)")
    func shares() async throws {
        let model = ScriptedModel { prompt throws(ModelError) in
            TitleClassifierTests.answer(prompt, leaving: [0], niche: "ai_automation")
        }
        let bench = try await TitleClassifierTests.bench(4, model)
        let full = try await bench.run(.youtube, "full")
        let top = full.data["top"]?.array ?? []
        #expect(top.first { $0["content_type"] == "inspirational" }?["heuristic_share"]?.double == 0)
        #expect(top.first { $0["content_type"] == "educational" }?["heuristic_share"]?.double == 1)
        let summary = try await bench.run(.youtube, "summary")
        #expect(summary.data["rows"]?.array?.compactMap { $0["heuristic_share"]?.double }.sorted() == [0, 1])
        #expect(full.alerts.first?.html.contains("Top niche: ai_automation") == true)
    }
}
