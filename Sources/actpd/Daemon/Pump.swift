import Dispatch
import Logging
import Scheduling
import Synchronization
import Time

/// Empties one destination of the outbox whenever something was put there; waits longer after each failure, five minutes
/// at most. Each destination has its own: what is wrong with one does not hold up the other.
final class Pump: Sendable {
    /// What a delivery leaves to do.
    enum Rest: Sendable {
        case nothing
        /// There may be more, which has to wait for so long.
        case later(Duration)
    }

    private static let longestWait: Duration = .seconds(300)
    private static let failuresAnHour = 12

    private struct State {
        var isBusy = false
        /// Something came while busy.
        var isWanted = false
        /// Deliveries wait for a timer.
        var isResting = false
        var failures = 0
        var lastError: String?
        /// What an earlier process remembered of its failures is over.
        var hasSucceeded = false
        /// Takes over when the delivery under way has ended; from then on it stays busy.
        var finisher: CheckedContinuation<Void, Never>?
    }

    /// What is delivered: `task rows`.
    let name: String
    private let workers: WorkerPool
    private let logger: Logger
    private let record: DeliveryRecord
    private let deliver: @Sendable () async throws -> Rest
    private let state = Mutex(State())

    /// - Parameters:
    ///   - name: what is delivered, for the log: `task rows`.
    ///   - record: where failures are remembered, and what waits is counted.
    ///   - deliver: delivers what waits; throws when it has to be tried again.
    init(
        _ name: String, workers: WorkerPool, logger: Logger, record: DeliveryRecord,
        deliver: @escaping @Sendable () async throws -> Rest
    ) {
        self.name = name
        self.record = record
        self.workers = workers
        self.logger = logger
        self.deliver = deliver
    }

    /// Why deliveries fail, while they do.
    var trouble: String? { state.withLock { $0.lastError } }

    /// Whether it waits for its next try.
    var isResting: Bool { state.withLock { $0.isResting } }

    /// Starts a delivery soon; returns at once.
    func wake() {
        let mayStart = state.withLock { state in
            state.isWanted = true
            // While it rests only the timer starts a delivery, or a service that is away would be asked at every run.
            guard !state.isBusy, !state.isResting else { return false }
            state.isBusy = true
            return true
        }
        if mayStart { start() }
    }

    /// Starts a delivery soon also while it rests.
    func retry() {
        state.withLock { $0.isResting = false }
        wake()
    }

    /// A last delivery before the process ends, after the one under way: two at once would deliver twice. What cannot be
    /// delivered is safe in the ledger.
    func finish() async {
        await withCheckedContinuation { continuation in
            let isFree = state.withLock { state in
                guard state.isBusy else {
                    state.isBusy = true
                    return true
                }
                state.finisher = continuation
                return false
            }
            if isFree { continuation.resume() }
        }
        _ = await attempt()
    }

    private func start() {
        Task(executorPreference: workers) { [self] in
            var wait: Duration?
            repeat {
                state.withLock { $0.isWanted = false }
                wait = await attempt()
            } while rest(wait)
        }
    }

    /// True when there is more to do at once.
    private func rest(_ wait: Duration?) -> Bool {
        let (isDone, finisher) = state.withLock { state -> (Bool, CheckedContinuation<Void, Never>?) in
            if let finisher = state.finisher { return (true, finisher) }
            if wait == nil, state.isWanted { return (false, nil) }
            state.isBusy = false
            state.isResting = wait != nil
            return (true, nil)
        }
        if let finisher {
            finisher.resume()
            return false
        }
        if isDone, let wait {
            DispatchQueue.pumps.asyncAfter(deadline: .now() + wait.inSeconds) { [self] in
                state.withLock { $0.isResting = false }
                wake()
            }
        }
        return !isDone
    }

    /// Returns how long to wait before the next one, if there has to be one.
    private func attempt() async -> Duration? {
        do {
            let rest = try await deliver()
            let (failures, isFirst) = state.withLock { state in
                defer { (state.failures, state.lastError, state.hasSucceeded) = (0, nil, true) }
                return (state.failures, !state.hasSucceeded)
            }
            if failures > 0 || isFirst { record.succeeded() }
            if failures > 0 { logger.kind(.deliveryGoesOn).notice("\(name) are delivered again") }
            if case .later(let wait) = rest { return wait }
            return nil
        } catch {
            let (failures, isNews) = state.withLock { state in
                defer { state.lastError = "\(error)" }
                state.failures += 1
                return (state.failures, state.lastError?.words != "\(error)".words)
            }
            record.failed(error)
            // Said once for each reason, and again about every hour, not at every attempt.
            if isNews || failures % Pump.failuresAnHour == 0 {
                var metadata = record.backlog
                metadata["reason"] = "\(error)"
                logger.kind(.deliveryWaits).warning("\(name) wait in the outbox, retrying", metadata: metadata)
            }
            return min(.seconds(1 << min(failures - 1, 9)), Pump.longestWait)
        }
    }
}

extension DispatchQueue {
    /// Waits of pumps.
    fileprivate static let pumps = DispatchQueue(label: "actpd.delivery")
}

extension String {
    /// Without figures: how long a service is still left alone is no news.
    fileprivate var words: String { filter { !$0.isNumber } }
}
