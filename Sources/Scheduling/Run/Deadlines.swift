@preconcurrency internal import Dispatch
internal import HeapModule
internal import Synchronization
import Time

/// Calls back when elapsed time has passed: the time limits and waits of runs. Clock changes do not matter to it.
public protocol Deadlines: Sendable {
    /// Does the work once, after so long, unless the deadline is cancelled before.
    @discardableResult
    func after(_ duration: Duration, _ work: @escaping @Sendable () -> Void) -> Deadline
}

/// Work that is done once: when its time has come, or never.
public final class Deadline: Sendable {
    private let work: Mutex<(@Sendable () -> Void)?>
    private let onCancel: @Sendable () -> Void

    /// - Parameter onCancel: told when the work was given up before its time.
    public init(_ work: @escaping @Sendable () -> Void, onCancel: @escaping @Sendable () -> Void = {}) {
        self.work = Mutex(work)
        self.onCancel = onCancel
    }

    /// Gives the work up, and with it what it holds in memory; nothing happens once it has begun.
    public func cancel() { if take() != nil { onCancel() } }

    /// Does the work, unless it was done or given up.
    ///
    /// - Returns: whether there was any.
    @discardableResult
    public func pass() -> Bool {
        guard let work = take() else { return false }
        work()
        return true
    }

    var isOver: Bool { work.withLock { $0 == nil } }

    private func take() -> (@Sendable () -> Void)? {
        work.withLock { work in
            defer { work = nil }
            return work
        }
    }
}

/// Real time: one timer and one serial queue for all deadlines.
///
/// Nearly all of them are cancelled, a run being over long before its time limit. Dispatch would keep each until then, with the
/// run's memory: here a cancelled one leaves an entry of a few bytes, and those are cleared away when they are the most.
public final class DispatchDeadlines: Deadlines {
    /// For the whole process.
    public static let shared = DispatchDeadlines()

    private struct Entry: Comparable {
        let at: DispatchTime
        let deadline: Deadline

        static func < (a: Entry, b: Entry) -> Bool { a.at < b.at }
        static func == (a: Entry, b: Entry) -> Bool { a.at == b.at }
    }

    private struct State {
        var entries = Heap<Entry>()
        /// How many of them were cancelled.
        var cancelled = 0
        /// What the timer is set for.
        var armed = DispatchTime.distantFuture
    }

    /// So many cancelled entries are not worth clearing away.
    private static let fewCancelled = 64

    private let state = Mutex(State())
    private let timer: any DispatchSourceTimer

    init() {
        timer = DispatchSource.makeTimerSource(queue: DispatchQueue(label: "actpd.deadlines"))
        timer.setEventHandler { [weak self] in self?.passDue() }
        timer.schedule(deadline: .distantFuture)
        timer.activate()
    }

    @discardableResult
    public func after(_ duration: Duration, _ work: @escaping @Sendable () -> Void) -> Deadline {
        let deadline = Deadline(work) { [weak self] in self?.noteCancelled() }
        state.withLock { state in
            state.entries.insert(Entry(at: .now() + duration.inSeconds, deadline: deadline))
            arm(&state)
        }
        return deadline
    }

    /// Entries that are kept, cancelled ones among them; for tests.
    var count: Int { state.withLock { $0.entries.count } }

    private func passDue() {
        let due = state.withLock { state in
            var due: [Deadline] = []
            let now = DispatchTime.now()
            while let first = state.entries.min, first.at <= now { due.append(state.entries.removeMin().deadline) }
            state.armed = .distantFuture
            arm(&state)
            return due
        }
        for deadline in due where !deadline.pass() { state.withLock { $0.cancelled -= 1 } }
    }

    private func noteCancelled() {
        state.withLock { state in
            state.cancelled += 1
            guard state.cancelled > max(DispatchDeadlines.fewCancelled, state.entries.count / 2) else { return }
            state.entries = Heap(state.entries.unordered.filter { !$0.deadline.isOver })
            state.cancelled = 0
        }
    }

    private func arm(_ state: inout State) {
        guard let first = state.entries.min, first.at < state.armed else { return }
        state.armed = first.at
        timer.schedule(deadline: first.at)
    }
}
