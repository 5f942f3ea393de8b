import Glibc

/// How much the posts of one account on one platform differ from each other without any test (decisions a3).
///
/// The spread between posts is what makes a pair say little about hooks: it is estimated from the posts of the last 90
/// days, with at least 10 of them that have views and actions; below that from real videos within one topic.
public struct AccountSpread: Hashable, Sendable {
    /// τ: standard deviation of ln(actions per view) between posts, Poisson noise taken off.
    public let tau: Double
    /// σ_v: standard deviation of ln(views).
    public let viewSpread: Double
    /// How many posts it was made of.
    public let posts: Int
    /// Whether the posts were too few and the defaults stand.
    public var isDefault: Bool { posts < AccountSpread.postsMin }

    static let postsMin = 10
    /// From this many posts on Student's t is as good as normal.
    static let postsOfNormal = 60

    /// τ = 0.62, σ_v = 1.0.
    public static let unknown = AccountSpread(tau: 0.62, viewSpread: 1.0, posts: 0)

    /// A spread that is known otherwise, for example τ_b/√2 of a niche, see ``NicheEvidence``.
    public init(tau: Double, viewSpread: Double, posts: Int) {
        self.tau = tau
        self.viewSpread = viewSpread
        self.posts = posts
    }

    /// τ² = max(0.05², var(ln ρ) − mean(q/y²)), ln ρ winsorised; posts with fewer than `minimumViews` views, without
    /// actions or with a missing count are passed over.
    public init(of counts: [PostCounts], minimumViews: Int = 100) {
        let posts = counts.compactMap(\.weighted).filter { $0.isComparable(minimumViews) }
        guard posts.count >= AccountSpread.postsMin else {
            self = .unknown
            return
        }
        let variance = posts.map { log($0.rate) }.winsorised().sampleVariance
        let poisson = posts.map(\.logVariance).mean
        self.init(
            tau: max(0.05 * 0.05, variance - poisson).squareRoot(),
            viewSpread: posts.map { log($0.views) }.winsorised().sampleVariance.squareRoot(), posts: posts.count)
    }

    /// The quantile that a limit on τ is made with: Student's with n − 1 for 10 to 60 posts, else the normal one.
    func quantile(_ p: Double) -> Double {
        (AccountSpread.postsMin...AccountSpread.postsOfNormal).contains(posts)
            ? StudentT.quantile(p, degreesOfFreedom: Double(posts - 1)) : StandardNormal.quantile(p)
    }
}

/// What happened to one post between looks: the units of its burst factor (decisions a3).
struct PostSlices: Hashable, Sendable {
    private(set) var views: [Double] = []
    private(set) var actions: [Double] = []
    /// How often a cumulative counter fell; the increment is then 0.
    private(set) var corrections = 0

    static let slicesMin = 8

    /// The looks in the order of time; one with a missing count is passed over.
    init(_ looks: [PostCounts]) {
        var before = PostCounts(views: 0, likes: 0, replies: 0, retweets: 0)
        for look in looks where look.missing.isEmpty {
            var increment = PostCounts()
            for counter in [\PostCounts.views, \.likes, \.replies, \.retweets] {
                let difference = (look[keyPath: counter] ?? 0) - (before[keyPath: counter] ?? 0)
                if difference < 0 { corrections += 1 }
                increment[keyPath: counter] = max(0, difference)
            }
            guard let weighted = increment.weighted else { continue }
            views.append(weighted.views)
            actions.append(weighted.sum)
            before = look
        }
    }

    /// φ = max(1, (u/(m·R²))/(q/y²)): how much more ln ρ varies than Poisson counts would. `nil` with fewer than 8 slices,
    /// or without views and actions in them.
    func burstFactor(_ total: WeightedActions) -> Double? {
        guard views.count >= PostSlices.slicesMin, total.sum > 0 else { return nil }
        let estimate = RateEstimate(sliceViews: views, sliceActions: actions)
        guard estimate.rate > 0, estimate.variance.isFinite else { return nil }
        return max(1, estimate.variance / (estimate.rate * estimate.rate) / total.logVariance)
    }
}

/// The burst factor φ of one post from its looks in the order of time (decisions a3); the median of the last 30 days of a
/// platform stands in for posts with fewer than 8 looks. `nil` for those.
public func burstFactor(of looks: [PostCounts]) -> Double? {
    guard let total = looks.last(where: { $0.missing.isEmpty })?.weighted else { return nil }
    return PostSlices(looks).burstFactor(total)
}
