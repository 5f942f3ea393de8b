import JSON
import Records
import Time

/// The content mix's tasks: read → decide → write.
enum ContentMixTasks {
    // MARK: gaps

    /// Niches below their target share of the last 30 days (CM-05, CM-08, CM-16).
    static func gaps(_ context: TaskContext) async throws -> TaskResult {
        let tally = try await tally(context)
        let gaps = tally.gaps(targets: context.settings.contentMix.targets)
        let data: [String: JSON] = [
            "gaps": .array(gaps.map(\.shown)), "posts": JSON(tally.total), "left_out": JSON(tally.leftOut),
            "counts": .object(tally.counts.mapValues { JSON($0) }),
        ]
        guard tally.total > 0 else { return TaskResult(nothingPosted(context), data: data) }
        guard !gaps.isEmpty else {
            return TaskResult("no gap: every niche has its share of \(tally.total) posts", data: data)
        }
        let table = TextTable.render(
            ["NICHE", "TARGET", "ACTUAL", "GAP"],
            gaps.map { [$0.niche, .percent($0.target), .percent($0.actual), .percent($0.size)] })
        return TaskResult(table, data: data)
    }

    static func tally(_ context: TaskContext) async throws -> MixTally {
        let settings = context.settings.contentMix
        let since = context.now - settings.lookback
        var recent: Predicate<ContentPerformance> = \.publishedAt >= since && \.publishedAt <= context.now
        if let platform = context.arguments.text("platform") { recent = recent && \.platform == platform }
        var tally = MixTally(listed: Vocabulary.niches)
        try await context.store.eachPage(of: ContentPerformance.self, where: recent) { page in
            for post in page { tally.add(niche: post.niche) }
        }
        return tally
    }

    private static func nothingPosted(_ context: TaskContext) -> String {
        let place = context.arguments.text("platform").map { " on \($0)" } ?? ""
        let days = context.settings.contentMix.lookback.components.seconds / 86_400
        return "nothing with a niche was posted\(place) in the last \(days) days: there is no mix to compare"
    }

    // MARK: recommend

    /// What to make next week, and the render pipeline started for the gaps (CM-06, CM-07, CM-09, CM-14, CM-18).
    static func recommend(_ context: TaskContext) async throws -> TaskResult {
        let plan = try await plan(context)
        var result = TaskResult(
            table(plan.list), data: ["recommendations": .array(plan.list.map { $0.shown(plan.trending) })])
        result.data["planned_posts"] = JSON(plan.planned)
        if plan.list.isEmpty {
            result.summary = "\(nothingPosted(context)), and the resonance matrix is empty; youtube full builds it"
        }
        result.degraded = plan.list.filter { $0.group == nil }.map {
            "\($0.niche): the resonance matrix has no row of it; the offer map stands in"
        }
        // A platform's own gaps are not the mix's: only the whole picture starts renders.
        guard context.arguments.text("platform") == nil else { return result }
        let started = try await startRenders(plan.list, context)
        result.data["renders"] = .array(started.map(\.shown))
        let new = started.filter(\.isNew)
        if !new.isEmpty {
            let would = context.isDryRun ? "would be queued" : "queued"
            result.summary += "\nrenders \(would): \(new.map(\.niche).joined(separator: ", "))"
        }
        return result
    }

    private struct MixPlan {
        let list: [Recommendation]
        let groups: [ResonanceGroup]
        let planned: Int
        let trending: Set<String>
    }

    private static func plan(_ context: TaskContext) async throws -> MixPlan {
        let settings = context.settings.contentMix
        let platform = context.arguments.text("platform")
        let groups = try await groups(context.store, platform: platform)
        let planned = try await plannedPosts(context, platform: platform)
        let since = context.now - context.settings.trends.lookback
        let trending = Set(
            try await context.store.fetch(
                Query<CrossPlatformTrends>(limit: Store.pageSize).filter(\.updatedAt >= since)
            ).map(\.niche))
        let list = Recommender(groups, settings: settings).recommendations(
            gaps: try await tally(context).gaps(targets: settings.targets), platform: platform, planned: planned,
            trending: trending)
        return MixPlan(list: list, groups: groups, planned: planned, trending: trending)
    }

