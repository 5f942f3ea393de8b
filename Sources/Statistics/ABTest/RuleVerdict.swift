/// One of the two posts of a test, as the columns name them: `a` is the publishing API's, `b` the browser's (K31).
public enum Side: String, CaseIterable, Sendable {
    case a, b

    public var other: Side { self == .a ? .b : .a }
}

/// What the PRD's rule says of two posts: it decides and alerts; the evidence only stands beside it.
public struct RuleVerdict: Hashable, Sendable {
    public let scoreA: Double
    public let scoreB: Double
    /// |a − b| / max(a, b); 0 when both are 0 (AB-07, K27).
    public let margin: Double
    /// `nil`: no clear winner, status `inconclusive`, winner `tie` (K26).
    public let winner: Side?
    /// The winner's lead as a share of the loser's score, as the alert shows it (K27); `nil` without a winner, or when the
    /// loser has nothing.
    public let upliftOverLoser: Double?

    /// AB-06, AB-07: the higher score wins when the margin is above `minimumMargin`, not when it equals it.
    public init(_ a: PostCounts, _ b: PostCounts, minimumMargin: Double = 0.15) {
        scoreA = a.engagementScore
        scoreB = b.engagementScore
        let (higher, lower) = (max(scoreA, scoreB), min(scoreA, scoreB))
        margin = higher > 0 ? (higher - lower) / higher : 0
        winner = margin > minimumMargin ? (scoreA > scoreB ? .a : .b) : nil
        upliftOverLoser = winner != nil && lower > 0 ? (higher - lower) / lower : nil
    }
}
