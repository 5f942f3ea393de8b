extension Interval {
    /// Wilson's interval (1927) for a share: `successes` of `trials`. 0…1 of no trials.
    public static func wilson(_ successes: Int, of trials: Int, confidence: Double = 0.95) -> Interval {
        guard trials > 0 else { return Interval(lower: 0, upper: 1) }
        let n = Double(trials)
        let share = Double(successes) / n
        let z = StandardNormal.quantile((1 + confidence) / 2)
        let scale = 1 + z * z / n
        let center = (share + z * z / (2 * n)) / scale
        let half = z / scale * (share * (1 - share) / n + z * z / (4 * n * n)).squareRoot()
        return Interval(lower: max(0, center - half), upper: min(1, center + half))
    }
}
