import ActpTesting
import JSON
import Records
import Testing
import Time

@testable import Agents

@Suite struct RenderRoundTests {
    @Test("a busy renderer is not a dead one: the job goes on rendering until its deadline")
    func busy() async throws {
        let renders = ScriptedRenders()
        var bench = try await Bench.rendering(renders)
        try await bench.job(1, "rendering")
        renders.say(.busy("it answers nothing while it renders"))
        let result = try await bench.run(.remotion, "check-jobs")
        #expect(result.degraded.isEmpty)
        #expect(try await bench.job(1).status == "rendering")
        bench.now = bench.now + .seconds(41 * 60)
        try await bench.run(.remotion, "check-jobs")
        let job = try await bench.job(1)
        #expect(job.status == "queued")
        #expect(job.error == "deadline: not finished after 45m")
    }

    @Test("a service that is away leaves every job as it is and is no error (RE-20)")
    func away() async throws {
        let renders = ScriptedRenders()
        let bench = try await Bench.rendering(renders)
        try await bench.job(1, "rendering")
        try await bench.job(2, "queued")
        renders.say(.away("the render service: could not connect"))
        let result = try await bench.run(.remotion, "check-jobs")
        #expect(result.degraded == ["the render service: could not connect"])
        #expect(try await bench.job(1).status == "rendering")
        #expect(try await bench.job(2).status == "queued")
    }

    @Test("nothing is sent to a service of another identity (K23)")
    func stranger() async throws {
        let renders = ScriptedRenders()
        let bench = try await Bench.rendering(renders)
        try await bench.job(1, "queued")
        renders.say(.unsuitable("the Instagram message service answers there"))
        let result = try await bench.run(.remotion, "check-jobs")
        #expect(result.degraded == ["the Instagram message service answers there"])
        #expect(renders.orders.isEmpty)
        #expect(try await bench.job(1).status == "queued")
    }

    @Test("a failed render is tried again three times, then it is failed and the owner is told")
    func retries() async throws {
        let renders = ScriptedRenders()
        var bench = try await Bench.rendering(renders)
        try await bench.job(1, "queued")
        var alerts: [Alert] = []
        for attempt in 1...5 {
            let key = attempt == 1 ? id(1).text : "\(id(1))-\(attempt)"
            renders.set("render of \(key)", .failed("failed by the render service: no font"))
            alerts += try await bench.run(.remotion, "check-jobs").alerts
            bench.now = bench.now + .seconds(300)
        }
        let job = try await bench.job(1)
        #expect(job.status == "failed")
        #expect(job.error == "failed by the render service: no font (4 attempts)")
        #expect(renders.orders.map(\.key) == [id(1).text, "\(id(1))-2", "\(id(1))-3", "\(id(1))-4"])
        #expect(alerts.count == 1)
        #expect(alerts.first?.html.contains("render failed") == true)
    }

    @Test("a job that the service has forgotten is handed over again once")
    func lost() async throws {
        let renders = ScriptedRenders()
        var bench = try await Bench.rendering(renders)
        bench.settings.remotion.retriesMax = 0
        try await bench.job(1, "rendering") { $0.providerJobID = "old" }
        renders.set("old", .lost)
        try await bench.run(.remotion, "check-jobs")
        #expect(renders.orders.count == 1)
        let key = renders.orders[0].key
        renders.set("render of \(key)", .lost)
        bench.now = bench.now + .seconds(300)
        try await bench.run(.remotion, "check-jobs")
        #expect(try await bench.job(1).status == "failed")
        #expect(renders.orders.count == 1)
    }

    @Test("a submission that never arrived is sent again after it was looked for")
    func absent() async throws {
        let renders = ScriptedRenders()
        let bench = try await Bench.rendering(renders)
        try await bench.job(1, "rendering") { $0.providerJobID = nil as String? }
        renders.find(.absent)
        try await bench.run(.remotion, "check-jobs")
        #expect(renders.orders.map(\.key) == [id(1).text])
        #expect(try await bench.job(1).attempts == 1)
    }

    @Test("where the service cannot be asked, a job whose submission is unknown fails and is not sent again")
    func unsure() async throws {
        let renders = ScriptedRenders()
        var bench = try await Bench.rendering(renders)
        try await bench.job(1, "rendering") { $0.providerJobID = nil as String? }
        renders.find(.unsure("it lists no jobs"))
        try await bench.run(.remotion, "check-jobs")
        #expect(try await bench.job(1).status == "rendering")
        bench.now = bench.now + .seconds(3_600)
        let result = try await bench.run(.remotion, "check-jobs")
        #expect(try await bench.job(1).status == "failed")
        #expect(renders.orders.isEmpty)
        #expect(result.alerts.count == 1)
    }

    @Test("one render at a time: a renderer at work would answer nothing to a second one")
    func oneAtATime() async throws {
        let renders = ScriptedRenders()
        let bench = try await Bench.rendering(renders)
        try await bench.job(1, "queued")
        try await bench.job(2, "queued")
        try await bench.run(.remotion, "check-jobs")
        #expect(renders.orders.map(\.key) == [id(1).text])
        #expect(try await bench.job(2).status == "queued")
    }

    @Test("a job that another poll has changed meanwhile is left alone (K68)")
    func conditional() async throws {
        let bench = try await Bench.rendering(ScriptedRenders())
        try await bench.job(1, "rendering")
        let stale = try await bench.job(1)
        try await bench.store.update(where: \GenJobs.id == id(1), set: Draft { $0.status = "complete" })
        let jobs = RenderJobs(
            TaskContext(
                now: bench.now, store: bench.store, arguments: try Arguments([:], for: []), memory: bench.memory))
        #expect(try await jobs.change(stale, to: "failed") == nil)
        #expect(try await bench.job(1).status == "complete")
    }

    @Test("a row that says pending is a queued one (K61), and jobs of other models are not touched")
    func others() async throws {
        let renders = ScriptedRenders()
        let bench = try await Bench.rendering(renders)
        try await bench.job(1, "pending")
        try await bench.job(2, "queued") { $0.model = "sora" }
        try await bench.run(.remotion, "check-jobs")
        #expect(try await bench.job(1).status == "rendering")
        #expect(try await bench.job(2).status == "queued")
        #expect(renders.orders.count == 1)
    }

    @Test("a brief that cannot be rendered fails before it is sent (RE-15)")
    func badBrief() async throws {
        let renders = ScriptedRenders()
        let bench = try await Bench.rendering(renders)
        try await bench.job(1, "queued", brief: ["niche": "ai_automation"])
        try await bench.run(.remotion, "check-jobs")
        let job = try await bench.job(1)
        #expect(job.status == "failed")
        #expect(job.error?.contains("hook: a text was expected") == true)
        #expect(renders.orders.isEmpty)
    }

    @Test("queue and status show jobs and what answers at the service's address (RE-10)")
    func shown() async throws {
        let renders = ScriptedRenders()
        let bench = try await Bench.rendering(renders)
        try await bench.job(1, "queued")
        try await bench.job(2, "distributed")
        let queue = try await bench.run(.remotion, "queue")
        #expect(queue.data["jobs"]?.array?.count == 1)
        renders.say(.busy("busy"))
        let status = try await bench.run(.remotion, "status")
        #expect(status.data["jobs"]?["distributed"] == 1)
        #expect(status.data["service"] == "busy")
    }
}
