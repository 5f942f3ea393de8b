import JSON
import Records
import Time

/// The creators agent's tasks: research → decide → write.
enum CreatorsTasks {
    private static let pulls = "pulls"

    // MARK: sync

    /// Refreshes one pair: the one that is named, or the stalest of those that fit (CR-15, readings 23).
    static func sync(_ context: TaskContext) async throws -> TaskResult {
        let pair = try pair(context)
        if context.isDryRun { return plan([pair]) }
        let count = try await pull(pair, context, service(context))
        return result([count], failures: [], context)
    }

    private static func pair(_ context: TaskContext) throws -> ResearchPair {
        let (platform, niche) = (context.arguments.text("platform"), context.arguments.text("niche"))
        if let platform, let niche { return ResearchPair(platform: platform, niche: niche) }
        let pairs = ResearchPair.matrix(context.settings.creators).filter { pair in
            (platform ?? pair.platform) == pair.platform && (niche ?? pair.niche) == pair.niche
        }
        guard let pair = CreatorsRules.stalest(pairs, pulled: try pulled(context)) else {
            let wanted = [platform, niche].compactMap(\.self).joined(separator: ", ")
            throw TaskError(
                "the research matrix (creators.matrix) has no pair for \(wanted); name both platform and niche")
        }
        return pair
    }

    private static func pulled(_ context: TaskContext) throws -> [ResearchPair: Instant] {
        var pulled: [ResearchPair: Instant] = [:]
        for entry in try context.memory.entries(pulls, since: nil, limit: 1_000) {
            let parts = entry.key.split(separator: "/", maxSplits: 1).map { String($0) }
            guard parts.count == 2 else { continue }
            pulled[ResearchPair(platform: parts[0], niche: parts[1])] = entry.at
        }
        return pulled
    }

    private static func service(_ context: TaskContext) throws -> any MarketResearch {
        guard let research = context.services.research else {
            throw ServiceError("the research service", "none is configured", isAway: true, isSafeToRepeat: true)
        }
        return research
    }

    /// CR-20: when the service fails, nothing that is stored was touched.
    private static func pull(
        _ pair: ResearchPair, _ context: TaskContext, _ research: any MarketResearch
    ) async throws -> PullCount {
        let settings = context.settings.creators
        let study = NicheStudy(
            platform: pair.platform, phrase: pair.phrase, creatorsMax: settings.creatorsPerNiche,
            postsMax: settings.postsPerNiche, scrollsMax: settings.maxScrollsPerSearch)
        let progress = context.progress
        progress("\(pair): asks", 0, nil)
        let findings = try await research.study(study) { progress("\(pair): \($0)", 0, nil) }
        let count = try await CreatorsPull(context).store(findings, pair)
        // Counted as pulled when everything is stored: what was interrupted is the stalest again.
        try context.memory.remember([MemoryChange(pulls, pair.description, .object([:]))], at: context.now)
        return count
    }

    // MARK: full-sync

    /// Refreshes every pair of the matrix, one after another: they share a browser (CR-13, K56). A pair that fails is left
    /// out; when nobody answers, the rest is not tried.
    static func fullSync(_ context: TaskContext) async throws -> TaskResult {
        let pairs = ResearchPair.matrix(context.settings.creators)
        if context.isDryRun { return plan(pairs) }
        let research = try service(context)
        var counts: [PullCount] = []
        var failures: [String] = []
        for (index, pair) in pairs.enumerated() {
            try Task.checkCancellation()
            context.progress("pairs", index, pairs.count)
            do {
                counts.append(try await pull(pair, context, research))
            } catch let error as ServiceError {
                failures.append("\(pair): \(error.message)")
                guard error.isAway else { continue }
                if counts.isEmpty { throw error }
                failures.append("the pairs after it were not tried")
                break
            }
        }
        guard !counts.isEmpty else { throw TaskError("no pair could be pulled: \(failures.first ?? "there is none")") }
        var result = result(counts, failures: failures, context)
        if isMonday(context.now) { result.alerts += try await weekly(context) }
        return result
    }

    /// K69: the weekly message goes with Monday's pull.
    private static func isMonday(_ instant: Instant) -> Bool {
        Weekday(daysSinceEpoch: Int(instant.seconds.floorDivided(by: 86_400))) == .mon
    }

