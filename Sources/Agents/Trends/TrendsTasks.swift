import JSON
import Records
import Time

/// The trends agent's tasks: read → decide → write.
enum TrendsTasks {
    // MARK: detect

    /// Sums the engagement of the look-back by niche and platform and stores the niches that trend (TR-06…TR-09).
    static func detect(_ context: TaskContext) async throws -> TaskResult {
        let tally = try await gather(context)
        let trends = tally.trends()
        if !context.isDryRun { try await store(trends, context) }
        let lines = trends.map { trend in
            "\(trend.niche): strength \(String.grouped(trend.strength)) on "
                + trend.platforms.map { "\($0.platform) (\($0.posts))" }.joined(separator: ", ")
        }
        let count = "\(trends.count) trend\(trends.count == 1 ? "" : "s") in \(String.grouped(tally.posts)) posts"
        return TaskResult(
            ([count] + lines).joined(separator: "\n"),
            data: [
                "posts": JSON(tally.posts), "without_niche": JSON(tally.withoutNiche),
                "trends": .array(trends.map(\.shown)),
            ],
            alerts: try isNews(trends, context) ? [.crossPlatformTrends(trends)] : [])
    }

    /// TRND-005: enough niches trend, and this set of them was not told today. In UTC, as all days.
    private static func isNews(_ trends: [Trend], _ context: TaskContext) throws -> Bool {
        guard trends.count >= context.settings.trends.alertNichesMin else { return false }
        let niches = trends.map(\.niche).sorted().joined(separator: ",")
        let key = "\(context.now.seconds.floorDivided(by: 86_400)) \(niches)"
        guard !context.isDryRun else { return try context.memory.value("told", key) == nil }
        return try context.memory.claim("told", key, true, at: context.now)
    }

    private static func gather(_ context: TaskContext) async throws -> TrendTally {
        let store = context.store
        let since = context.now - context.settings.trends.lookback
        var tally = TrendTally(context.settings.trends)
        try await store.eachPage(of: TwitterResearch.self, where: \.scrapedAt >= since) { page in
            for tweet in page { tally.add(ObservedPost(tweet)) }
            context.progress("posts", tally.posts, nil)
        }
        try await store.eachPage(of: PlatformResearch.self, where: \.scrapedAt >= since) { page in
            for post in page { tally.add(ObservedPost(post)) }
            context.progress("posts", tally.posts, nil)
        }
        let newest = try await NewestSnapshots(in: store, where: \.checkedAt >= since)
        try await store.eachPage(of: YouTubeVideoStats.self, where: \.checkedAt >= since) { page in
            for video in page where newest.contains(video) { tally.add(ObservedPost(video)) }
            context.progress("posts", tally.posts, nil)
        }
        return tally
    }

    /// One row a niche. `detected_at` is only sent with a niche's first row, so that it stays that of the first detection.
    private static func store(_ trends: [Trend], _ context: TaskContext) async throws {
        let known = try await context.store.values(
            of: \CrossPlatformTrends.niche, where: .isOneOf(\.niche, trends.map(\.niche)))
        try await context.store.upsert(
            trends.map { trend in
                Draft<CrossPlatformTrends> {
                    $0.niche = trend.niche
                    $0.platforms = trend.platforms.map(\.platform)
                    $0.platformCount = trend.platforms.count
                    $0.totalEngagement = trend.totalEngagement
                    $0.avgEngagement = trend.averageEngagement
                    $0.trendStrength = trend.strength
                    $0.topPosts = .array(trend.topPosts.map(\.shown))
                    $0.updatedAt = context.now
                    if !known.contains(trend.niche) { $0.detectedAt = context.now }
                }
            })
    }

    // MARK: associations

