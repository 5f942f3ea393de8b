import JSON
public import Scheduling
import Synchronization
public import Time

/// Work that does what a test says, and tells when it began.
public final class ScriptedPerformer: TaskPerformer {
    /// What a task of the script does.
    public enum Step: Sendable {
        case succeed
        case fail(String)
        /// Fails in a way that is safe to repeat.
        case failForNow(String)
        /// Whether it was done is not known.
        case leaveUnknown(String)
        /// Declines for now.
        case decline(String)
        /// Waits for ``release()`` or for cancellation, which it heeds.
        case hold
        /// Waits for ``release()`` and heeds nothing else.
        case ignoreCancellation
    }

    private struct Ended: Error {
        let failure: Failure
    }

    private struct State {
        var held: [CheckedContinuation<Void, Never>] = []
        var begun: [RunRequest] = []
        var waiters: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
    }

    private let script: @Sendable (RunRequest) -> Step
    private let state = Mutex(State())

    public init(_ script: @escaping @Sendable (RunRequest) -> Step = { _ in .succeed }) { self.script = script }

    public func perform(_ request: RunRequest, startedAt: Instant) async throws -> Performance {
        let step = script(request)
        if case .hold = step {} else { begin(request) }
        switch step {
        case .succeed: break
        case .fail(let message): throw Ended(failure: .failed(message, isSafeToRepeat: false))
        case .failForNow(let message): throw Ended(failure: .failed(message, isSafeToRepeat: true))
        case .leaveUnknown(let message): throw Ended(failure: .unknown(message))
        case .decline(let reason): throw Ended(failure: .declined(reason))
        case .hold:
            await withTaskCancellationHandler {
                await withCheckedContinuation { continuation in
                    let isCancelled = Task.isCancelled
                    // What holds has begun when it can be released: a release before that would be lost.
                    begin(request, holding: isCancelled ? nil : continuation)
                    if isCancelled { continuation.resume() }
                }
            } onCancel: {
                release()
            }
            try Task.checkCancellation()
        case .ignoreCancellation:
            await withCheckedContinuation { continuation in state.withLock { $0.held.append(continuation) } }
        }
        return Performance(result: ["stdout": "done", "returncode": 0])
    }

    private func begin(_ request: RunRequest, holding: CheckedContinuation<Void, Never>? = nil) {
        let ready = state.withLock { state in
            state.begun.append(request)
            if let holding { state.held.append(holding) }
            let ready = state.waiters.filter { $0.count <= state.begun.count }
            state.waiters.removeAll { $0.count <= state.begun.count }
            return ready
        }
        for waiter in ready { waiter.continuation.resume() }
    }

    public func failure(of error: any Error) -> Failure {
        (error as? Ended)?.failure ?? .failed("\(error)", isSafeToRepeat: false)
    }

    /// Lets everything that holds go on.
    public func release() {
        let held = state.withLock { state in
            defer { state.held = [] }
            return state.held
        }
        for continuation in held { continuation.resume() }
    }

    /// Waits until so many runs have begun.
    public func begun(_ count: Int) async {
        await withCheckedContinuation { continuation in
            let isThere = state.withLock { state in
                guard state.begun.count < count else { return true }
                state.waiters.append((count, continuation))
                return false
            }
            if isThere { continuation.resume() }
        }
    }

    public var requests: [RunRequest] { state.withLock { $0.begun } }
}
