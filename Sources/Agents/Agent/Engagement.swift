/// The counts of one post, as far as they are known. Missing means unknown, which the score reads as 0 (K29).
struct PostCounts: Hashable, Sendable {
    var views: Int?
    var likes: Int?
    /// Comments where a platform calls them so.
    var replies: Int?
    /// Shares where a platform calls them so.
    var retweets: Int?

    /// likes × 3 + retweets × 5 + replies × 4 + views × 0.1 (AB-06, K29).
    var engagementScore: Double {
        // Whole tenths first: one rounding at the end instead of one for every term.
        let tenths =
            30 * Double(likes ?? 0) + 50 * Double(retweets ?? 0) + 40 * Double(replies ?? 0) + Double(views ?? 0)
        return tenths / 10
    }
}
