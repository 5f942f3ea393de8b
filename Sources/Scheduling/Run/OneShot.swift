public import Records
public import Time

/// Runs one request outside of any schedule, under the same ledger, overlap rule and time limit as the daemon's runs.
public struct OneShot: Sendable {
    public enum End: Hashable, Sendable {
        case completed(Completion)
        /// The same work is running; the request is recorded as skipped.
        case overlaps(holder: RowID)
    }

    private let ledger: any Ledger
    private let execution: Execution
    private let time: any TimeSource

    public init(ledger: any Ledger, execution: Execution, time: any TimeSource) {
        self.ledger = ledger
        self.execution = execution
        self.time = time
    }

    /// Cancelling the calling task cancels the work; its end is recorded all the same.
    ///
    /// - Throws: ``StoreError`` when the ledger cannot record the start, in which case nothing runs, or the end.
    public func run(_ request: RunRequest) async throws(StoreError) -> End {
        switch try ledger.claim([Claim(request)], at: time.now())[0] {
        case .overlaps(let holder): return .overlaps(holder: holder)
        case .taken: throw StoreError(.duplicate, table: "ledger", "run \(request.id) is recorded already")
        case .won: break
        }
        let completion = await execution.run(request)
        try ledger.finish([RunEnding(request: request, completion: completion)])
        return .completed(completion)
    }
}
