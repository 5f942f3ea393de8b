import JSON
import Records
import Testing
import Time

@testable import Agents

@Suite struct ResonanceTests {
    private func post(
        _ number: Int, _ niche: String? = "ai_automation", _ type: String? = "educational",
        platform: String = "youtube",
        views: Int? = 100, engagement: Double? = 10, watch: Double? = nil, offers: [String] = ["none"],
        title: String? = nil
    ) -> Draft<ContentPerformance> {
        Draft {
            $0.platform = platform
            $0.externalID = "p\(number)"
            $0.niche = niche
            $0.contentType = type
            $0.views = views
            $0.engagementScore = engagement
            $0.watchTimeMinutes = watch
            $0.offerTags = offers
            $0.title = title ?? "title \(number)"
        }
    }

    private func stored(_ tag: String, hooks: [String], updated: Instant = Bench.noon - .days(7)) -> Draft<
        NicheResonance
    > {
        Draft {
            $0.platform = "youtube"
            $0.niche = "ai_automation"
            $0.contentType = "educational"
            $0.offerTag = tag
            $0.topHookPatterns = hooks
            $0.sampleCount = 9
            $0.lastUpdated = updated
        }
    }

    @Test("the averages are those of an independent computation over real videos (YT-07)")
    func averages() async throws {
        let bench = try Bench()
        try await bench.store.insert(
            RealVideos.all.map { Rows.video($0.id, $0.title, views: $0.views, likes: $0.likes, comments: $0.comments) })
        try await bench.run(.youtube, "full")
        let rows = try await bench.all(NicheResonance.self)
        let groups = Dictionary(grouping: RealVideos.all.filter { $0.niche != "other" }) {
            "\($0.niche) \($0.contentType)"
        }
        #expect(rows.count == groups.count)
        for row in rows {
            let videos = try #require(groups["\(row.niche) \(row.contentType)"])
            let views = videos.compactMap(\.views).map(Double.init)
            let engagement = videos.map {
                Double($0.likes ?? 0) * 3 + Double($0.comments ?? 0) * 4 + Double($0.views ?? 0) * 0.1
            }
            #expect(row.sampleCount == videos.count)
            #expect(abs((row.avgViews ?? 0) - views.reduce(0, +) / Double(views.count)) < 0.001)
            #expect(abs((row.avgEngagement ?? 0) - engagement.reduce(0, +) / Double(videos.count)) < 0.01)
            let best = videos.sorted { ($1.views ?? 0, $0.id) < ($0.views ?? 0, $1.id) }.prefix(3)
            #expect(row.topPostIDs == best.map(\.id))
            #expect(row.lastUpdated == Bench.noon)
        }
    }

    @Test("the order in which a store returns rows does not show in an average")
    func order() {
        let figures = (0..<1_000).map { index -> Double in
            let small = Double(index * 7_919 % 1_000) / 3
            return index % 10 == 0 ? small + 1e9 : small
        }
        func mean(_ figures: some Sequence<Double>) -> Double? {
            var mean = Mean()
            for figure in figures { mean.add(figure) }
            return mean.value
        }
        let forwards = mean(figures)
        #expect(mean(figures.reversed()) == forwards && mean(figures.sorted()) == forwards)
    }

    @Test("unknown figures neither count nor weigh in an average")
    func unknownFigures() async throws {
        let bench = try Bench()
        try await bench.store.insert([
            post(1, views: 100, watch: nil), post(2, views: nil, engagement: nil, watch: 8),
            post(3, views: 300, engagement: 20),
        ])
        try await bench.run(.youtube, "resonance")
        let row = try #require(try await bench.all(NicheResonance.self).first)
        #expect(row.avgViews == 200)
        #expect(row.avgEngagement == 15)
        #expect(row.avgWatchTime == 8)
        #expect(row.sampleCount == 3)
    }