    /// Writes one row for every platform on which a contact is seen, when it is seen on two or more (TR-01…TR-05).
    static func associations(_ context: TaskContext) async throws -> TaskResult {
        var groups = HandleGroups(context.settings.trends)
        var contacts = 0
        try await context.store.eachPage(of: Contacts.self) { page in
            for contact in page { groups.addContact(Sighting(contact)) }
            contacts += page.count
            context.progress("contacts read", contacts, nil)
        }
        groups.matchContacts()
        try await addResearch(to: &groups, context)
        var count = AssociationCount()
        try await context.store.eachPage(of: Contacts.self) { page in
            let links = page.map { (contact: $0.id, links: groups.links(of: Sighting($0))) }.filter {
                !$0.links.isEmpty
            }
            try await write(links, context, &count)
            context.progress("contacts matched", count.read(page.count), contacts)
        }
        var data = count.data
        data["contacts"] = JSON(contacts)
        data["groups"] = JSON(groups.linkedGroups)
        return TaskResult(
            "\(String.grouped(count.linked)) of \(String.grouped(contacts)) contacts are on several platforms: "
                + "\(String.grouped(count.written)) associations written, \(String.grouped(count.unchanged)) unchanged",
            data: data)
    }

    private static func addResearch(to groups: inout HandleGroups, _ context: TaskContext) async throws {
        let store = context.store
        try await store.eachPage(of: TwitterResearch.self) { page in
            for tweet in page { groups.addResearch(Sighting(tweet)) }
        }
        try await store.eachPage(of: PlatformResearch.self, where: .isNotNull(\.handle)) { page in
            for post in page { groups.addResearch(Sighting(post)) }
        }
        try await store.eachPage(of: PlatformCreators.self) { page in
            for creator in page { groups.addResearch(Sighting(creator)) }
        }
    }

    /// Writes what differs from the rows there are, so that a second run writes nothing (TR-05, TR-16).
    private static func write(
        _ links: [(contact: RowID, links: [Link])], _ context: TaskContext, _ count: inout AssociationCount
    ) async throws {
        guard !links.isEmpty else { return }
        var stored: [RowID: [String: Row<PlatformAssociations>]] = [:]
        try await context.store.eachPage(
            of: PlatformAssociations.self, where: .isOneOf(\.contactID, links.map(\.contact))
        ) {
            for row in $0 { stored[row.contactID, default: [:]][row.platform] = row }
        }
        var drafts: [Draft<PlatformAssociations>] = []
        for (contact, links) in links {
            count.linked += 1
            for link in links {
                count.kinds[link.kind, default: 0] += 1
                if let draft = AssociationRules.draft(
                    contact, link, over: stored[contact]?[link.platform], now: context.now)
                {
                    drafts.append(draft)
                } else {
                    count.unchanged += 1
                }
            }
        }
        count.written += drafts.count
        if !context.isDryRun { try await context.store.upsert(drafts) }
    }

    // MARK: full and top

    /// Associations, then trends (TR-12).
    static func full(_ context: TaskContext) async throws -> TaskResult {
        let associations = try await associations(context)
        var result = try await detect(context)
        result.summary = "\(associations.summary)\n\(result.summary)"
        result.data.merge(associations.data) { $1 }
        return result
    }

    /// The strongest trends that are still active: the table has no flag, only the time of the last detection (TR-13).
    static func top(_ context: TaskContext) async throws -> TaskResult {
        let limit = context.arguments.integer("limit") ?? 10
        let since = context.now - context.settings.trends.lookback
        let rows = try await context.store.fetch(
            Query<CrossPlatformTrends>(limit: limit).filter(\.updatedAt >= since)
                .order(by: \.trendStrength, descending: true))
        guard !rows.isEmpty else {
            return TaskResult(
                "no niche trends on several platforms now; trends detect looks again", data: ["trends": []])
        }
        let table = TextTable.render(
            ["NICHE", "STRENGTH", "AVG ENGAGEMENT", "PLATFORMS", "SINCE"],
            rows.map { row in
                [
                    row.niche, String.grouped(row.trendStrength ?? 0), String.grouped(row.avgEngagement ?? 0),
                    row.platforms.joined(separator: ", "), row.detectedAt.iso8601,
                ]
            })
        return TaskResult(table, data: ["trends": .array(rows.map(\.shown))])
    }
}
