import ActpTesting
import Records
import Scheduling
import Stores
import Testing
import Time

/// The loop with a real ledger on disk, a manual clock and scripted work.
@Suite struct SchedulerTests {
    private let start = Instant.at("2026-03-02T09:00:00Z")

    @Test("the alarm is set for the next slot; when it goes off the slot is claimed, run and recorded")
    func firstSlot() async throws {
        let desk = try SchedulerDesk(at: start)
        try await desk.scheduler.start([.made()], alarm: desk.alarm)
        let next = await desk.alarm.next()
        #expect(next == start + .seconds(60))
        await desk.advance(to: start + .seconds(60))
        #expect(await desk.events(untilEnds: 1) == ["started work", "ended work ok"])
        #expect(await desk.alarm.next() == start + .seconds(120))
        let runs = try desk.ledger.runs(RunFilter(limit: 10))
        #expect(runs.map(\.planned) == [start + .seconds(60)])
        #expect(runs.map(\.outcome) == [.ok])
        #expect(runs.map(\.latenessUsec) == [0])
    }

    @Test("a slot while the same work runs is skipped and says who held it")
    func overlap() async throws {
        let desk = try SchedulerDesk(at: start, performer: ScriptedPerformer { _ in .hold })
        try await desk.scheduler.start([.made()], alarm: desk.alarm)
        await desk.advance(to: start + .seconds(60))
        await desk.performer.begun(1)
        await desk.advance(to: start + .seconds(120))
        desk.performer.release()
        let holder = desk.performer.requests[0].id
        #expect(
            await desk.events(untilEnds: 1) == [
                "started work", "skipped work overlap, holder=\(holder)", "ended work ok",
            ])
        #expect(try desk.ledger.runs(RunFilter(limit: 10)).map(\.outcome) == [.skipped, .ok])
    }

    @Test("with overlap allowed both slots run")
    func allow() async throws {
        let desk = try SchedulerDesk(at: start, performer: ScriptedPerformer { _ in .hold })
        try await desk.scheduler.start([.made(overlap: .allow)], alarm: desk.alarm)
        await desk.advance(to: start + .seconds(60))
        await desk.advance(to: start + .seconds(120))
        await desk.performer.begun(2)
        desk.performer.release()
        #expect(await desk.events(untilEnds: 2).filter { $0 == "ended work ok" }.count == 2)
    }

    @Test("work that fails is recorded with its reason and an alert")
    func failure() async throws {
        let desk = try SchedulerDesk(at: start, performer: ScriptedPerformer { _ in .fail("no luck") })
        try await desk.scheduler.start([.made(alertAfter: 1)], alarm: desk.alarm)
        await desk.advance(to: start + .seconds(60))
        #expect(await desk.events(untilEnds: 1).last == "ended work error")
        #expect(try desk.ledger.runs(RunFilter(limit: 1)).first?.reason == "no luck")
        #expect(try desk.ledger.pending(.owner, limit: 9).map(\.message) == [.alert("work failed 1x: no luck")])
    }

    @Test("a drain cancels what does not end by itself, and nothing new starts")
    func drain() async throws {
        let desk = try SchedulerDesk(at: start, performer: ScriptedPerformer { _ in .hold })
        try await desk.scheduler.start([.made()], alarm: desk.alarm)
        await desk.advance(to: start + .seconds(60))
        await desk.performer.begun(1)
        await desk.scheduler.drain(limit: .milliseconds(1))
        await desk.advance(to: start + .seconds(120))
        let runs = try desk.ledger.runs(RunFilter(limit: 10))
        #expect(runs.map(\.outcome) == [.cancelled])
    }

    @Test("after a restart the slots in between are caught up once and counted, and none is run twice")
    func restart() async throws {
        let directory = try TemporaryDirectory()
        do {
            let desk = try SchedulerDesk(at: start, in: directory)
            try await desk.scheduler.start([.made()], alarm: desk.alarm)
            await desk.advance(to: start + .seconds(60))
            _ = await desk.events(untilEnds: 1)
        }
        let desk = try SchedulerDesk(at: start + .seconds(300), in: directory)
        try await desk.scheduler.start([.made()], alarm: desk.alarm)
        #expect(await desk.events(untilEnds: 1) == ["missed job 3", "started work", "ended work ok"])
        let runs = try desk.ledger.runs(RunFilter(limit: 10))
        #expect(runs.map(\.outcome).filter { $0 == .ok }.count == 2)
        #expect(runs.first { $0.outcome == .missed }?.missed == 3)
    }

    @Test("a clock set back does not run a slot twice")
    func backward() async throws {
        let desk = try SchedulerDesk(at: start)
        try await desk.scheduler.start([.made()], alarm: desk.alarm)
        await desk.advance(to: start + .seconds(60))
        _ = await desk.events(untilEnds: 1)
        desk.time.jump(to: start)
        await desk.scheduler.wake()
        await desk.advance(to: start + .seconds(60))
        await desk.advance(to: start + .seconds(120))
        #expect(await desk.events(untilEnds: 1) == ["taken work", "started work", "ended work ok"])
        #expect(try desk.ledger.runs(RunFilter(limit: 10)).count == 2)
    }

    @Test("a reload changes the plan, keeps what runs, and says what changed")
    func reload() async throws {
        let desk = try SchedulerDesk(at: start, performer: ScriptedPerformer { $0.task == "slow" ? .hold : .succeed })
        try await desk.scheduler.start(
            [.made("a", task: "slow"), .made("b", cron: "0 0 1 1 *"), .made("c", cron: "0 0 1 1 *")], alarm: desk.alarm)
        await desk.advance(to: start + .seconds(60))
        await desk.performer.begun(1)
        let difference = try await desk.scheduler.reload([
            .made("b", cron: "*/2 * * * *"), .made("c", cron: "0 0 1 1 *"), .made("d", cron: "0 0 1 1 *"),
        ])
        #expect(difference.description == "1 added (d), 1 removed (a), 1 changed (b)")
        #expect(await desk.scheduler.state.running.map(\.task) == ["slow"])
        await desk.advance(to: start + .seconds(120))
        desk.performer.release()
        #expect(
            await desk.events(untilEnds: 2).sorted() == [
                "ended slow ok", "ended work ok", "started slow", "started work",
            ])
    }

    @Test("a command that is killed while the daemon runs has its end at the next slot of any schedule")
    func killedCommand() async throws {
        let desk = try SchedulerDesk(at: start)
        try await desk.start(.made())
        do {
            let command = try SQLiteLedger(
                directory: desk.directory.path, as: .oneShot, texts: PlainAlertTexts(), at: start)
            try command.begin(
                RunRequest(trigger: .manual, due: start, domain: "test", task: "killed", policy: Policy()), at: start)
        }
        await desk.advance(to: start + .seconds(60))
        _ = await desk.events(untilEnds: 1)
        let killed = try desk.ledger.runs(RunFilter(limit: 9)).first { $0.task == "killed" }
        #expect(killed?.outcome == .interrupted)
    }
}
