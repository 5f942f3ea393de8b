import JSON
import Records
import Time

/// Reads what an opportunity is made of: resonance, trends, and what was made lately.
struct OpportunityDesk {
    let context: TaskContext

    init(_ context: TaskContext) { self.context = context }

    /// The opportunities, best first (RE-01, RE-14), and a remark when other platforms' rows had to stand in.
    ///
    /// A platform without a row of its own is served from what resonates elsewhere: videos are made for platforms on which
    /// nothing was posted yet.
    func opportunities(
        platform: String?, niche: String?
    ) async throws -> (list: [Opportunity], remark: String?, rounds: [ResonanceKey: Int]) {
        let rounds = try await madeLately()
        let ranking = OpportunityRanking(
            settings: context.settings.remotion, now: context.now, trending: try await trending(),
            recent: Set(rounds.keys))
        var rows: [Row<NicheResonance>] = []
        try await context.store.eachPage(of: NicheResonance.self) { rows += $0 }
        let wanted = rows.filter { row in
            niche == nil || Taxonomy.niche(row.niche, listed: Set(Vocabulary.niches)) == niche
        }
        let own = wanted.filter { platform == nil || $0.platform == platform }
            .compactMap { ranking.opportunity($0, for: platform) }
        if !own.isEmpty { return (ranking.sorted(own), nil, rounds) }
        let others = wanted.compactMap { ranking.opportunity($0, for: platform) }
        guard let platform, !others.isEmpty else { return ([], nil, rounds) }
        return (
            ranking.sorted(others), "no resonance row of \(platform) counts; those of other platforms stand in", rounds
        )
    }

    /// What a wish is about: its niche and content type as the matrix knows them, else what the wish itself says.
    func opportunity(for wish: RenderRequest) async throws -> Opportunity {
        let found = try await opportunities(platform: wish.platform, niche: wish.niche).list
        if let match = found.first(where: { $0.contentType == wish.contentType }) { return match }
        return Opportunity(
            platform: wish.platform, sourcePlatform: wish.platform, niche: wish.niche, contentType: wish.contentType,
            offer: wish.offer, hooks: wish.hook.map { [$0] } ?? [], averageViews: 0, averageEngagement: 0, samples: 0,
            recency: 1, isTrending: false, rank: 0)
    }

    /// TR-11: niches of trends that are active.
    private func trending() async throws -> Set<String> {
        let since = context.now - context.settings.trends.lookback
        return Set(
            try await context.store.fetch(
                Query<CrossPlatformTrends>(limit: Store.pageSize).filter(\.updatedAt >= since)
            ).map(\.niche))
    }

    /// How many jobs there were of each kind lately, failed ones aside.
    private func madeLately() async throws -> [ResonanceKey: Int] {
        let since = context.now - context.settings.remotion.repeatAfter
        var rounds: [ResonanceKey: Int] = [:]
        try await context.store.eachPage(
            of: GenJobs.self,
            where: \.model == RenderJobs.model && \.createdAt >= since && \.status != JobStatus.failed
        ) { page in
            for job in page {
                guard let niche = job.brief?["niche"]?.string, let type = job.brief?["content_type"]?.string,
                    let platform = job.brief?["platform"]?.string ?? job.platform
                else { continue }
                rounds[ResonanceKey(platform: platform, niche: niche, contentType: type), default: 0] += 1
            }
        }
        return rounds
    }
}
