import Dispatch
public import JSON
import Synchronization
public import Time

/// Does the work of a run: the agents, as the runner sees them.
public protocol TaskPerformer: Sendable {
    /// - Throws: whatever went wrong; its description becomes the run's reason.
    func perform(_ request: RunRequest, startedAt: Instant) async throws -> Performance
    /// The alert for a run that ended badly (DI-08), as Telegram's HTML.
    func failureAlert(for request: RunRequest, message: String) -> String
}

/// What a task that did its work hands back.
public struct Performance: Hashable, Sendable {
    public let result: JSON
    public let alerts: [String]

    public init(result: JSON, alerts: [String] = []) {
        self.result = result
        self.alerts = alerts
    }
}

/// Runs one request to its end, whatever that is: the same way for the daemon and for one-shots.
public struct Execution: Sendable {
    /// How long a cancelled task may take to stop before it is abandoned.
    public static let abandonAfter: Duration = .seconds(30)

    private let performer: any TaskPerformer
    private let time: any TimeSource
    private let workers: WorkerPool

    public init(performer: any TaskPerformer, time: any TimeSource, workers: WorkerPool) {
        self.performer = performer
        self.time = time
        self.workers = workers
    }

    /// Never throws: every ending is a completion. Cancelling the calling task cancels the work.
    public func run(_ request: RunRequest) async -> Completion {
        let startedAt = time.now()
        let beganAt = time.uptime()
        let ending = Ending()
        let work = Task(executorPreference: workers, priority: .medium) {
            do {
                ending.settle(.finished(try await performer.perform(request, startedAt: startedAt)))
            } catch {
                ending.settle(.failed("\(error)"))
            }
        }
        let limit = DispatchWorkItem {
            ending.note(.timeout)
            work.cancel()
            ending.abandon(after: Execution.abandonAfter)
        }
        DispatchQueue.deadlines.asyncAfter(deadline: .now() + request.timeout.inSeconds, execute: limit)
        let end = await withTaskCancellationHandler {
            await ending.value
        } onCancel: {
            ending.note(.cancelled)
            work.cancel()
            ending.abandon(after: Execution.abandonAfter)
        }
        limit.cancel()
        return completion(of: request, end, startedAt, duration: time.uptime() - beganAt)
    }

    private func completion(
        of request: RunRequest, _ end: Ending.Value, _ startedAt: Instant, duration: Duration
    ) -> Completion {
        func complete(_ outcome: Outcome, _ reason: String?, _ result: JSON, alerts: [String]) -> Completion {
            Completion(
                id: request.id, outcome: outcome, reason: reason, result: result, startedAt: startedAt,
                finishedAt: time.now(), duration: duration, alerts: alerts)
        }
        func failed(_ outcome: Outcome, _ reason: String) -> Completion {
            complete(
                outcome, reason, ["error": .string(reason)],
                alerts: [performer.failureAlert(for: request, message: reason)])
        }
        switch (end.noted, end.end) {
        // Work that was done in time counts, even when the limit or a stop came in the same moment.
        case (_, .finished(let performance)): return complete(.ok, nil, performance.result, alerts: performance.alerts)
        case (.timeout, .failed): return failed(.timeout, "cancelled after its time limit of \(request.timeout.text)")
        case (.timeout, .abandoned):
            return failed(
                .timeout,
                "did not stop within \(Execution.abandonAfter.text) after its time limit of \(request.timeout.text); abandoned"
            )
        case (.cancelled, .failed): return failed(.cancelled, "the process was asked to stop")
        case (_, .abandoned): return failed(.cancelled, "did not stop when asked to; abandoned")
        case (nil, .failed(let message)): return failed(.error, message)
        }
    }
}

/// The first of several endings wins; one task waits for it.
private final class Ending: Sendable {
    enum Note { case timeout, cancelled }

    enum End {
        case finished(Performance)
        case failed(String)
        case abandoned
    }

    struct Value {
        let noted: Note?
        let end: End
    }

    private struct State {
        var noted: Note?
        var end: End?
        var waiter: CheckedContinuation<Value, Never>?
    }

    private let state = Mutex(State())

    /// Remembers why the work was told to stop; the first reason stays.
    func note(_ note: Note) { state.withLock { $0.noted = $0.noted ?? note } }

    func settle(_ end: End) {
        let waiter = state.withLock { state -> (CheckedContinuation<Value, Never>, Value)? in
            guard state.end == nil else { return nil }
            state.end = end
            return state.waiter.map { ($0, Value(noted: state.noted, end: end)) }
        }
        if let (continuation, value) = waiter { continuation.resume(returning: value) }
    }

    func abandon(after delay: Duration) {
        DispatchQueue.deadlines.asyncAfter(deadline: .now() + delay.inSeconds) { self.settle(.abandoned) }
    }

    var value: Value {
        get async {
            await withCheckedContinuation { continuation in
                let settled = state.withLock { state -> Value? in
                    guard let end = state.end else {
                        state.waiter = continuation
                        return nil
                    }
                    return Value(noted: state.noted, end: end)
                }
                if let settled { continuation.resume(returning: settled) }
            }
        }
    }
}

extension DispatchQueue {
    /// Time limits of runs. Serial, so that waiting for one wakes nobody.
    fileprivate static let deadlines = DispatchQueue(label: "actpd.deadlines")
}
