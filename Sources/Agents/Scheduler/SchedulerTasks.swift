import JSON
import Records
import Statistics
import Time

/// The scheduler's tasks on posting hours: read → decide → write.
enum SchedulerTasks {
    // MARK: init

    /// Writes the start values of platforms that have no row, and the slots of those that have none (SC-01, SC-02, SC-16,
    /// SCHD-002). What is there stays.
    static func start(_ context: TaskContext) async throws -> TaskResult {
        let stored = try await rows(context.store)
        let settings = context.settings.postingSchedule
        let missing = settings.rhythms.filter { stored[$0.platform] == nil }
        let slotless = stored.values.filter { ThompsonSlots($0.thompsonSlots).byHour.isEmpty }.map(\.platform).sorted()
        if !context.isDryRun {
            try await context.store.insert(
                missing.map { startRow($0, settings, context.now) }, onConflict: .ignore)
            for platform in slotless {
                let slots = ThompsonSlots(hours: settings.candidateHours(of: platform))
                try await context.store.update(
                    where: \PostingSchedule.platform == platform,
                    set: Draft {
                        $0.thompsonSlots = slots.json
                        $0.updatedAt = context.now
                    })
            }
        }
        let would = context.isDryRun ? "would be " : ""
        let started = missing.map(\.platform)
        return TaskResult(
            "\(would)started: \(started.isEmpty ? "none" : started.joined(separator: ", "))"
                + (slotless.isEmpty ? "" : "; slots \(would)made for \(slotless.joined(separator: ", "))"),
            data: ["started": JSON(started), "slots_made": JSON(slotless), "platforms": JSON(stored.keys.sorted())])
    }

    private static func startRow(
        _ rhythm: PostingRhythm, _ settings: PostingScheduleSettings, _ now: Instant
    ) -> Draft<PostingSchedule> {
        Draft {
            $0.platform = rhythm.platform
            $0.postsPerDay = rhythm.postsPerDay
            $0.bestHours = rhythm.hours.map(Int64.init)
            $0.activeDays = rhythm.days.map(Int64.init)
            $0.minGapHours = rhythm.minimumGapHours
            $0.thompsonSlots = ThompsonSlots(hours: settings.candidateHours(of: rhythm.platform)).json
            $0.updatedAt = now
        }
    }

    static func rows(_ store: Store) async throws -> [String: Row<PostingSchedule>] {
        let rows = try await store.fetch(Query<PostingSchedule>(limit: Store.pageSize))
        return Dictionary(rows.map { ($0.platform, $0) }, uniquingKeysWith: { first, _ in first })
    }

    // MARK: optimize

    /// Learns from every post that has its 24 h and was not learned from, then draws the best hours of each platform
    /// (SC-03, SC-04, SC-17, SC-19).
    static func optimize(_ context: TaskContext) async throws -> TaskResult {
        let settings = context.settings.postingSchedule
        _ = try await start(context)
        let stored = try await rows(context.store)
        let posts = Dictionary(grouping: try await recentPosts(context, days: 31), by: \.platform)
        let today = context.now.daysSinceEpoch
        var platforms: [(rhythm: PostingRhythm, row: Row<PostingSchedule>?, log: RewardLog, new: [HourLesson])] = []
        for start in settings.rhythms {
            let row = stored[start.platform]
            let known = try lessons(of: start.platform, context.memory)
            let new = HourLesson.new(
                from: posts[start.platform] ?? [], known: Set(known.map(\.post)), now: context.now)
            let log = RewardLog((known + new).map(\.reward).sorted { ($0.day, $0.hour) < ($1.day, $1.hour) })
            platforms.append((row.map { PostingRhythm($0, start: start) } ?? start, row, log, new))
        }
        let pooled = RewardLog(platforms.flatMap(\.log.rewards).sorted { $0.day < $1.day }).pooledMean(today: today)
        var shown: [JSON] = []
        var lines: [[String]] = []
        for (rhythm, row, log, new) in platforms {
            let base = try base(of: rhythm.platform, row, context)
            let hours = settings.candidateHours(of: rhythm.platform)
            let slots = base.completed(with: hours).adding(log)
            let choice = HourChoice(
                platform: rhythm.platform, day: CivilDate(daysSinceEpoch: today),
                candidates: try settings.laws(
                    of: hours, slots: slots, log: log, today: today, pooledMean: pooled),
                count: rhythm.postsPerDay, minimumGapHours: rhythm.minimumGapHours, floor: settings.explorationShare)
            if !context.isDryRun { try await write(choice, slots, new, rhythm.platform, context) }
            shown.append(report(choice, rhythm, slots, log, new))
            lines.append([
                rhythm.platform, rhythm.hours.map(String.init).joined(separator: ", "),
                choice.bestHours.map(String.init).joined(separator: ", "), String(new.count), String(log.rewards.count),
            ])
        }
        return TaskResult(
            TextTable.render(["PLATFORM", "HOURS BEFORE", "HOURS NOW", "NEW POSTS", "POSTS"], lines),
            data: ["sampler": .string(settings.sampler.rawValue), "platforms": .array(shown)])
    }

