import Synchronization
import Testing

@testable import Scheduling

struct WorkerPoolTests {
    private final class Company: Sendable {
        let isThere = Mutex(false)
    }

    @Test("of jobs that are enqueued together none runs before all are there", arguments: 1...20)
    func together(_ round: Int) async {
        let pool = WorkerPool(limit: 4)
        // A job of before, so that a thread is awake and would take what it finds.
        await Task(executorPreference: pool) {}.value
        let company = Company()
        var jobs: [Task<Bool, Never>] = []
        pool.together {
            for _ in 0..<200 { jobs.append(Task(executorPreference: pool) { company.isThere.withLock { $0 } }) }
            company.isThere.withLock { $0 = true }
        }
        for job in jobs { #expect(await job.value) }
    }
}
