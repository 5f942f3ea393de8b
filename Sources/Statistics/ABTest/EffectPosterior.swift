/// What is believed of an effect after one estimate of it: a normal prior meets a normal likelihood (decisions a4, "worth
/// of the decision").
public struct EffectPosterior: Hashable, Sendable {
    /// m, the expected effect; as a natural-log ratio when it was made of one.
    public let mean: Double
    /// d.
    public let standardDeviation: Double

    /// θ ~ N(`priorMean`, `priorSD`²) beforehand; the estimate is N(θ, `variance`).
    public init(estimate: Double, variance: Double, priorMean: Double = 0, priorSD: Double) {
        let prior = priorSD * priorSD
        mean = (estimate * prior + priorMean * variance) / (prior + variance)
        standardDeviation = (prior * variance / (prior + variance)).squareRoot()
    }

    /// P(θ > 0): that B is the better one.
    public var chanceBIsBetter: Double { StandardNormal.cumulative(mean / standardDeviation) }

    /// E[θ⁺]: what choosing A loses on average.
    public var lossOfChoosingA: Double { loss(mean) }

    /// E[(−θ)⁺] = d·φ(m/d) − m·Φ(−m/d).
    public var lossOfChoosingB: Double { loss(-mean) }

    private func loss(_ gain: Double) -> Double {
        let z = gain / standardDeviation
        return standardDeviation * StandardNormal.density(z) + gain * StandardNormal.cumulative(z)
    }

    public func interval(confidence: Double) -> Interval {
        Interval(center: mean, half: StandardNormal.quantile((1 + confidence) / 2) * standardDeviation)
    }
}
