import JSON
import Records
import Statistics

/// Posting hours: what is believed of each hour of each platform, and how certainly.
enum SchedulerPicture {
    static func read(_ context: TaskContext) async throws -> JSON {
        let rows = try await context.store.fetch(Query<PostingSchedule>(limit: 50).order(by: \.platform))
        return ["platforms": .array(try rows.map(platform))]
    }

    /// A platform's hours (UTC). `mean` is the posterior share of posts that beat the platform's average, `low` and `high`
    /// hold 90 % of the belief, `certainty` is 1 − their distance; `posts` is what was learned from.
    static func platform(_ row: Row<PostingSchedule>) throws -> JSON {
        let chosen = Set(row.bestHours ?? [])
        let hours = try ThompsonSlots(row.thompsonSlots).byHour.sorted { $0.key < $1.key }.map { hour, slot -> JSON in
            let law = try BetaDistribution(alpha: Double(slot.alpha), beta: Double(slot.beta))
            let belief = law.interval(confidence: 0.9)
            return [
                "hour": JSON(hour), "mean": .number(Double(slot.alpha) / Double(slot.alpha + slot.beta)),
                "low": .number(belief.lower), "high": .number(belief.upper),
                "certainty": .number(1 - (belief.upper - belief.lower)), "posts": JSON(slot.alpha + slot.beta - 2),
                "chosen": .bool(chosen.contains(Int64(hour))),
            ]
        }
        return [
            "platform": .string(row.platform), "hours": .array(hours),
            "best_hours": .array((row.bestHours ?? []).map(JSON.integer)),
            "posts_per_day": row.postsPerDay.map { JSON($0) } ?? nil, "updated_at": JSON(orNull: row.updatedAt),
        ]
    }
}
