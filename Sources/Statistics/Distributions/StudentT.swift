/// Student's law with `degreesOfFreedom` > 0, which need not be whole.
enum StudentT {
    /// P(|T| > |x|).
    static func twoSidedTail(_ x: Double, degreesOfFreedom: Double) -> Double {
        let share = degreesOfFreedom / (degreesOfFreedom + x * x)
        let complement = x * x / (degreesOfFreedom + x * x)
        return BetaDistribution(positive: degreesOfFreedom / 2, 0.5).cumulative(share, complement: complement)
    }

    /// The x with P(T ≤ x) = p, for p in (0, 1).
    static func quantile(_ p: Double, degreesOfFreedom: Double) -> Double {
        guard p != 0.5 else { return 0 }
        guard p > 0.5 else { return -quantile(1 - p, degreesOfFreedom: degreesOfFreedom) }
        // T² is a ratio whose complement, T²/(ν + T²), follows Beta(½, ν/2): small where T is small, hence exact there.
        let share = BetaDistribution(positive: 0.5, degreesOfFreedom / 2).quantile(2 * p - 1)
        return (degreesOfFreedom * share / (1 - share)).squareRoot()
    }
}