    /// The lessons first, in one transaction; the row is then made from all of them, so that it comes out the same
    /// whenever a run died in between.
    private static func write(
        _ choice: HourChoice, _ slots: ThompsonSlots, _ new: [HourLesson], _ platform: String, _ context: TaskContext
    ) async throws {
        try context.memory.remember(
            new.map { MemoryChange(topic(platform), $0.post, $0.json) }, at: context.now)
        try await context.store.update(
            where: \PostingSchedule.platform == platform,
            set: Draft {
                $0.bestHours = choice.bestHours.map(Int64.init)
                $0.thompsonSlots = slots.json
                $0.updatedAt = context.now
            })
    }

    private static func topic(_ platform: String) -> String { "rewards/\(platform)" }

    private static let baseTopic = "slots-base"

    private static func lessons(of platform: String, _ memory: any DomainMemory) throws -> [HourLesson] {
        try memory.entries(topic(platform), since: nil, limit: .max).compactMap(HourLesson.init)
    }

    /// The slots that were there before the first lesson of ours: a predecessor's learning is kept.
    private static func base(
        of platform: String, _ row: Row<PostingSchedule>?, _ context: TaskContext
    ) throws -> ThompsonSlots {
        if let known = try context.memory.value(baseTopic, platform) { return ThompsonSlots(known) }
        let slots = ThompsonSlots(row?.thompsonSlots)
        if !context.isDryRun {
            _ = try context.memory.claim(baseTopic, platform, slots.json, at: context.now)
        }
        return slots
    }

    /// Everything that it takes to repeat the decision (decisions c): the key, seeds, laws and draws.
    private static func report(
        _ choice: HourChoice, _ rhythm: PostingRhythm, _ slots: ThompsonSlots, _ log: RewardLog, _ new: [HourLesson]
    ) -> JSON {
        let outlook = Dictionary(
            HourOutlook.of(choice, posts: log.counts).map { ($0.hour, $0) }, uniquingKeysWith: { first, _ in first })
        let draws = choice.draws.map { draw -> JSON in
            let view = outlook[draw.hour]
            return [
                "hour": JSON(draw.hour), "seed": .string(String(draw.seed, radix: 16)), "draw": .number(draw.value),
                "alpha": .number(draw.law.alpha), "beta": .number(draw.law.beta), "mean": .number(draw.law.mean),
                "interval": .array([view?.interval.lower, view?.interval.upper].map { $0.map(JSON.number) ?? nil }),
                "chance_of_best": view.map { .number($0.chanceOfBest) } ?? nil, "posts": JSON(view?.posts ?? 0),
            ]
        }
        return [
            "platform": .string(rhythm.platform), "key": .string(choice.key),
            "hours_before": .array(rhythm.hours.map { JSON($0) }),
            "best_hours": .array(choice.bestHours.map { JSON($0) }),
            "explored": .array(choice.explored.sorted().map { JSON($0) }), "draws": .array(draws),
            "slots": slots.json, "new_posts": JSON(new.count),
            "new_rewards": JSON(new.count { $0.reward.isReward }), "posts": JSON(log.rewards.count),
        ]
    }

    // MARK: Posts

    /// Own posts of the last days, those of finished looks of A/B tests included: once each, however they were recorded.
    static func recentPosts(_ context: TaskContext, days: Int) async throws -> [OwnPost] {
        let since = context.now - .seconds(days * 86_400)
        var posts: [OwnPost] = []
        try await context.store.eachPage(of: ContentPerformance.self, where: \.publishedAt >= since) { page in
            posts += page.compactMap(OwnPost.init)
        }
        let known = Set(posts.filter { $0.platform == "twitter" }.map(\.id))
        try await context.store.eachPage(
            of: ABTests.self, where: \.createdAt >= since && .isNotNull(\.metrics24h)
        ) { page in
            for test in page {
                posts += Side.allCases.compactMap { OwnPost(test, $0) }.filter { !known.contains($0.id) }
            }
        }
        return posts
    }
}
