/// A niche that is posted less than its target (CM-05).
struct MixGap: Hashable, Sendable {
    let niche: String
    /// Shares of all posts, 0…1.
    let target: Double
    let actual: Double

    var size: Double { target - actual }
}

/// Own posts counted by niche.
struct MixTally {
    private let listed: Set<String>
    private(set) var counts: [String: Int] = [:]
    /// Posts without a niche, or filed under `other`: they say nothing about the mix.
    private(set) var leftOut = 0

    init(listed: some Sequence<String>) { self.listed = Set(listed) }

    var total: Int { counts.values.reduce(0, +) }

    /// Counts a post under its niche. Niches that are not on the list count in the total (K43); `other` does not (CM-03).
    mutating func add(niche: String?) {
        guard let niche, niche != Taxonomy.other, !niche.isEmpty else {
            leftOut += 1
            return
        }
        counts[Taxonomy.niche(niche, listed: listed) ?? niche, default: 0] += 1
    }

    /// Niches below their target, the largest gap first (CM-05, CM-16). Only niches with a target can be one (K40). Of no
    /// posts at all there are no shares, and so no gaps.
    func gaps(targets: [String: Double]) -> [MixGap] {
        guard total > 0 else { return [] }
        return targets.map { niche, target in
            MixGap(niche: niche, target: target, actual: Double(counts[niche] ?? 0) / Double(total))
        }
        // A rounding error is no gap.
        .filter { $0.size > 1e-9 }
        .sorted { ($1.size, $0.niche) < ($0.size, $1.niche) }
    }
}

/// A group of the resonance matrix as recommendations cite it (CM-15).
struct ResonanceGroup: Hashable, Sendable {
    let platform: String
    let niche: String
    let contentType: String
    let offer: String
    let averageViews: Double?
    let samples: Int
    let topHook: String?
}

/// What to make next, where and how often (CM-07).
struct Recommendation: Hashable, Sendable {
    /// Why it is recommended.
    enum Reason: Hashable, Sendable {
        case gap(MixGap)
        /// The mix has no further gap; this resonates most.
        case resonance
    }

    let niche: String
    let contentType: String
    let platform: String
    let count: Int
    let reason: Reason
    let offer: String
    /// `nil` without a row of the matrix: the offer map stands in.
    let group: ResonanceGroup?

    var gap: MixGap? {
        guard case .gap(let gap) = reason else { return nil }
        return gap
    }
}

/// Turns gaps and the resonance matrix into recommendations.
struct Recommender {
    private let groups: [ResonanceGroup]
    private let settings: ContentMixSettings

    /// - Parameter groups: of the platforms that are asked for; those of the niche `other` are left out (CM-03).
    init(_ groups: [ResonanceGroup], settings: ContentMixSettings) {
        self.settings = settings
        let least = settings.samplesMin
        // A total order: enough samples before few, then views.
        func rank(_ group: ResonanceGroup) -> (Int, Double) {
            (group.samples >= least ? 0 : 1, -(group.averageViews ?? -1))
        }
        self.groups = groups.filter { $0.niche != Taxonomy.other }.sorted { a, b in
            if rank(a) != rank(b) { return rank(a) < rank(b) }
            return (a.niche, a.contentType, a.platform, a.offer) < (b.niche, b.contentType, b.platform, b.offer)
        }
    }

    /// One recommendation for each gap, then the best groups up to the minimum, those of trending niches first
    /// (CM-06, CM-07, CM-14, K44, TR-11).
    ///
    /// - Parameters:
    ///   - platform: the only one that may be recommended; `nil`: any.
    ///   - planned: posts planned next week.
    func recommendations(
        gaps: [MixGap], platform: String?, planned: Int, trending: Set<String>
    ) -> [Recommendation] {
        var list = gaps.compactMap { recommendation(for: $0, platform: platform, planned: planned) }
        let fill = groups.filter { trending.contains($0.niche) } + groups.filter { !trending.contains($0.niche) }
        for group in fill where list.count < settings.recommendationsMin {
            let isThere = list.contains {
                ($0.niche, $0.contentType, $0.platform) == (group.niche, group.contentType, group.platform)
            }
            if isThere { continue }
            list.append(
                Recommendation(
                    niche: group.niche, contentType: group.contentType, platform: group.platform, count: 1,
                    reason: .resonance, offer: group.offer, group: group))
        }
        return list
    }

    /// The best content type of the niche by the matrix (CM-06); a niche that the matrix does not know is made as the offer
    /// map says (CM-02), one without an offer as whatever resonates most. `nil` when nothing says how.
    private func recommendation(for gap: MixGap, platform: String?, planned: Int) -> Recommendation? {
        let count = Recommender.count(gap: gap.size, planned: planned)
        if let group = groups.first(where: { $0.niche == gap.niche }) {
            return Recommendation(
                niche: gap.niche, contentType: group.contentType, platform: group.platform, count: count,
                reason: .gap(gap), offer: group.offer, group: group)
        }
        let channel = settings.offers.first { $0.niche == gap.niche }
        guard let contentType = channel?.contentTypes.first ?? groups.first?.contentType,
            let place = platform ?? channel?.platforms.first ?? groups.first?.platform
        else { return nil }
        return Recommendation(
            niche: gap.niche, contentType: contentType, platform: place, count: count, reason: .gap(gap),
            offer: channel?.offer ?? Taxonomy.noOffer, group: nil)
    }

    /// ceil(gap × posts planned next week), at least 1 (K44).
    static func count(gap: Double, planned: Int) -> Int {
        // 0.15 × 20 is 3, not 3.0000000000000004.
        max(1, Int((gap * Double(planned) - 1e-9).rounded(.up)))
    }
}

/// The average views of each niche over its groups, weighed by their posts (CM-13).
struct NicheViews {
    let niche: String
    let averageViews: Double

    /// The niche that is seen most; `nil` when no group has views. Groups with few posts count only when all are small.
    static func top(of groups: [ResonanceGroup], samplesMin: Int) -> NicheViews? {
        let known = groups.filter { $0.niche != Taxonomy.other && $0.averageViews != nil && $0.samples > 0 }
        let large = known.filter { $0.samples >= samplesMin }
        return Dictionary(grouping: large.isEmpty ? known : large, by: \.niche).map { niche, groups in
            let views = groups.reduce(0.0) { $0 + ($1.averageViews ?? 0) * Double($1.samples) }
            return NicheViews(niche: niche, averageViews: views / Double(groups.reduce(0) { $0 + $1.samples }))
        }
        .min { ($1.averageViews, $0.niche) < ($0.averageViews, $1.niche) }
    }
}
