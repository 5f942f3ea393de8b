public import Time

/// When somebody counts as having entered the decision stage, for alerts and "new entrant" marks only: stage and research
/// trigger stay at 65 as PR-02 and PR-15 have them (decisions e).
///
/// The score falls by 2 for each whole week of silence (K11), so that a lead at 66 leaves the band after one week and a
/// reply puts it back: the gap between the two limits and the pause keep that from being told each time.
public struct StageHysteresis: Hashable, Sendable {
    public struct Limits: Hashable, Sendable {
        /// Inside from here on.
        public var enter = 65
        /// Outside below this.
        public var leave = 60
        /// No alert for an entry sooner than this after the last one left.
        public var pause = Duration.seconds(14 * 86_400)

        public init() {}
    }

    /// What a score changed.
    public enum Event: Hashable, Sendable {
        /// `alerts`: whether the owner is told.
        case entered(alerts: Bool)
        case left
    }

    /// Whether the contact counts as being in the stage.
    public private(set) var isInside: Bool
    /// When it last left; `nil` if it never did.
    public private(set) var leftAt: Instant?
    public let limits: Limits

    public init(isInside: Bool = false, leftAt: Instant? = nil, limits: Limits = Limits()) {
        self.isInside = isInside
        self.leftAt = leftAt
        self.limits = limits
    }

    /// Takes the next score, in the order of time.
    public mutating func observe(_ score: Int, at now: Instant) -> Event? {
        if !isInside, score >= limits.enter {
            isInside = true
            return .entered(alerts: leftAt.map { now - $0 >= limits.pause } ?? true)
        }
        if isInside, score < limits.leave {
            isInside = false
            leftAt = now
            return .left
        }
        return nil
    }
}
