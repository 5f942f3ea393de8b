import ActpTesting
import Records
import Scheduling
import Stores
import Synchronization
import Testing
import Time

/// The policies, with a real ledger on disk, a manual clock and scripted work.
@Suite struct PolicyTests {
    private let start = Instant.at("2026-03-02T09:00:00Z")

    private func minute(_ number: Int) -> Instant { start + .seconds(60 * number) }

    @Test("bufferOne: one slot waits and starts when the first ends, a second one is skipped and says so")
    func bufferOne() async throws {
        let desk = try SchedulerDesk(at: start, performer: ScriptedPerformer { _ in .hold })
        try await desk.start(.made(overlap: .bufferOne))
        for number in 1...3 { await desk.advance(to: minute(number)) }
        await desk.performer.begun(1)
        let holder = desk.performer.requests[0].id
        #expect(
            try desk.history() == [
                "09:01 running", "09:02 waiting overlap, holder=\(holder)",
                "09:03 skipped overlap, one slot waits already, holder=\(holder)",
            ])
        desk.performer.release()
        await desk.performer.begun(2)
        desk.performer.release()
        _ = await desk.events(untilEnds: 2)
        #expect(desk.performer.requests.map(\.planned) == [minute(1), minute(2)])
        #expect(try desk.history().prefix(2) == ["09:01 ok", "09:02 ok"])
    }

    @Test("bufferAll: every slot waits its turn, up to the limit, and what is beyond it is skipped and says so")
    func bufferAll() async throws {
        let desk = try SchedulerDesk(
            at: start, performer: ScriptedPerformer { _ in .hold },
            limits: SchedulerLimits(runs: RunLimits(buffered: 2)))
        try await desk.start(.made(overlap: .bufferAll))
        for number in 1...4 { await desk.advance(to: minute(number)) }
        for number in 1...3 {
            await desk.performer.begun(number)
            desk.performer.release()
        }
        _ = await desk.events(untilEnds: 3)
        #expect(desk.performer.requests.map(\.planned) == [minute(1), minute(2), minute(3)])
        #expect(try desk.history()[3].hasPrefix("09:04 skipped overlap, 2 slots wait already, holder="))
    }

    @Test("cancelOther: the earlier run is cancelled with a reason, and the newer slot starts when it has ended")
    func cancelOther() async throws {
        let desk = try SchedulerDesk(at: start, performer: ScriptedPerformer { _ in .hold })
        try await desk.start(.made(overlap: .cancelOther))
        await desk.advance(to: minute(1))
        await desk.performer.begun(1)
        await desk.advance(to: minute(2))
        await desk.performer.begun(2)
        desk.performer.release()
        _ = await desk.events(untilEnds: 2)
        #expect(
            try desk.history() == [
                "09:01 cancelled cancelled by a newer slot (overlap is cancelOther)", "09:02 ok",
            ])
    }

    @Test("a limit makes slots wait; of those that wait the highest priority goes first, then the oldest")
    func priorities() async throws {
        let desk = try SchedulerDesk(
            at: start, performer: ScriptedPerformer { _ in .hold },
            limits: SchedulerLimits(runs: RunLimits(total: 1)))
        try await desk.start(
            .made("low", task: "low", priority: -1), .made("plain", task: "plain"),
            .made("high", task: "high", priority: 5))
        await desk.advance(to: minute(1))
        for number in 1...3 {
            await desk.performer.begun(number)
            desk.performer.release()
        }
        _ = await desk.events(untilEnds: 3)
        #expect(desk.performer.requests.map(\.task) == ["high", "plain", "low"])
    }

    @Test("a domain's limit leaves the others alone")
    func domainLimit() {
        var admission = Admission([], limits: RunLimits(perDomain: 1))
        func request(_ domain: String, _ task: String) -> RunRequest {
            RunRequest(
                trigger: .schedule, schedule: task, planned: start, due: start, domain: domain, task: task,
                policy: Policy())
        }
        #expect(admission.admit(request("a", "1")).verdict == .start)
        #expect(admission.admit(request("a", "2")).verdict == .wait("limit of 1 runs of a at once"))
        #expect(admission.admit(request("b", "1")).verdict == .start)
    }

    @Test("a failure that is safe to repeat is tried again, with the attempts recorded; the outcome is the last one's")
    func retry() async throws {
        let failures = Countdown(2)
        let desk = try SchedulerDesk(
            at: start,
            performer: ScriptedPerformer { _ in failures.next() ? .failForNow("away") : .succeed },
            deadlines: DispatchDeadlines.shared)
        try await desk.start(
            .made(retry: Retry(attempts: 3, backoff: .milliseconds(1), maxBackoff: .milliseconds(2)), alertAfter: 1))
        await desk.advance(to: minute(1))
        #expect(await desk.events(untilEnds: 1).last == "ended work ok")
        let run = try #require(try desk.ledger.runs(RunFilter(limit: 1)).first)
        #expect(run.attempts == 3 && run.outcome == .ok)
        #expect(try desk.alerts().isEmpty)
    }

    @Test(
        "what is not safe to repeat is tried once",
        arguments: [
            (ScriptedPerformer.Step.fail("bad data"), false, Outcome.error),
            (.leaveUnknown("no answer"), false, .unknown),
            (.decline("quiet hours"), false, .skipped), (.failForNow("away"), true, .error),
        ])
    func noRetry(step: ScriptedPerformer.Step, isOnce: Bool, outcome: Outcome) async throws {
        let time = ManualTime(start)
        let performer = ScriptedPerformer { _ in step }
        let execution = Execution(performer: performer, time: time, workers: WorkerPool(limit: 1))
        let retry = Retry(attempts: 3, backoff: .milliseconds(1), maxBackoff: .milliseconds(1))
        let completion = await execution.run(
            RunRequest(
                trigger: .manual, due: start, domain: "test", task: "work", policy: Policy(retry: retry),
                isOnce: isOnce))
        #expect(completion.outcome == outcome && completion.attempts == 1)
        #expect(performer.requests.count == 1)
    }

    @Test("waits double up to the longest, never below half, and differ from run to run")
    func backoff() {
        let retry = Retry(attempts: 9, backoff: .seconds(10), maxBackoff: .seconds(60))
        for seed in 0..<200 as Range<UInt64> {
            let waits = (2...9).map { retry.wait(before: $0, seed: seed).milliseconds }
            for (wait, full) in zip(waits, [10, 20, 40, 60, 60, 60, 60, 60] as [Int64]) {
                #expect((full * 500...full * 1_000).contains(wait))
            }
        }
        #expect(Set((0..<50 as Range<UInt64>).map { retry.wait(before: 2, seed: $0) }).count > 40)
    }

    @Test(
        "pauseOnFailure: after so many failures in a row the schedule pauses itself, says so, and its slots are skipped"
    )
    func pauseOnFailure() async throws {
        let desk = try SchedulerDesk(at: start, performer: ScriptedPerformer { _ in .fail("no luck") })
        try await desk.start(.made(pauseOnFailure: 2, alertAfter: 1))
        await desk.advance(to: minute(1))
        _ = await desk.events(untilEnds: 1)
        await desk.advance(to: minute(2))
        _ = await desk.events(untilEnds: 1)
        await desk.advance(to: minute(3))
        #expect(
            try desk.history() == [
                "09:01 error no luck", "09:02 error no luck",
                "09:03 skipped paused: after 2 failures in a row, the last: no luck",
            ])
        #expect(try desk.alerts() == ["work failed 1x: no luck", "job paused after 2"])
        #expect(try desk.ledger.resume("job", at: minute(3))?.since == minute(2))
        await desk.advance(to: minute(4))
        #expect(await desk.events(untilEnds: 1).last == "ended work error")
    }

    @Test("a pause holds back slots from its beginning to its end, and survives a restart and a reload")
    func pause() async throws {
        let directory = try TemporaryDirectory()
        do {
            let desk = try SchedulerDesk(at: start, in: directory)
            try await desk.start(.made())
            try desk.ledger.pause(Pause(schedule: "job", since: start, until: minute(3), note: "by hand"))
            await desk.advance(to: minute(1))
            _ = try await desk.scheduler.reload([.made(timeout: .seconds(5))])
        }
        let desk = try SchedulerDesk(at: minute(1), in: directory)
        try await desk.start(.made(timeout: .seconds(5)))
        await desk.advance(to: minute(2))
        await desk.advance(to: minute(3))
        _ = await desk.events(untilEnds: 1)
        #expect(
            try desk.history() == ["09:01 skipped paused: by hand", "09:02 skipped paused: by hand", "09:03 ok"])
    }

    @Test("catchUp all: every slot of the downtime runs, the oldest first; those beyond the window are counted")
    func catchUpAll() async throws {
        let directory = try TemporaryDirectory()
        let schedule = Schedule.made(overlap: .allow, catchUp: .all, catchUpWindow: .seconds(180))
        do {
            let desk = try SchedulerDesk(at: start, in: directory)
            try await desk.start(schedule)
        }
        let desk = try SchedulerDesk(at: minute(6) + .seconds(1), in: directory)
        try await desk.start(schedule)
        _ = await desk.events(untilEnds: 3)
        #expect(
            try desk.history() == [
                "09:01 missed 3 slots passed, the last at 2026-03-02T09:03:00Z", "09:04 ok", "09:05 ok", "09:06 ok",
            ])
    }
}

/// True so many times, then false.
private final class Countdown: Sendable {
    private let left: Mutex<Int>

    init(_ count: Int) { left = Mutex(count) }

    func next() -> Bool {
        left.withLock { left in
            left -= 1
            return left >= 0
        }
    }
}
