public import Records
public import Scheduling
public import Time

/// What most tests leave to the ledger's usual ways.
extension Ledger {
    public func claim(_ claims: [Claim], at now: Instant) throws(StoreError) -> [ClaimResult] {
        try claim(claims, limits: RunLimits(), at: now).results
    }

    /// Claims and launches; false when it may not start.
    @discardableResult
    public func begin(_ request: RunRequest, at now: Instant) throws(StoreError) -> Bool {
        guard try claim([Claim(request)], at: now) == [.won] else { return false }
        return try launch([request.id], at: now).contains(request.id)
    }

    public func register(_ schedules: [Schedule], at now: Instant) throws(StoreError) -> [String: ScheduleState] {
        try register(schedules, keeping: [], at: now)
    }
}
