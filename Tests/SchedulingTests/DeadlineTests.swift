import ActpTesting
import Synchronization
import Testing
import Time

@testable import Scheduling

struct DeadlineTests {
    /// Held by the work of a deadline.
    private final class Witness: Sendable {}

    @Test("each passes once, in the order of their times; a cancelled one never")
    func order() async {
        let deadlines = DispatchDeadlines()
        let passed = Mutex<[String]>([])
        await withCheckedContinuation { continuation in
            deadlines.after(.milliseconds(30)) {
                passed.withLock { $0.append("last") }
                continuation.resume()
            }
            deadlines.after(.milliseconds(20)) { passed.withLock { $0.append("second") } }
            let given = deadlines.after(.milliseconds(5)) { passed.withLock { $0.append("cancelled") } }
            deadlines.after(.milliseconds(10)) { passed.withLock { $0.append("first") } }
            given.cancel()
            given.cancel()
        }
        #expect(passed.withLock { $0 } == ["first", "second", "last"])
        #expect(deadlines.count == 0)
    }

    @Test("a deadline may set another from its own work")
    func chain() async {
        let deadlines = DispatchDeadlines()
        await withCheckedContinuation { continuation in
            deadlines.after(.milliseconds(1)) { deadlines.after(.milliseconds(1)) { continuation.resume() } }
        }
        #expect(deadlines.count == 0)
    }

    @Test("a cancelled one lets go at once of what its work holds, and ten thousand of them leave next to nothing")
    func memory() {
        let deadlines = DispatchDeadlines()
        weak var held: Witness?
        do {
            let witness = Witness()
            held = witness
            deadlines.after(.seconds(3_600)) { _ = witness }.cancel()
        }
        #expect(held == nil)
        let kept = deadlines.after(.seconds(3_600)) {}
        for _ in 0..<10_000 { deadlines.after(.seconds(3_600)) {}.cancel() }
        #expect(deadlines.count < 200)
        #expect(kept.pass() && !kept.pass())
        kept.cancel()
    }

    @Test("a run that was cancelled and has ended leaves nothing with the deadlines")
    func cancelledRun() async {
        let deadlines = ManualDeadlines()
        let workers = WorkerPool(limit: 1)
        weak var held: ScriptedPerformer?
        do {
            let performer = ScriptedPerformer { _ in .hold }
            held = performer
            let time = ManualTime("2026-03-02T09:00:00Z")
            let execution = Execution(performer: performer, time: time, workers: workers, deadlines: deadlines)
            let stop = StopSwitch()
            let request = RunRequest(trigger: .manual, due: time.now(), domain: "test", task: "work", policy: Policy())
            async let completion = execution.run(request, stop: stop)
            await performer.begun(1)
            stop.turnOn("asked")
            #expect(await completion.outcome == .cancelled)
        }
        // The one thread has then let go of the work.
        await Task(executorPreference: workers) {}.value
        #expect(held == nil)
    }
}
