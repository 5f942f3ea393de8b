/// An input that no statistic can be made of, and why: a number that is none, counts that contradict each other.
///
/// Too little data is no error: that is what `insufficient` and `nil` results are for.
public struct StatisticsError: Error, Hashable, Sendable, CustomStringConvertible {
    public let description: String

    init(_ description: String) { self.description = description }
}
