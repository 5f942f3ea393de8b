import Glibc

/// Moments and order statistics of a sample of finite numbers.
extension Collection where Element == Double {
    /// 0 of nothing.
    var mean: Double { isEmpty ? 0 : reduce(0, +) / Double(count) }

    /// With n − 1; 0 for fewer than two.
    var sampleVariance: Double {
        guard count > 1 else { return 0 }
        let mean = mean
        return reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count - 1)
    }

    /// The middle one, or the mean of the two in the middle; 0 of nothing.
    var median: Double {
        guard !isEmpty else { return 0 }
        let sorted = sorted()
        let middle = sorted.count / 2
        return sorted.count.isMultiple(of: 2) ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
    }
}

extension Double {
    func clipped(to limits: ClosedRange<Double>) -> Double { min(max(self, limits.lowerBound), limits.upperBound) }
}

extension [Double] {
    /// Values beyond median ± 3·1.4826·MAD are pulled back to it: one viral post must not set the spread of an account
    /// (decisions a3). 1.4826 makes the MAD the standard deviation of a normal law; with a MAD of 0 nothing is changed.
    func winsorised() -> [Double] {
        let center = median
        let reach = 3 * 1.4826 * map { abs($0 - center) }.median
        guard reach > 0 else { return self }
        return map { $0.clipped(to: center - reach...center + reach) }
    }
}
