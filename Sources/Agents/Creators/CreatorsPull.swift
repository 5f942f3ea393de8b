import JSON
import Records
import Time

/// What one pull of a pair brought.
struct PullCount: Hashable, Sendable {
    let pair: ResearchPair
    var creators = 0
    /// Rows that were not there before.
    var added = 0
    var seeded = 0
    var hooks = 0
    /// The most engaging creator of the pull.
    var top: (handle: String, engagement: Double)? { topHandle.map { ($0, topEngagement) } }
    var topHandle: String?
    var topEngagement = 0.0
    var remarks: [String] = []

    var json: JSON {
        [
            "platform": .string(pair.platform), "niche": .string(pair.niche), "creators": JSON(creators),
            "new": JSON(added), "seeded": JSON(seeded), "hooks": JSON(hooks), "remarks": JSON(remarks),
        ]
    }
}

/// Stores what was found about one pair.
struct CreatorsPull: Sendable {
    /// How the CRM tells where a contact came from.
    private static let source = "actpd_creators"

    private let context: TaskContext
    private let rules: CreatorsRules
    private let tagger: VideoTagger

    init(_ context: TaskContext) {
        self.context = context
        rules = CreatorsRules(context.settings.creators)
        tagger = VideoTagger(context.settings.youtube)
    }

    /// Contacts first, creators then: should the process die in between, the next pull finds the creators still new and the
    /// contacts there already.
    func store(_ findings: NicheFindings, _ pair: ResearchPair) async throws -> PullCount {
        var count = PullCount(pair: pair)
        count.remarks = findings.remarks
        let judged = rules.judge(findings)
        count.creators = judged.count
        let known = try await knownCreators(pair)
        let fresh = judged.filter { known[$0.found.handle.lowercased()] == nil }
        count.added = fresh.count
        let best = judged.max { ($0.found.totalEngagement ?? 0) < ($1.found.totalEngagement ?? 0) }
        count.topHandle = best?.found.handle
        count.topEngagement = best?.found.totalEngagement ?? 0
        let unqualifiedBefore = judged.filter { creator in
            guard let stored = known[creator.found.handle.lowercased()] else { return true }
            return (stored.icpFitScore ?? 0) <= context.settings.creators.seedAboveFit
        }
        try await seed(unqualifiedBefore.filter(rules.isQualified), pair, &count)
        try await upsert(judged, known, pair)
        count.hooks = try await mergeHooks(rules.hooks(findings), pair)
        return count
    }

    // MARK: Creators

    /// The platform's creators by their handles in small letters: handles are the same in any case, and the table has them
    /// as they were first seen.
    private func knownCreators(_ pair: ResearchPair) async throws -> [String: Row<PlatformCreators>] {
        var known: [String: Row<PlatformCreators>] = [:]
        try await context.store.eachPage(of: PlatformCreators.self, where: \.platform == pair.platform) { rows in
            for row in rows { known[row.handle.lowercased()] = row }
        }
        return known
    }

    /// CR-09: one row a platform and handle. What this pull does not know stays as it was.
    private func upsert(
        _ judged: [JudgedCreator], _ known: [String: Row<PlatformCreators>], _ pair: ResearchPair
    ) async throws {
        try await context.store.upsert(
            judged.map { creator in
                let found = creator.found
                return Draft<PlatformCreators> {
                    $0.platform = pair.platform
                    $0.handle = known[found.handle.lowercased()]?.handle ?? found.handle
                    $0.niche = pair.niche
                    $0.offerMatch = creator.offers
                    $0.icpFitScore = creator.fit
                    $0.lastSyncedAt = context.now
                    if let name = found.displayName { $0.displayName = name }
                    if let followers = found.followers { $0.followers = followers }
                    if let engagement = found.totalEngagement { $0.engagementScore = engagement }
                    if let text = found.topPostText { $0.topPostText = text }
                    if let address = found.topPostURL { $0.topPostURL = address }
                }
            })
    }

    // MARK: Contacts

