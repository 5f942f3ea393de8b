import Glibc

/// A finished test as it counts for its niche: the effect oriented to a kind of hook, not to the letter.
public struct NicheTest: Hashable, Sendable {
    /// δ, positive when the favoured kind of hook had the higher rate, whatever the rule's winner was.
    public let logRatio: Double
    /// s² of this δ.
    public let variance: Double

    public init(logRatio: Double, variance: Double) {
        self.logRatio = logRatio
        self.variance = variance
    }

    /// `nil` for a test without an effect; invalid ones have none.
    public init?(_ evidence: Evidence, favouring side: Side) {
        guard let effect = evidence.effect else { return nil }
        self.init(logRatio: effect.logRatio(favouring: side), variance: effect.estimate.variance)
    }
}

/// What the finished tests of one niche say together about one contrast of hooks: the only place where evidence about hooks
/// adds up (decisions a5). To be looked at after each test; no test is left out for its result.
public struct NicheEvidence: Hashable, Sendable {
    /// In the order of their completion.
    public let tests: [NicheTest]
    /// Tests with a difference.
    public let decided: Int
    /// Of these, those whose rate favoured the hook.
    public let wins: Int
    /// The sign e-process: whether there is an effect. Exact, at any time.
    public let signs: SignTest
    /// How large the effect is, from 10 tests on; asymptotic. To be read at the level ``alpha``.
    public let meanLogRatio: AnytimeEstimate?
    public let alpha: Double
    private let tau: Double
    private let practicalMargin: Double

    /// What there is to do about a contrast.
    public enum Advice: Hashable, Sendable {
        /// The effect is known well enough to be used, or it is too early to say.
        case carryOn
        /// After 60 tests the mean is within ±15 %: stop testing this contrast.
        case stop
        /// After 60 tests it is still wide: about so many tests a true effect of ``Evidence/shownDifference`` needs.
        case needs(tests: Int)
    }

    private static let testsMin = 10
    private static let testsOfVerdict = 60
    /// N* of the mean: the number of tests at which its interval is tightest.
    private static let expectedTests = 30.0
    /// Winsorisation of a single δ.
    private static let extremeLogRatio = 3.0

    /// The tests in the order of their completion.
    ///
    /// - Parameter concentration: a of the sign e-process: 1, or 10 where effects are expected to be small. Chosen before
    ///   the first test.
    public init(
        _ tests: [NicheTest], tau: Double = AccountSpread.unknown.tau, concentration: Double = 1,
        settings: EvidenceSettings = EvidenceSettings()
    ) {
        self.tests = tests
        decided = tests.count { $0.logRatio != 0 }
        wins = tests.count { $0.logRatio > 0 }
        signs = SignTest(wins: wins, trials: decided, concentration: concentration)
        alpha = settings.alpha
        practicalMargin = settings.practicalMargin
        self.tau = tau
        guard tests.count >= NicheEvidence.testsMin else {
            meanLogRatio = nil
            return
        }
        let effects = tests.map {
            $0.logRatio.clipped(to: -NicheEvidence.extremeLogRatio...NicheEvidence.extremeLogRatio)
        }
        let count = Double(effects.count)
        meanLogRatio = AnytimeEstimate(
            value: effects.mean, variance: effects.sampleVariance / count, units: count,
            expectedUnits: NicheEvidence.expectedTests)
    }

    /// wins/decided; ½ without decided tests.
    public var winRate: Double { decided > 0 ? Double(wins) / Double(decided) : 0.5 }

    /// Whether the niche may be spoken of: E ≥ 1/α, on signs of rates, never on the rule's winner.
    public var isSignificant: Bool { signs.eValue >= 1 / alpha }

    /// The win rate, at any time with the confidence 1 − α.
    public var winRateInterval: Interval { WinRate.interval(wins: wins, trials: decided, alpha: alpha) }

    /// Of ``meanLogRatio``, at any time.
    public var meanInterval: Interval? { meanLogRatio?.interval(alpha: alpha) }

    /// A report, not a decision: not valid when looked at after each test. `nil` without tests.
    public var randomEffects: RandomEffects? { tests.isEmpty ? nil : RandomEffects(tests) }

    /// Decisions b, futility.
    public var advice: Advice {
        guard tests.count >= NicheEvidence.testsOfVerdict, let interval = meanInterval, !interval.excludesZero else {
            return .carryOn
        }
        if interval.isWithin(practicalMargin) { return .stop }
        return .needs(tests: NicheEvidence.testsNeeded(tau: tau, logRatio: log1p(Evidence.shownDifference)))
    }

    /// τ for ``AccountSpread`` by the pairs themselves, from 10 tests on: a pair spreads by √2·τ.
    public var tauOfPosts: Double? {
        guard let randomEffects, randomEffects.count >= NicheEvidence.testsMin else { return nil }
        return (randomEffects.betweenVariance / 2).squareRoot()
    }

    /// About 18·(τ/θ)² tests, at least 10, to two digits: a rough fit to simulated medians (decisions b, futility).
    public static func testsNeeded(tau: Double, logRatio: Double) -> Int {
        let tests = max(10, 18 * (tau / logRatio) * (tau / logRatio))
        let step = pow(10, max(0, log10(tests).rounded(.down) - 1))
        return Int((tests / step).rounded() * step)
    }
}
