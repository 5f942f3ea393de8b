import Time

/// How a schedule behaves when things do not go to plan.
///
/// A value in all but its storage: most of ten thousand schedules have the same policy and share one.
public final class Policy: Hashable, Sendable {
    /// Elapsed time after which an attempt is cancelled.
    public let timeout: Duration
    public let overlap: Overlap
    public let catchUp: CatchUp
    /// How old a slot may be and still be run late.
    public let catchUpWindow: Duration
    /// The start is put off by a stable part of this, so that many schedules of one minute spread; see
    /// ``Schedule/delay``.
    public let jitter: Duration
    /// How an attempt that failed in a way that is safe to repeat is followed by another.
    public let retry: Retry
    /// After so many failed runs in a row the schedule pauses itself; 0 for never.
    public let pauseOnFailure: Int
    /// The failed run in a row of which the owner is told, and after which of a recovery; `nil` for what suits the cron
    /// line.
    public let alertAfter: Int?
    /// The owner is told of no failure and no recovery.
    public let isMuted: Bool
    /// Of slots that are due at the same instant, or wait for a free place, those of higher priority go first.
    public let priority: Int

    public init(
        timeout: Duration = .seconds(600), overlap: Overlap = .skip, catchUp: CatchUp = .latest,
        catchUpWindow: Duration = .seconds(6 * 3_600), jitter: Duration = .zero, retry: Retry = .none,
        pauseOnFailure: Int = 0, alertAfter: Int? = nil, isMuted: Bool = false, priority: Int = 0
    ) {
        self.timeout = timeout
        self.overlap = overlap
        self.catchUp = catchUp
        self.catchUpWindow = catchUpWindow
        self.jitter = jitter
        self.retry = retry
        self.pauseOnFailure = pauseOnFailure
        self.alertAfter = alertAfter
        self.isMuted = isMuted
        self.priority = priority
    }

    public static func == (a: Policy, b: Policy) -> Bool {
        a === b
            || (a.timeout == b.timeout && a.overlap == b.overlap && a.catchUp == b.catchUp
                && a.catchUpWindow == b.catchUpWindow && a.jitter == b.jitter && a.retry == b.retry
                && a.pauseOnFailure == b.pauseOnFailure && a.alertAfter == b.alertAfter && a.isMuted == b.isMuted
                && a.priority == b.priority)
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(timeout)
        hasher.combine(overlap)
        hasher.combine(catchUp)
        hasher.combine(catchUpWindow)
        hasher.combine(jitter)
        hasher.combine(retry)
        hasher.combine(pauseOnFailure)
        hasher.combine(alertAfter)
        hasher.combine(isMuted)
        hasher.combine(priority)
    }
}

/// What happens to a slot while an earlier run of the same work is going on.
public enum Overlap: String, CaseIterable, Hashable, Sendable {
    /// The slot is skipped and says who held it.
    case skip
    /// One slot waits; further ones are skipped.
    case bufferOne
    /// All slots wait, up to a limit; what is beyond it is skipped and says so.
    case bufferAll
    /// The earlier run is cancelled, and this one starts when it has ended.
    case cancelOther
    /// Both run.
    case allow
}

/// What happens to slots whose time passed while nobody could start them.
public enum CatchUp: String, CaseIterable, Hashable, Sendable {
    /// One run, for the latest of them; it knows how many were missed.
    case latest
    /// A run for each of them, the oldest first.
    case all
    /// They are recorded as missed.
    case none
}

/// Attempts after the first, with waits that double.
public struct Retry: Hashable, Sendable {
    /// One attempt only.
    public static let none = Retry(attempts: 1)

    /// Attempts in all, the first one included; at least 1.
    public let attempts: Int
    /// The wait after the first attempt; it doubles with each further one.
    public let backoff: Duration
    /// No wait is longer.
    public let maxBackoff: Duration

    public init(attempts: Int, backoff: Duration = .seconds(10), maxBackoff: Duration = .seconds(300)) {
        self.attempts = attempts
        self.backoff = backoff
        self.maxBackoff = maxBackoff
    }

    /// The wait before attempt `number`, counted from 2: between half of the doubled backoff and all of it, the same for
    /// the same seed, so that jobs that failed together do not come back together.
    public func wait(before number: Int, seed: UInt64) -> Duration {
        let doublings = min(max(number - 2, 0), 40)
        let (product, overflow) = backoff.milliseconds.multipliedReportingOverflow(by: 1 << doublings)
        let full = overflow ? maxBackoff.milliseconds : min(product, maxBackoff.milliseconds)
        // SplitMix64 of seed and attempt.
        var bits = seed &+ UInt64(number) &* 0x9e37_79b9_7f4a_7c15
        bits = (bits ^ (bits >> 30)) &* 0xbf58_476d_1ce4_e5b9
        bits = (bits ^ (bits >> 27)) &* 0x94d0_49bb_1331_11eb
        bits ^= bits >> 31
        return .milliseconds(full - Int64(bits % UInt64(max(full / 2, 1))))
    }
}
