import Glibc

/// A closed interval of real numbers; which confidence it carries, its maker says.
public struct Interval: Hashable, Sendable {
    public let lower: Double
    public let upper: Double

    /// Takes the ends as they are; `lower` must not be above `upper`.
    public init(lower: Double, upper: Double) {
        self.lower = lower
        self.upper = upper
    }

    /// From `center − half` to `center + half`.
    init(center: Double, half: Double) { self.init(lower: center - half, upper: center + half) }

    /// Whether 0 lies outside, that is, whether the sign is known.
    public var excludesZero: Bool { lower > 0 || upper < 0 }

    /// Whether it lies within −`limit` … `limit`.
    public func isWithin(_ limit: Double) -> Bool { lower >= -limit && upper <= limit }

    /// What both have in common; `nil` if nothing.
    public func intersection(_ other: Interval) -> Interval? {
        let (low, high) = (max(lower, other.lower), min(upper, other.upper))
        return low <= high ? Interval(lower: low, upper: high) : nil
    }

    /// An interval of natural-log ratios as people read it: in percent, 100·(e^x − 1).
    public var percent: Interval { Interval(lower: percentChange(lower), upper: percentChange(upper)) }
}

/// A natural-log ratio as people read it: the change in percent, 100·(e^x − 1).
public func percentChange(_ logRatio: Double) -> Double { 100 * expm1(logRatio) }
