public import Records
public import Time

/// Runs one request outside of any schedule, under the same ledger, overlap rule and time limit as the daemon's runs.
public struct OneShot: Sendable {
    public enum End: Hashable, Sendable {
        case completed(Completion)
        /// The request is recorded as skipped, and why.
        case skipped(String)
    }

    /// How the reason of a skipped request begins when somebody else has its slot.
    public static let duplicate = "duplicate"

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
        switch try ledger.claim([Claim(request)], limits: RunLimits(), at: time.now()).results[0] {
        case .skipped(let reason): return .skipped(reason)
        case .taken: return .skipped("\(OneShot.duplicate): this slot is recorded already")
        case .waits(let reason):
            // Nobody would start it later: this process ends.
            try ledger.dismiss([Dismissal(id: request.id, outcome: .skipped, reason: reason)], at: time.now())
            return .skipped(reason)
        case .won: break
        }
        guard try ledger.launch([request.id], at: time.now()).contains(request.id) else {
            throw StoreError(.failed, table: "ledger", "run \(request.id) was taken over by another process")
        }
        let completion = await execution.run(request)
        _ = try ledger.finish([RunEnding(request: request, completion: completion)])
        return .completed(completion)
    }
}
