import ActpTesting
import JSON
import Records
import Testing
import Time

@testable import Agents

@Suite struct PipelineTests {
    @Test(
        "the pipeline picks the best resonance row, inserts a queued job and hands it over (RE-01, RE-04, RE-14, RE-16)"
    )
    func pipeline() async throws {
        let renders = ScriptedRenders()
        let bench = try await Bench.rendering(renders)
        try await bench.resonance("saas_growth", views: 9_000)
        let result = try await bench.run(.remotion, "pipeline", ["platform": "tiktok"])
        let job = try #require(try await bench.all(GenJobs.self).first)
        #expect(result.data["job_id"]?.string == job.id.text)
        #expect(job.model == "remotion")
        #expect(job.platform == "tiktok")
        #expect(job.brief?["niche"] == "saas_growth")
        #expect(BriefSchema.problems(job.brief ?? .null) == [])
        #expect(renders.orders.map(\.key) == [job.id.text])
        #expect(job.status == "rendering")
        #expect(job.providerJobID == "render of \(job.id)")
        #expect(job.brief?["render_job_id"]?.string == job.providerJobID)
        #expect(job.executor == "shorts_v1")
        #expect(job.attempts == 1)
        #expect(result.degraded.first?.contains("those of other platforms stand in") == true)
    }

    @Test("with the service away the job is queued, and the next poll hands it over (RE-09, RE-16, RE-20)")
    func away() async throws {
        let renders = ScriptedRenders()
        var bench = try await Bench.rendering(renders)
        renders.say(.away("the render service: could not connect"))
        let result = try await bench.run(.remotion, "pipeline")
        #expect(result.degraded.contains("the render service: could not connect"))
        #expect(try await bench.all(GenJobs.self).map(\.status) == ["queued"])
        #expect(try await bench.all(GenJobs.self).map(\.executor) == ["template_selector"])
        renders.say(.ready(style: "service"))
        bench.now = bench.now + .seconds(300)
        try await bench.run(.remotion, "check-jobs")
        #expect(try await bench.all(GenJobs.self).map(\.status) == ["rendering"])
        #expect(renders.orders.count == 1)
    }

    @Test("an answer that gets lost leaves a job that is looked for, not one that is sent again")
    func lostAnswer() async throws {
        let renders = ScriptedRenders()
        var bench = try await Bench.rendering(renders)
        renders.refuse(with: OutcomeUnknown("the connection broke"))
        let result = try await bench.run(.remotion, "pipeline")
        #expect(result.degraded.contains { $0.contains("is not known yet") })
        let job = try #require(try await bench.all(GenJobs.self).first)
        #expect(job.status == "rendering")
        #expect(job.providerJobID == nil)
        // Too soon to be sure of anything.
        renders.find(.absent)
        bench.now = bench.now + .seconds(60)
        try await bench.run(.remotion, "check-jobs")
        #expect(renders.orders.count == 1)
        renders.find(.found(job: "theirs"))
        bench.now = bench.now + .seconds(120)
        try await bench.run(.remotion, "check-jobs")
        #expect(try await bench.all(GenJobs.self).first?.providerJobID == "theirs")
        #expect(renders.orders.count == 1)
    }

    @Test("a dry run queues nothing and sends nothing")
    func dryRun() async throws {
        let renders = ScriptedRenders()
        let bench = try await Bench.rendering(renders)
        let result = try await bench.run(.remotion, "pipeline", isDryRun: true)
        #expect(result.data["brief"]?["hook"]?.string?.isEmpty == false)
        #expect(try await bench.all(GenJobs.self).isEmpty)
        #expect(renders.orders.isEmpty)
    }

    @Test("without an opportunity nothing is queued, and the result says what to run")
    func nothing() async throws {
        var bench = try Bench()
        bench.services.renders = ScriptedRenders()
        let result = try await bench.run(.remotion, "pipeline")
        #expect(result.summary.contains("youtube full"))
        #expect(try await bench.all(GenJobs.self).isEmpty)
    }

    @Test("brief shows what the pipeline would queue, and writes nothing (RE-10)")
    func brief() async throws {
        let bench = try await Bench.rendering(ScriptedRenders())
        let result = try await bench.run(.remotion, "brief", ["niche": "ai_automation", "platform": "tiktok"])
        #expect(BriefSchema.problems(result.data["brief"] ?? .null) == [])
        #expect(result.data["brief"]?["hook"] == "Don’t do ai_automation by hand")
        #expect(try await bench.all(GenJobs.self).isEmpty)
    }

    @Test("a render that the content mix asked for gets its brief before it is sent (CMIX-003)")
    func wish() async throws {
        let renders = ScriptedRenders()
        let bench = try await Bench.rendering(renders)
        let wish = RenderRequest(
            niche: "ai_automation", contentType: "educational", platform: "tiktok", offer: "safari_automation",
            hook: nil, reason: "it has 3 % instead of 35 %")
        try await bench.store.insert([wish.draft(id: id(1), now: bench.now)])
        try await bench.run(.remotion, "check-jobs")
        let job = try await bench.job(1)
        #expect(job.status == "rendering")
        #expect(BriefSchema.problems(job.brief ?? .null) == [])
        #expect(job.brief?["reason"] == "it has 3 % instead of 35 %")
        #expect(renders.orders.map(\.key) == [id(1).text])
    }
}
