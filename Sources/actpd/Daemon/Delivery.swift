import Dispatch
import Glibc
import Logging
import Records
import Scheduling
import Stores
import Synchronization
import Time

/// Empties the outbox whenever something was put there; waits longer after each failure, five minutes at most.
final class Delivery: Sendable {
    private static let longestWaitSeconds = 300

    private struct State {
        var isBusy = false
        /// Something came while busy.
        var isWanted = false
        var failures = 0
    }

    private let workplace: Workplace
    private let logger: Logger
    private let state = Mutex(State())

    init(_ workplace: Workplace, logger: Logger) {
        self.workplace = workplace
        self.logger = logger
    }

    /// Starts a delivery soon; returns at once.
    func wake() {
        let mayStart = state.withLock { state in
            state.isWanted = true
            // After a failure only the retry timer starts a delivery, or the store would be asked at every run.
            guard !state.isBusy, state.failures == 0 else { return false }
            state.isBusy = true
            return true
        }
        if mayStart { start() }
    }

    /// A last delivery before the process ends. What cannot be delivered is safe in the ledger.
    func finish() async { await deliver() }

    private func start() {
        Task(executorPreference: workplace.workers) { [self] in
            repeat {
                state.withLock { $0.isWanted = false }
                await deliver()
            } while rest()
        }
    }

    /// True when there is more to do at once.
    private func rest() -> Bool {
        let failures = state.withLock { state -> Int? in
            if state.failures == 0, state.isWanted { return nil }
            state.isBusy = false
            return state.failures
        }
        guard let failures else { return true }
        if failures > 0 {
            let seconds = min(1 << min(failures - 1, 9), Delivery.longestWaitSeconds)
            DispatchQueue(label: "actpd.delivery").asyncAfter(deadline: .now() + Double(seconds)) { [self] in
                state.withLock { $0.isBusy = true }
                start()
            }
        }
        return false
    }

    private func deliver() async {
        do {
            try await workplace.courier.deliverTaskRows()
            try tellOwner()
            let failures = state.withLock { state in
                defer { state.failures = 0 }
                return state.failures
            }
            if failures > 0 { logger.notice("task rows are delivered again") }
        } catch {
            let failures = state.withLock { state in
                state.failures += 1
                return state.failures
            }
            let waiting = (try? workplace.ledger.backlog(.taskLog).count) ?? 0
            if failures == 1 {
                logger.warning(
                    "task rows wait in the outbox, retrying", metadata: ["waiting": "\(waiting)", "reason": "\(error)"])
            }
        }
    }

    /// This version has no way to Telegram: an alert goes to the log, which says so.
    private func tellOwner() throws(StoreError) {
        while true {
            let entries = try workplace.ledger.pending(.owner, limit: 100)
            guard !entries.isEmpty else { return }
            for entry in entries {
                guard case .alert(let html) = entry.message else { continue }
                logger.notice(
                    "alert (log only, Telegram is not part of this version): \(html.replacing("\n", with: " · "))")
            }
            try workplace.ledger.delivered(entries)
        }
    }
}
