/// The meta-analysis of DerSimonian and Laird over effects with known variances (decisions a5, 3).
///
/// For one look; its error rate does not survive peeking.
public struct RandomEffects: Hashable, Sendable {
    public let count: Int
    /// Q, the weighted squares around the common mean.
    public let heterogeneity: Double
    /// τ_b², the variance between effects; 0 when Q is within chance.
    public let betweenVariance: Double
    /// The common mean if all effects were one.
    public let fixedMean: Double
    /// The mean of the effects.
    public let mean: Double
    public let standardError: Double

    /// Of at least one test, variances above 0.
    public init(_ tests: [NicheTest]) {
        let weights = tests.map { 1 / $0.variance }
        let total = weights.reduce(0, +)
        let fixed = zip(weights, tests).reduce(0) { $0 + $1.0 * $1.1.logRatio } / total
        let spread = zip(weights, tests).reduce(0.0) { sum, pair in
            let difference = pair.1.logRatio - fixed
            return sum + pair.0 * difference * difference
        }
        let scale = total - weights.reduce(0) { $0 + $1 * $1 } / total
        let between = scale > 0 ? max(0, (spread - Double(tests.count - 1)) / scale) : 0
        let wider = tests.map { 1 / ($0.variance + between) }
        let sum = wider.reduce(0, +)
        count = tests.count
        heterogeneity = spread
        betweenVariance = between
        fixedMean = fixed
        mean = zip(wider, tests).reduce(0) { $0 + $1.0 * $1.1.logRatio } / sum
        standardError = (1 / sum).squareRoot()
    }
}
