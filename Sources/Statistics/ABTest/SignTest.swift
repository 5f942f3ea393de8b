import Glibc

/// Whether wins are more or fewer than chance: an e-process that may be looked at after every trial (decisions a5, 1).
public struct SignTest: Hashable, Sendable {
    public let wins: Int
    public let trials: Int
    /// ln E_n.
    public let logEValue: Double

    /// E_n = 2^n · B(W + a, n − W + a)/B(a, a), in logs.
    public init(wins: Int, trials: Int, concentration a: Double = 1) {
        self.wins = wins
        self.trials = trials
        let (w, l) = (Double(wins), Double(trials - wins))
        logEValue = Double(trials) * log(2) + logBeta(w + a, l + a) - logBeta(a, a)
    }

    public var eValue: Double { exp(logEValue) }

    /// min(1, 1/E): valid at any look.
    public var pValue: Double { min(1, exp(-logEValue)) }

    /// The exact two-sided binomial test, for one look at a number of trials fixed beforehand. Wrong when peeked at.
    public var fixedHorizonPValue: Double {
        let extreme = max(wins, trials - wins)
        guard trials > 0 else { return 1 }
        let tail = BetaDistribution(positive: Double(extreme), Double(trials - extreme + 1)).cumulative(0.5)
        return min(1, 2 * tail)
    }
}

/// The confidence sequence of a win rate: all rates that a mixture of likelihoods has not refuted (decisions a5, 1).
public enum WinRate {
    /// - Parameters:
    ///   - tightestAt: the number of trials where the interval is tightest, for the level `alphaOfTightest`.
    public static func interval(
        wins: Int, trials: Int, alpha: Double, tightestAt: Double = 30, alphaOfTightest: Double = 0.05
    ) -> Interval {
        guard trials > 0 else { return Interval(lower: 0, upper: 1) }
        let mixture = NormalMixture(tightestAt: tightestAt, alpha: alphaOfTightest)
        let concentration = mixture.kappa - 1
        let (won, lost) = (Double(wins), Double(trials - wins))
        // What speaks against a rate p. At the edge of 0…1 everything does, unless no trial was of the other kind.
        func isRefuted(_ p: Double) -> Bool {
            guard p > 0, p < 1 else { return p <= 0 ? wins > 0 : lost > 0 }
            let (a, b) = (concentration * p, concentration * (1 - p))
            return logBeta(won + a, lost + b) - logBeta(a, b) - won * log(p) - lost * log1p(-p) >= -log(alpha)
        }
        let rate = won / Double(trials)
        func edge(_ outside: Double) -> Double {
            var (refuted, kept) = (outside, rate)
            for _ in 0..<60 {
                let middle = (refuted + kept) / 2
                if isRefuted(middle) { refuted = middle } else { kept = middle }
            }
            return (refuted + kept) / 2
        }
        return Interval(lower: edge(0), upper: edge(1))
    }
}
