import Glibc

/// What the difference between two posts is worth: beside the rule's winner, never instead of it (decisions a).
///
/// Effects are natural logs of B's rate over A's; ``Interval/percent`` shows them to people.
public struct Evidence: Hashable, Sendable {
    /// What can be claimed, from nothing to the niche.
    public enum Grade: String, CaseIterable, Sendable {
        /// The posts cannot be told apart.
        case none
        /// One post did better than the other; that says hardly anything about their hooks.
        case post
        /// This pair alone shows that the hooks differ: rare.
        case hook
        /// The tests of this niche, this one among them, show that the hook is better.
        case niche
        /// Too few views or actions.
        case insufficient
        /// A count is missing.
        case unknown
        /// The test counts for nothing, see ``Evidence/flaws``.
        case invalid
    }

    /// What a reader should know of the numbers; the raw value is the flag that is stored.
    public enum Note: String, CaseIterable, Sendable, Comparable {
        /// τ is the default: fewer than 10 posts of this account.
        case tauDefault = "tau_default"
        /// Fewer than 8 looks at a post: the platform's median burst factor, or 1, stands for its own.
        case burstAssumed = "burst_assumed"
        /// |ln(v_A/v_B)| > 2·√2·σ_v: more than two posts of this account usually differ in reach.
        case reachImbalance = "reach_imbalance"
        /// The intervals of the looks have nothing in common: the rates moved, the latest stands alone.
        case modelBroken = "model_broken"

        public static func < (a: Note, b: Note) -> Bool { a.rawValue < b.rawValue }
    }

    public let grade: Grade
    /// Sorted; empty unless the grade is `invalid`.
    public let flaws: [PairHistory.Flaw]
    /// Sorted.
    public let notes: [Note]
    /// Counters that fell between looks, of both posts.
    public let corrections: Int
    /// Since the later post, at the last look.
    public let age: Duration
    public let effect: Effect?
    /// Why there is no effect, as a clause: "0 of 412 views of post A acted". Empty with one.
    public let shortfall: String
    /// About how many tests of this niche it takes to show a difference of ``shownDifference``.
    public let testsNeeded: Int

    /// The difference of 30 % that ``testsNeeded`` is about.
    public static let shownDifference = 0.3

    /// The numbers behind a grade.
    public struct Effect: Hashable, Sendable {
        /// Actions per view, weighted as in the score.
        public let rateA: Double
        public let rateB: Double
        /// δ with s² and N; its p- and e-value are about the post claim.
        public let estimate: AnytimeEstimate
        /// Post claim P: δ ± half(α).
        public let post: Interval
        /// What the post claims of all looks have in common, for display; the latest alone when that is nothing.
        public let running: Interval
        /// Hook claim H: δ ± [half(α/2) + z·√2·τ].
        public let hook: Interval
        public let pValue: Double
        public let eValue: Double
        /// The worth of choosing B: its chance to carry the better hook, what is gained and lost.
        public let worth: EffectPosterior
        /// At 24 h or later the whole post claim lies within ±15 %: "no practical difference".
        public let isFutile: Bool

        /// δ as it favours this side.
        public func logRatio(favouring side: Side) -> Double { side == .b ? estimate.value : -estimate.value }

        /// The chance that this side has the better hook.
        public func chance(_ side: Side) -> Double {
            side == .b ? worth.chanceBIsBetter : 1 - worth.chanceBIsBetter
        }
    }

    /// Judges a test by the looks so far.
    ///
    /// - Parameters:
    ///   - niche: what the finished tests of the niche say about one kind of hook.
    ///   - nicheSide: which post carries that kind of hook.
    ///   - medianBurst: φ for posts with fewer than 8 looks.
    public init(
        _ history: PairHistory, account: AccountSpread = .unknown, niche: NicheEvidence? = nil,
        nicheSide: Side = .b, medianBurst: Double = 1, settings: EvidenceSettings = EvidenceSettings()
    ) {
        let pair = PairCalculation(history: history, account: account, medianBurst: medianBurst, settings: settings)
        let flaws = history.allFlaws
        age = history.looks.last?.age ?? .zero
        self.flaws = flaws.sorted()
        corrections = pair.corrections
        testsNeeded = NicheEvidence.testsNeeded(tau: account.tau, logRatio: log1p(Evidence.shownDifference))
        guard flaws.isEmpty else {
            (grade, notes, effect, shortfall) = (.invalid, [], nil, "")
            return
        }
        switch pair.outcome {
        case .unknown(let clause): (grade, notes, effect, shortfall) = (.unknown, [], nil, clause)
        case .insufficient(let clause): (grade, notes, effect, shortfall) = (.insufficient, [], nil, clause)
        case .effect(let found, let remarks):
            grade = Evidence.grade(found, niche, nicheSide)
            (notes, effect, shortfall) = (remarks.sorted(), found, "")
        }
    }

    private static func grade(_ effect: Effect, _ niche: NicheEvidence?, _ side: Side) -> Grade {
        if let niche, niche.isSignificant, (niche.winRate > 0.5) == (effect.logRatio(favouring: side) > 0) {
            return .niche
        }
        if effect.hook.excludesZero { return .hook }
        return effect.post.excludesZero ? .post : .none
    }
}

/// The tunables of the evidence, with the defaults of decisions a and b.
public struct EvidenceSettings: Hashable, Sendable {
    /// α: the chance of a false claim that is accepted, over all looks.
    public var alpha = 0.05
    /// Views that each post needs.
    public var minimumViews = 100
    /// Weighted actions that both need together.
    public var minimumActions = 20.0
    /// σ_h: standard deviation of the true effects of hooks, as natural-log ratios.
    public var hookSpread = 0.25
    /// What makes no difference in practice, as a natural-log ratio: ln(1/0.85).
    public var practicalMargin = 0.1625

    public init() {}
}
