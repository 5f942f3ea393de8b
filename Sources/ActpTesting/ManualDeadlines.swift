public import Scheduling
import Synchronization

/// Time limits that pass when a test says so.
public final class ManualDeadlines: Deadlines {
    private struct State {
        var elapsed: Duration = .zero
        var pending: [(at: Duration, deadline: Deadline)] = []
    }

    private let state = Mutex(State())

    public init() {}

    @discardableResult
    public func after(_ duration: Duration, _ work: @escaping @Sendable () -> Void) -> Deadline {
        let deadline = Deadline(work)
        state.withLock { $0.pending.append(($0.elapsed + duration, deadline)) }
        return deadline
    }

    /// Time passes; what becomes due is done, the earliest first, also what that schedules in turn.
    public func elapse(_ duration: Duration) {
        let end = state.withLock { state in state.elapsed + duration }
        while let deadline = next(before: end) { deadline.pass() }
        state.withLock { $0.elapsed = end }
    }

    private func next(before end: Duration) -> Deadline? {
        state.withLock { state in
            guard let index = state.pending.indices.min(by: { state.pending[$0].at < state.pending[$1].at }),
                state.pending[index].at <= end
            else { return nil }
            let due = state.pending.remove(at: index)
            state.elapsed = max(state.elapsed, due.at)
            return due.deadline
        }
    }
}
