import Agents
import JSON
import Records
import Testing
import Time

@Suite struct YouTubeTasksTests {
    private func bench() async throws -> Bench {
        let bench = try Bench()
        try await bench.store.insert(
            RealVideos.all.map { Rows.video($0.id, $0.title, views: $0.views, likes: $0.likes, comments: $0.comments) })
        return bench
    }

    @Test("analyze tags every video once; a second run tags none (YT-01, YT-09, YT-14)")
    func analyze() async throws {
        let bench = try await bench()
        let first = try await bench.run(.youtube, "analyze")
        #expect(first.data["tagged"] == JSON(RealVideos.all.count))
        #expect(first.data["method"] == "heuristic")
        let posts = try await bench.all(ContentPerformance.self)
        #expect(posts.count == RealVideos.all.count)
        let expected = Dictionary(uniqueKeysWithValues: RealVideos.all.map { ($0.id, $0) })
        for post in posts {
            let video = try #require(expected[post.externalID])
            #expect(post.niche == video.niche)
            #expect(post.likes == video.likes, "what the platform hides stays unknown")
            #expect(post.commentsCount == video.comments)
            #expect(post.title?.contains("&#39;") == false)
        }
        let second = try await bench.run(.youtube, "analyze")
        #expect(second.data["tagged"] == 0)
        #expect(second.data["refreshed"] == 0)
        #expect(second.data["unchanged"] == JSON(RealVideos.all.count))
        #expect(second.data["coverage"] == .null)
        #expect(try await bench.all(ContentPerformance.self) == posts)
    }

    @Test("the newest row of a video counts, whatever the order of the rows (K48)")
    func newest() async throws {
        let bench = try Bench()
        for (day, views) in [(2, 300), (0, 100), (3, 400), (1, 200)] {
            try await bench.store.insert([
                Rows.video("v", "AI", views: views, checkedAt: Bench.noon + .days(day)),
                Rows.video("w\(day)", "AI", views: views),
            ])
        }
        let result = try await bench.run(.youtube, "analyze")
        #expect(result.data["videos"] == 5)
        let posts = try await bench.all(ContentPerformance.self)
        #expect(posts.first { $0.externalID == "v" }?.views == 400)
        #expect(posts.count == 5)
    }

    @Test("known videos get new numbers and keep their tags (K47)")
    func refresh() async throws {
        let bench = try Bench()
        try await bench.store.insert([
            Rows.video("a", "AI", views: 100), Rows.video("b", "AI", views: 5),
        ])
        try await bench.run(.youtube, "analyze")
        try await bench.store.update(
            where: \ContentPerformance.externalID == "a", set: Draft { $0.niche = "saas_growth" })
        try await bench.store.insert([
            Rows.video("a", "Another title", views: 900, likes: nil, checkedAt: Bench.noon + .days(1))
        ])
        let result = try await bench.run(.youtube, "analyze")
        #expect(result.data["refreshed"] == 1)
        #expect(result.data["unchanged"] == 1)
        let post = try #require(try await bench.all(ContentPerformance.self).first { $0.externalID == "a" })
        #expect(post.niche == "saas_growth")
        #expect(post.title == "AI")
        #expect(post.views == 900)
        #expect(post.likes == nil)
        #expect(post.engagementScore == 94)
    }

    @Test("a post of another platform with the same id is not taken for the video")
    func otherPlatform() async throws {
        let bench = try Bench()
        try await bench.store.insert([
            Draft<ContentPerformance> {
                $0.platform = "tiktok"
                $0.externalID = "v"
            }
        ])
        try await bench.store.insert([Rows.video("v", "AI")])
        #expect(try await bench.run(.youtube, "analyze").data["tagged"] == 1)
    }

    @Test("a dry run shows tags and writes nothing (readings 19)")
    func dryRun() async throws {
        let bench = try await bench()
        let result = try await bench.run(.youtube, "full", isDryRun: true)
        #expect(result.data["tagged"] == JSON(RealVideos.all.count))
        #expect(result.data["would_tag"]?.array?.count == 20)
        #expect(try await bench.all(ContentPerformance.self).isEmpty)
        #expect(try await bench.all(NicheResonance.self).isEmpty)
    }

    @Test("full analyzes, builds the matrix and sends the weekly message (YT-12, YT-13)")
    func full() async throws {
        let bench = try await bench()
        let result = try await bench.run(.youtube, "full")
        #expect(result.data["tagged"] == JSON(RealVideos.all.count))
        #expect((result.data["groups"]?.integer ?? 0) > 5)
        #expect(result.alerts.count == 1)
        #expect(result.alerts.first?.html.contains("\(RealVideos.all.count) new videos tagged") == true)
    }

    @Test("full on an empty table ends well and sends nothing")
    func empty() async throws {
        let bench = try Bench()
        let result = try await bench.run(.youtube, "full")
        #expect(result.data["videos"] == 0)
        #expect(result.alerts.isEmpty)
        #expect(try await bench.run(.youtube, "summary").summary.contains("empty"))
    }

    @Test("summary shows the rows with the most views on average, at most as many as asked for (YT-17)")
    func summary() async throws {
        let bench = try await bench()
        try await bench.run(.youtube, "full")
        let result = try await bench.run(.youtube, "summary", ["limit": 3])
        let views = (result.data["rows"]?.array ?? []).compactMap { $0["avg_views"]?.double }
        let all = try await bench.all(NicheResonance.self).compactMap(\.avgViews).sorted(by: >)
        #expect(views == Array(all.prefix(3)))
        #expect(result.summary.split(separator: "\n").count == 4)
    }
}
