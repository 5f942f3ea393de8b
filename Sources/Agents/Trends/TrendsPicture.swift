import JSON
import Records
import Time

/// Niches that trend now, the strongest first, with the platforms that they were seen on.
enum TrendsPicture {
    static func read(_ context: TaskContext) async throws -> JSON {
        let since = context.now - context.settings.trends.lookback
        let rows = try await context.store.fetch(
            Query<CrossPlatformTrends>(limit: PictureLimit.shown).filter(\.updatedAt >= since)
                .order(by: \.trendStrength, descending: true))
        return ["trends": .array(rows.map(trend))]
    }

    static func trend(_ row: Row<CrossPlatformTrends>) -> JSON {
        let hook = (row.topPosts?.array ?? []).lazy.compactMap { $0["text"]?.string }.first { !$0.isEmpty }
        return [
            "niche": .string(row.niche), "strength": .number(row.trendStrength ?? 0),
            "platforms": JSON(row.platforms.sorted()), "avg_engagement": JSON(orNull: row.avgEngagement),
            "detected_at": .string(row.detectedAt.iso8601), "updated_at": .string(row.updatedAt.iso8601),
            "top_hook": JSON(orNull: hook?.clipped(to: 120)),
        ]
    }
}
