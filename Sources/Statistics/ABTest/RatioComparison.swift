import Glibc

/// A rate with its variance: actions per view of one post, from totals or from slices.
public struct RateEstimate: Hashable, Sendable {
    /// R.
    public let rate: Double
    /// Var(R)·n: the variance that one of its units brings.
    public let unitVariance: Double
    /// n: views, or slices.
    public let units: Double

    /// Var(R).
    public var variance: Double { unitVariance / units }

    /// Each view acts or does not.
    public init(actions: Int, views: Int) {
        rate = Double(actions) / Double(views)
        unitVariance = rate * (1 - rate)
        units = Double(views)
    }

    /// By the delta method (Deng, Knoblich, Lu 2018) from at least two slices: unequal, overdispersed, but independent.
    ///
    /// u = [var(Y) − 2R·cov(Y, V) + R²·var(V)]/V̄², which is the mean square of Y − R·V (decisions a3). The caller
    /// vouches for equally many views and actions, and for a sum of views above 0.
    public init(sliceViews: [Double], sliceActions: [Double]) {
        let ratio = sliceActions.reduce(0, +) / sliceViews.reduce(0, +)
        let meanViews = sliceViews.mean
        let squares = zip(sliceActions, sliceViews).reduce(0.0) { sum, slice in
            let residual = slice.0 - ratio * slice.1
            return sum + residual * residual
        }
        rate = ratio
        unitVariance = squares / (Double(sliceViews.count - 1) * meanViews * meanViews)
        units = Double(sliceViews.count)
    }
}

/// The difference of two rates in the form that people are shown, relative or absolute (decisions a4). The log form of
/// ``Evidence`` is preferred: it is symmetric and better for small counts.
public struct RateDifference: Hashable, Sendable {
    public enum Form: Sendable { case relative, absolute }

    /// (R_B − R_A)/R_A, or R_B − R_A.
    public let value: Double
    public let variance: Double
    private let a: RateEstimate
    private let b: RateEstimate

    /// Relative: variance Var_B/R_A² + Var_A·R_B²/R_A⁴ by the delta method. R_A must be above 0 for it.
    public init(_ a: RateEstimate, _ b: RateEstimate, _ form: Form) {
        self.a = a
        self.b = b
        switch form {
        case .absolute:
            value = b.rate - a.rate
            variance = a.variance + b.variance
        case .relative:
            value = (b.rate - a.rate) / a.rate
            let square = a.rate * a.rate
            variance = b.variance / square + a.variance * b.rate * b.rate / (square * square)
        }
    }

    /// For looks at any time.
    public func anytime(expectedUnits: Double) -> AnytimeEstimate {
        AnytimeEstimate(value: value, variance: variance, units: a.units + b.units, expectedUnits: expectedUnits)
    }

    /// Welch's degrees of freedom, from the variances of the two rates.
    var degreesOfFreedom: Double {
        let sum = a.variance + b.variance
        return sum * sum
            / (a.variance * a.variance / (a.units - 1) + b.variance * b.variance / (b.units - 1))
    }

    /// For one look at a time fixed beforehand: Welch's t. Wrong when peeked at.
    public func fixedHorizon(alpha: Double) -> (interval: Interval, pValue: Double) {
        let error = variance.squareRoot()
        let t = StudentT.quantile(1 - alpha / 2, degreesOfFreedom: degreesOfFreedom)
        return (
            Interval(center: value, half: t * error),
            StudentT.twoSidedTail(value / error, degreesOfFreedom: degreesOfFreedom)
        )
    }
}
