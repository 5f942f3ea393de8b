import Glibc

/// The Beta law with parameters α and β: what is known about a probability after α − 1 successes and β − 1 failures.
public struct BetaDistribution: Hashable, Sendable {
    public let alpha: Double
    public let beta: Double

    /// Throws when a parameter is not positive and finite.
    public init(alpha: Double, beta: Double) throws(StatisticsError) {
        guard alpha > 0, beta > 0, alpha.isFinite, beta.isFinite else {
            throw StatisticsError("a Beta law needs positive, finite parameters, not α = \(alpha), β = \(beta)")
        }
        self.alpha = alpha
        self.beta = beta
    }

    /// For parameters that are positive and finite by the way they were made.
    init(positive alpha: Double, _ beta: Double) {
        self.alpha = alpha
        self.beta = beta
    }

    public var mean: Double { alpha / (alpha + beta) }

    public var standardDeviation: Double { (mean * (1 - mean) / (alpha + beta + 1)).squareRoot() }

    /// P(X ≤ x).
    public func cumulative(_ x: Double) -> Double { cumulative(x, complement: 1 - x) }

    /// The x with P(X ≤ x) = p; 0 and 1 at the ends, NaN outside.
    ///
    /// Newton's method, kept within a bracket that every step narrows.
    public func quantile(_ p: Double) -> Double {
        guard p > 0, p < 1 else { return p == 0 ? 0 : p == 1 ? 1 : .nan }
        var (low, high) = (0.0, 1.0)
        var x = mean
        for _ in 0..<200 {
            let error = cumulative(x) - p
            if error > 0 { high = x } else { low = x }
            let newton = x - error / exp(logDensity(x, complement: 1 - x))
            let next = newton > low && newton < high ? newton : (low + high) / 2
            if abs(next - x) <= 1e-15 * x { return next }
            x = next
        }
        return x
    }

    /// The interval that leaves (1 − `confidence`)/2 on either side (decisions c: 95 %).
    public func interval(confidence: Double = 0.95) -> Interval {
        let tail = (1 - confidence) / 2
        return Interval(lower: quantile(tail), upper: quantile(1 - tail))
    }

    /// `complement` is 1 − x, which near 1 has digits that x has lost.
    func logDensity(_ x: Double, complement: Double) -> Double {
        (alpha - 1) * log(x) + (beta - 1) * log(complement) - logBeta(alpha, beta)
    }

    func cumulative(_ x: Double, complement: Double) -> Double {
        if x <= 0 { return 0 }
        if complement <= 0 { return 1 }
        let front = exp(alpha * log(x) + beta * log(complement) - logBeta(alpha, beta))
        // The fraction converges fast left of the bulk; right of it the mirrored one does.
        if x < (alpha + 1) / (alpha + beta + 2) {
            return front / (alpha * BetaDistribution.fraction(alpha, beta, x))
        }
        return max(0, 1 - front / (beta * BetaDistribution.fraction(beta, alpha, complement)))
    }

    /// The continued fraction of the incomplete beta function (DLMF 8.17.22), whose reciprocal is the value.
    private static func fraction(_ a: Double, _ b: Double, _ x: Double) -> Double {
        continuedFraction(first: 1) { n in
            let m = (n / 2).rounded(.down)
            let numerator =
                n == 2 * m
                ? m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
                : -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
            return (numerator, 1)
        }
    }
}

/// Which of two unknown probabilities is the larger, and what a wrong choice costs (decisions c).
public struct BetaComparison: Hashable, Sendable {
    /// P(A > B) = ∫ f_A·F_B.
    public let chanceAIsLarger: Double
    /// E[(B − A)⁺] = ∫ (1 − F_B)·F_A: what choosing A loses on average, in units of the probability.
    public let lossOfChoosingA: Double
    /// E[(A − B)⁺].
    public let lossOfChoosingB: Double

    public init(_ a: BetaDistribution, _ b: BetaDistribution) {
        chanceAIsLarger = BetaComparison.integral(over: a.reach) { x, rest in
            exp(a.logDensity(x, complement: rest)) * b.cumulative(x, complement: rest)
        }
        let both = Interval(lower: min(a.reach.lower, b.reach.lower), upper: max(a.reach.upper, b.reach.upper))
        lossOfChoosingA = BetaComparison.integral(over: both) { x, rest in
            (1 - b.cumulative(x, complement: rest)) * a.cumulative(x, complement: rest)
        }
        lossOfChoosingB = BetaComparison.integral(over: both) { x, rest in
            (1 - a.cumulative(x, complement: rest)) * b.cumulative(x, complement: rest)
        }
    }

    /// By the tanh-sinh rule, which bears densities that are infinite at an end; the step is halved until two results
    /// agree. The function gets x and 1 − x.
    private static func integral(over range: Interval, _ function: (Double, Double) -> Double) -> Double {
        let width = range.upper - range.lower
        func sum(step: Double) -> Double {
            var sum = 0.0
            // Beyond |t| = 6 a point would be nearer to its end than 1e-275.
            for index in -Int(6 / step)...Int(6 / step) {
                let t = Double(index) * step
                // The distance to the nearer end, as a share of the width: e^(−2u)/(1 + e^(−2u)).
                let u = Double.pi / 2 * sinh(abs(t))
                let near = 1 / (1 + exp(2 * u))
                let weight = Double.pi * cosh(t) * near * (1 - near)
                let fromLower = width * (t < 0 ? near : 1 - near)
                let fromUpper = width * (t < 0 ? 1 - near : near)
                let (x, rest) = (range.lower + fromLower, 1 - range.upper + fromUpper)
                if x > 0, rest > 0, weight > 0 { sum += weight * function(x, rest) }
            }
            return sum * step * width
        }
        var step = 1.0 / 8
        var result = sum(step: step)
        while step > 1.0 / 512 {
            step /= 2
            let finer = sum(step: step)
            if abs(finer - result) <= 1e-11 * abs(finer) { return finer }
            result = finer
        }
        return result
    }
}

extension BetaDistribution {
    /// Twelve standard deviations around the mean, within 0…1: beyond lies nothing that counts.
    fileprivate var reach: Interval {
        Interval(lower: max(0, mean - 12 * standardDeviation), upper: min(1, mean + 12 * standardDeviation))
    }
}
