import JSON
import Records
import Time

/// A niche and content type worth a video (RE-01).
struct Opportunity: Hashable, Sendable {
    /// The platform the video is for.
    let platform: String
    /// The platform whose posts say so.
    let sourcePlatform: String
    let niche: String
    let contentType: String
    let offer: String
    /// Hook patterns, the best first.
    let hooks: [String]
    let averageViews: Double
    let averageEngagement: Double
    let samples: Int
    /// 1 for a row of today, 0.5 for one at the edge of freshness (K66).
    let recency: Double
    let isTrending: Bool
    let rank: Double

    var shown: JSON {
        [
            "niche": .string(niche), "content_type": .string(contentType), "platform": .string(platform),
            "source_platform": .string(sourcePlatform), "offer_tag": .string(offer),
            "avg_views": .number(averageViews), "avg_engagement": .number(averageEngagement),
            "sample_count": JSON(samples), "recency_weight": .number(recency), "trending": .bool(isTrending),
            "rank": .number(rank), "top_hook": hooks.first.map(JSON.string) ?? nil,
        ]
    }
}

/// Ranks resonance rows (RE-01). Decides; reads nothing.
struct OpportunityRanking {
    let settings: RemotionSettings
    let now: Instant
    /// Niches of active trends (TR-11).
    let trending: Set<String>
    /// What a video was made of lately.
    let recent: Set<ResonanceKey>

    /// Falls in a straight line from 1 now to 0.5 at the end of freshness; `nil` beyond it, and for a row that does not say
    /// how old it is (K66).
    func recency(of lastUpdated: Instant?) -> Double? {
        guard let lastUpdated else { return nil }
        let age = max(now - lastUpdated, .zero)
        guard age <= settings.freshness else { return nil }
        return 1 - 0.5 * (age / settings.freshness)
    }

    /// The opportunity of a row; `nil` when it is too thin, too old, or files under no niche (RE-01, K43).
    ///
    /// rank = avg_views × avg_engagement × recency, times `trendWeight` in a niche that trends now.
    /// - Parameter platform: what the video is for; `nil`: the row's own platform.
    func opportunity(_ row: Row<NicheResonance>, for platform: String?) -> Opportunity? {
        guard let niche = Taxonomy.niche(row.niche, listed: Set(Vocabulary.niches)),
            let samples = row.sampleCount, samples >= settings.samplesMin, let recency = recency(of: row.lastUpdated)
        else { return nil }
        let isTrending = trending.contains(niche)
        let (views, engagement) = (row.avgViews ?? 0, row.avgEngagement ?? 0)
        return Opportunity(
            platform: platform ?? row.platform, sourcePlatform: row.platform, niche: niche,
            contentType: row.contentType, offer: row.offerTag, hooks: row.topHookPatterns ?? [], averageViews: views,
            averageEngagement: engagement, samples: samples, recency: recency, isTrending: isTrending,
            rank: views * engagement * recency * (isTrending ? settings.trendWeight : 1))
    }

    /// What was not made lately first, then by rank; equal ones by name, so that the order is always the same.
    func sorted(_ opportunities: [Opportunity]) -> [Opportunity] {
        func isRecent(_ one: Opportunity) -> Bool {
            recent.contains(ResonanceKey(platform: one.platform, niche: one.niche, contentType: one.contentType))
        }
        func name(_ one: Opportunity) -> (String, String, String) { (one.niche, one.contentType, one.sourcePlatform) }
        return opportunities.sorted { a, b in
            if isRecent(a) != isRecent(b) { return !isRecent(a) }
            return a.rank == b.rank ? name(a) < name(b) : a.rank > b.rank
        }
    }
}