    private static func weekly(_ context: TaskContext) async throws -> [Alert] {
        var niches: [String: TopList<RankedCreator>] = [:]
        try await context.store.eachPage(of: PlatformCreators.self) { rows in
            for row in rows {
                guard let niche = row.niche else { continue }
                niches[niche, default: TopList(5, by: RankedCreator.ranksHigher)].insert(RankedCreator(row))
            }
        }
        let lists = niches.sorted { $0.key < $1.key }.map { (niche: $0.key, creators: $0.value.elements) }
        return lists.isEmpty ? [] : [.topCreators(lists)]
    }

    private static func plan(_ pairs: [ResearchPair]) -> TaskResult {
        TaskResult(
            "would research \(pairs.map(\.description).joined(separator: ", ")) (dry run: nobody asked, nothing written)",
            data: ["pairs": JSON(pairs.map(\.description))])
    }

    private static func result(_ counts: [PullCount], failures: [String], _ context: TaskContext) -> TaskResult {
        let (added, seeded) = (counts.map(\.added).reduce(0, +), counts.map(\.seeded).reduce(0, +))
        let lines = counts.map { count in
            "\(count.pair): \(count.creators) creators, \(count.added) new, \(count.seeded) added to the CRM, "
                + "\(count.hooks) hooks"
        }
        let top = counts.max { $0.topEngagement < $1.topEngagement }
        return TaskResult(
            lines.joined(separator: "\n"),
            data: [
                "pairs": .array(counts.map(\.json)), "new_creators": JSON(added), "seeded": JSON(seeded),
                "creators": JSON(counts.map(\.creators).reduce(0, +)),
            ],
            degraded: failures + counts.flatMap { count in count.remarks.map { "\(count.pair): \($0)" } },
            alerts: added == 0 ? [] : [.newCreators(added, seeded: seeded, top: top?.top)])
    }

    // MARK: top

    /// Creators ranked by engagement (CR-18). Platforms count engagement differently, so across platforms a creator's share
    /// of its platform's total decides.
    static func top(_ context: TaskContext) async throws -> TaskResult {
        let limit = context.arguments.integer("limit") ?? 10
        var wanted: Predicate<PlatformCreators> = .always
        if let platform = context.arguments.text("platform") { wanted = wanted && \.platform == platform }
        if let niche = context.arguments.text("niche") { wanted = wanted && \.niche == niche }
        var lists: [String: TopList<RankedCreator>] = [:]
        var totals: [String: Double] = [:]
        try await context.store.eachPage(of: PlatformCreators.self, where: wanted) { rows in
            for row in rows {
                totals[row.platform, default: 0] += max(row.engagementScore ?? 0, 0)
                lists[row.platform, default: TopList(limit, by: RankedCreator.ranksHigher)].insert(RankedCreator(row))
            }
        }
        let creators = lists.values.flatMap(\.elements).map { creator in
            (creator: creator, share: creator.share(of: totals[creator.platform] ?? 0))
        }
        let ranked = creators.sorted { a, b in
            a.share == b.share ? RankedCreator.ranksHigher(a.creator, b.creator) : a.share > b.share
        }.prefix(limit).map(\.creator)
        guard !ranked.isEmpty else {
            return TaskResult("no creator is stored; creators sync finds some", data: ["creators": []])
        }
        let table = TextTable.render(
            ["HANDLE", "PLATFORM", "NICHE", "ENGAGEMENT", "FIT", "OFFERS"],
            ranked.map { creator in
                [
                    "@" + creator.handle, creator.platform, creator.niche, String.grouped(creator.engagement),
                    String(creator.fit), creator.offers.joined(separator: ", "),
                ]
            })
        return TaskResult(table, data: ["creators": .array(ranked.map(\.json))])
    }
}

/// A creator as lists and messages show it.
struct RankedCreator: Hashable, Sendable {
    let handle: String
    let name: String
    let platform: String
    let niche: String
    let engagement: Double
    let offers: [String]
    let fit: Int

    init(_ row: Row<PlatformCreators>) {
        handle = row.handle
        name = row.displayName ?? row.handle
        platform = row.platform
        niche = row.niche ?? ""
        engagement = row.engagementScore ?? 0
        offers = row.offerMatch ?? []
        fit = row.icpFitScore ?? 0
    }

    static func ranksHigher(_ a: RankedCreator, _ b: RankedCreator) -> Bool {
        (b.engagement, a.handle, a.platform) < (a.engagement, b.handle, b.platform)
    }

    func share(of total: Double) -> Double { total > 0 ? engagement / total : 0 }

    var json: JSON {
        [
            "handle": .string(handle), "name": .string(name), "platform": .string(platform), "niche": .string(niche),
            "engagement_score": .number(engagement), "offer_match": JSON(offers), "icp_fit_score": JSON(fit),
        ]
    }
}
