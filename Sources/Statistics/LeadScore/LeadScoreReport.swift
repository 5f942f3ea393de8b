public import Time

/// What one computed score was worth: whether the contact replied after it.
public struct LabelledScore: Hashable, Sendable {
    public let at: Instant
    /// Points, 0…100.
    public let score: Int
    public let replied: Bool

    public init(at: Instant, score: Int, replied: Bool) {
        self.at = at
        self.score = score
        self.replied = replied
    }

    /// How long after a snapshot a reply counts.
    public static let horizon = Duration.seconds(14 * 86_400)

    /// Labels a snapshot: an inbound reply within 14 days after it, `nil` for a contact that nobody wrote to in that time,
    /// and while the 14 days are not over: were a reply counted at once and a silence after 14 days, recent rates would be
    /// too high. A reply before the snapshot is in the score already and does not count (decisions e).
    public init?(snapshotAt at: Instant, score: Int, outreach: [Instant], replies: [Instant], now: Instant) {
        let window = at + .microseconds(1)...at + LabelledScore.horizon
        guard now >= window.upperBound, outreach.contains(where: { window.contains($0) }) else { return nil }
        self.init(at: at, score: score, replied: replies.contains { window.contains($0) })
    }
}

/// What the lead score is worth against replies, as far as the labels reach (decisions e). The score is points, never a
/// probability.
public struct LeadScoreReport: Hashable, Sendable {
    public let labelled: Int
    public let positives: Int
    /// n, rate and Wilson interval by score; `nil` below 50 labelled and 10 positives: then only the counts are shown.
    public let bins: [ReliabilityBin]?
    /// How well the score ranks; `nil` likewise.
    public let auc: Double?
    /// What it would be to read points as percent; `nil` likewise.
    public let asPercent: Calibration?
    /// A fit on the older half, judged on the newer one; `nil` below 200 labelled, or when there is no fit.
    public let logistic: Logistic?

    public struct Logistic: Hashable, Sendable {
        public let fit: LogisticFit
        /// On the newer half alone.
        public let judged: Calibration
    }

    private static let labelledMin = 50
    private static let positivesMin = 10
    private static let labelledOfFit = 200

    public init(_ scores: [LabelledScore]) {
        labelled = scores.count
        positives = scores.count { $0.replied }
        guard labelled >= LeadScoreReport.labelledMin, positives >= LeadScoreReport.positivesMin else {
            (bins, auc, asPercent, logistic) = (nil, nil, nil, nil)
            return
        }
        let calibration = Calibration(scores.map { (Double($0.score) / 100, $0.replied) })
        (bins, auc, asPercent) = (calibration.bins, calibration.auc, calibration)
        guard labelled >= LeadScoreReport.labelledOfFit else {
            logistic = nil
            return
        }
        let ordered = scores.sorted { $0.at < $1.at }
        let half = ordered.count / 2
        logistic = LogisticFit(ordered[..<half].map { (Double($0.score), $0.replied) }).map { fit in
            Logistic(
                fit: fit,
                judged: Calibration(ordered[half...].map { (fit.probability(Double($0.score)), $0.replied) }))
        }
    }
}
