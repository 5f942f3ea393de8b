import DequeModule
import Glibc
import Synchronization

/// A few threads of our own for the tasks' work.
///
/// Swift's global pool starts a timer that wakes the process every second for good; these threads sleep until there is
/// work. They are made as needed, up to ``limit``, and then kept.
public final class WorkerPool: TaskExecutor {
    private struct State: ~Copyable {
        /// Starts of runs go before everything else, or a burst's last run would be late by the work of its first.
        var urgent: Deque<UnownedJob> = []
        var others: Deque<UnownedJob> = []
        var idle = 0
        var threads = 0
    }

    private let limit: Int
    private let state = Mutex(State())
    /// Counts the jobs not yet taken.
    private let available = Semaphore()

    /// - Parameter limit: threads at most.
    public init(limit: Int) { self.limit = limit }

    public func enqueue(_ job: consuming ExecutorJob) {
        let isUrgent = job.priority.rawValue >= TaskPriority.high.rawValue
        let job = UnownedJob(job)
        let needsThread = state.withLock { state in
            if isUrgent { state.urgent.append(job) } else { state.others.append(job) }
            guard state.idle < state.urgent.count + state.others.count, state.threads < limit else { return false }
            state.threads += 1
            return true
        }
        if needsThread { startThread() }
        available.signal()
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
            }, pool)
        guard result == 0 else {
            // The threads there are will take the job; with none at all the next enqueue tries again.
            state.withLock { $0.threads -= 1 }
            return
        }
        pthread_detach(thread)
    }

    private func work() -> Never {
        while true {
            state.withLock { $0.idle += 1 }
            available.wait()
            let job = state.withLock { state -> UnownedJob in
                state.idle -= 1
                return state.urgent.popFirst() ?? state.others.removeFirst()
            }
            job.runSynchronously(on: asUnownedTaskExecutor())
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
