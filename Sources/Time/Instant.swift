/// A point on the wall clock's time line: microseconds since 1970-01-01T00:00:00Z, leap seconds not counted (as POSIX).
///
/// Range: the years 0001…9999 can be shown as text; arithmetic traps on overflow, which lies 290,000 years away.
public struct Instant: Hashable, Comparable, Sendable {
    /// Microseconds since the epoch; negative before 1970.
    public let microseconds: Int64

    public init(microseconds: Int64) { self.microseconds = microseconds }

    /// The instant of a whole second since the epoch.
    public init(seconds: Int64) { self.microseconds = seconds * 1_000_000 }

    /// Whole seconds since the epoch, rounded towards the past.
    public var seconds: Int64 { microseconds.floorDivided(by: 1_000_000) }

    /// Milliseconds since the epoch, rounded towards the past.
    public var milliseconds: Int64 { microseconds.floorDivided(by: 1_000) }

    public static func < (a: Instant, b: Instant) -> Bool { a.microseconds < b.microseconds }

    public static func + (instant: Instant, duration: Duration) -> Instant {
        Instant(microseconds: instant.microseconds + duration.microseconds)
    }

    public static func - (instant: Instant, duration: Duration) -> Instant {
        Instant(microseconds: instant.microseconds - duration.microseconds)
    }

    /// The time from `b` to `a`; negative when `a` is the earlier one.
    public static func - (a: Instant, b: Instant) -> Duration { .microseconds(a.microseconds - b.microseconds) }
}

extension Duration {
    /// The whole duration in microseconds; what is finer is cut off.
    public var microseconds: Int64 { components.seconds * 1_000_000 + components.attoseconds / 1_000_000_000_000 }

    /// The whole duration in milliseconds; what is finer is cut off.
    public var milliseconds: Int64 { microseconds / 1_000 }

    /// The duration as a floating-point number of seconds, for display and arithmetic that tolerates rounding.
    public var inSeconds: Double { Double(microseconds) / 1_000_000 }
}

extension Int64 {
    /// Division that rounds towards minus infinity, so that times before 1970 fall into the right unit.
    public func floorDivided(by divisor: Int64) -> Int64 {
        let quotient = self / divisor
        return self % divisor < 0 ? quotient - 1 : quotient
    }

    /// The remainder that belongs to ``floorDivided(by:)``: never negative for a positive divisor.
    public func floorModulo(_ divisor: Int64) -> Int64 {
        let remainder = self % divisor
        return remainder < 0 ? remainder + divisor : remainder
    }
}
