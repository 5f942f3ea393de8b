import JSON
import Records

/// The mix of the last days: each niche's share beside the share that it should have.
enum ContentMixPicture {
    static func read(_ context: TaskContext) async throws -> JSON {
        let settings = context.settings.contentMix
        let tally = try await ContentMixTasks.tally(context)
        return shares(tally, targets: settings.targets)
            .with("days", .integer(settings.lookback.components.seconds / 86_400))
    }

    /// Niches with posts or with a target, the largest target first; shares are 0…1, and 0 when nothing was posted.
    static func shares(_ tally: MixTally, targets: [String: Double]) -> JSON {
        let niches = Set(tally.counts.keys).union(targets.keys).sorted { a, b in
            (targets[b] ?? 0, a) < (targets[a] ?? 0, b)
        }
        return [
            "posts": JSON(tally.total), "left_out": JSON(tally.leftOut),
            "niches": .array(
                niches.map { niche in
                    let posts = tally.counts[niche] ?? 0
                    return [
                        "niche": .string(niche), "posts": JSON(posts),
                        "share": .number(Double(posts) / Double(max(tally.total, 1))),
                        "target": JSON(orNull: targets[niche]),
                    ]
                }),
        ]
    }
}
