/// Everything that is known of one A/B test when it is judged.
public struct PairHistory: Hashable, Sendable {
    /// Both posts at one moment.
    public struct Look: Hashable, Sendable {
        /// Since the later of the two posts.
        public let age: Duration
        public let a: PostCounts
        public let b: PostCounts

        public init(age: Duration, a: PostCounts, b: PostCounts) {
            self.age = age
            self.a = a
            self.b = b
        }

        func counts(_ side: Side) -> PostCounts { side == .a ? a : b }
    }

    /// In the order of time, counts cumulative.
    public let looks: [Look]
    /// N*: the median of the views of both posts at 24 h over the pairs of the last 30 days, fixed when the test is
    /// created; 5,000 when unknown.
    public let expectedViews: Double
    /// What the caller knows to be wrong with the test; what the counts show is added to it.
    public let flaws: Set<Flaw>

    public init(looks: [Look], expectedViews: Double = 5_000, flaws: Set<Flaw> = []) {
        self.looks = looks
        self.expectedViews = expectedViews
        self.flaws = flaws
    }

    /// Why a test counts for nothing, decided before its difference is looked at (decisions b). The raw value is the reason
    /// code that is stored.
    public enum Flaw: String, CaseIterable, Sendable, Comparable {
        /// A post was deleted, or the test's status is `error`.
        case postMissing = "post_missing"
        /// A side without a view at 24 h.
        case noViews = "no_views"
        /// The counts of one side did not change over three looks while the other's did.
        case countsStalled = "counts_stalled"
        case sameText = "same_text"
        /// The posts lie more than 60 minutes apart.
        case postedFarApart = "posted_far_apart"
        case accountRestricted = "account_restricted"

        public static func < (a: Flaw, b: Flaw) -> Bool { a.rawValue < b.rawValue }
    }

    private static let stalledLooks = 3

    /// The caller's flaws and those that the counts show.
    var allFlaws: Set<Flaw> {
        var flaws = flaws
        if let last = looks.last, last.age >= .day, last.a.views == 0 || last.b.views == 0 { flaws.insert(.noViews) }
        let recent = looks.suffix(PairHistory.stalledLooks)
        if recent.count == PairHistory.stalledLooks {
            let stands = Side.allCases.map { side in recent.allSatisfy { $0.counts(side) == recent.last?.counts(side) }
            }
            if stands[0] != stands[1] { flaws.insert(.countsStalled) }
        }
        return flaws
    }

    /// The counts of one side over time.
    func counts(_ side: Side) -> [PostCounts] { looks.map { $0.counts(side) } }
}

extension Duration {
    static let day = Duration.seconds(86_400)
}
