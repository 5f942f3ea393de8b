import JSON
import Records
import Statistics
import Time

/// Whether a platform's audience is tired of the posts, or our reading of it broken (SC-05, SC-15, SCHD-003).
enum SaturationTasks {
    /// Compares each platform's last week with its month; alerts once an episode, and once when it is over (decisions d).
    static func check(_ context: TaskContext) async throws -> TaskResult {
        let posts = Dictionary(
            grouping: try await SchedulerTasks.recentPosts(context, days: 120), by: \.platform)
        let rows = try await SchedulerTasks.rows(context.store)
        let rhythms = context.settings.postingSchedule.rhythms
        let serviceErrors = try await recentServiceErrors(context)
        let dropping = Set(posts.filter { isNewlyDropping($0.value, now: context.now) }.map(\.key))
        var shown: [JSON] = []
        var lines: [[String]] = []
        var alerts: [Alert] = []
        for platform in rhythms.map(\.platform) {
            let own = posts[platform] ?? []
            var facts = IngestFacts()
            facts.platformsDropping = dropping.contains(platform) ? dropping.count : 0
            facts.serviceErrors = serviceErrors[platform] ?? 0
            facts.youngCountsMoved = try youngCountsMoved(own, platform, context)
            let assessment = SaturationAssessment(own.compactMap(\.scored), now: context.now, ingest: facts)
            let start = rhythms.first { $0.platform == platform }
            let limit = rows[platform].map { PostingRhythm($0, start: start) }?.postsPerDay ?? start?.postsPerDay ?? 1
            let report = SaturationReport(
                platform: platform, assessment: assessment, niches: NicheDrop.all(own, now: context.now),
                postsPerDay: limit)
            alerts += try news(report, context)
            shown.append(report.shown)
            lines.append([
                platform, report.ratioText, String(assessment.ratio.posts7), String(assessment.ratio.posts30),
                report.stateText,
            ])
        }
        return TaskResult(
            TextTable.render(["PLATFORM", "WEEK/MONTH", "POSTS 7 D", "POSTS 30 D", "STATE"], lines),
            data: ["platforms": .array(shown)], alerts: alerts)
    }

    /// Whether the rule fires today and did not yesterday: two platforms at once are no coincidence of taste.
    private static func isNewlyDropping(_ posts: [OwnPost], now: Instant) -> Bool {
        let scored = posts.compactMap(\.scored)
        let today = SaturationRatio(scored, now: now)
        let yesterday = SaturationRatio(scored, now: now - .seconds(86_400))
        return today.isBelow && today.posts7 >= 7 && today.posts30 >= 20 && !yesterday.isBelow
    }

    /// Errors of yesterday and today in the runs that read a platform's figures.
    private static func recentServiceErrors(_ context: TaskContext) async throws -> [String: Int] {
        let since = context.now - .seconds(86_400)
        let readers = ["youtube": "youtube", "ab-tester": "twitter"]
        let failed = try await context.store.fetch(
            Query<AgentTasks>(limit: Store.pageSize)
                .filter(
                    \.createdAt >= since && \.status == "error" && .isOneOf(\.domain, readers.keys.sorted())))
        return failed.reduce(into: [:]) { counts, row in
            if let platform = readers[row.domain] { counts[platform, default: 0] += 1 }
        }
    }

    // MARK: Counts that stand still

    private static let countsTopic = "young-counts"

    /// Whether the figures of posts under seven days still move; `nil` while that cannot be said: without posts, before 12
    /// hours have passed, and for a platform whose figures nobody refreshes.
    private static func youngCountsMoved(
        _ posts: [OwnPost], _ platform: String, _ context: TaskContext
    ) throws -> Bool? {
        let young = posts.filter { $0.at >= context.now - .seconds(7 * 86_400) }
        let scores = young.compactMap { post in post.score.map { (post.id, $0) } }
        guard !scores.isEmpty else { return nil }
        let now: JSON = .object(Dictionary(scores.map { ($0.0, .number($0.1)) }, uniquingKeysWith: { $1 }))
        let before = try context.memory.entry(countsTopic, platform)
        let known = before?.value["scores"]?.object ?? [:]
        let lastMove = before?.value["moved_at"]?.string.flatMap { Instant(iso8601: $0) }
        if let before, context.now - before.at < .seconds(12 * 3_600) { return nil }
        let common = scores.filter { known[$0.0] != nil }
        let hasMoved = common.contains { known[$0.0]?.double != $0.1 }
        let movedAt = hasMoved ? context.now : lastMove
        if !context.isDryRun {
            try context.memory.remember(
                [
                    MemoryChange(
                        countsTopic, platform,
                        ["scores": now, "moved_at": movedAt.map { .string($0.iso8601) } ?? nil])
                ], at: context.now)
        }
        if hasMoved { return true }
        // Figures that moved this week and stand still now are an outage; those that never move are read once.
        guard !common.isEmpty, let lastMove, context.now - lastMove <= .seconds(7 * 86_400) else { return nil }
        return false
    }

