import Records

/// A cell of the matrix: what is averaged together (YT-07, K45).
struct ResonanceKey: Hashable, Comparable, Sendable {
    let platform: String
    let niche: String
    let contentType: String

    static func < (a: ResonanceKey, b: ResonanceKey) -> Bool {
        (a.platform, a.niche, a.contentType) < (b.platform, b.niche, b.contentType)
    }
}

/// Averages by platform, niche and content type, gathered post by post (YT-07). Memory grows with the groups alone.
struct ResonanceMatrix {
    private struct Post {
        let id: String
        let title: String?
        let views: Int
    }

    private struct Group {
        var views = Mean()
        var engagement = Mean()
        var watchTime = Mean()
        var count = 0
        /// Posts whose niche keywords alone have found.
        var heuristic = 0
        var offers: [String: Int] = [:]
        var top: TopList<Post>
        /// Patterns of the stored rows that no post of the group has as its title: other sources wrote them (K46).
        var foreignHooks: [String]
    }

    private var groups: [ResonanceKey: Group] = [:]
    /// Posts that belong to no group: niche `other` or none.
    private(set) var withoutNiche = 0
    /// Posts whose niche or content type is not on the lists (K43).
    private(set) var unlisted = 0

    private let niches: Set<String>
    private let contentTypes: Set<String>
    private let offerOrder: [String]
    private let storedHooks: [ResonanceKey: [String]]
    private let settings: YouTubeSettings

    /// - Parameter storedHooks: the patterns of the rows there are, newest first.
    init(_ settings: YouTubeSettings, storedHooks: [ResonanceKey: [String]]) {
        niches = Set(settings.niches.map(\.name))
        contentTypes = Set(settings.contentTypes.map(\.name))
        offerOrder = settings.niches.flatMap { settings.offersByNiche[$0.name] ?? [] }
        self.storedHooks = storedHooks
        self.settings = settings
    }

    /// - Parameter method: where the post's niche comes from; `nil` when that is not known.
    mutating func add(_ post: Row<ContentPerformance>, method: LabelMethod? = nil) {
        guard let stored = post.niche, stored != Taxonomy.other else {
            withoutNiche += 1
            return
        }
        guard let niche = Taxonomy.niche(stored, listed: niches),
            let contentType = Taxonomy.contentType(post.contentType, listed: contentTypes)
        else {
            unlisted += 1
            return
        }
        let key = ResonanceKey(platform: post.platform, niche: niche, contentType: contentType)
        var group = groups.removeValue(forKey: key) ?? newGroup(key)
        group.count += 1
        if method == .heuristic { group.heuristic += 1 }
        group.views.add(post.views.map(Double.init))
        group.engagement.add(post.engagementScore)
        group.watchTime.add(post.watchTimeMinutes)
        for offer in post.offerTags ?? [] where offer != Taxonomy.noOffer { group.offers[offer, default: 0] += 1 }
        group.top.insert(Post(id: post.externalID, title: post.title, views: post.views ?? 0))
        if let title = post.title { group.foreignHooks.removeAll { $0 == title } }
        groups[key] = group
    }

    private func newGroup(_ key: ResonanceKey) -> Group {
        let top = TopList<Post>(settings.hookTitles) { ($1.views, $0.id) < ($0.views, $1.id) }
        return Group(top: top, foreignHooks: storedHooks[key] ?? [])
    }

    /// The share of a group's posts that were filed by keywords alone (decisions f): it belongs beside every row, and the
    /// table has no column for it.
    var heuristicShares: [ResonanceKey: Double] {
        groups.mapValues { Double($0.heuristic) / Double(max($0.count, 1)) }
    }

    /// The matrix's rows in the order of their keys, without `last_updated`.
    func rows() -> [(key: ResonanceKey, draft: Draft<NicheResonance>)] {
        groups.sorted { $0.key < $1.key }.map { key, group in
            let draft = Draft<NicheResonance> {
                $0.platform = key.platform
                $0.niche = key.niche
                $0.contentType = key.contentType
                $0.offerTag = mostFrequentOffer(group.offers)
                $0.avgViews = group.views.value
                $0.avgEngagement = group.engagement.value
                $0.avgWatchTime = group.watchTime.value
                $0.topHookPatterns = hooks(of: group)
                $0.topPostIDs = group.top.elements.map(\.id)
                $0.sampleCount = group.count
            }
            return (key, draft)
        }
    }

    /// The mode of the group's offers, `none` without one (YT-07, K45); of equals the one that is listed first.
    private func mostFrequentOffer(_ offers: [String: Int]) -> String {
        func rank(_ offer: String) -> Int { offerOrder.firstIndex(of: offer) ?? offerOrder.count }
        let best = offers.min { ($1.value, rank($0.key), $0.key) < ($0.value, rank($1.key), $1.key) }
        return best?.key ?? Taxonomy.noOffer
    }

    /// The titles of the most viewed posts, then what other sources wrote, each once, up to the cap (K46).
    private func hooks(of group: Group) -> [String] {
        var hooks: [String] = []
        for hook in group.top.elements.compactMap(\.title) + group.foreignHooks
        where !hooks.contains(hook) && hooks.count < settings.hooksMax {
            hooks.append(hook)
        }
        return hooks
    }
}

/// The mean of the known values; unknown ones neither count nor weigh.
///
/// What rounding takes from the sum is carried along (Neumaier), so that rows in another order, as another store returns
/// them, give the same mean.
struct Mean {
    private var sum = 0.0
    private var lost = 0.0
    private var count = 0

    mutating func add(_ value: Double?) {
        guard let value else { return }
        let rounded = sum + value
        lost += abs(sum) >= abs(value) ? (sum - rounded) + value : (value - rounded) + sum
        sum = rounded
        count += 1
    }

    /// `nil` when nothing was known.
    var value: Double? { count == 0 ? nil : (sum + lost) / Double(count) }
}
