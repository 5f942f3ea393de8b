public import Time

/// The confirmation of the saturation rule: a CUSUM of ln(1 + score) against a baseline that a drop does not teach
/// (decisions d).
///
/// Fed with the posts in the order of time; the same posts give the same state, so that it need not be stored.
public struct FatigueDetector: Hashable, Sendable {
    public private(set) var cusum = LowerCusum()
    /// When a lasting lower level was last accepted as the new normal.
    public private(set) var newNormalAt: Instant?
    private var level: Level?
    /// Posts that are in the baseline's window or will be, oldest first.
    private var recent: [Entry] = []

    private struct Entry: Hashable, Sendable {
        let at: Instant
        let value: Double
    }

    private struct Level: Hashable, Sendable {
        let mean: Double
        /// At least 0.2.
        let standardDeviation: Double

        init(_ posts: ArraySlice<Entry>) {
            let count = Double(posts.count)
            let mean = posts.reduce(0) { $0 + $1.value } / count
            let squares = posts.reduce(0) { $0 + ($1.value - mean) * ($1.value - mean) }
            self.mean = mean
            standardDeviation = max(FatigueDetector.deviationMin, (squares / (count - 1)).squareRoot())
        }
    }

    /// The baseline: 30 days that end 7 days before the post.
    private static let gap = Duration.days(7)
    private static let length = Duration.days(30)
    /// A baseline of fewer posts is none.
    private static let postsMin = 20
    private static let deviationMin = 0.2
    /// Above this share of the limit the baseline is frozen.
    private static let frozenAbove = LowerCusum.limit / 3
    /// S above this: the level is accepted.
    private static let accepted = 25.0

    public init() {}

    /// Whether the level fell and was not accepted yet.
    public var isAlarm: Bool { cusum.isAlarm }

    public mutating func add(_ post: ScoredPost) {
        recent.append(Entry(at: post.at, value: post.logScore))
        let window = post.at - FatigueDetector.gap - FatigueDetector.length..<post.at - FatigueDetector.gap
        if let first = recent.firstIndex(where: { $0.at >= window.lowerBound }), first > 0 { recent.removeFirst(first) }
        if cusum.sum <= FatigueDetector.frozenAbove {
            let baseline = recent[..<(recent.firstIndex { $0.at >= window.upperBound } ?? recent.endIndex)]
            if baseline.count >= FatigueDetector.postsMin { level = Level(baseline) }
        }
        guard let level else { return }
        cusum.add(post.logScore, mean: level.mean, standardDeviation: level.standardDeviation)
        if cusum.sum > FatigueDetector.accepted {
            cusum.reset()
            newNormalAt = post.at
        }
    }
}
