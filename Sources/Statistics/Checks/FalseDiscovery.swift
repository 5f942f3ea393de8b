/// Which of many contrasts may be believed when they are read in one table, with a false-discovery rate of at most q
/// (decisions b).
public enum FalseDiscovery {
    /// e-BH (Wang, Ramdas 2022) for evidence that was looked at at any time: accepts the k* largest with
    /// k* = max{k : e_(k) ≥ K/(q·k)}, under any dependence. Ties share the decision, ∞ is allowed.
    ///
    /// - Parameter started: K, every contrast ever started, also those whose e-value is not listed. Without it all are
    ///   listed.
    /// - Returns: for each e-value whether it is accepted.
    public static func eBH(_ eValues: [Double], started: Int? = nil, q: Double = 0.05) throws(StatisticsError) -> [Bool]
    {
        let total = started ?? eValues.count
        guard !eValues.contains(where: { $0.isNaN || $0 < 0 }), total >= eValues.count else {
            throw StatisticsError("e-values are numbers from 0 on, of at most K = \(total) contrasts: \(eValues)")
        }
        let descending = eValues.sorted(by: >)
        let last = descending.indices.last { descending[$0] >= Double(total) / (q * Double($0 + 1)) }
        return eValues.map { value in last.map { value >= descending[$0] } ?? false }
    }

    /// Benjamini and Hochberg (1995) for p-values of tests that were read once, at a time fixed beforehand. Never for
    /// p-values that were peeked at.
    ///
    /// - Returns: for each p-value whether it is rejected, p_(k) ≤ q·k/K, and its adjusted value.
    public static func benjaminiHochberg(
        _ pValues: [Double], q: Double = 0.05
    ) throws(StatisticsError) -> [(isRejected: Bool, adjusted: Double)] {
        guard !pValues.contains(where: { !(0...1).contains($0) }) else {
            throw StatisticsError("p-values lie in 0…1: \(pValues)")
        }
        let count = Double(pValues.count)
        let order = pValues.indices.sorted { pValues[$0] < pValues[$1] }
        let last = order.indices.last { pValues[order[$0]] <= q * Double($0 + 1) / count }
        var result = [(isRejected: Bool, adjusted: Double)](repeating: (false, 1), count: pValues.count)
        var smallest = 1.0
        for rank in order.indices.reversed() {
            smallest = min(smallest, pValues[order[rank]] * count / Double(rank + 1))
            result[order[rank]] = (last.map { rank <= $0 } ?? false, smallest)
        }
        return result
    }
}
