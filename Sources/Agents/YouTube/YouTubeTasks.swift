import JSON
import Records
import Time

/// The youtube agent's tasks: read → decide → write.
enum YouTubeTasks {
    static let platform = "youtube"

    // MARK: analyze

    /// Tags videos that are not in `actp_content_performance` yet and refreshes the numbers of those that are
    /// (YT-01, YT-06, K47). Nothing is tagged twice (YT-14).
    static func analyze(_ context: TaskContext) async throws -> TaskResult {
        let count = try await analysis(context)
        let coverage = count.coverage.map { ", \(String.percent($0)) of them with a niche" } ?? ""
        let would = context.isDryRun ? " (dry run: nothing written)" : ""
        let summary =
            "\(String.grouped(count.videos)) videos: \(String.grouped(count.tagged)) tagged\(coverage), "
            + "\(String.grouped(count.refreshed)) refreshed, \(String.grouped(count.unchanged)) unchanged\(would)"
        var result = TaskResult(summary, data: count.data(isDryRun: context.isDryRun))
        if count.fallbacks > 0 {
            let why = count.failures.sorted().first ?? "its answer was not usable"
            result.degraded = ["\(count.fallbacks) titles are tagged by keywords instead of the model: \(why)"]
        }
        return result
    }

    private static func analysis(_ context: TaskContext) async throws -> AnalysisCount {
        let store = context.store
        let tagger = VideoTagger(context.settings.youtube)
        let newest = try await NewestSnapshots(in: store)
        var count = AnalysisCount(videos: newest.count)
        try await store.eachPage(of: YouTubeVideoStats.self) { page in
            let videos = page.filter(newest.contains)
            guard !videos.isEmpty else { return }
            let known = try await knownNumbers(of: videos, in: store)
            var new: [Row<YouTubeVideoStats>] = []
            var refreshed: [Draft<ContentPerformance>] = []
            for video in videos {
                let numbers = VideoNumbers(video)
                if let stored = known[video.videoID] {
                    if stored == numbers { count.unchanged += 1 } else { refreshed.append(refresh(video, numbers)) }
                } else {
                    new.append(video)
                }
            }
            let added = try await tagged(new, tagger, context, &count)
            count.refreshed += refreshed.count
            if !context.isDryRun {
                // Ignored rather than updated: should another process have tagged a video meanwhile, its tags stay.
                try await store.insert(added, onConflict: .ignore)
                try await store.upsert(refreshed)
            }
            context.progress("videos", count.done, newest.count)
        }
        return count
    }

    private static func knownNumbers(
        of videos: [Row<YouTubeVideoStats>], in store: Store
    ) async throws -> [String: VideoNumbers] {
        let posts = try await store.fetch(
            Query<ContentPerformance>(limit: Store.pageSize)
                .filter(\.platform == platform && .isOneOf(\.externalID, videos.map(\.videoID))))
        return Dictionary(posts.map { ($0.externalID, VideoNumbers($0)) }, uniquingKeysWith: { $1 })
    }

    private static func refresh(_ video: Row<YouTubeVideoStats>, _ numbers: VideoNumbers) -> Draft<ContentPerformance> {
        Draft {
            $0.platform = platform
            $0.externalID = video.videoID
            numbers.write(to: &$0)
        }
    }

    /// New posts with their tags: the model's where it has usable ones, else the keywords' (YT-02, YT-04). Which it was is
    /// remembered before the posts are written.
    private static func tagged(
        _ videos: [Row<YouTubeVideoStats>], _ tagger: VideoTagger, _ context: TaskContext, _ count: inout AnalysisCount
    ) async throws -> [Draft<ContentPerformance>] {
        let titles = videos.map { HTMLEntities.decode($0.title ?? "") }
        var tags = try titles.map { title in
            // A page of long titles takes longer than a person who stops the task waits.
            try Task.checkCancellation()
            return tagger.tags(of: title)
        }
        if let model = context.services.model, !videos.isEmpty {
            let batches = await TitleClassifier(model, context.settings.youtube).classify(titles)
            try Task.checkCancellation()
            for (number, batch) in batches.enumerated() {
                count.add(batch)
                for (index, found) in batch.tags { tags[number * TitleClassifier.batchSize + index] = found }
            }
        }
        if !context.isDryRun {
            try context.memory.remember(
                zip(videos, tags).map { LabelLog.change(platform: platform, external: $0.videoID, $1.method) },
                at: context.now)
        }
        return videos.indices.map { index in
            let (video, tags) = (videos[index], tags[index])
            let title = video.title == nil ? nil : titles[index]
            count.add(tags, video: video.videoID, title: title)
            return Draft<ContentPerformance> {
                $0.platform = platform
                $0.externalID = video.videoID
                $0.title = title
                $0.niche = tags.niche
                $0.contentType = tags.contentType
                $0.offerTags = tags.offers
                $0.topicTags = tags.topics
                $0.publishedAt = video.publishedAt
                VideoNumbers(video).write(to: &$0)
            }
        }
    }

    // MARK: resonance

    /// Recomputes the matrix over all posts, of every platform (YT-07, YT-08, K45, K46).
    static func resonance(_ context: TaskContext) async throws -> TaskResult { try await recompute(context).result }

