import Glibc

/// The one door through which time enters. Wall time says when, uptime says how long.
public protocol TimeSource: Sendable {
    /// The wall clock's instant. Can jump in both directions.
    func now() -> Instant
    /// Time since some fixed moment, never set back; stands still while the machine is suspended.
    func uptime() -> Duration
}

/// The machine's own clocks.
public struct SystemTime: TimeSource {
    public init() {}

    public func now() -> Instant {
        let time = read(CLOCK_REALTIME)
        return Instant(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000)
    }

    public func uptime() -> Duration {
        let time = read(CLOCK_MONOTONIC)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }

    private func read(_ clock: clockid_t) -> timespec {
        var time = timespec()
        clock_gettime(clock, &time)
        return time
    }
}
