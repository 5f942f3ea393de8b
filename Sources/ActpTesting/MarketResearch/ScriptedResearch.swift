public import Agents
internal import Synchronization

/// Research without a service: what a test says is found.
public final class ScriptedResearch: MarketResearch {
    private let answer: @Sendable (NicheStudy) -> Result<NicheFindings, ServiceError>
    private let asked = Mutex<[NicheStudy]>([])

    public init(_ answer: @escaping @Sendable (NicheStudy) -> Result<NicheFindings, ServiceError>) {
        self.answer = answer
    }

    /// Everything that was asked for, in order.
    public var studies: [NicheStudy] { asked.withLock { $0 } }

    public func study(
        _ study: NicheStudy, progress: @escaping @Sendable (String) -> Void
    ) async throws(ServiceError) -> NicheFindings {
        asked.withLock { $0.append(study) }
        progress("running, 0 of 1 niches")
        return try answer(study).get()
    }
}
