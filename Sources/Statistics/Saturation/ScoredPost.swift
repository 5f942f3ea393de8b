import Glibc
public import Time

/// A post as far as the fatigue of its platform's audience is concerned.
public struct ScoredPost: Hashable, Sendable {
    public let at: Instant
    /// The engagement score (AB-06).
    public let score: Double
    /// `nil` when unknown.
    public let views: Double?
    /// Weighted actions; `nil` when a count is unknown.
    public let actions: Double?
    /// Whether all counts are 0 or missing: three such posts in a row look like a failure of ours.
    public let isEmpty: Bool

    public init(at: Instant, counts: PostCounts) {
        self.at = at
        score = counts.engagementScore
        logScore = log1p(score)
        views = counts.views.map(Double.init)
        actions = counts.weighted?.sum
        isEmpty = [counts.views, counts.likes, counts.replies, counts.retweets].allSatisfy { ($0 ?? 0) == 0 }
    }

    /// For a score whose counts are not known; 0 counts as empty.
    public init(at: Instant, score: Double) {
        self.at = at
        self.score = score
        logScore = log1p(score)
        (views, actions) = (nil, nil)
        isEmpty = score == 0
    }

    /// x = ln(1 + score), on which one viral post counts for little.
    let logScore: Double
}

/// The ratio of the rule and its companions at one moment (SC-05, K37).
public struct SaturationRatio: Hashable, Sendable {
    /// Mean score over [now − 7 d, now]; 0 without posts.
    public let mean7: Double
    /// Mean score over [now − 30 d, now], the week included (K37).
    public let mean30: Double
    public let posts7: Int
    public let posts30: Int
    /// mean7/mean30; `nil` when the month has no engagement.
    public let ratio: Double?
    /// exp(mean7 − mean30) of ln(1 + score): what the ratio says when no single post can decide it.
    public let geometricRatio: Double?
    /// Views per post, week over month; `nil` when not known of every post.
    public let reachRatio: Double?
    /// Actions per view, week over month; `nil` likewise.
    public let rateRatio: Double?

    /// The rule fires below this (SC-05).
    public static let limit = 0.70

    /// Whether the rule fires.
    public var isBelow: Bool { ratio.map { $0 < SaturationRatio.limit } ?? false }

    /// Of the posts that fall into the windows, in any order.
    public init(_ posts: some Sequence<ScoredPost>, now: Instant) {
        let (weekStart, monthStart) = (now - .days(7), now - .days(30))
        var (week, month) = (Window(), Window())
        for post in posts where post.at >= monthStart && post.at <= now {
            month.add(post)
            if post.at >= weekStart { week.add(post) }
        }
        (posts7, posts30) = (week.count, month.count)
        (mean7, mean30) = (week.mean(week.score), month.mean(month.score))
        ratio = mean30 > 0 && week.count > 0 ? mean7 / mean30 : nil
        geometricRatio = week.count > 0 ? exp(week.mean(week.logScore) - month.mean(month.logScore)) : nil
        reachRatio = SaturationRatio.quotient(week.viewsPerPost, month.viewsPerPost)
        rateRatio = SaturationRatio.quotient(week.rate, month.rate)
    }

    private static func quotient(_ a: Double?, _ b: Double?) -> Double? {
        guard let a, let b, b > 0 else { return nil }
        return a / b
    }

    /// Fatigue or reach (decisions d); `nil` when neither fell, or the counts are not known.
    public var cause: SaturationCause? {
        guard let reachRatio, let rateRatio else { return nil }
        switch (reachRatio < SaturationRatio.limit, rateRatio < SaturationRatio.limit) {
        case (true, true): return .both
        case (true, false): return .distribution
        case (false, true): return .content
        case (false, false): return nil
        }
    }
}

/// What fell.
public enum SaturationCause: String, Hashable, Sendable {
    /// Only views per post: the platform shows the posts to fewer people.
    case distribution
    /// Only actions per view: people are tired of the content.
    case content
    case both
}

/// The sums of a window.
private struct Window {
    private(set) var count = 0
    private(set) var score = 0.0
    private(set) var logScore = 0.0
    /// `nil` when those of a post are not known.
    private var views: Double? = 0
    private var actions: Double? = 0

    mutating func add(_ post: ScoredPost) {
        count += 1
        score += post.score
        logScore += post.logScore
        views = post.views.flatMap { known in views.map { $0 + known } }
        actions = post.actions.flatMap { known in actions.map { $0 + known } }
    }

    /// 0 without posts.
    func mean(_ sum: Double) -> Double { count > 0 ? sum / Double(count) : 0 }

    var viewsPerPost: Double? { actions == nil ? nil : views.map(mean) }

    var rate: Double? {
        guard let views, let actions, views > 0 else { return nil }
        return actions / views
    }
}

extension Duration {
    static func days(_ days: Int) -> Duration { .seconds(days * 86_400) }
}
