/// What an error that a task threw means for the engine.
public enum Failure: Hashable, Sendable {
    /// The work was not done. Another attempt may follow only when repeating cannot do harm: a service that was away,
    /// that asked for patience, or that the request never reached. `isServiceAway`: the work cannot be done because
    /// something outside of it is not there for now.
    case failed(String, isSafeToRepeat: Bool, isServiceAway: Bool = false)
    /// Whether an irreversible step was done is not known.
    case unknown(String)
    /// The task declines for now, and why: quiet hours, an exhausted budget, stale input.
    case declined(String)
}

/// Consecutive failed runs of one schedule, and whether the owner was told: what an end means for alerts and pauses.
public struct FailureStreak: Hashable, Sendable {
    /// Something the owner is to be told.
    public enum Notice: Hashable, Sendable {
        case failure
        /// The first good run after a failure that was told.
        case recovery
        /// The schedule pauses itself.
        case pause
        /// Told at every occurrence: somebody has to look what happened.
        case unknown
    }

    public var failures: Int
    public var isAlerted: Bool

    public init(failures: Int = 0, isAlerted: Bool = false) {
        self.failures = failures
        self.isAlerted = isAlerted
    }

    /// Counts an end. One alert at the failure number `alertAfter` (0: muted, `nil`: at each), one at the recovery,
    /// a pause at failure number `pauseAfter` (0: never). Ends that are neither good nor bad change nothing.
    public mutating func record(_ outcome: Outcome, alertAfter: Int?, pauseAfter: Int) -> [Notice] {
        switch outcome {
        case .ok:
            let wasAlerted = isAlerted
            self = FailureStreak()
            return wasAlerted && alertAfter != 0 ? [.recovery] : []
        case .cancelled, .skipped, .missed: return []
        case .error, .timeout, .interrupted, .unknown: break
        }
        failures += 1
        var notices: [Notice] = []
        if outcome == .unknown {
            notices.append(.unknown)
            isAlerted = true
        } else if alertAfter == nil || (alertAfter != 0 && !isAlerted && failures >= alertAfter ?? 1) {
            notices.append(.failure)
            isAlerted = true
        }
        if pauseAfter > 0, failures == pauseAfter { notices.append(.pause) }
        return notices
    }
}

/// The texts for the owner, as Telegram's HTML.
public protocol AlertTexts: Sendable {
    /// - Parameter failures: how many in a row; 1 for a run that nobody scheduled.
    func failure(domain: String, task: String, message: String, failures: Int) -> String
    func recovery(domain: String, task: String, failures: Int) -> String
    func paused(schedule: String, message: String, failures: Int) -> String
    func unknown(domain: String, task: String, message: String) -> String
}
