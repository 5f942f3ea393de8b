import ActpTesting
import Records
import Scheduling
import Stores
import Testing
import Time

/// What callers over HTTP have the scheduler do.
struct CallerTests {
    private let start = Instant.at("2026-03-02T09:00:00Z")

    private func order(_ desk: SchedulerDesk) throws -> RunRequest {
        let request = RunRequest(
            trigger: .http, due: start, domain: "test", task: "work", policy: Policy(timeout: .seconds(60)))
        #expect(try desk.ledger.begin(request, at: start))
        return request
    }

    @Test("a run that is taken on is seen, excludes the same work, ends in the ledger; after a stop none is taken on")
    func takeOn() async throws {
        let desk = try SchedulerDesk(at: start, performer: ScriptedPerformer { _ in .hold })
        try await desk.scheduler.start([.made()], alarm: desk.alarm)
        let request = try order(desk)
        #expect(await desk.scheduler.takeOn(request))
        await desk.performer.begun(1)
        #expect(await desk.scheduler.view.state.running == [request])
        await desk.advance(to: start + .seconds(60))
        desk.performer.release()
        #expect(
            await desk.events(untilEnds: 1) == [
                "started work", "skipped work overlap, holder=\(request.id)", "ended work ok",
            ])
        #expect(try desk.ledger.run(request.id)?.record.outcome == .ok)
        await desk.scheduler.drain(limit: .seconds(1))
        #expect(await desk.scheduler.takeOn(try order(desk)) == false)
    }

    @Test("cancelling stops what runs, ends what waits, and knows nothing of others")
    func cancel() async throws {
        let desk = try SchedulerDesk(at: start, performer: ScriptedPerformer { _ in .hold })
        try await desk.scheduler.start([.made(overlap: .bufferOne)], alarm: desk.alarm)
        await desk.advance(to: start + .seconds(60))
        await desk.performer.begun(1)
        await desk.advance(to: start + .seconds(120))
        let waiting = try #require(try desk.ledger.runs(RunFilter(limit: 1)).first)
        #expect(waiting.isWaiting)
        #expect(try await desk.scheduler.cancel(waiting.id, reason: "asked"))
        #expect(try desk.ledger.run(waiting.id)?.record.outcome == .cancelled)
        #expect(try await desk.scheduler.cancel(waiting.id, reason: "asked") == false)
        #expect(try await desk.scheduler.cancel(RowID(orderedAt: start), reason: "asked") == false)
        #expect(try await desk.scheduler.cancel(desk.performer.requests[0].id, reason: "asked"))
        #expect(await desk.events(untilEnds: 1).last == "ended work cancelled")
        #expect(try desk.history() == ["09:01 cancelled asked", "09:02 cancelled asked"])
    }

    @Test("the view has each schedule's next slot, and when the loop last looked")
    func view() async throws {
        let desk = try SchedulerDesk(at: start)
        let schedules = [Schedule.made("a"), .made("b", cron: "0 * * * *"), .made("off", isEnabled: false)]
        try await desk.scheduler.start(schedules, alarm: desk.alarm)
        let view = await desk.scheduler.view
        #expect(view.schedules == schedules)
        #expect(
            Dictionary(uniqueKeysWithValues: view.plan.slots.map { ($0.schedule.name, $0.planned) })
                == ["a": start + .seconds(60), "b": start + .seconds(3_600)])
        await desk.advance(to: start + .seconds(61))
        #expect(await desk.scheduler.view.wokeAt == start + .seconds(61))
        #expect(view.wokeAt == start, "a copy does not change")
    }
}
