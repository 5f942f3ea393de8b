public import Agents
import Synchronization
public import Time

/// A render service that answers as a test says.
public final class ScriptedRenders: RenderService {
    private struct State {
        var condition = RenderCondition.ready(style: "service")
        var orders: [RenderOrder] = []
        var submitErrors: [any Error] = []
        var progress: [String: RenderProgress] = [:]
        var progressError: ServiceError?
        var search = RenderSearch.absent
        var video: Result<RenderedVideo, ServiceError> = .success(
            RenderedVideo(filename: "video.mp4", mediaType: "video/mp4", bytes: [1, 2, 3]))
    }

    private let state = Mutex(State())

    public init() {}

    /// What was handed over, in order; those it refused are not among them.
    public var orders: [RenderOrder] { state.withLock { $0.orders } }

    public func say(_ condition: RenderCondition) { state.withLock { $0.condition = condition } }
    /// The next submissions end so. An ``OutcomeUnknown`` has taken the job.
    public func refuse(with errors: any Error...) { state.withLock { $0.submitErrors += errors } }
    /// What becomes of a job, by the id `render of KEY` that it gets here.
    public func set(_ job: String, _ progress: RenderProgress) { state.withLock { $0.progress[job] = progress } }
    public func failProgress(_ error: ServiceError?) { state.withLock { $0.progressError = error } }
    public func find(_ search: RenderSearch) { state.withLock { $0.search = search } }
    public func hold(_ video: Result<RenderedVideo, ServiceError>) { state.withLock { $0.video = video } }

    public func condition() async -> RenderCondition { state.withLock { $0.condition } }

    public func submit(_ order: RenderOrder) async throws -> RenderTicket {
        let error = state.withLock { state -> (any Error)? in
            let error = state.submitErrors.isEmpty ? nil : state.submitErrors.removeFirst()
            if error == nil || error is OutcomeUnknown { state.orders.append(order) }
            return error
        }
        if let error { throw error }
        return RenderTicket(job: "render of \(order.key)", template: "shorts_v1")
    }

    public func search(key: String, since: Instant) async throws(ServiceError) -> RenderSearch {
        state.withLock { $0.search }
    }

    public func progress(of job: String) async throws(ServiceError) -> RenderProgress {
        let (progress, error) = state.withLock { ($0.progress[job] ?? .rendering, $0.progressError) }
        if let error { throw error }
        return progress
    }

    public func fetch(_ output: RenderOutput) async throws(ServiceError) -> RenderedVideo {
        try state.withLock { $0.video }.get()
    }
}
