import ActpTesting
import Records
import Scheduling
import Stores
import Testing
import Time

/// A reload in the middle of things.
@Suite struct ReloadTests {
    private let start = Instant.at("2026-03-02T09:00:00Z")

    @Test("a cron line that changes just before its instant fires once, under the new line alone")
    func changedAtTheLastMoment() async throws {
        let desk = try SchedulerDesk(at: start)
        try await desk.start(.made(cron: "*/5 * * * *"))
        await desk.advance(to: start + .milliseconds(299_900))
        _ = try await desk.scheduler.reload([.made(cron: "0 */5 * * * *")])
        await desk.advance(to: start + .seconds(300))
        _ = await desk.events(untilEnds: 1)
        #expect(try desk.history() == ["09:05 ok"])
    }

    @Test("a slot that jitter still holds back when its cron line changes runs, once")
    func heldBackByJitter() async throws {
        let desk = try SchedulerDesk(at: start)
        let schedule = Schedule.made(cron: "*/5 * * * *", jitter: .seconds(200))
        try #require(schedule.delay > .seconds(2))
        try await desk.start(schedule)
        await desk.advance(to: start + .seconds(301))
        _ = try await desk.scheduler.reload([.made(cron: "1-59/5 * * * *")])
        _ = await desk.events(untilEnds: 1)
        await desk.advance(to: start + .seconds(360))
        _ = await desk.events(untilEnds: 1)
        #expect(try desk.history() == ["09:05 ok", "09:06 ok"])
    }

    @Test("a schedule that only changes its limits keeps its place: nothing is lost, nothing is owed")
    func otherLimits() async throws {
        let desk = try SchedulerDesk(at: start)
        try await desk.start(.made())
        await desk.advance(to: start + .seconds(60))
        _ = await desk.events(untilEnds: 1)
        let difference = try await desk.scheduler.reload([.made(timeout: .seconds(5))])
        #expect(difference.changed == ["job"] && difference.started.isEmpty)
        await desk.advance(to: start + .seconds(120))
        _ = await desk.events(untilEnds: 1)
        #expect(desk.performer.requests.map(\.policy.timeout) == [.seconds(60), .seconds(5)])
        #expect(try desk.history() == ["09:01 ok", "09:02 ok"])
    }

    @Test("disabled and enabled again, a schedule owes nothing of the time between")
    func disabled() async throws {
        let desk = try SchedulerDesk(at: start)
        try await desk.start(.made())
        _ = try await desk.scheduler.reload([.made(isEnabled: false)])
        await desk.advance(to: start + .seconds(600))
        _ = try await desk.scheduler.reload([.made()])
        await desk.advance(to: start + .seconds(660))
        _ = await desk.events(untilEnds: 1)
        #expect(try desk.history() == ["09:11 ok"])
        #expect(try desk.ledger.states()["job"]?.anchor == start + .seconds(600))
    }

    @Test("slots caught up after a wake-up wait for things to settle and spread; a late one of this minute does not")
    func settle() async throws {
        let limits = SchedulerLimits(settle: .seconds(30))
        let desk = try SchedulerDesk(at: start, limits: limits)
        let schedules = (0..<20).map { Schedule.made("job\($0)", cron: "0 10 * * *", task: "work\($0)") }
        try await desk.scheduler.start(schedules + [.made("late", cron: "0 12 * * *", task: "late")], alarm: desk.alarm)
        let woken = start + .seconds(3 * 3_600 + 20)
        await desk.advance(to: woken)
        #expect(await desk.events(untilEnds: 1) == ["started late", "ended late ok"])
        let starts = await desk.scheduler.upcoming(limit: 20).map(\.due)
        #expect(starts.allSatisfy { $0 >= woken + .seconds(30) && $0 < woken + .seconds(60) })
        #expect(Set(starts).count > 15)
        await desk.advance(to: woken + .seconds(60))
        _ = await desk.events(untilEnds: 20)
        #expect(try desk.ledger.runs(RunFilter(limit: 99)).count == 21)
    }
}
