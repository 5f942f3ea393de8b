internal import CLinux

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

    public func now() -> Instant { Instant(microseconds: actpd_wall_clock_nanoseconds() / 1_000) }

    public func uptime() -> Duration { .nanoseconds(actpd_uptime_nanoseconds()) }

    /// Processor time that the calling thread has used: what work takes, whoever else uses the machine.
    public func threadTime() -> Duration { .nanoseconds(actpd_thread_time_nanoseconds()) }
}
