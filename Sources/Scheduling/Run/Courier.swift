public import Records

/// Takes the task rows of the outbox to the store: in order, again and again until they are there.
///
/// Rows are found by the run's id, and the row of a start never overwrites that of an end, so a delivery that is repeated
/// after a crash, or by two processes at once, changes nothing.
public struct Courier: Sendable {
    /// Rows delivered in one go.
    private static let batch = 500

    private let ledger: any Ledger
    private let store: Store

    public init(ledger: any Ledger, store: Store) {
        self.ledger = ledger
        self.store = store
    }

    /// Delivers everything that waits and returns how much that was.
    ///
    /// - Throws: ``StoreError`` from the store or the ledger; what was not delivered waits on.
    @discardableResult
    public func deliverTaskRows() async throws(StoreError) -> Int {
        var delivered = 0
        while true {
            let entries = try ledger.pending(.taskLog, limit: Courier.batch)
            guard !entries.isEmpty else { return delivered }
            var starts: [Draft<AgentTasks>] = []
            var ends: [Draft<AgentTasks>] = []
            for entry in entries {
                switch entry.message {
                case .taskStarted(let row): starts.append(row)
                case .taskFinished(let row): ends.append(row)
                case .alert: break
                }
            }
            // A start whose end is in the same batch is told by the end alone.
            let ended = Set(ends.compactMap(\.id))
            try await store.insert(
                starts.filter { row in row.id.map { !ended.contains($0) } ?? false }, onConflict: .ignore)
            try await store.upsert(ends)
            try ledger.delivered(entries)
            delivered += entries.count
        }
    }
}
