import ActpTesting
import Foundation
import JSON
import Records
import Testing
import Time

@testable import Agents

@Suite struct ContentMixTasksTests {
    private static func own(
        _ number: Int, _ niche: String?, platform: String = "twitter", daysAgo: Double = 1
    ) -> Draft<ContentPerformance> {
        Draft {
            $0.externalID = "\(platform)-\(number)"
            $0.platform = platform
            $0.niche = niche
            $0.publishedAt = Bench.noon - .seconds(daysAgo * 86_400)
        }
    }

    private static func resonance(
        _ niche: String, _ contentType: String = "educational", _ platform: String = "tiktok", views: Double,
        samples: Int = 4
    ) -> Draft<NicheResonance> {
        Draft {
            $0.platform = platform
            $0.niche = niche
            $0.offerTag = "none"
            $0.contentType = contentType
            $0.avgViews = views
            $0.sampleCount = samples
            $0.topHookPatterns = ["Hook of \(niche)", "second"]
            $0.lastUpdated = Bench.noon
        }
    }

    /// Nine posts of ai_automation and one of saas_growth: four gaps.
    private func bench() async throws -> Bench {
        let bench = try Bench()
        try await bench.store.insert((0..<9).map { Self.own($0, "ai_automation") } + [Self.own(9, "saas_growth")])
        try await bench.store.insert([
            Self.resonance("saas_growth", "case_study", "linkedin", views: 800),
            Self.resonance("personal_brand", "inspirational", views: 1_200),
            Self.resonance("creator_economy", views: 600), Self.resonance("ai_automation", views: 9_000),
        ])
        return bench
    }

