import Glibc
import Synchronization

/// A few threads of our own for the tasks' work.
///
/// Swift's global pool starts a timer that wakes the process every second for good; these threads sleep until there is
/// work. They are made as needed, up to ``limit``, and then kept.
public final class WorkerPool: TaskExecutor {
    private struct State: ~Copyable {
        var jobs: [UnownedJob] = []
        var head = 0
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
        let job = UnownedJob(job)
        let needsThread = state.withLock { state in
            state.jobs.append(job)
            guard state.idle < state.jobs.count - state.head, state.threads < limit else { return false }
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
                let job = state.jobs[state.head]
                state.head += 1
                if state.head == state.jobs.count {
                    state.jobs.removeAll(keepingCapacity: state.head < 1_024)
                    state.head = 0
                }
                return job
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