    /// The result, and the matrix as it is now, the most viewed groups first.
    private static func recompute(
        _ context: TaskContext
    ) async throws -> (result: TaskResult, groups: [Draft<NicheResonance>], shares: HeuristicShares) {
        let store = context.store
        let labels = try LabelLog(context.memory)
        let stored = try await storedRows(in: store)
        var matrix = ResonanceMatrix(context.settings.youtube, storedHooks: stored.mapValues(\.hooks))
        var posts = 0
        try await store.eachPage(of: ContentPerformance.self) { page in
            for post in page { matrix.add(post, method: labels[post.platform, post.externalID]) }
            posts += page.count
            context.progress("posts", posts, nil)
        }
        let rows = matrix.rows()
        // New rows first: a crash in between leaves an outdated row beside the new one, and the next run removes it.
        var removed = 0
        if !context.isDryRun {
            try await store.upsert(
                rows.map { row in
                    var draft = row.draft
                    draft.lastUpdated = context.now
                    return draft
                })
        }
        for (key, draft) in rows {
            guard let tag = draft.offerTag, stored[key]?.offerTags.contains(where: { $0 != tag }) == true else {
                continue
            }
            let outdated: Predicate<NicheResonance> =
                \.platform == key.platform && \.niche == key.niche && \.contentType == key.contentType
                && \.offerTag != tag
            removed += context.isDryRun ? 0 : try await store.delete(where: outdated)
        }
        let shares = HeuristicShares(matrix.heuristicShares)
        if !context.isDryRun { try shares.remember(in: context.memory, at: context.now) }
        let groups = rows.map(\.draft).sorted { ($1.avgViews ?? nil) ?? -1 < ($0.avgViews ?? nil) ?? -1 }
        let result = TaskResult(
            "\(rows.count) groups of \(String.grouped(posts)) posts"
                + "\(removed > 0 ? ", \(removed) outdated rows removed" : "")",
            data: [
                "posts": JSON(posts), "groups": JSON(rows.count), "removed": JSON(removed),
                "left_out": ["without_niche": JSON(matrix.withoutNiche), "unlisted": JSON(matrix.unlisted)],
                "top": .array(
                    groups.prefix(10).map { $0.shown.with("heuristic_share", shares.shown($0.resonanceKey)) }),
            ])
        return (result, groups, shares)
    }

    /// The matrix as it is: at most niches × content types × platforms rows, so it is read whole.
    private static func storedRows(
        in store: Store
    ) async throws -> [ResonanceKey: (offerTags: Set<String>, hooks: [String])] {
        var rows: [Row<NicheResonance>] = []
        try await store.eachPage(of: NicheResonance.self) { rows += $0 }
        // Several rows of one triple were written at different times: the newest one's patterns come first.
        rows.sort { ($1.lastUpdated?.microseconds ?? .min) < ($0.lastUpdated?.microseconds ?? .min) }
        var stored: [ResonanceKey: (offerTags: Set<String>, hooks: [String])] = [:]
        for row in rows {
            let key = ResonanceKey(platform: row.platform, niche: row.niche, contentType: row.contentType)
            stored[key, default: ([], [])].offerTags.insert(row.offerTag)
            stored[key, default: ([], [])].hooks += row.topHookPatterns ?? []
        }
        return stored
    }

    // MARK: summary and full

    /// The top rows by average views (YT-17).
    static func summary(_ context: TaskContext) async throws -> TaskResult {
        let limit = context.arguments.integer("limit") ?? 10
        let rows = try await context.store.fetch(
            Query<NicheResonance>(limit: limit).order(by: \.avgViews, descending: true))
        guard !rows.isEmpty else {
            return TaskResult("the resonance matrix is empty; youtube full builds it", data: ["rows": []])
        }
        let shares = try HeuristicShares(context.memory)
        let table = TextTable.render(
            [
                "PLATFORM", "NICHE", "CONTENT TYPE", "OFFER", "AVG VIEWS", "AVG ENGAGEMENT", "POSTS", "BY KEYWORDS",
                "TOP HOOK",
            ],
            rows.map { row in
                [
                    row.platform, row.niche, row.contentType, row.offerTag,
                    row.avgViews.map(String.grouped) ?? "unknown",
                    row.avgEngagement.map(String.grouped) ?? "unknown", String(row.sampleCount ?? 0),
                    shares[row.resonanceKey].map(String.percent) ?? "unknown",
                    (row.topHookPatterns?.first ?? "").clipped(to: 60),
                ]
            })
        return TaskResult(
            table,
            data: [
                "rows": .array(rows.map { $0.shown.with("heuristic_share", shares.shown($0.resonanceKey)) })
            ])
    }

    /// Analyze, then resonance, and the weekly message (YT-12, YT-13).
    static func full(_ context: TaskContext) async throws -> TaskResult {
        let analyzed = try await analyze(context)
        let (resonance, groups, shares) = try await recompute(context)
        var result = TaskResult(
            "\(analyzed.summary)\n\(resonance.summary)", data: analyzed.data.merging(resonance.data) { $1 },
            degraded: analyzed.degraded)
        let videos = groups.filter { $0.platform == platform }
        let least = context.settings.youtube.alertMinSamples
        if let best = videos.first(where: { ($0.sampleCount ?? nil) ?? 0 >= least }) ?? videos.first {
            result.alerts = [
                .weeklyVideos(
                    tagged: Int(analyzed.data["tagged"]?.integer ?? 0), niche: best.niche ?? "",
                    averageViews: best.avgViews ?? nil, posts: (best.sampleCount ?? nil) ?? 0,
                    hook: (best.topHookPatterns ?? nil)?.first, heuristicShare: shares[best.resonanceKey])
            ]
        }
        return result
    }
}
