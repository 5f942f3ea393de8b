public import Records
public import Time

/// Where a run stands in the history, which is ordered by the time of the claim.
public struct RunPlace: Hashable, Sendable {
    public let claimedAt: Instant
    public let id: RowID

    public init(claimedAt: Instant, id: RowID) {
        self.claimedAt = claimedAt
        self.id = id
    }

    /// What a page of the history has as the place of the next one: microseconds and the run's id. Nothing for people.
    public var cursor: String { "\(claimedAt.microseconds).\(id.text)" }

    /// `nil` for a text that names no place.
    public init?(cursor: String) {
        let parts = cursor.split(separator: ".")
        guard parts.count == 2, let claimedAt = Int64(parts[0]), let id = RowID(String(parts[1])) else { return nil }
        self.init(claimedAt: Instant(microseconds: claimedAt), id: id)
    }
}
