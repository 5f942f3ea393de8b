@preconcurrency public import Dispatch
public import Scheduling
import Synchronization

/// Time limits that pass when a test says so.
public final class ManualDeadlines: Deadlines {
    private struct State {
        var elapsed: Duration = .zero
        var pending: [(at: Duration, work: DispatchWorkItem)] = []
    }

    private let state = Mutex(State())

    public init() {}

    public func after(_ duration: Duration, _ work: DispatchWorkItem) {
        // Handed over for good: whoever schedules work only cancels it afterwards, which any thread may.
        nonisolated(unsafe) let work = work
        state.withLock { $0.pending.append(($0.elapsed + duration, work)) }
    }

    /// Time passes; what becomes due is done, the earliest first, also what that schedules in turn.
    public func elapse(_ duration: Duration) {
        let end = state.withLock { state in state.elapsed + duration }
        while let work = next(before: end) { if !work.isCancelled { work.perform() } }
        state.withLock { $0.elapsed = end }
    }

    private func next(before end: Duration) -> DispatchWorkItem? {
        state.withLock { state in
            guard let index = state.pending.indices.min(by: { state.pending[$0].at < state.pending[$1].at }),
                state.pending[index].at <= end
            else { return nil }
            nonisolated(unsafe) let due = state.pending.remove(at: index)
            state.elapsed = max(state.elapsed, due.at)
            return due.work
        }
    }
}