    @Test("posts are grouped by platform, niche and type; other and unlisted ones are left out (K45, CM-03, K43)")
    func groups() async throws {
        let bench = try Bench()
        try await bench.store.insert([
            post(1), post(2, platform: "twitter"), post(3, "saas_growth"), post(4, "ai_automation", "case_study"),
            post(5, "other"), post(6, nil), post(7, "gardening"), post(8, "email_marketing", "tutorial"),
            post(9, "ai_automation", nil),
        ])
        let result = try await bench.run(.youtube, "resonance")
        let rows = try await bench.all(NicheResonance.self).map { "\($0.platform) \($0.niche) \($0.contentType)" }
        #expect(
            rows.sorted() == [
                "twitter ai_automation educational", "youtube ai_automation case_study",
                "youtube ai_automation educational", "youtube digital_marketing educational",
                "youtube saas_growth educational",
            ])
        #expect(result.data["left_out"] == ["without_niche": 2, "unlisted": 2])
    }

    @Test("the offer tag is the most frequent offer, none without one (YT-07)")
    func offerTag() async throws {
        let bench = try Bench()
        try await bench.store.insert([
            post(1), post(2), post(3, offers: ["safari_automation", "creator_growth"]),
            post(4, offers: ["creator_growth"]),
            post(5, "personal_brand"),
        ])
        try await bench.run(.youtube, "resonance")
        let tags = try await bench.all(NicheResonance.self).map { "\($0.niche) \($0.offerTag)" }
        #expect(tags.sorted() == ["ai_automation creator_growth", "personal_brand none"])
    }

    @Test("when the tag changes the older row of the triple goes, its foreign hooks stay (K45, K46)")
    func changedTag() async throws {
        let bench = try Bench()
        try await bench.store.insert([
            stored("none", hooks: ["from an A/B test", "title 1"]),
            stored("saas_consulting", hooks: ["from a creator"], updated: Bench.noon - .days(1)),
        ])
        try await bench.store.insert([post(1, views: 1, offers: ["safari_automation"]), post(2), post(3), post(4)])
        let result = try await bench.run(.youtube, "resonance")
        let rows = try await bench.all(NicheResonance.self)
        #expect(rows.map(\.offerTag) == ["safari_automation"])
        #expect(rows.first?.topHookPatterns == ["title 2", "title 3", "title 4", "from a creator", "from an A/B test"])
        #expect(result.data["removed"] == 2)
    }

    @Test("a second run changes nothing, and its own former titles make room for new ones (K46)")
    func idempotent() async throws {
        let bench = try Bench()
        try await bench.store.insert([stored("none", hooks: ["won a test"])])
        try await bench.store.insert((1...4).map { post($0, views: $0 * 10) })
        try await bench.run(.youtube, "resonance")
        let first = try await bench.all(NicheResonance.self)
        #expect(first.first?.topHookPatterns == ["title 4", "title 3", "title 2", "won a test"])
        try await bench.run(.youtube, "resonance")
        #expect(try await bench.all(NicheResonance.self) == first)
        try await bench.store.insert([post(9, views: 900)])
        try await bench.run(.youtube, "resonance")
        #expect(
            try await bench.all(NicheResonance.self).first?.topHookPatterns
                == ["title 9", "title 4", "title 3", "won a test"])
    }

    @Test("hook patterns are capped and never twice the same (K46)")
    func capped() async throws {
        var bench = try Bench()
        bench.settings.youtube.hooksMax = 4
        try await bench.store.insert([stored("none", hooks: ["a", "b", "a", "c"])])
        try await bench.store.insert([post(1, title: "same"), post(2, title: "same"), post(3, title: "b")])
        try await bench.run(.youtube, "resonance")
        #expect(try await bench.all(NicheResonance.self).first?.topHookPatterns == ["same", "b", "a", "c"])
    }

    @Test("rows of groups without posts stay as other sources wrote them")
    func untouched() async throws {
        let bench = try Bench()
        try await bench.store.insert([stored("none", hooks: ["from a creator"])])
        try await bench.store.insert([post(1, "saas_growth")])
        try await bench.run(.youtube, "resonance")
        let row = try await bench.all(NicheResonance.self).first { $0.niche == "ai_automation" }
        #expect(row?.topHookPatterns == ["from a creator"])
        #expect(row?.sampleCount == 9)
    }
}
