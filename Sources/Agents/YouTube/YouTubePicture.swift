import JSON
import Records

/// The resonance matrix: how niche and content type do together on each platform.
struct YouTubePicture {
    private var cells: [JSON] = []

    /// A group without samples only keeps hooks of A/B tests.
    mutating func add(_ row: Row<NicheResonance>) {
        guard let samples = row.sampleCount, samples > 0 else { return }
        cells.append([
            "platform": .string(row.platform), "niche": .string(row.niche), "content_type": .string(row.contentType),
            "offer": .string(row.offerTag), "avg_views": JSON(orNull: row.avgViews),
            "avg_engagement": JSON(orNull: row.avgEngagement), "samples": JSON(samples),
            "top_hook": JSON(orNull: row.topHookPatterns?.first?.clipped(to: 120)),
        ])
    }

    var json: JSON { ["cells": .array(cells)] }

    static func read(_ context: TaskContext) async throws -> JSON {
        var picture = YouTubePicture()
        // Platforms × niches × content types: a few hundred.
        let rows = try await context.store.fetch(Query<NicheResonance>(limit: Store.pageSize))
        for row in rows { picture.add(row) }
        return picture.json.markedPartial(unless: rows.count < Store.pageSize)
    }
}
