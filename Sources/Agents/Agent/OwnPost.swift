import Records
import Statistics
import Time

/// One own post with what is known of its success, wherever it was recorded.
struct OwnPost: Hashable, Sendable {
    let platform: String
    /// The platform's id of the post: the same however the row came about.
    let id: String
    let niche: String?
    let at: Instant
    let counts: PostCounts
    /// As stored, or by the formula (AB-06); `nil` when nothing is known.
    let score: Double?

    /// `nil` for a row that does not say when it was published.
    init?(_ row: Row<ContentPerformance>) {
        guard let at = row.publishedAt else { return nil }
        platform = row.platform
        id = row.externalID
        niche = row.niche
        self.at = at
        score = row.engagementScore
        var counts = PostCounts(views: row.views, likes: row.likes, replies: row.commentsCount)
        // The table has no column for retweets; they are in the score alone.
        if let score = row.engagementScore, counts.views != nil, counts.likes != nil, counts.replies != nil {
            counts.retweets = Int(max(0, (score - counts.engagementScore) / 5).rounded())
        }
        self.counts = counts
    }

    init(platform: String, id: String, niche: String?, at: Instant, counts: PostCounts, score: Double?) {
        self.platform = platform
        self.id = id
        self.niche = niche
        self.at = at
        self.counts = counts
        self.score = score
    }

    /// The post as the saturation of its platform sees it.
    var scored: ScoredPost? {
        guard let score else { return nil }
        // Counts that do not make up the score say nothing about it: another formula, or figures of another time.
        let isMadeOfCounts = counts.retweets != nil && abs(counts.engagementScore - score) <= 2.5
        return isMadeOfCounts ? ScoredPost(at: at, counts: counts) : ScoredPost(at: at, score: score)
    }
}