    // MARK: Alerts

    private static let episodesTopic = "saturation"

    /// What the owner has not been told yet: an episode once, its end once, an outage of the reading once.
    private static func news(_ report: SaturationReport, _ context: TaskContext) throws -> [Alert] {
        let known = try context.memory.value(episodesTopic, report.platform)
        let told = known?["episode"]?.string
        let toldOutage = known?["outage"]?.bool == true
        var alerts: [Alert] = []
        var episode = told
        switch report.assessment.state {
        case .suspected, .confirmed:
            // Figures that are refreshed may move the first day of an episode: it stays the one that was told of.
            if told == nil, report.assessment.isRuleFiring {
                alerts.append(.saturation(report))
                episode = report.episode
            }
        case .cleared:
            if told != nil { alerts.append(.saturationOver(report)) }
            episode = nil
        case .insufficient, .unknown: break
        }
        let isOutage = report.assessment.state == .unknown
        if isOutage, !toldOutage { alerts.append(.figuresUnknown(report)) }
        if !context.isDryRun, episode != told || isOutage != toldOutage {
            try context.memory.remember(
                [
                    MemoryChange(
                        episodesTopic, report.platform,
                        ["episode": episode.map(JSON.string) ?? nil, "outage": .bool(isOutage)])
                ], at: context.now)
        }
        return alerts
    }
}

/// One niche's week beside its month on one platform: which of them fell.
struct NicheDrop: Hashable, Sendable {
    let niche: String
    let ratio: Double
    let posts7: Int

    /// The niches with posts in both windows, the deepest fall first.
    static func all(_ posts: [OwnPost], now: Instant) -> [NicheDrop] {
        Dictionary(grouping: posts.filter { $0.niche != nil && $0.niche != Taxonomy.other }, by: { $0.niche ?? "" })
            .compactMap { niche, posts in
                let ratio = SaturationRatio(posts.compactMap(\.scored), now: now)
                return ratio.ratio.map { NicheDrop(niche: niche, ratio: $0, posts7: ratio.posts7) }
            }
            .sorted { ($0.ratio, $0.niche) < ($1.ratio, $1.niche) }
    }
}

/// What is said of one platform.
struct SaturationReport: Sendable {
    let platform: String
    let assessment: SaturationAssessment
    let niches: [NicheDrop]
    let postsPerDay: Int

    /// One post a day less, and at least one (SC-05); `nil` while nothing is recommended.
    var recommendedPostsPerDay: Int? { assessment.isRuleFiring ? max(1, postsPerDay - 1) : nil }

    /// The episode's first day, as text.
    var episode: String? {
        assessment.episodeSince.map { Instant(daysSinceEpoch: $0.daysSinceEpoch, hour: 0).iso8601 }
            .map { String($0.prefix(10)) }
    }

    var ratioText: String { assessment.ratio.ratio.map { String.hundredths($0) } ?? "unknown" }

    /// The niche that fell most, if one fell below the limit.
    var fallen: NicheDrop? { niches.first { $0.ratio < SaturationRatio.limit } }

    var stateText: String {
        switch assessment.state {
        case .unknown: "unknown: ingest (\(assessment.ingestFailures.map(\.rawValue).joined(separator: ", ")))"
        case let state: state.rawValue
        }
    }

    var shown: JSON {
        let ratio = assessment.ratio
        func number(_ value: Double?) -> JSON { value.map(JSON.number) ?? nil }
        return [
            "platform": .string(platform), "ratio": number(ratio.ratio), "mean_7d": .number(ratio.mean7),
            "mean_30d": .number(ratio.mean30), "posts_7d": JSON(ratio.posts7), "posts_30d": JSON(ratio.posts30),
            "saturated": .bool(assessment.isRuleFiring), "state": .string(assessment.state.rawValue),
            "geometric_ratio": number(ratio.geometricRatio), "reach_ratio": number(ratio.reachRatio),
            "rate_ratio": number(ratio.rateRatio), "cause": ratio.cause.map { .string($0.rawValue) } ?? nil,
            "cusum": .number(assessment.cusum), "episode_since": episode.map(JSON.string) ?? nil,
            "ingest_failures": JSON(assessment.ingestFailures.map(\.rawValue)),
            "recommended_posts_per_day": recommendedPostsPerDay.map { JSON($0) } ?? nil,
            "niches": .array(
                niches.map {
                    ["niche": .string($0.niche), "ratio": .number($0.ratio), "posts_7d": JSON($0.posts7)]
                }),
        ]
    }
}
