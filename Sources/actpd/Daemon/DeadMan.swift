@preconcurrency import Dispatch
import Logging
import Scheduling
import Services
import Synchronization
import Time

/// Pings a watching service for as long as the scheduler's loop turns: a dead scheduler cannot report its own death.
///
/// The timer is on the scheduler's queue, so that a loop that is stuck pings nobody; the ping itself is not.
final class DeadMan: Sendable {
    private let ping: DeadManPing
    private let workers: WorkerPool
    private let logger: Logger
    private let lastError = Mutex<String?>(nil)
    private let timer = Mutex<(any DispatchSourceTimer)?>(nil)

    init(_ ping: DeadManPing, workers: WorkerPool, logger: Logger) {
        self.ping = ping
        self.workers = workers
        self.logger = logger
    }

    /// - Parameter trouble: asked on the queue; why all is not well, or `nil`.
    func start(every interval: Duration, on queue: DispatchQueue, trouble: @escaping @Sendable () -> String?) {
        let new = DispatchSource.makeTimerSource(queue: queue)
        let microseconds = Int(interval.microseconds)
        new.schedule(deadline: .now(), repeating: .microseconds(microseconds), leeway: .microseconds(microseconds / 10))
        new.setEventHandler { [self] in tell(trouble()) }
        new.activate()
        timer.withLock { $0 = new }
    }

    /// Pings no more.
    func end() {
        timer.withLock { timer in
            timer?.cancel()
            timer = nil
        }
    }

    private func tell(_ trouble: String?) {
        Task(executorPreference: workers) { [self] in
            let error = if let trouble { await ping.fail(trouble) } else { await ping.success() }
            let text = error.map { "\($0)" }
            let isNews = lastError.withLock { last in
                defer { last = text }
                return last != text
            }
            guard isNews else { return }
            if let text {
                logger.kind(.deadManFails).warning(
                    "the dead man's ping does not get through", metadata: ["reason": "\(text)"])
            } else {
                logger.kind(.deadManWorks).notice("the dead man's ping gets through again")
            }
        }
    }
}
