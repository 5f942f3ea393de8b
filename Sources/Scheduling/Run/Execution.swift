public import JSON
import Records
public import Time

/// Does the work of a run: the agents, as the runner sees them.
public protocol TaskPerformer: Sendable {
    /// - Throws: whatever went wrong; ``failure(of:)`` says what it means.
    func perform(_ request: RunRequest, startedAt: Instant) async throws -> Performance
    func failure(of error: any Error) -> Failure
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

/// Runs requests to their ends, whatever these are: the same way for the daemon and for one-shots.
public struct Execution: Sendable {
    /// How long a cancelled attempt may take to stop before it is abandoned.
    public static let abandonAfter: Duration = .seconds(30)

    /// What happens within a run, for the log.
    public enum Event: Sendable {
        /// An attempt failed and another one follows after the wait.
        case retries(RunRequest, attempt: Int, reason: String, wait: Duration)
        /// Work that ignored its cancellation was given up; it still holds a thread.
        case stuck(RunRequest)
        /// Abandoned work has ended after all; its outcome stands.
        case freed(RunRequest)
    }

    private let performer: any TaskPerformer
    private let time: any TimeSource
    private let workers: WorkerPool
    private let deadlines: any Deadlines
    private let observe: @Sendable (Event) -> Void

    /// - Parameter observe: called from any thread; must return at once.
    public init(
        performer: any TaskPerformer, time: any TimeSource, workers: WorkerPool,
        deadlines: any Deadlines = DispatchDeadlines.shared, observe: @escaping @Sendable (Event) -> Void = { _ in }
    ) {
        self.performer = performer
        self.time = time
        self.workers = workers
        self.deadlines = deadlines
        self.observe = observe
    }

    /// Never throws: every ending is a completion. Cancelling the calling task cancels the work.
    public func run(_ request: RunRequest, stop: StopSwitch = StopSwitch()) async -> Completion {
        let startedAt = time.now()
        let beganAt = time.uptime()
        return await withTaskCancellationHandler {
            var number = 1
            while true {
                let end = await attempt(request, startedAt: startedAt, stop)
                if let wait = wait(after: end, of: request, number), !stop.isOn {
                    observe(.retries(request, attempt: number, reason: end.reason ?? "", wait: wait))
                    await stop.wait(atMost: wait, deadlines)
                    if !stop.isOn {
                        number += 1
                        continue
                    }
                }
                return Completion(
                    id: request.id, outcome: end.outcome, reason: end.reason, result: end.result, startedAt: startedAt,
                    finishedAt: time.now(), duration: time.uptime() - beganAt, attempts: number, alerts: end.alerts,
                    isServiceAway: end.isServiceAway)
            }
        } onCancel: {
            stop.turnOn("the process was asked to stop")
        }
    }

    /// How one attempt ended.
    private struct End {
        let outcome: Outcome
        let reason: String?
        let result: JSON
        var alerts: [String] = []
        var isSafeToRepeat = false
        var isServiceAway = false
    }

    private func wait(after end: End, of request: RunRequest, _ number: Int) -> Duration? {
        guard end.isSafeToRepeat, !request.isOnce, number < request.policy.retry.attempts else { return nil }
        return request.policy.retry.wait(before: number + 1, seed: request.id.seed)
    }

    private func attempt(_ request: RunRequest, startedAt: Instant, _ stop: StopSwitch) async -> End {
        let ending = Ending()
        let work = Task(executorPreference: workers, priority: .medium) {
            let end: Ending.End
            do {
                end = .finished(try await performer.perform(request, startedAt: startedAt))
            } catch {
                end = .failed(performer.failure(of: error))
            }
            if !ending.settle(end) {
                workers.giveBack()
                observe(.freed(request))
            }
        }
        let cancel: @Sendable (Ending.Note) -> Void = { note in
            ending.note(note)
            work.cancel()
            ending.keep(
                deadlines.after(Execution.abandonAfter) {
                    guard ending.settle(.abandoned) else { return }
                    workers.lend()
                    observe(.stuck(request))
                })
        }
        let limit = deadlines.after(request.policy.timeout) { cancel(.timeout) }
        stop.onTurn { reason in cancel(.cancelled(reason)) }
        let (note, end) = await ending.value
        limit.cancel()
        return self.end(of: request, note, end)
    }

    private func end(of request: RunRequest, _ note: Ending.Note?, _ end: Ending.End) -> End {
        let timeout = "cancelled after its time limit of \(request.policy.timeout.text)"
        let stubborn = "did not stop within \(Execution.abandonAfter.text), abandoned"
        switch (note, end) {
        // Work that was done in time counts, even when the limit or a stop came in the same moment.
        case (_, .finished(let performance)):
            return End(outcome: .ok, reason: nil, result: performance.result, alerts: performance.alerts)
        case (_, .failed(.unknown(let message))): return bad(.unknown, message)
        case (_, .failed(.declined(let reason))):
            return End(outcome: .skipped, reason: reason, result: ["skipped": .string(reason)])
        case (.timeout, .failed): return bad(request.isOnce ? .unknown : .timeout, timeout)
        case (.timeout, .abandoned): return bad(request.isOnce ? .unknown : .timeout, "\(timeout); \(stubborn)")
        case (.cancelled(let reason), .failed): return bad(request.isOnce ? .unknown : .cancelled, reason)
        case (.cancelled(let reason), .abandoned):
            return bad(request.isOnce ? .unknown : .cancelled, "\(reason); \(stubborn)")
        case (nil, .abandoned): return bad(.cancelled, stubborn)
        case (nil, .failed(.failed(let message, let isSafeToRepeat, let isServiceAway))):
            return bad(.error, message, isSafeToRepeat: isSafeToRepeat, isServiceAway: isServiceAway)
        }
    }

    private func bad(
        _ outcome: Outcome, _ reason: String, isSafeToRepeat: Bool = false, isServiceAway: Bool = false
    ) -> End {
        End(
            outcome: outcome, reason: reason, result: ["error": .string(reason)], isSafeToRepeat: isSafeToRepeat,
            isServiceAway: isServiceAway)
    }
}

extension RowID {
    /// A number that differs from run to run, for jitter.
    fileprivate var seed: UInt64 { text.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 } }
}
