import ActpTesting
import JSON
import Records
import Testing
import Time

@testable import Agents

@Suite struct DistributionTests {
    private static let url = "https://cdn.example.com/a.mp4"

    /// A finished render at the service, about to be noticed.
    private static func finished(
        _ output: RenderOutput = .address(url), direct: Bool = false
    ) async throws -> (bench: Bench, publisher: ScriptedPublisher) {
        let renders = ScriptedRenders()
        let publisher = ScriptedPublisher()
        var bench = try await Bench.rendering(renders)
        bench.services.publisher = publisher
        if direct { bench.settings.remotion.distribution = .direct }
        try await bench.job(1, "rendering")
        renders.set("render of \(id(1))", .finished(output))
        return (bench, publisher)
    }

    @Test("a finished render is noticed, distributed and told in one poll (RE-07, RE-12, RE-13, RE-17, RE-18, RE-19)")
    func workflow() async throws {
        let (bench, publisher) = try await DistributionTests.finished()
        let result = try await bench.run(.remotion, "check-jobs")
        let job = try await bench.job(1)
        #expect(job.status == "distributing")
        #expect(job.outputURL == DistributionTests.url)
        let order = try #require(try await bench.all(WorkflowTasks.self).first)
        #expect(order.taskType == "blotato_multi_publish")
        #expect(order.status == "pending")
        #expect(order.inputData["platforms"] == ["tiktok", "instagram", "twitter", "threads"])
        #expect(
            order.inputData["account_ids"] == [
                "tiktok": "710", "instagram": "807", "twitter": "4151", "threads": "173",
            ])
        #expect(order.inputData["video_url"]?.string == DistributionTests.url)
        #expect(order.inputData["gen_job_id"]?.string == id(1).text)
        #expect(publisher.posts.isEmpty)
        #expect(
            result.alerts.map(\.html) == [
                """
                🎬 Remotion render complete | ai_automation × tiktok
                “A hook”
                Distributing to 4 platforms via Blotato
                """
            ])
    }

    @Test("a finished render is distributed once, however often it is polled (REMO-004)")
    func once() async throws {
        let (bench, _) = try await DistributionTests.finished()
        var alerts = 0
        for _ in 1...3 { alerts += try await bench.run(.remotion, "check-jobs").alerts.count }
        #expect(alerts == 1)
        #expect(try await bench.all(WorkflowTasks.self).count == 1)
    }

    @Test("a crash between the job's state and its publish order loses no order and doubles none")
    func crash() async throws {
        let bench = try await Bench.rendering(ScriptedRenders())
        try await bench.job(1, "distributing") { $0.outputURL = DistributionTests.url }
        for _ in 1...2 { try await bench.run(.remotion, "check-jobs") }
        #expect(try await bench.all(WorkflowTasks.self).map(\.id) == [id(1)])
    }

    @Test("the poll sets distributed when the order succeeded, and registers the posts for feedback (K67)")
    func distributed() async throws {
        let (bench, _) = try await DistributionTests.finished()
        try await bench.run(.remotion, "check-jobs")
        try await bench.store.update(
            where: \WorkflowTasks.id == id(1),
            set: Draft {
                $0.status = "succeeded"
                $0.outputData = [
                    "published": [
                        ["platform": "twitter", "post_url": "https://x.com/me/status/42?s=20", "post_id": "p1"],
                        ["platform": "tiktok", "post_id": "p2"],
                    ],
                    "publish_count": 2, "failed_platforms": ["instagram"],
                ]
            })
        let result = try await bench.run(.remotion, "check-jobs")
        #expect(try await bench.job(1).status == "distributed")
        let posts = try await bench.all(ContentPerformance.self).sorted { $0.platform < $1.platform }
        #expect(posts.map(\.externalID) == ["p2", "42"])
        #expect(posts.allSatisfy { $0.niche == "ai_automation" && $0.contentType == "educational" })
        #expect(posts.allSatisfy { $0.offerTags == ["safari_automation"] && $0.publishedAt == bench.now })
        #expect(result.alerts.count == 1)
        #expect(result.alerts[0].html.contains("instagram"))
    }

    @Test("a failed order fails the job with its reason, and nothing is rendered or posted again (K67)")
    func orderFailed() async throws {
        let (bench, publisher) = try await DistributionTests.finished()
        try await bench.run(.remotion, "check-jobs")
        try await bench.store.update(
            where: \WorkflowTasks.id == id(1),
            set: Draft {
                $0.status = "failed"
                $0.error = "no worker"
            })
        let alerts = try await bench.run(.remotion, "check-jobs").alerts
        #expect(alerts.count == 1)
        try await bench.run(.remotion, "check-jobs")
        let job = try await bench.job(1)
        #expect(job.status == "failed")
        #expect(job.error == "distribution failed: no worker")
        #expect(publisher.posts.isEmpty)
        #expect(try await bench.all(WorkflowTasks.self).count == 1)
    }

    @Test("an order that nobody picks up is remarked on")
    func waiting() async throws {
        var (bench, _) = try await DistributionTests.finished()
        try await bench.run(.remotion, "check-jobs")
        bench.now = bench.now + .seconds(3_700)
        let result = try await bench.run(.remotion, "check-jobs")
        #expect(result.degraded.contains { $0.contains("nobody has picked up") })
    }

    // MARK: Direct

    @Test("published from here: one post a platform, each with what the platform wants to know (REMO-004)")
    func direct() async throws {
        var (bench, publisher) = try await DistributionTests.finished(direct: true)
        try await bench.run(.remotion, "check-jobs")
        #expect(publisher.posts.map(\.platform) == ["tiktok", "instagram", "twitter", "threads"])
        #expect(publisher.posts.allSatisfy { $0.mediaURLs == [DistributionTests.url] })
        #expect(publisher.posts[0].target["isAiGenerated"] == true)
        #expect(publisher.posts[1].text.split(separator: "#").count == 6)
        #expect(publisher.posts[2].text.count <= 280)
        #expect(try await bench.all(WorkflowTasks.self).first?.claimedBy == "actpd")
        bench.now = bench.now + .seconds(300)
        try await bench.run(.remotion, "check-jobs")
        #expect(try await bench.job(1).status == "distributed")
        let order = try #require(try await bench.all(WorkflowTasks.self).first)
        #expect(order.status == "succeeded")
        #expect(order.outputData?["publish_count"] == 4)
        #expect(publisher.posts.count == 4)
        #expect(try await bench.all(ContentPerformance.self).count == 4)
    }

    @Test("one platform refuses: the others are posted, the owner hears which is missing and why")
    func partly() async throws {
        var (bench, publisher) = try await DistributionTests.finished(direct: true)
        publisher.refuse(
            "instagram", with: ServiceError("Blotato", "422 too many hashtags", isAway: false, isSafeToRepeat: true))
        try await bench.run(.remotion, "check-jobs")
        bench.now = bench.now + .seconds(300)
        let result = try await bench.run(.remotion, "check-jobs")
        #expect(try await bench.job(1).status == "distributed")
        #expect(try await bench.all(WorkflowTasks.self).first?.outputData?["failed_platforms"] == ["instagram"])
        #expect(result.alerts.contains { $0.html.contains("422 too many hashtags") })
    }

    @Test("a publisher that is away is asked again, and posts nothing twice")
    func publisherAway() async throws {
        var (bench, publisher) = try await DistributionTests.finished(direct: true)
        publisher.refuse("tiktok", with: ServiceError("Blotato", "429", isAway: true, isSafeToRepeat: true))
        for _ in 1...3 {
            try await bench.run(.remotion, "check-jobs")
            bench.now = bench.now + .seconds(300)
        }
        #expect(publisher.posts.map(\.platform).sorted() == ["instagram", "threads", "tiktok", "twitter"])
        #expect(try await bench.job(1).status == "distributed")
    }

    @Test("a post whose answer got lost is looked for, adopted when it is there, never sent again")
    func lostPost() async throws {
        for isFound in [true, false] {
            var (bench, publisher) = try await DistributionTests.finished(direct: true)
            publisher.refuse("twitter", with: OutcomeUnknown("the connection broke"))
            if isFound { publisher.find("twitter", at: "https://x.com/me/status/99") }
            for _ in 1...3 {
                try await bench.run(.remotion, "check-jobs")
                bench.now = bench.now + .seconds(300)
            }
            #expect(publisher.posts.count { $0.platform == "twitter" } == 1)
            let output = try #require(try await bench.all(WorkflowTasks.self).first?.outputData)
            #expect(output["failed_platforms"] == (isFound ? [] : ["twitter"]))
            #expect(try await bench.all(ContentPerformance.self).contains { $0.externalID == "99" } == isFound)
        }
    }

    @Test("a post that stays in progress is given up after a while, counts as posted and says that it is not confirmed")
    func unresolved() async throws {
        var (bench, publisher) = try await DistributionTests.finished(direct: true)
        publisher.set("threads", .inProgress)
        for _ in 1...7 {
            try await bench.run(.remotion, "check-jobs")
            bench.now = bench.now + .seconds(300)
        }
        let output = try #require(try await bench.all(WorkflowTasks.self).first?.outputData)
        let threads = output["published"]?.array?.first { $0["platform"] == "threads" }
        #expect(threads?["confirmed"] == false)
        #expect(output["errors"]?["threads"]?.string?.contains("did not confirm") == true)
        #expect(publisher.posts.count == 4)
    }

    @Test("all platforms refuse: the job fails, and distribute posts again where nothing was posted (RE-10)")
    func again() async throws {
        var (bench, publisher) = try await DistributionTests.finished(direct: true)
        for platform in ["tiktok", "instagram", "twitter", "threads"] {
            publisher.refuse(platform, with: ServiceError("Blotato", "403 plan", isAway: false, isSafeToRepeat: true))
        }
        try await bench.run(.remotion, "check-jobs")
        #expect(try await bench.job(1).status == "failed")
        bench.now = bench.now + .seconds(300)
        try await bench.run(.remotion, "distribute", ["job_id": .string(id(1).text)])
        #expect(publisher.posts.count == 4)
        bench.now = bench.now + .seconds(300)
        try await bench.run(.remotion, "check-jobs")
        #expect(try await bench.job(1).status == "distributed")
        await #expect(throws: TaskError.self) {
            try await bench.run(.remotion, "distribute", ["job_id": .string(id(1).text)])
        }
        #expect(publisher.posts.count == 4)
    }

    // MARK: Addresses

    @Test("a local file is uploaded before the job is complete")
    func upload() async throws {
        var (bench, publisher) = try await DistributionTests.finished(.file(path: "output/a.mp4", bytes: 3))
        bench.settings.remotion.outputDir = "/srv/renders"
        try await bench.run(.remotion, "check-jobs")
        #expect(publisher.uploads == ["video.mp4"])
        #expect(try await bench.job(1).outputURL == "https://media.example.com/video.mp4")
        #expect(try await bench.job(1).status == "distributing")
    }

    @Test(
        "a file without an upload target stays complete, alerts once, and distribute says what is missing (readings 28)"
    )
    func noTarget() async throws {
        var (bench, _) = try await DistributionTests.finished(.file(path: "output/a.mp4", bytes: 3))
        bench.settings.remotion.outputDir = "/srv/renders"
        bench.services.publisher = nil
        var alerts: [Alert] = []
        for _ in 1...3 { alerts += try await bench.run(.remotion, "check-jobs").alerts }
        #expect(try await bench.job(1).status == "complete")
        #expect(alerts.count == 1)
        #expect(alerts.first?.html.contains("BLOTATO_API_KEY is not set") == true)
        await #expect(throws: TaskError.self) {
            try await bench.run(.remotion, "distribute", ["job_id": .string(id(1).text)])
        }
        // The key is set: the same job goes out.
        bench.services.publisher = ScriptedPublisher()
        try await bench.run(.remotion, "distribute", ["job_id": .string(id(1).text)])
        #expect(try await bench.job(1).status == "distributing")
    }

    @Test("an upload that fails for now is tried again without another render")
    func uploadLater() async throws {
        var (bench, publisher) = try await DistributionTests.finished(.localAddress("http://localhost:3100/a.mp4"))
        publisher.failUploads(ServiceError("Blotato", "503", isAway: true, isSafeToRepeat: true))
        try await bench.run(.remotion, "check-jobs")
        #expect(try await bench.job(1).status == "rendering")
        bench.now = bench.now + .seconds(3_600)
        publisher.failUploads(nil)
        try await bench.run(.remotion, "check-jobs")
        #expect(try await bench.job(1).status == "distributing")
        #expect(publisher.uploads.count == 1)
    }

    @Test("a video that was finished long ago is published on demand alone")
    func old() async throws {
        let bench = try await Bench.rendering(ScriptedRenders())
        try await bench.job(1, "complete") {
            $0.outputURL = DistributionTests.url
            $0.updatedAt = bench.now - .days(4)
        }
        try await bench.run(.remotion, "check-jobs")
        #expect(try await bench.job(1).status == "complete")
        try await bench.run(.remotion, "distribute", ["job_id": .string(id(1).text)])
        #expect(try await bench.job(1).status == "distributing")
    }

    @Test("a dry run shows what it would do and changes nothing")
    func dryRun() async throws {
        let (bench, publisher) = try await DistributionTests.finished(direct: true)
        let result = try await bench.run(.remotion, "check-jobs", isDryRun: true)
        #expect(result.summary.contains("dry run"))
        #expect(try await bench.job(1).status == "rendering")
        #expect(try await bench.all(WorkflowTasks.self).isEmpty)
        #expect(publisher.posts.isEmpty)
    }

    // MARK: Texts

    @Test("Twitter gets the hook and as much more as fits 280 characters; Instagram five hashtags")
    func texts() async throws {
        let bench = try await Bench.rendering(ScriptedRenders())
        let hook = String(repeating: "h", count: 240)
        let good = try #require(
            BriefTemplate.brief(BriefTests.opportunity(), hook: hook, durationSecs: 60).json as JSON?)
        try await bench.job(1, "complete", brief: good.with("hook", .string(hook)).with("cta", "Follow for more"))
        let order = PublishOrder(
            try await bench.job(1), videoURL: "u", platforms: ["twitter", "instagram", "youtube"],
            accounts: AccountsSettings())
        let text = order.text(for: "twitter")
        #expect(text.count <= 280)
        #expect(text.hasPrefix(hook + "\n\nFollow for more\n\n#aiautomation"))
        #expect(order.text(for: "instagram").split(separator: "#").count == 6)
        #expect(order.target(for: "youtube", settings: RemotionSettings())["title"]?.string?.count == 100)
    }
}
