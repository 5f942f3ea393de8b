/// Whether our own coin dealt as it should: the χ² test of a sample ratio (decisions b; Fabijan et al. 2019).
///
/// For units that the coin assigned: message templates, queue rows, the `swapped` flags of tests. On the views of two posts
/// it is the wrong test: reach differs so much between posts that it fires in 94 % of healthy pairs; for these there is
/// ``Evidence/Note/reachImbalance``.
public struct SampleRatio: Hashable, Sendable {
    public let pValue: Double

    /// p < 0.001.
    public var isAlarm: Bool { pValue < 0.001 }

    /// Counts of each group against its weight. Throws when there are fewer than two groups, not one weight for each, a
    /// negative count or a weight that is not above 0; no counts at all are a perfect match.
    public init(counts: [Int], weights: [Double]) throws(StatisticsError) {
        guard counts.count > 1, counts.count == weights.count else {
            throw StatisticsError("a sample ratio has two or more groups with a weight each, not \(counts), \(weights)")
        }
        guard counts.allSatisfy({ $0 >= 0 }), weights.allSatisfy({ $0 > 0 && $0.isFinite }) else {
            throw StatisticsError("counts must be at least 0 and weights above 0: \(counts), \(weights)")
        }
        let total = Double(counts.reduce(0, +))
        let weightSum = weights.reduce(0, +)
        let statistic = zip(counts, weights).reduce(0.0) { sum, group in
            let expected = total * group.1 / weightSum
            let difference = Double(group.0) - expected
            return expected > 0 ? sum + difference * difference / expected : sum
        }
        pValue = ChiSquared.upperTail(statistic, degreesOfFreedom: counts.count - 1)
    }
}
