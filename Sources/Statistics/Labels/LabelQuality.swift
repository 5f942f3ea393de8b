import Glibc

/// Rows that were predicted to be of one niche, and what a person says of a random sample of them (decisions f).
public struct LabelledStratum: Hashable, Sendable {
    /// What was predicted.
    public let niche: String
    /// How many rows were.
    public let size: Int
    /// The person's niche of each row of the sample.
    public let truths: [String]

    public init(niche: String, size: Int, truths: [String]) {
        self.niche = niche
        self.size = size
        self.truths = truths
    }

    /// The share of the sample that is of a niche.
    func share(of niche: String) -> Double {
        truths.isEmpty ? 0 : Double(truths.count { $0 == niche }) / Double(truths.count)
    }
}

/// How good the labels of one niche are.
public struct LabelQuality: Hashable, Sendable {
    public let niche: String
    /// Rows of the sample.
    public let sampled: Int
    /// The share of the sample that is right; 0 without one.
    public let precision: Double
    /// Wilson, 95 %.
    public let precisionInterval: Interval
    /// The estimated share of the niche's rows that were found; each stratum weighs as many rows as it has. `nil` when no
    /// sample holds the niche.
    public let recall: Double?

    /// Whether the niche may be named in an alert from heuristic labels alone: the lower bound is at least 0.6.
    public var mayBeNamed: Bool { precisionInterval.lower >= 0.6 }

    /// One for each stratum but `other`, whose sample only serves recall.
    public static func of(_ strata: [LabelledStratum], other: String = "other") -> [LabelQuality] {
        strata.filter { $0.niche != other }.map { stratum in
            let right = stratum.truths.count { $0 == stratum.niche }
            let present = strata.reduce(0) { $0 + Double($1.size) * $1.share(of: stratum.niche) }
            return LabelQuality(
                niche: stratum.niche, sampled: stratum.truths.count, precision: stratum.share(of: stratum.niche),
                precisionInterval: .wilson(right, of: stratum.truths.count),
                recall: present > 0 ? Double(stratum.size) * stratum.share(of: stratum.niche) / present : nil)
        }
    }
}

/// How far two ways of labelling agree beyond chance (Cohen 1960). Agreement is not truth.
public struct LabelAgreement: Hashable, Sendable {
    public let count: Int
    /// The share of equal labels.
    public let agreement: Double
    /// Cohen's κ; `nil` when both always say one and the same.
    public let kappa: Double?

    /// Whether niches may be compared across the two methods: κ ≥ 0.6.
    public var isComparable: Bool { (kappa ?? 0) >= 0.6 }

    /// Of at least one pair.
    public init<Label: Hashable>(_ pairs: [(Label, Label)]) {
        count = pairs.count
        let total = Double(pairs.count)
        let first = pairs.reduce(into: [Label: Double]()) { $0[$1.0, default: 0] += 1 }
        let second = pairs.reduce(into: [Label: Double]()) { $0[$1.1, default: 0] += 1 }
        let observed = Double(pairs.count { $0 == $1 }) / total
        // The order of a dictionary is another each time, and so would be the last bit of the sum.
        let chance = first.map { $0.value * second[$0.key, default: 0] }.sorted().reduce(0, +) / (total * total)
        agreement = observed
        kappa = chance < 1 ? (observed - chance) / (1 - chance) : nil
    }
}

/// A sample that anybody can draw again from its key (decisions f: 30 of each predicted niche, 50 of other).
public enum SeededSample {
    /// `count` of the indices 0..<`total`, ascending; all of them when there are no more.
    public static func indices(_ count: Int, of total: Int, key: String) -> [Int] {
        var generator = Xoshiro256(key: key)
        var indices = Array(0..<max(0, total))
        let taken = min(max(0, count), indices.count)
        for position in 0..<taken {
            let other = position + Int(generator.uniform() * Double(indices.count - position))
            indices.swapAt(position, other)
        }
        return indices[..<taken].sorted()
    }
}
