import ActpTesting
import Scheduling
import Stores
import Testing
import Time

/// A wall clock that somebody sets.
@Suite(.timeLimit(.minutes(5)))
struct ClockRows {
    private let start = Instant.at("2026-03-02T09:00:00Z")

    private func minute(_ number: Int) -> Instant { start + .seconds(60 * number) }

    @Test("a clock set back by an hour: the next minute's job is on time, and nothing sleeps for an hour", .shows(12))
    func back() async throws {
        let desk = try SchedulerDesk(at: start)
        try await desk.start(.made(overlap: .allow))
        await desk.advance(to: minute(1))
        let then = start - .seconds(3_600 - 90)
        desk.time.jump(to: then)
        await desk.scheduler.wake()
        let next = start - .seconds(3_600 - 120)
        #expect(await desk.scheduler.state.nextAlarm == next)
        await desk.advance(to: next)
        _ = await desk.events(untilEnds: 2)
        let run = try #require(try desk.ledger.runs(RunFilter(limit: 9)).first { $0.planned == next })
        #expect(run.outcome == .ok && run.latenessUsec == 0)
    }

    @Test("slots that ran before the clock was set back are not run again when their time comes again", .shows(12))
    func onceEach() async throws {
        let desk = try SchedulerDesk(at: start)
        try await desk.start(.made(overlap: .allow))
        await desk.walk(through: minute(10))
        desk.time.jump(to: start)
        await desk.scheduler.wake()
        await desk.walk(through: minute(12))
        #expect(try desk.started() == (1...12).map(minute))
    }

    @Test(
        "a clock that goes back and then forward again loses no slot: what nobody ran is recorded as missed", .shows(12)
    )
    func backAndForth() async throws {
        let desk = try SchedulerDesk(at: start)
        try await desk.start(.made(overlap: .allow))
        await desk.walk(through: minute(10))
        desk.time.jump(to: start)
        await desk.scheduler.wake()
        // Nobody runs 09:11 to 09:29: the clock passes over them.
        desk.time.jump(to: minute(30))
        await desk.scheduler.wake()
        #expect(try desk.started() == (1...10).map(minute) + [minute(30)])
        let missed = try #require(try desk.ledger.runs(RunFilter(limit: 99)).first { $0.outcome == .missed })
        #expect(missed.planned == minute(11) && missed.missedThrough == minute(29) && missed.missed == 19)
    }

    @Test(
        "a schedule that began before the clock was set back owes nothing of the time before its beginning", .shows(12))
    func beforeItsBeginning() async throws {
        let directory = try TemporaryDirectory()
        let schedule = Schedule.made(overlap: .allow)
        var earlier: SQLiteLedger? = try .opened(in: directory, as: .daemon, at: minute(60))
        _ = try earlier?.register([schedule], at: minute(60))
        for number in 1...5 {
            #expect(try earlier?.begin(RunRequest(slot: minute(number), of: schedule), at: minute(number)) == true)
        }
        earlier = nil
        let desk = try SchedulerDesk(at: minute(6) - .seconds(1), in: directory)
        try await desk.start(schedule)
        desk.time.jump(to: minute(63))
        await desk.scheduler.wake()
        let missed = try desk.ledger.runs(RunFilter(limit: 99)).filter { $0.outcome == .missed }
        #expect(missed.map(\.planned) == [minute(61)] && missed.map(\.missed) == [2])
    }

    @Test(
        "a cron line that changes while the clock is behind owes nothing of the time that was lived before",
        .shows(12, 23))
    func changedBehind() async throws {
        let desk = try SchedulerDesk(at: start)
        try await desk.start(.made(overlap: .allow))
        await desk.walk(through: minute(10))
        desk.time.jump(to: start)
        _ = try await desk.scheduler.reload([.made(cron: "*/2 * * * *", overlap: .allow)])
        // 09:02 to 09:10 have the rows of the old line; 09:12 to 09:28 are passed over by the new one.
        desk.time.jump(to: minute(30))
        await desk.scheduler.wake()
        #expect(try desk.started() == (1...10).map(minute) + [minute(30)])
        let missed = try desk.ledger.runs(RunFilter(limit: 99)).filter { $0.outcome == .missed }
        #expect(missed.map(\.planned) == [minute(12)] && missed.map(\.missed) == [9])
    }

    @Test(
        "a clock that jumps ten years ahead costs one tick of a bounded length, and the loop can still be stopped",
        .shows(13))
    func ahead() async throws {
        let later = start + .seconds(10 * 365 * 86_400)
        var plan = Plan.made(
            .made(), .made("seconds", cron: "* * * * * *"), .made("daily", cron: "0 2 * * *"),
            .made("all", cron: "*/5 * * * * *", catchUp: .all, catchUpWindow: .seconds(60)), at: start)
        let before = SystemTime().threadTime()
        let due = plan.tick(at: later)
        let used = SystemTime().threadTime() - before
        // One slot a schedule, as many as a batch for the one that wants all of its window: never one a slot missed.
        #expect(due.count == 3 + 13)
        #expect(plan.nextDue == later + .seconds(1))
        // A release build takes well under 10 ms; this one is not optimised.
        #expect(used < .milliseconds(250))
        let desk = try SchedulerDesk(at: start)
        try await desk.start(.made())
        await desk.advance(to: later)
        await desk.scheduler.drain(limit: .seconds(10))
        #expect(try desk.started() == [later])
    }
}
