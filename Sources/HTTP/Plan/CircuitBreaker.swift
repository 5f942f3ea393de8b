internal import Time

/// Leaves a host alone that failed several times in a row, and lets one request through now and then to see.
///
/// closed → (so many failures in a row) → open → (the pause is over) → half-open: one probe → closed, or open for twice as
/// long. Times are uptimes: a set wall clock changes nothing.
public struct CircuitBreaker: Hashable, Sendable {
    public struct Policy: Hashable, Sendable {
        /// Failures in a row that open it; 0 switches the breaker off.
        public var failuresMax: Int
        /// How long it stays open the first time; each failed probe doubles it.
        public var firstPause: Duration
        public var pauseMax: Duration

        public init(failuresMax: Int = 5, firstPause: Duration = .seconds(10), pauseMax: Duration = .seconds(120)) {
            self.failuresMax = failuresMax
            self.firstPause = firstPause
            self.pauseMax = pauseMax
        }
    }

    public enum State: Hashable, Sendable {
        /// Everything passes.
        case closed
        /// Nothing passes until that uptime.
        case open(until: Duration)
        /// One request is under way to see; nothing else passes.
        case halfOpen
    }

    /// What an attempt tells of its host.
    enum Sign { case good, bad, none }

    enum Admission: Hashable {
        case pass
        /// Passes and decides over the state: its end must be told with `isProbe`.
        case probe
        /// Not now; again after this time.
        case refuse(Duration)
    }

    public private(set) var state = State.closed
    /// Failures since the last success.
    public private(set) var failures = 0
    private var pause: Duration
    private let policy: Policy

    init(_ policy: Policy) {
        self.policy = policy
        pause = policy.firstPause
    }

    /// Asks whether an attempt may start now.
    mutating func admit(at now: Duration) -> Admission {
        switch state {
        case .closed: return .pass
        case .open(let until) where now < until: return .refuse(until - now)
        case .open:
            state = .halfOpen
            return .probe
        case .halfOpen: return .refuse(policy.firstPause)
        }
    }

    /// An attempt ended.
    mutating func record(_ sign: Sign, isProbe: Bool, at now: Duration) {
        // Attempts from before it opened arrive late; only the probe speaks for the host as it is now, or a success.
        switch (state, sign) {
        case (_, .good):
            state = .closed
            failures = 0
            pause = policy.firstPause
        case (.closed, .bad):
            failures += 1
            if policy.failuresMax > 0 && failures >= policy.failuresMax { state = .open(until: now + pause) }
        case (.halfOpen, .bad) where isProbe:
            failures += 1
            pause = min(pause * 2, policy.pauseMax)
            state = .open(until: now + pause)
        case (.halfOpen, .none) where isProbe:
            // The probe told nothing, as when it was cancelled: the next request is one.
            state = .open(until: now)
        default: break
        }
    }
}
