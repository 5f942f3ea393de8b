import Synchronization

/// Runs tasks on the thread that waits for them, so that an input always takes the same way.
final class OneThread: TaskExecutor {
    private let jobs = Mutex<[UnownedJob]>([])

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        jobs.withLock { $0.append(job) }
    }

    /// - Parameter idle: called when everything waits; has to bring something about.
    func run<Result: Sendable>(_ work: @escaping @Sendable () async -> Result, idle: () -> Void) -> Result {
        let result = Answer<Result>()
        Task(executorPreference: self) {
            let value = await work()
            result.value.withLock { $0 = value }
        }
        while true {
            if let job = jobs.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) {
                job.runSynchronously(on: asUnownedTaskExecutor())
            } else if let value = result.value.withLock({ $0 }) {
                return value
            } else {
                idle()
            }
        }
    }
}

private final class Answer<Value: Sendable>: Sendable {
    let value = Mutex<Value?>(nil)
}
