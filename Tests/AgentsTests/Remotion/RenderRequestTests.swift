import ActpTesting
import JSON
import Records
import Testing
import Time

@testable import Agents

/// From the content mix's gaps to videos that are out: the real tasks of both agents over one store (CMIX-003, CM-18).
@Suite struct RenderRequestTests {
    /// One niche alone was posted lately, so that four others are gaps; what resonates in two of them is known.
    private func bench(_ renders: ScriptedRenders) async throws -> Bench {
        var bench = try Bench()
        bench.services = TaskServices(publisher: ScriptedPublisher(), renders: renders)
        bench.settings.remotion.distribution = .direct
        try await bench.resonance("saas_growth", platform: "tiktok", views: 800)
        try await bench.resonance("personal_brand", platform: "tiktok", type: "inspirational", views: 1_200)
        try await bench.store.insert(
            (0..<9).map { number in
                Draft<ContentPerformance> {
                    $0.externalID = "post-\(number)"
                    $0.platform = "twitter"
                    $0.niche = "ai_automation"
                    $0.publishedAt = Bench.noon - .seconds(86_400)
                }
            })
        return bench
    }

    @Test(
        "each gap's request is rendered once and goes out once, however often both agents run (CMIX-003, CM-09, RE-18)")
    func once() async throws {
        let renders = ScriptedRenders()
        var bench = try await bench(renders)
        try await bench.run(.contentMix, "recommend")
        let requests = try await bench.all(GenJobs.self)
        #expect(requests.count == 4)
        // Of two polls at the same time one hands the first job over.
        let now = bench
        async let first = now.run(.remotion, "check-jobs")
        async let second = now.run(.remotion, "check-jobs")
        _ = try await (first, second)
        #expect(renders.orders.count == 1)
        for _ in 0..<12 {
            for order in renders.orders {
                renders.set("render of \(order.key)", .finished(.address("https://example.com/\(order.key).mp4")))
            }
            bench.now = bench.now + .seconds(300)
            try await bench.run(.remotion, "check-jobs")
            // The daily sweep asks again; this week's renders are there.
            try await bench.run(.contentMix, "recommend")
        }
        let jobs = try await bench.all(GenJobs.self)
        #expect(Set(jobs.map(\.id)) == Set(requests.map(\.id)))
        #expect(jobs.allSatisfy { $0.status == "distributed" && $0.attempts == 1 })
        #expect(renders.orders.map(\.key).sorted() == requests.map(\.id.text).sorted())
        #expect(jobs.allSatisfy { BriefSchema.problems($0.brief ?? .null).isEmpty && RenderRequest($0) == nil })
        let publisher = try #require(bench.services.publisher as? ScriptedPublisher)
        #expect(publisher.posts.count == 16)
        #expect(Set(publisher.posts.map { "\($0.platform) \($0.mediaURLs)" }).count == 16)
    }

    @Test(
        "the brief keeps what was asked for: niche, type, platform, hook and reason; unknown niches get words of their own"
    )
    func content() async throws {
        let renders = ScriptedRenders()
        var bench = try await bench(renders)
        bench.settings.remotion.rendersAtOnce = 4
        try await bench.run(.contentMix, "recommend")
        let wishes = try await bench.all(GenJobs.self).compactMap { row in RenderRequest(row).map { (row.id, $0) } }
        try await bench.run(.remotion, "check-jobs")
        #expect(wishes.count == 4)
        for (id, wish) in wishes {
            let job = try #require(try await bench.all(GenJobs.self).first { $0.id == id })
            let brief = try #require(job.brief)
            #expect(brief["niche"]?.string == wish.niche && brief["content_type"]?.string == wish.contentType)
            #expect(brief["platform"]?.string == wish.platform && brief["reason"]?.string == wish.reason)
            let hook = wish.hook.map(BriefText.cleaned)
            #expect(hook == nil || brief["hook"]?.string == hook)
            #expect(brief["hook"]?.string?.isEmpty == false)
        }
    }
}
