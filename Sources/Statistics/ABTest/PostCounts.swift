/// The counts of one post, cumulative, as far as they are known. Missing means unknown: the score reads it as 0 (K29), the
/// evidence does not.
public struct PostCounts: Hashable, Sendable {
    public var views: Int?
    public var likes: Int?
    /// Comments where a platform calls them so.
    public var replies: Int?
    /// Shares where a platform calls them so.
    public var retweets: Int?

    public init(views: Int? = nil, likes: Int? = nil, replies: Int? = nil, retweets: Int? = nil) {
        self.views = views
        self.likes = likes
        self.replies = replies
        self.retweets = retweets
    }

    /// likes × 3 + retweets × 5 + replies × 4 + views × 0.1 (AB-06, K29).
    public var engagementScore: Double {
        // Whole tenths first: one rounding at the end instead of one for every term.
        let tenths =
            30 * Double(likes ?? 0) + 50 * Double(retweets ?? 0) + 40 * Double(replies ?? 0) + Double(views ?? 0)
        return tenths / 10
    }

    /// The weighted actions; `nil` when a count is missing: evidence is made of what is known (decisions a2).
    var weighted: WeightedActions? {
        guard let views, let likes, let replies, let retweets else { return nil }
        let (l, r, c) = (Double(likes), Double(retweets), Double(replies))
        return WeightedActions(views: Double(views), sum: 3 * l + 5 * r + 4 * c, secondMoment: 9 * l + 25 * r + 16 * c)
    }

    /// The counts whose absence makes the evidence unknown, in the words of the columns.
    var missing: [String] {
        [("views", views), ("likes", likes), ("replies", replies), ("retweets", retweets)]
            .compactMap { $0.1 == nil ? $0.0 : nil }
    }
}

/// What the viewers of a post did, weighted as in the score but without the reach (decisions a2).
struct WeightedActions: Hashable, Sendable {
    /// v.
    let views: Double
    /// y = 3·likes + 5·retweets + 4·replies.
    let sum: Double
    /// q, the same with squared weights: the Poisson variance of y.
    let secondMoment: Double

    /// ρ = y/v.
    var rate: Double { sum / views }

    /// Whether ln ρ can be formed with some meaning: v ≥ `minimumViews` and y > 0.
    func isComparable(_ minimumViews: Int) -> Bool { views >= Double(minimumViews) && sum > 0 }

    /// The Poisson variance of ln ρ.
    var logVariance: Double { secondMoment / (sum * sum) }
}
