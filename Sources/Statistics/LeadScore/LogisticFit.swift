import Glibc

/// p = 1/(1 + e^−(a + b·score)), fitted by maximum likelihood.
public struct LogisticFit: Hashable, Sendable {
    public let intercept: Double
    /// Per point of the score.
    public let slope: Double

    /// `nil` when the labels are all equal, or the scores separate them, or all scores are one: there is no finite fit.
    public init?(_ pairs: [(score: Double, isPositive: Bool)]) {
        let center = pairs.map(\.score).mean
        let spread = pairs.map(\.score).sampleVariance.squareRoot()
        guard spread > 0, pairs.contains(where: \.isPositive), !pairs.allSatisfy(\.isPositive) else { return nil }
        // Newton's method on standardised scores.
        var (a, b) = (0.0, 0.0)
        for _ in 0..<50 {
            var (gradientA, gradientB) = (0.0, 0.0)
            var (aa, ab, bb) = (0.0, 0.0, 0.0)
            for pair in pairs {
                let x = (pair.score - center) / spread
                let p = 1 / (1 + exp(-(a + b * x)))
                let error = (pair.isPositive ? 1 : 0) - p
                let weight = p * (1 - p)
                (gradientA, gradientB) = (gradientA + error, gradientB + error * x)
                (aa, ab, bb) = (aa + weight, ab + weight * x, bb + weight * x * x)
            }
            let determinant = aa * bb - ab * ab
            guard determinant > 1e-12 else { return nil }
            let stepA = (bb * gradientA - ab * gradientB) / determinant
            let stepB = (aa * gradientB - ab * gradientA) / determinant
            (a, b) = (a + stepA, b + stepB)
            if abs(stepA) + abs(stepB) < 1e-10 {
                slope = b / spread
                intercept = a - slope * center
                return
            }
        }
        return nil
    }

    public func probability(_ score: Double) -> Double { 1 / (1 + exp(-(intercept + slope * score))) }
}
