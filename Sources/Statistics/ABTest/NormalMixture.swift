import Glibc

/// The normal mixture boundary of Robbins: a bound on a sum that holds at all times at once, so that anybody may look
/// whenever they like (decisions a4; Howard, Ramdas, McAuliffe, Sekhon 2021).
///
/// As an asymptotic confidence sequence it also serves means whose variance is estimated (Waudby-Smith et al. 2021).
public struct NormalMixture: Hashable, Sendable {
    public enum Sides: Sendable { case one, two }

    /// κ, in the unit of the accumulated variance; called ρ by confseq, N*/λ in decisions a4.
    let kappa: Double
    private let sides: Sides

    /// The boundary that is tightest when the accumulated variance is `amount`, for the level `alpha`.
    ///
    /// Fixed before the first look: choosing it later voids the guarantee.
    public init(tightestAt amount: Double, alpha: Double, sides: Sides = .two) {
        let level = sides == .two ? alpha : 2 * alpha
        kappa = amount / (-2 * log(level) + log1p(-2 * log(level)))
        self.sides = sides
    }

    /// ln of the mixture of likelihood ratios: of the evidence that a sum `sum` with variance `variance` is not about 0.
    public func logEvidence(sum: Double, variance: Double) -> Double {
        let total = variance + kappa
        let twoSided = log(kappa / total) / 2 + sum * sum / (2 * total)
        switch sides {
        case .two: return twoSided
        case .one: return log(2) + twoSided + log(StandardNormal.cumulative(sum / total.squareRoot()))
        }
    }

    /// What the sum exceeds at any time, on the side or sides of the boundary, with a probability of at most `alpha`.
    public func bound(variance: Double, alpha: Double) -> Double {
        let total = variance + kappa
        let twoSided = (total * (log(total / kappa) - 2 * log(alpha))).squareRoot()
        guard sides == .one else { return twoSided }
        var (low, high) = (0.0, twoSided)
        for _ in 0..<100 {
            let middle = (low + high) / 2
            if logEvidence(sum: middle, variance: variance) < -log(alpha) { low = middle } else { high = middle }
        }
        return (low + high) / 2
    }
}

/// An estimate that is looked at again and again: its interval and its evidence hold at every look (decisions a4).
public struct AnytimeEstimate: Hashable, Sendable {
    /// x, by the log form a natural-log ratio.
    public let value: Double
    /// s², the variance of the estimate now.
    public let variance: Double
    /// N, the units so far: views of both posts, slices of both, or finished tests.
    public let units: Double
    /// N*, the number of units at which the interval is tightest; chosen when the test is created.
    public let expectedUnits: Double

    public init(value: Double, variance: Double, units: Double, expectedUnits: Double) {
        self.value = value
        self.variance = variance
        self.units = units
        self.expectedUnits = expectedUnits
    }

    /// half(α).
    public func halfWidth(alpha: Double) -> Double {
        let mixture = NormalMixture(tightestAt: expectedUnits, alpha: alpha)
        return (variance / units).squareRoot() * mixture.bound(variance: units, alpha: alpha)
    }

    /// x ± half(α).
    public func interval(alpha: Double) -> Interval { Interval(center: value, half: halfWidth(alpha: alpha)) }

    /// The e-value against "x is 0", which may be below 1. `alpha` only sets where it is sharpest.
    public func eValue(alpha: Double) -> Double {
        guard variance > 0 else { return value == 0 ? 0 : .infinity }
        let mixture = NormalMixture(tightestAt: expectedUnits, alpha: alpha)
        return exp(mixture.logEvidence(sum: value * (units / variance).squareRoot(), variance: units))
    }

    /// min(1, 1/e): valid at any look.
    public func pValue(alpha: Double) -> Double { min(1, 1 / eValue(alpha: alpha)) }
}
