import JSON
import Records
import Statistics
import Time

/// What a finished test leaves in the shared tables. Everything may be written again and comes out the same.
enum Lessons {
    /// The figures of both posts as own posts, and the winner's hook among the patterns of its niche (ABTS-006, AB-10).
    static func record(
        _ row: Row<ABTests>, _ intent: TestIntent, _ day: TestMetrics, _ urls: (a: String?, b: String?),
        _ winner: Side?, _ context: TaskContext
    ) async throws {
        let posts = Side.allCases.compactMap { side -> Draft<ContentPerformance>? in
            guard let url = side == .a ? urls.a : urls.b else { return nil }
            let counts = day[side]
            let text = side == .a ? row.variantAText : row.variantBText
            return Draft {
                $0.platform = "twitter"
                $0.externalID = TweetAddress.id(of: url) ?? url
                $0.niche = row.niche
                $0.title = text.clipped(to: 120)
                $0.views = counts.views
                $0.likes = counts.likes
                $0.commentsCount = counts.replies
                $0.engagementScore = counts.engagementScore
                $0.publishedAt = row.createdAt
            }
        }
        try await context.store.upsert(posts)
        guard let winner else { return }
        let hook = TweetText.hook(of: winner == .a ? row.variantAText : row.variantBText)
        try await addHook(hook, niche: row.niche, context)
    }

    /// The newest first, each once, capped; the patterns of other sources stay (K46).
    private static func addHook(_ hook: String, niche: String, _ context: TaskContext) async throws {
        let rows = try await context.store.fetch(
            Query<NicheResonance>(limit: Store.pageSize).filter(\.niche == niche && \.platform == "twitter"))
        let max = context.settings.abTest.hooksMax
        if rows.isEmpty {
            // The matrix knows nothing of this niche on Twitter yet: a group without samples keeps the hook.
            let channel = context.settings.contentMix.offers.first { $0.niche == niche }
            let group = Draft<NicheResonance> {
                $0.platform = "twitter"
                $0.niche = niche
                $0.offerTag = channel?.offer ?? Taxonomy.noOffer
                $0.contentType = channel?.contentTypes.first ?? "educational"
                $0.topHookPatterns = [hook]
                $0.sampleCount = 0
                $0.lastUpdated = context.now
            }
            return try await context.store.insert([group], onConflict: .ignore)
        }
        for row in rows where row.topHookPatterns?.first != hook {
            let patterns = [hook] + (row.topHookPatterns ?? []).filter { $0 != hook }
            try await context.store.update(
                where: \NicheResonance.platform == row.platform && \.niche == row.niche
                    && \.offerTag == row.offerTag && \.contentType == row.contentType,
                set: Draft { $0.topHookPatterns = Array(patterns.prefix(max)) })
        }
    }
}
