import DequeModule
import Glibc
import Synchronization

/// A few threads of our own for the tasks' work.
///
/// Swift's global pool starts a timer that wakes the process every second for good; these threads sleep until there is
/// work. They are made as needed, up to a limit, and then kept.
public final class WorkerPool: TaskExecutor {
    private struct State: ~Copyable {
        /// Starts of runs go before everything else, or a burst's last run would be late by the work of its first.
        var urgent: Deque<UnownedJob> = []
        var others: Deque<UnownedJob> = []
        /// Jobs that are kept until all of their company have come; `nil` when none are kept.
        var kept: Int?
        var idle = 0
        var threads = 0
        /// Threads at most; one more for each that abandoned work holds.
        var limit: Int

        /// Counts another thread, already as an idle one, if there is work for it.
        mutating func grows() -> Bool {
            guard idle < urgent.count + others.count, threads < limit else { return false }
            threads += 1
            idle += 1
            return true
        }
    }

    private let state: Mutex<State>
    /// Counts the jobs not yet taken.
    private let available = Semaphore()

    /// - Parameter limit: threads at most.
    public init(limit: Int) { state = Mutex(State(limit: limit)) }

    /// Abandoned work may hold a thread for ever: another one may be made in its place.
    func lend() {
        let needsThread = state.withLock { state in
            state.limit += 1
            return state.grows()
        }
        if needsThread { startThread() }
    }

    /// The abandoned work has ended.
    func giveBack() { state.withLock { $0.limit -= 1 } }

    public func enqueue(_ job: consuming ExecutorJob) {
        let isUrgent = job.priority.rawValue >= TaskPriority.high.rawValue
        let job = UnownedJob(job)
        let (isKept, needsThread) = state.withLock { state in
            if isUrgent { state.urgent.append(job) } else { state.others.append(job) }
            state.kept? += 1
            return state.kept == nil ? (false, state.grows()) : (true, false)
        }
        guard !isKept else { return }
        if needsThread { startThread() }
        available.signal()
    }

    /// Does what enqueues many jobs, and has none of them run before all are there: their work would take the processors
    /// from whoever still enqueues the last. One at a time.
    func together(_ enqueueAll: () -> Void) {
        state.withLock { $0.kept = 0 }
        enqueueAll()
        let (jobs, threads) = state.withLock { state in
            var threads = 0
            while state.grows() { threads += 1 }
            defer { state.kept = nil }
            return (state.kept ?? 0, threads)
        }
        for _ in 0..<threads { startThread() }
        for _ in 0..<jobs { available.signal() }
    }

    private func startThread() {
        let pool = Unmanaged.passRetained(self).toOpaque()
        var thread = pthread_t()
        let result = pthread_create(
            &thread, nil,
            { pool in
                // The pool lives as long as the process, so that its threads never outlive it.
                guard let pool else { return nil }
                Unmanaged<WorkerPool>.fromOpaque(pool).takeUnretainedValue().work()
                return nil
            }, pool)
        guard result == 0 else {
            // The threads there are will take the job; with none at all the next enqueue tries again.
            state.withLock { state in
                state.threads -= 1
                state.idle -= 1
            }
            return
        }
        pthread_detach(thread)
    }

    private func work() {
        repeat {
            available.wait()
            let job = state.withLock { state -> UnownedJob in
                state.idle -= 1
                return state.urgent.popFirst() ?? state.others.removeFirst()
            }
            job.runSynchronously(on: asUnownedTaskExecutor())
        } while rest()
    }

    /// False when there are more threads than there should be, and this one is to end.
    private func rest() -> Bool {
        state.withLock { state in
            guard state.threads <= state.limit else {
                state.threads -= 1
                return false
            }
            state.idle += 1
            return true
        }
    }
}

/// A counting semaphore of the C library, whose address must not move.
private final class Semaphore: @unchecked Sendable {
    /// Allocated once and never moved; sem_post and sem_wait are safe from any thread.
    private let semaphore = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

    init() { sem_init(semaphore, 0, 0) }

    deinit {
        sem_destroy(semaphore)
        semaphore.deallocate()
    }

    func signal() { sem_post(semaphore) }

    func wait() {
        // A signal handler may interrupt the wait.
        while sem_wait(semaphore) == -1 {}
    }
}