    /// CR-10, K59: inserted only when absent, so that nobody's stage is reset. Where the database refuses `new` (K60) the row
    /// says `first_touch`.
    private func seed(_ creators: [JudgedCreator], _ pair: ResearchPair, _ count: inout PullCount) async throws {
        let absent = try await absentContacts(creators, pair)
        guard !absent.isEmpty else { return }
        do throws(StoreError) {
            try await context.store.insert(absent.map { contact($0, pair, stage: "new") }, onConflict: .ignore)
        } catch {
            guard error.code == .refused else { throw error }
            try await context.store.insert(absent.map { contact($0, pair, stage: "first_touch") }, onConflict: .ignore)
            count.remarks.append("the database refuses pipeline_stage new (23514): first_touch was written instead")
        }
        count.seeded = absent.count
    }

    /// Creators whose handle no contact has, neither as its own nor in the platform's column.
    private func absentContacts(_ creators: [JudgedCreator], _ pair: ResearchPair) async throws -> [JudgedCreator] {
        guard !creators.isEmpty else { return [] }
        // Another program may spell a handle in other letters, with an @, or as an address.
        let own = try await context.store.values(of: \Contacts.username, where: \.platform == pair.platform)
        var taken = Set(own.map(CreatorsPull.bare))
        if let column = CreatorsPull.handleColumn(pair.platform) {
            let others = try await context.store.values(of: column, where: .isNotNull(column))
            taken.formUnion(others.compactMap(\.self).map(CreatorsPull.bare))
        }
        return creators.filter { !taken.contains(CreatorsPull.bare($0.found.handle)) }
    }

    private static func bare(_ handle: String) -> String {
        let last = handle.split(separator: "/").last.map { String($0) } ?? handle
        return (last.hasPrefix("@") ? String(last.dropFirst()) : last).lowercased()
    }

    /// The contacts' column that holds the handle of a platform.
    private static func handleColumn(_ platform: String) -> KeyPath<Contacts, Column<String?>>? {
        switch platform {
        case "twitter": \.twitterHandle
        case "instagram": \.instagramHandle
        case "tiktok": \.tiktokHandle
        default: nil
        }
    }

    private func contact(_ creator: JudgedCreator, _ pair: ResearchPair, stage: String) -> Draft<Contacts> {
        Draft {
            $0.platform = pair.platform
            $0.username = creator.found.handle
            $0.displayName = creator.found.displayName
            $0.bio = creator.found.bio
            $0.followerCount = creator.found.followers
            $0.icpScore = Double(creator.fit)
            $0.pipelineStage = stage
            $0.nicheLabel = pair.niche
            $0.source = CreatorsPull.source
            $0.createdAt = context.now
            $0.updatedAt = context.now
        }
    }

    // MARK: Hooks

    /// CR-11, CR-19, K46: the hooks go in front of what other sources wrote into the row of their content type, each once, up
    /// to the cap. A type without a row gets one that has no figures yet.
    /// - Returns: how many hooks were new.
    private func mergeHooks(_ hooks: [String], _ pair: ResearchPair) async throws -> Int {
        guard !hooks.isEmpty else { return 0 }
        let stored = try await context.store.fetch(
            Query<NicheResonance>(limit: Store.pageSize)
                .filter(\.platform == pair.platform && \.niche == pair.niche))
        var added = 0
        var drafts: [Draft<NicheResonance>] = []
        for (contentType, found) in Dictionary(grouping: hooks, by: { tagger.tags(of: $0).contentType }) {
            // Of several rows of one type, the newest is the one in use (K45).
            let row = stored.filter { $0.contentType == contentType }
                .max { ($0.lastUpdated?.microseconds ?? .min) < ($1.lastUpdated?.microseconds ?? .min) }
            let known = row?.topHookPatterns ?? []
            let fresh = found.filter { !known.contains($0) }
            guard !fresh.isEmpty else { continue }
            added += fresh.count
            drafts.append(
                Draft {
                    $0.platform = pair.platform
                    $0.niche = pair.niche
                    $0.contentType = contentType
                    $0.offerTag = row?.offerTag ?? Taxonomy.noOffer
                    $0.topHookPatterns = Array((fresh + known).prefix(context.settings.youtube.hooksMax))
                    $0.lastUpdated = context.now
                    if row == nil { $0.sampleCount = 0 }
                })
        }
        try await context.store.upsert(drafts)
        return added
    }
}
