import JSON
import Records
import Testing
import Time

@testable import Agents

@Suite struct OpportunityTests {
    private func row(
        niche: String = "ai_automation", type: String = "educational", platform: String = "youtube",
        views: Double? = 100, engagement: Double? = 10, samples: Int = 3, age: Duration = .zero
    ) throws -> Row<NicheResonance> {
        let draft = Draft<NicheResonance> {
            $0.platform = platform
            $0.niche = niche
            $0.offerTag = "safari_automation"
            $0.contentType = type
            $0.avgViews = views
            $0.avgEngagement = engagement
            $0.avgWatchTime = nil as Double?
            $0.topHookPatterns = ["a hook"]
            $0.topPostIDs = []
            $0.sampleCount = samples
            $0.lastUpdated = Bench.noon - age
        }
        return try Row(NicheResonance.definition.columns.map { draft.cells[$0.name] ?? .null })
    }

    private func ranking(
        trending: Set<String> = [], recent: Set<ResonanceKey> = []
    ) -> OpportunityRanking {
        OpportunityRanking(settings: RemotionSettings(), now: Bench.noon, trending: trending, recent: recent)
    }

    @Test("an opportunity has three posts or more and is not older than thirty days (RE-01)")
    func eligible() throws {
        #expect(ranking().opportunity(try row(samples: 3), for: nil) != nil)
        #expect(ranking().opportunity(try row(samples: 2), for: nil) == nil)
        #expect(ranking().opportunity(try row(age: .days(30)), for: nil) != nil)
        #expect(ranking().opportunity(try row(age: .days(30) + .seconds(1)), for: nil) == nil)
        #expect(ranking().opportunity(try row(niche: "other"), for: nil) == nil)
    }

    @Test("the recency weight falls from 1 today to 0.5 at thirty days (K66)")
    func recency() {
        #expect(ranking().recency(of: Bench.noon) == 1)
        #expect(ranking().recency(of: Bench.noon - .days(15)) == 0.75)
        #expect(ranking().recency(of: Bench.noon - .days(30)) == 0.5)
        #expect(ranking().recency(of: Bench.noon + .days(1)) == 1)
        #expect(ranking().recency(of: nil) == nil)
    }

    @Test("the rank is views times engagement times recency, and more where the niche trends (RE-01, TR-11)")
    func rank() throws {
        let old = try row(views: 200, engagement: 5, age: .days(15))
        #expect(ranking().opportunity(old, for: nil)?.rank == 750)
        #expect(ranking(trending: ["ai_automation"]).opportunity(old, for: nil)?.rank == 937.5)
        #expect(ranking().opportunity(try row(views: nil), for: nil)?.rank == 0)
    }

    @Test("the highest rank comes first, and what was made lately after all others")
    func order() throws {
        let rows = [
            try row(niche: "saas_growth", views: 10), try row(niche: "ai_automation", views: 1_000),
            try row(niche: "personal_brand", views: 100),
        ]
        func niches(_ ranking: OpportunityRanking) -> [String] {
            ranking.sorted(rows.compactMap { ranking.opportunity($0, for: "tiktok") }).map(\.niche)
        }
        #expect(niches(ranking()) == ["ai_automation", "personal_brand", "saas_growth"])
        let made = ResonanceKey(platform: "tiktok", niche: "ai_automation", contentType: "educational")
        #expect(niches(ranking(recent: [made])) == ["personal_brand", "saas_growth", "ai_automation"])
    }

    @Test("email_marketing is read as digital_marketing (K43)")
    func alias() throws {
        #expect(
            ranking().opportunity(try row(niche: "email_marketing"), for: nil)?.niche == "digital_marketing")
    }
}
