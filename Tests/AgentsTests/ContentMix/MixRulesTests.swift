import Testing

@testable import Agents

@Suite struct MixRulesTests {
    private let targets = ContentMixSettings().targets

    private func tally(_ niches: [String?]) -> MixTally {
        var tally = MixTally(listed: Vocabulary.niches)
        for niche in niches { tally.add(niche: niche) }
        return tally
    }

    @Test("the target shares are those of the product and sum to one (CM-01, K40)")
    func targetShares() {
        #expect(
            targets == [
                "ai_automation": 0.35, "personal_brand": 0.20, "creator_economy": 0.20, "saas_growth": 0.15,
                "digital_marketing": 0.10,
            ])
        #expect(abs(targets.values.reduce(0, +) - 1) < 1e-12)
    }

    @Test("gaps are target minus share where positive, the largest first (CM-05, CM-16)")
    func gaps() {
        let posts =
            [String?](repeating: "ai_automation", count: 5) + ["saas_growth", "saas_growth", "creator_economy"]
            + ["digital_marketing", "content_creation"]
        let gaps = tally(posts).gaps(targets: targets)
        #expect(gaps.map(\.niche) == ["personal_brand", "creator_economy"])
        #expect(gaps.map { ($0.size * 100).rounded() } == [20, 10])
        #expect(gaps[1].actual == 0.1)
    }

    @Test("content_creation counts in the total and is no gap; other and no niche count for nothing (CM-03, K40)")
    func total() {
        let tally = tally(["content_creation", "ai_automation", "other", nil, ""])
        #expect(tally.total == 2)
        #expect(tally.leftOut == 3)
        #expect(!tally.gaps(targets: targets).contains { $0.niche == "content_creation" })
        #expect(!tally.gaps(targets: targets).contains { $0.niche == "ai_automation" })
    }

    @Test("email_marketing is digital_marketing; a niche nobody listed counts in the total (K43)")
    func unlisted() {
        let tally = tally(["email_marketing", "gardening"])
        #expect(tally.counts == ["digital_marketing": 1, "gardening": 1])
    }

    @Test("of no posts there are no shares, and so no gaps")
    func empty() { #expect(tally([]).gaps(targets: targets).isEmpty) }

    @Test(
        "the recommended count is ceil(gap × planned posts), at least 1 (K44)",
        arguments: [(0.15, 20, 3), (0.151, 20, 4), (0.01, 20, 1), (0.35, 0, 1), (0.2, 55, 11), (0.35, 40, 14)])
    func count(_ gap: Double, _ planned: Int, _ expected: Int) {
        #expect(Recommender.count(gap: gap, planned: planned) == expected)
    }

    private func group(
        _ niche: String, _ contentType: String, _ platform: String = "tiktok", views: Double?, samples: Int = 5
    ) -> ResonanceGroup {
        ResonanceGroup(
            platform: platform, niche: niche, contentType: contentType, offer: "none", averageViews: views,
            samples: samples, topHook: "hook of \(niche)")
    }

    private func recommend(
        _ groups: [ResonanceGroup], gaps: [MixGap] = [], platform: String? = nil, trending: Set<String> = []
    ) -> [Recommendation] {
        Recommender(groups, settings: ContentMixSettings()).recommendations(
            gaps: gaps, platform: platform, planned: 20, trending: trending)
    }

    @Test("a gap takes its niche's best group: enough samples first, then views (CM-06, CM-07)")
    func best() {
        let gap = MixGap(niche: "saas_growth", target: 0.15, actual: 0.05)
        let list = recommend(
            [
                group("saas_growth", "entertainment", views: 90_000, samples: 1),
                group("saas_growth", "case_study", "twitter", views: 900),
                group("saas_growth", "educational", views: 800), group("ai_automation", "educational", views: 5_000),
            ], gaps: [gap])
        #expect(list.first?.contentType == "case_study")
        #expect(list.first?.platform == "twitter")
        #expect(list.first?.count == 2)
        #expect(list.first?.group?.topHook == "hook of saas_growth")
    }

    @Test("with few gaps the best groups fill up to three, trending niches first, no group twice (K44, CM-14, TR-11)")
    func fill() {
        let gap = MixGap(niche: "saas_growth", target: 0.15, actual: 0.05)
        let groups = [
            group("saas_growth", "case_study", views: 900), group("ai_automation", "educational", views: 5_000),
            group("creator_economy", "educational", views: 4_000), group("personal_brand", "educational", views: 10),
            group("other", "educational", views: 99_000),
        ]
        let list = recommend(groups, gaps: [gap])
        #expect(list.map(\.niche) == ["saas_growth", "ai_automation", "creator_economy"])
        #expect(list.map { $0.gap != nil } == [true, false, false])
        let trending = recommend(groups, gaps: [gap], trending: ["personal_brand"])
        #expect(trending.map(\.niche) == ["saas_growth", "personal_brand", "ai_automation"])
    }

    @Test("a niche without a row is made as the offer map says (CM-02), else as what resonates most")
    func offerMap() {
        let groups = [group("ai_automation", "product_demo", "youtube", views: 5_000)]
        let list = recommend(
            groups,
            gaps: [
                MixGap(niche: "saas_growth", target: 0.15, actual: 0),
                MixGap(niche: "personal_brand", target: 0.2, actual: 0),
            ])
        #expect(list[0].contentType == "thought_leadership")
        #expect(list[0].platform == "twitter")
        #expect(list[0].offer == "saas_consulting")
        #expect(list[1].contentType == "product_demo")
        #expect(list[1].platform == "youtube")
        #expect(list.prefix(2).allSatisfy { $0.group == nil })
        #expect(recommend([], gaps: [MixGap(niche: "personal_brand", target: 0.2, actual: 0)]).isEmpty)
    }

    @Test("the top niche has the highest mean of views over its posts, not over its groups (CM-13)")
    func topNiche() {
        let groups = [
            group("ai_automation", "educational", views: 1_000, samples: 90),
            group("ai_automation", "case_study", views: 10_000, samples: 10),
            group("saas_growth", "educational", views: 2_000, samples: 3),
            group("creator_economy", "educational", views: 50_000, samples: 2),
        ]
        let top = NicheViews.top(of: groups, samplesMin: 3)
        #expect(top?.niche == "saas_growth")
        #expect(NicheViews.top(of: Array(groups.prefix(2)), samplesMin: 3)?.averageViews == 1_900)
        #expect(NicheViews.top(of: [groups[3]], samplesMin: 3)?.niche == "creator_economy")
        #expect(NicheViews.top(of: [], samplesMin: 3) == nil)
    }
}