    /// Niches × content types × platforms: read whole. Words of before are read as what they mean (K42, K43).
    private static func groups(_ store: Store, platform: String?) async throws -> [ResonanceGroup] {
        let predicate: Predicate<NicheResonance> = platform.map { \NicheResonance.platform == $0 } ?? .always
        var groups: [ResonanceGroup] = []
        let niches = Set(Vocabulary.niches)
        try await store.eachPage(of: NicheResonance.self, where: predicate) { page in
            for row in page {
                // A group without samples only keeps hooks of A/B tests.
                guard let niche = Taxonomy.niche(row.niche, listed: niches), row.sampleCount != 0 else { continue }
                groups.append(
                    ResonanceGroup(
                        platform: row.platform, niche: niche,
                        contentType: Taxonomy.contentType(row.contentType, listed: Set(Vocabulary.contentTypes))
                            ?? row.contentType,
                        offer: row.offerTag, averageViews: row.avgViews, samples: row.sampleCount ?? 0,
                        topHook: row.topHookPatterns?.first))
            }
        }
        return groups
    }

    /// Posts of the coming week, Monday to Sunday, as the calendar plans them (K44).
    private static func plannedPosts(_ context: TaskContext, platform: String?) async throws -> Int {
        let start = context.settings.postingSchedule.rhythms
        let rows = try await context.store.fetch(Query<PostingSchedule>(limit: Store.pageSize))
        let monday = CivilDate.nextMonday(after: context.now.daysSinceEpoch)
        let stored = Set(rows.map(\.platform))
        let rhythms =
            rows.map { row in PostingRhythm(row, start: start.first { $0.platform == row.platform }) }
            + start.filter { !stored.contains($0.platform) }
        return rhythms.filter { platform == nil || $0.platform == platform }
            .reduce(0) { $0 + $1.instants(from: monday, days: 7).count }
    }

    private static func table(_ list: [Recommendation]) -> String {
        TextTable.render(
            ["NICHE", "CONTENT TYPE", "PLATFORM", "POSTS", "WHY", "AVG VIEWS", "SAMPLES", "TOP HOOK"],
            list.map { item in
                [
                    item.niche, item.contentType, item.platform, String(item.count),
                    item.gap.map { "gap \(String.percent($0.size))" } ?? "resonates",
                    item.group?.averageViews.map(String.grouped) ?? "unknown", String(item.group?.samples ?? 0),
                    (item.group?.topHook ?? "").clipped(to: 50),
                ]
            })
    }

    // MARK: Renders

    private static let rendersTopic = "renders"

    struct StartedRender {
        let niche: String
        let job: RowID?
        /// False when this week's was started before.
        let isNew: Bool

        var shown: JSON {
            ["niche": .string(niche), "job_id": job.map { .string($0.text) } ?? nil, "new": .bool(isNew)]
        }
    }

    /// A queued render for each gap, once per niche and week (CMIX-003, CM-09).
    ///
    /// The job's id is remembered before its row is written, and written again until the memory knows that it is there: a
    /// run that dies in between loses nothing and doubles nothing.
    private static func startRenders(
        _ list: [Recommendation], _ context: TaskContext
    ) async throws -> [StartedRender] {
        let week = CivilDate.isoWeek(daysSinceEpoch: context.now.daysSinceEpoch)
        var started: [StartedRender] = []
        for item in list {
            guard let gap = item.gap else { continue }
            let key = "\(item.niche) \(week)"
            let known = try context.memory.value(rendersTopic, key)
            if known?["written"]?.bool == true || context.isDryRun {
                started.append(
                    StartedRender(
                        niche: item.niche, job: known?["job_id"]?.string.flatMap { RowID($0) }, isNew: known == nil))
                continue
            }
            let fresh = RowID(orderedAt: context.now)
            _ = try context.memory.claim(
                rendersTopic, key, ["job_id": .string(fresh.text), "written": false], at: context.now)
            let claimed = try context.memory.value(rendersTopic, key)?["job_id"]?.string.flatMap { RowID($0) } ?? fresh
            let reason =
                "\(item.niche) has \(String.percent(gap.actual)) of the posts instead of "
                + "\(String.percent(gap.target)) (\(week))"
            let request = RenderRequest(
                niche: item.niche, contentType: item.contentType, platform: item.platform, offer: item.offer,
                hook: item.group?.topHook, reason: reason)
            try await context.store.insert([request.draft(id: claimed, now: context.now)], onConflict: .ignore)
            try context.memory.remember(
                [MemoryChange(rendersTopic, key, ["job_id": .string(claimed.text), "written": true])], at: context.now)
            started.append(StartedRender(niche: item.niche, job: claimed, isNew: true))
        }
        return started
    }