    @Test("gaps compares the last 30 days with the targets (CM-05, CM-16)")
    func gaps() async throws {
        let bench = try await bench()
        try await bench.store.insert([
            Self.own(20, "personal_brand", daysAgo: 31), Self.own(21, "personal_brand", daysAgo: -1),
        ])
        let gaps = try #require(try await bench.run(.contentMix, "gaps").data["gaps"]?.array)
        #expect(
            gaps.map { $0["niche"]?.string } == [
                "creator_economy", "personal_brand", "digital_marketing", "saas_growth",
            ])
        #expect(gaps[0]["gap"]?.double == 0.2)
        #expect(abs((gaps[3]["gap"]?.double ?? 0) - 0.05) < 1e-12)
        #expect(gaps[3]["actual"]?.double == 0.1)
    }

    @Test("with a platform only its posts and its groups count (CM-08)")
    func platform() async throws {
        let bench = try await bench()
        try await bench.store.insert([Self.own(1, "personal_brand", platform: "linkedin")])
        let gaps = try await bench.run(.contentMix, "gaps", ["platform": "linkedin"])
        #expect(gaps.data["posts"] == 1)
        let result = try await bench.run(.contentMix, "recommend", ["platform": "linkedin"])
        let list = try #require(result.data["recommendations"]?.array)
        #expect(list.allSatisfy { $0["platform"] == "linkedin" })
        #expect(result.data["planned_posts"] == 5, "Monday to Friday")
        #expect(try await bench.all(GenJobs.self).isEmpty, "the mix as a whole starts renders, not one platform")
    }

    @Test("recommend cites real rows of the matrix and has the keys of readings 21 (CM-07, CM-14, CM-15)")
    func recommend() async throws {
        let bench = try await bench()
        let result = try await bench.run(.contentMix, "recommend")
        let list = try #require(result.data["recommendations"]?.array)
        #expect(list.count == 4)
        let keys: Set = [
            "niche", "content_type", "platform", "recommended_count", "top_hook", "avg_views", "sample_count",
        ]
        #expect(list.allSatisfy { keys.isSubset(of: Set(($0.object ?? [:]).keys)) })
        let brand = try #require(list.first { $0["niche"] == "personal_brand" })
        #expect(brand["content_type"] == "inspirational")
        #expect(brand["top_hook"] == "Hook of personal_brand")
        #expect(brand["avg_views"]?.double == 1_200)
        #expect(brand["sample_count"] == 4)
        // 15 posts on twitter, 18 on threads, 5 on instagram, 18 on tiktok, 2 on youtube, 5 on linkedin.
        #expect(result.data["planned_posts"] == 63)
        #expect(brand["recommended_count"] == 13)
        #expect(result.degraded.count == 1 && result.degraded[0].hasPrefix("digital_marketing"))
    }

    @Test("a stored schedule counts instead of the start values (K44)")
    func planned() async throws {
        let bench = try await bench()
        try await bench.store.insert([
            Draft<PostingSchedule> {
                $0.platform = "twitter"
                $0.postsPerDay = 1
                $0.bestHours = [9]
                $0.activeDays = [6]
                $0.minGapHours = 3
            }
        ])
        #expect(try await bench.run(.contentMix, "recommend").data["planned_posts"] == 49)
    }

    @Test("trends that are still active mark a recommendation (TR-11)")
    func trending() async throws {
        let bench = try await bench()
        try await bench.store.insert(
            [("personal_brand", 1.0), ("creator_economy", 8.0)].map { niche, daysAgo in
                Draft<CrossPlatformTrends> {
                    $0.niche = niche
                    $0.platforms = ["tiktok", "twitter"]
                    $0.updatedAt = Bench.noon - .seconds(daysAgo * 86_400)
                }
            })
        let list = try #require(try await bench.run(.contentMix, "recommend").data["recommendations"]?.array)
        #expect(list.filter { $0["trending"] == true }.map { $0["niche"] } == ["personal_brand"])
    }

    @Test("a gap queues a render once a week, and one that died halfway is completed (CMIX-003, CM-09, CM-18)")
    func renders() async throws {
        var bench = try await bench()
        try await bench.run(.contentMix, "recommend")
        let jobs = try await bench.all(GenJobs.self)
        #expect(
            Set(jobs.compactMap { $0.brief?["niche"]?.string }) == [
                "creator_economy", "personal_brand", "digital_marketing", "saas_growth",
            ])
        #expect(jobs.allSatisfy { $0.status == "queued" && $0.model == "remotion" && RenderRequest($0) != nil })
        let again = try await bench.run(.contentMix, "recommend")
        #expect(try await bench.all(GenJobs.self).count == 4)
        #expect(again.data["renders"]?.array?.allSatisfy { $0["new"] == false } == true)
        #expect(!again.summary.contains("renders queued"))

        // A run that died between its memory and the table: the row is written under the remembered id.
        let lost = try #require(jobs.first { $0.brief?["niche"] == "saas_growth" })
        try await bench.store.delete(where: \GenJobs.id == lost.id)
        try bench.memory.remember(
            [MemoryChange("renders", "saas_growth 2026-W10", ["job_id": .string(lost.id.text), "written": false])],
            at: Bench.noon)
        try await bench.run(.contentMix, "recommend")
        #expect(Set(try await bench.all(GenJobs.self).map(\.id)) == Set(jobs.map(\.id)))

        bench.now = Bench.noon + .days(7)
        try await bench.run(.contentMix, "recommend")
        #expect(try await bench.all(GenJobs.self).count == 8, "another week")
    }

    @Test("a dry run shows the renders and queues none (readings 19)")
    func dryRun() async throws {
        let bench = try await bench()
        let result = try await bench.run(.contentMix, "recommend", isDryRun: true)
        #expect(result.summary.contains("would be queued"))
        #expect(try await bench.all(GenJobs.self).isEmpty)
        try await bench.run(.contentMix, "recommend")
        #expect(try await bench.all(GenJobs.self).count == 4)
    }

    @Test("with nothing posted the matrix alone recommends; with neither it says what to do")
    func nothing() async throws {
        let bench = try Bench()
        let empty = try await bench.run(.contentMix, "recommend")
        #expect(empty.data["recommendations"] == [])
        #expect(empty.summary.contains("youtube full"))
        try await bench.store.insert([Self.resonance("personal_brand", views: 5)])
        let list = try #require(try await bench.run(.contentMix, "recommend").data["recommendations"]?.array)
        #expect(list.map { $0["reason"] } == ["resonance"])
        #expect(try await bench.run(.contentMix, "gaps").data["gaps"] == [])
    }

    @Test("resonance-summary shows the five rows with the most views (CM-17)")
    func resonanceSummary() async throws {
        let bench = try await bench()
        try await bench.store.insert([
            Self.resonance("other", views: 99_999), Self.resonance("content_creation", views: 7),
            Self.resonance("digital_marketing", views: 6),
        ])
        let rows = try #require(try await bench.run(.contentMix, "resonance-summary").data["rows"]?.array)
        #expect(rows.map { $0["avg_views"]?.double } == [9_000, 1_200, 800, 600, 7])
    }

    @Test("market-sync files scraped posts under the offers of their niche (CM-02, CM-10)")
    func marketSync() async throws {
        let bench = try Bench()
        try await bench.store.insert([
            Rows.post("tiktok", niche: "ai_automation", likes: 10),
            Rows.post("threads", likes: 4, text: "How I cut SaaS churn"),
            Rows.post("threads", niche: "personal_brand", likes: 99), Rows.post("threads", text: "nothing"),
            Rows.post("tiktok", niche: "ai_automation", likes: 1_000, daysAgo: 31),
        ])
        let result = try await bench.run(.contentMix, "market-sync")
        #expect(result.data["posts"] == 4)
        #expect(result.data["without_offer"] == 2)
        let offers = try #require(result.data["offers"]?.array)
        let ai = try #require(offers.first { $0["offer"] == "safari_automation" })
        #expect(ai["posts"] == 1)
        #expect(ai["avg_engagement"]?.double == 30)
        #expect(offers.first { $0["offer"] == "saas_consulting" }?["posts"] == 1)
        #expect(offers.count == 4)
    }

    @Test("the weekly message names the top niche and the largest gap, escaped (CM-13, K70)")
    func weekly() async throws {
        let bench = try await bench()
        let alerts = try await bench.run(.contentMix, "weekly-summary").alerts
        #expect(
            alerts.map(\.html) == [
                "🎯 Top niche: ai_automation (9,000 avg views) | Gap: need 13 more creator_economy posts on tiktok"
            ])
        #expect(try await bench.all(GenJobs.self).isEmpty)
        let quiet = try await Bench().run(.contentMix, "weekly-summary").alerts
        #expect(quiet.map(\.html) == ["🎯 Top niche: not known yet | Gap: none, the mix is on target"])
    }

    @Test("on real videos the gaps and what is cited for them are what a plain recount gives (CM-05, CM-06, CM-15)")
    func realVideos() async throws {
        let bench = try Bench()
        try await bench.store.insert(
            RealVideos.all.enumerated().map { index, video in
                var draft = Rows.video(
                    video.id, video.title, views: video.views, likes: video.likes, comments: video.comments)
                draft.publishedAt = Bench.noon - .seconds(Double(index % 40) * 86_400)
                return draft
            })
        try await bench.run(.youtube, "full")
        let result = try await bench.run(.contentMix, "recommend", ["platform": "youtube"])

        // The same from the list of videos alone.
        var recent: [String] = []
        for (index, video) in RealVideos.all.enumerated() where index % 40 <= 30 && video.niche != "other" {
            recent.append(video.niche)
        }
        let targets: [(niche: String, share: Double)] = [
            ("ai_automation", 0.35), ("creator_economy", 0.2), ("digital_marketing", 0.1), ("personal_brand", 0.2),
            ("saas_growth", 0.15),
        ]
        var gaps: [(niche: String, size: Double)] = []
        for target in targets {
            let count = recent.filter { $0 == target.niche }.count
            let size = target.share - Double(count) / Double(recent.count)
            if size > 0 { gaps.append((target.niche, size)) }
        }
        gaps.sort { $0.size > $1.size }
        let list = try #require(result.data["recommendations"]?.array)
        for (index, gap) in gaps.enumerated() {
            let shown = list[index]
            #expect(shown["niche"]?.string == gap.niche)
            #expect(abs((shown["gap"]?.double ?? 0) - gap.size) < 1e-9)
            let needed = Int64(max(1, (gap.size * 2).rounded(.up)))
            #expect(shown["recommended_count"]?.integer == needed)
            let ofNiche = RealVideos.all.filter { $0.niche == gap.niche }
            let groups = Dictionary(grouping: ofNiche, by: \.contentType)
            func mean(_ videos: [RealVideos.Video]) -> Double? {
                let views = videos.compactMap(\.views)
                return views.isEmpty ? nil : Double(views.reduce(0, +)) / Double(views.count)
            }
            let large = groups.filter { $0.value.count >= 3 }
            let best = (large.isEmpty ? groups : large).max { (mean($0.value) ?? -1) < (mean($1.value) ?? -1) }
            guard let best else {
                #expect(shown["sample_count"] == 0)
                continue
            }
            #expect(shown["content_type"]?.string == best.key)
            #expect(shown["sample_count"]?.integer == Int64(best.value.count))
            let expected = mean(best.value) ?? 0
            #expect(abs((shown["avg_views"]?.double ?? 0) - expected) < 1e-6)
        }
    }
}
