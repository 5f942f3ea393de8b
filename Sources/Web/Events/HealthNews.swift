internal import Synchronization

/// Tells those who listen how the daemon is, whenever that has changed.
///
/// Some of it changes while nothing happens: a start becomes late, deliveries fail, the loop no longer answers. So the
/// daemon is looked at when somebody begins to listen, with each sign of life on the stream, and when it says that
/// something has happened; never while nobody listens.
final class HealthNews: Sendable {
    /// What counts as a change; how much runs changes all the time.
    private struct Verdict: Equatable {
        let isLive: Bool
        let isReady: Bool
        let reasons: [Health.Reason]
    }

    private struct State {
        /// What was told or answered last; `nil` before the first look.
        var known: Verdict?
        var isLooking = false
        /// Something happened since the look under way began.
        var isWanted = false
    }

    private let state = Mutex(State())
    private let machine: any Machine
    private let executor: any TaskExecutor

    /// - Parameter executor: whose threads look, which may take a while.
    init(_ machine: any Machine, executor: any TaskExecutor) {
        self.machine = machine
        self.executor = executor
    }

    /// Looks soon, if anybody listens; returns at once.
    func look(for hub: EventHub) {
        guard hub.isHeard else { return }
        let mayStart = state.withLock { state in
            state.isWanted = true
            defer { state.isLooking = true }
            return !state.isLooking
        }
        guard mayStart else { return }
        Task(executorPreference: executor) { [self] in
            while goesOn() { note(machine.health, for: hub) }
        }
    }

    private func goesOn() -> Bool {
        state.withLock { state in
            defer { state.isWanted = false }
            state.isLooking = state.isWanted
            return state.isLooking
        }
    }

    /// Tells what was seen if it differs from what was seen before. What is answered to somebody who asks is seen too:
    /// whoever listens first and asks then misses no change.
    func note(_ health: Health, for hub: EventHub) {
        let verdict = Verdict(isLive: health.isLive, isReady: health.isReady, reasons: health.reasons)
        state.withLock { state in
            defer { state.known = verdict }
            guard let known = state.known, known != verdict else { return }
            // Within the lock, so that what is told last is what is known.
            hub.publish("health", health.json)
        }
    }
}