    // MARK: resonance-summary

    /// The rows of the matrix with the most views on average (CM-17).
    static func resonanceSummary(_ context: TaskContext) async throws -> TaskResult {
        let limit = context.arguments.integer("limit") ?? 5
        let rows = try await context.store.fetch(
            Query<NicheResonance>(limit: limit).filter(\.niche != Taxonomy.other)
                .order(by: \.avgViews, descending: true))
        guard !rows.isEmpty else {
            return TaskResult("the resonance matrix is empty; youtube full builds it", data: ["rows": []])
        }
        let table = TextTable.render(
            ["NICHE", "CONTENT TYPE", "PLATFORM", "AVG VIEWS", "POSTS"],
            rows.map {
                [
                    $0.niche, $0.contentType, $0.platform, $0.avgViews.map(String.grouped) ?? "unknown",
                    String($0.sampleCount ?? 0),
                ]
            })
        return TaskResult(table, data: ["rows": .array(rows.map(\.shown))])
    }

    // MARK: market-sync

    /// Other people's posts by the offer that they speak for (CM-10, CM-11).
    static func marketSync(_ context: TaskContext) async throws -> TaskResult {
        let settings = context.settings.contentMix
        let since = context.now - settings.researchLookback
        var tally = MarketTally(
            offers: settings.offers, niches: context.settings.trends.niches, topPosts: settings.topPosts)
        try await context.store.eachPage(of: PlatformResearch.self, where: \.scrapedAt >= since) { page in
            for post in page { tally.add(post) }
            context.progress("posts", tally.posts, nil)
        }
        let shares = tally.shares.sorted {
            ($1.posts, $0.channel.offer) < ($0.posts, $1.channel.offer)
        }
        let data: [String: JSON] = [
            "offers": .array(shares.map(\.shown)), "posts": JSON(tally.posts),
            "without_offer": JSON(tally.withoutOffer),
        ]
        guard tally.posts > 0 else {
            return TaskResult("no scraped post is recent enough; creators full-sync fetches some", data: data)
        }
        let table = TextTable.render(
            ["OFFER", "NICHE", "POSTS", "AVG ENGAGEMENT", "TOP POST"],
            shares.map { share in
                [
                    share.channel.offer, share.channel.niche, String(share.posts), .grouped(share.averageEngagement),
                    (share.top.elements.first?.text ?? "").clipped(to: 60),
                ]
            })
        return TaskResult(table, data: data)
    }

    // MARK: weekly-summary

    /// The weekly message: what is seen most, and what is missing most (CM-13, K69).
    static func weeklySummary(_ context: TaskContext) async throws -> TaskResult {
        let plan = try await plan(context)
        let top = NicheViews.top(of: plan.groups, samplesMin: context.settings.contentMix.samplesMin)
        let gap = plan.list.first { $0.gap != nil }
        let alert = Alert.weeklyMix(top: top, gap: gap)
        return TaskResult(
            "top niche: \(top?.niche ?? "not known yet"); largest gap: \(gap?.niche ?? "none")",
            data: [
                "top_niche": top.map { .string($0.niche) } ?? nil,
                "avg_views": top.map { .number($0.averageViews) } ?? nil,
                "gap": gap.map { $0.shown(plan.trending) } ?? nil,
            ], alerts: [alert])
    }
}

extension MixGap {
    var shown: JSON {
        ["niche": .string(niche), "target": .number(target), "actual": .number(actual), "gap": .number(size)]
    }
}

extension Recommendation {
    /// - Parameter trending: niches of active trends (TR-11).
    func shown(_ trending: Set<String>) -> JSON {
        [
            "niche": .string(niche), "content_type": .string(contentType), "platform": .string(platform),
            "recommended_count": JSON(count), "top_hook": group?.topHook.map(JSON.string) ?? nil,
            "avg_views": group?.averageViews.map(JSON.number) ?? nil, "sample_count": JSON(group?.samples ?? 0),
            "offer_tag": .string(offer), "reason": gap == nil ? "resonance" : "gap",
            "gap": gap.map { .number($0.size) } ?? nil, "trending": .bool(trending.contains(niche)),
        ]
    }
}
