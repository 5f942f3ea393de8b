import Glibc

/// How good probabilities were, against what came true (decisions e).
public struct Calibration: Hashable, Sendable {
    /// Mean of (p − y)²; 0 is perfect (Brier 1950).
    public let brier: Double
    /// 1 − Brier/(r(1 − r)): above 0 better than saying the base rate r each time; `nil` when all labels are equal.
    public let skill: Double?
    /// Mean of −ln of what was given to the truth.
    public let logLoss: Double
    /// See ``auc(_:)``.
    public let auc: Double?
    /// Σ n_b·|p̄_b − r_b|/n over the bins (Guo et al. 2017).
    public let expectedCalibrationError: Double
    public let bins: [ReliabilityBin]

    /// Of at least one pair; probabilities in 0…1, in five bins of equal width.
    public init(_ pairs: [(probability: Double, isPositive: Bool)]) {
        let count = Double(pairs.count)
        let base = Double(pairs.count { $0.isPositive }) / count
        brier =
            pairs.reduce(0) { sum, pair in
                let error = pair.probability - (pair.isPositive ? 1 : 0)
                return sum + error * error
            } / count
        skill = base > 0 && base < 1 ? 1 - brier / (base * (1 - base)) : nil
        // A probability of 0 for what came true would be an infinite loss; one bit above it is a very large one.
        logLoss =
            pairs.reduce(0) { $0 - log(max($1.isPositive ? $1.probability : 1 - $1.probability, 0x1p-52)) } / count
        auc = Calibration.auc(pairs.map { ($0.probability, $0.isPositive) })
        bins = ReliabilityBin.of(pairs)
        expectedCalibrationError = bins.reduce(0) { $0 + Double($1.count) * abs($1.meanProbability - $1.rate) } / count
    }

    /// The chance that a positive has the higher value than a negative, ties ½, by ranks; `nil` unless both exist.
    public static func auc(_ pairs: [(value: Double, isPositive: Bool)]) -> Double? {
        let sorted = pairs.sorted { $0.value < $1.value }
        let positives = Double(sorted.count { $0.isPositive })
        let negatives = Double(sorted.count) - positives
        guard positives > 0, negatives > 0 else { return nil }
        var rankSum = 0.0
        var start = 0
        while start < sorted.count {
            var end = start
            while end < sorted.count, sorted[end].value == sorted[start].value { end += 1 }
            let middleRank = Double(start + 1 + end) / 2
            rankSum += middleRank * Double(sorted[start..<end].count { $0.isPositive })
            start = end
        }
        return (rankSum - positives * (positives + 1) / 2) / (positives * negatives)
    }

    /// The 95 % bootstrap interval of the AUC: for a face check of some 20 leads that were marked by hand (decisions e,
    /// without labels 5). `nil` unless both labels exist; resamples with one label only are drawn anew.
    ///
    /// - Parameter key: of the 2,000 resamples, so that the interval can be drawn again.
    public static func aucInterval(_ pairs: [(value: Double, isPositive: Bool)], key: String) -> Interval? {
        guard pairs.contains(where: \.isPositive), !pairs.allSatisfy(\.isPositive) else { return nil }
        var generator = Xoshiro256(key: key)
        var values: [Double] = []
        while values.count < resamples {
            let sample = pairs.map { _ in pairs[Int(generator.uniform() * Double(pairs.count))] }
            if let value = auc(sample) { values.append(value) }
        }
        values.sort()
        return Interval(lower: values[resamples / 40], upper: values[resamples - 1 - resamples / 40])
    }

    private static let resamples = 2_000
}

/// One bin of a reliability curve.
public struct ReliabilityBin: Hashable, Sendable {
    /// In percent or points: 0, 20, 40, 60, 80; the bin reaches to the next, the last one to 100 inclusive.
    public let from: Int
    public let count: Int
    public let positives: Int
    /// 0 of an empty bin.
    public let meanProbability: Double

    /// The share of positives; 0 of an empty bin.
    public var rate: Double { count > 0 ? Double(positives) / Double(count) : 0 }

    /// Wilson, 95 %.
    public var interval: Interval { .wilson(positives, of: count) }

    static let width = 20

    /// All five, also empty ones.
    static func of(_ pairs: [(probability: Double, isPositive: Bool)]) -> [ReliabilityBin] {
        stride(from: 0, to: 100, by: width).map { from in
            // Edges as hundredths: 0.6 is 60 %, not a little less.
            let edge = Double(from) / 100
            let next = Double(from + width) / 100
            let inside = pairs.filter { $0.probability >= edge && ($0.probability < next || next == 1) }
            return ReliabilityBin(
                from: from, count: inside.count, positives: inside.count { $0.isPositive },
                meanProbability: inside.map(\.probability).mean)
        }
    }
}
