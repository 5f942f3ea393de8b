import ActpTesting
import JSON
import Scheduling
import Stores
import Testing
import Time

/// Work that does not end in time, and slots that find it.
@Suite(.timeLimit(.minutes(5)))
struct OverlapRows {
    private let start = Instant.at("2026-03-02T09:00:00Z")

    private func minute(_ number: Int) -> Instant { start + .seconds(60 * number) }

    @Test(
        "a hung job is cancelled, then given up for all to see, and its slot is free; what it held up says who held it",
        .shows(15))
    func hung() async throws {
        let performer = ScriptedPerformer { $0.planned == minute(1) ? .ignoreCancellation : .succeed }
        let deadlines = ManualDeadlines()
        let desk = try SchedulerDesk(at: start, performer: performer, deadlines: deadlines)
        try await desk.start(.made(timeout: .seconds(90)))
        await desk.advance(to: minute(1))
        await desk.performer.begun(1)
        await desk.advance(to: minute(2))
        deadlines.elapse(.seconds(90) + Execution.abandonAfter)
        #expect(await desk.events(untilEnds: 1).last == "ended work timeout")
        await desk.advance(to: minute(3))
        #expect(await desk.events(untilEnds: 1).last == "ended work ok")
        let holder = performer.requests[0].id
        #expect(
            try desk.history() == [
                "09:01 timeout cancelled after its time limit of 1m30s; did not stop within 30s, abandoned",
                "09:02 skipped overlap, holder=\(holder)", "09:03 ok",
            ])
        #expect(desk.stuck.all == [holder])
        performer.release()
    }

    @Test("a job that heeds its cancellation ends at its time limit, and the next slot starts", .shows(15))
    func heeds() async throws {
        let performer = ScriptedPerformer { $0.planned == minute(1) ? .hold : .succeed }
        let deadlines = ManualDeadlines()
        let desk = try SchedulerDesk(at: start, performer: performer, deadlines: deadlines)
        try await desk.start(.made(timeout: .seconds(20)))
        await desk.advance(to: minute(1))
        await desk.performer.begun(1)
        deadlines.elapse(.seconds(20))
        _ = await desk.events(untilEnds: 1)
        await desk.advance(to: minute(2))
        _ = await desk.events(untilEnds: 1)
        #expect(try desk.history() == ["09:01 timeout cancelled after its time limit of 20s", "09:02 ok"])
        #expect(desk.stuck.all.isEmpty)
    }

    @Test("a slot that does not run has a row that says why: overlap, pause, the task's own refusal", .shows(26))
    func skips() async throws {
        let performer = ScriptedPerformer { request in
            request.task == "slow" ? .hold : .decline("quiet hours")
        }
        let desk = try SchedulerDesk(at: start, performer: performer)
        try await desk.start(
            .made("slow", task: "slow"), .made("quiet", task: "quiet"), .made("paused", task: "paused"))
        try desk.ledger.pause(Pause(schedule: "paused", since: start, until: nil, note: "by hand"))
        await desk.advance(to: minute(1))
        await desk.performer.begun(2)
        await desk.advance(to: minute(2))
        performer.release()
        _ = await desk.events(untilEnds: 3)
        let skipped = try desk.ledger.runs(RunFilter(limit: 99)).filter { $0.outcome == .skipped }.reversed()
        let holder = try #require(performer.requests.first { $0.task == "slow" }).id
        let reasons = Dictionary(grouping: skipped, by: \.schedule).mapValues { $0.map { $0.reason ?? "" } }
        #expect(
            reasons == [
                "slow": ["overlap, holder=\(holder)"], "quiet": ["quiet hours", "quiet hours"],
                "paused": ["paused: by hand", "paused: by hand"],
            ])
        #expect(skipped.allSatisfy { $0.planned != nil && $0.finishedAt != nil })
    }

    @Test("jitter is the same at every start of the daemon, differs from job to job, and next shows it", .shows(27))
    func jitter() async throws {
        let jobs = (0..<300).map { Schedule.made("job\($0)", cron: "0 * * * *", jitter: .seconds(60)) }
        #expect(jobs.map(\.delay) == (0..<300).map { Schedule.made("job\($0)", jitter: .seconds(60)).delay })
        #expect(jobs.allSatisfy { $0.delay >= .zero && $0.delay < .seconds(60) })
        // Three hundred at the top of the hour are about five a second, never a herd.
        let bySecond = Dictionary(grouping: jobs) { $0.delay.components.seconds }
        #expect(bySecond.count > 50 && bySecond.values.allSatisfy { $0.count < 20 })
        let installation = try Installation(
            schedules: """
                { "schedules": [ { "name": "job7", "cron": "0 * * * *", "domain": "youtube", "task": "summary",
                  "jitter": "60s" } ] }
                """)
        let arguments = ["next", "job7", "-n", "1", "--after", "2026-03-02T09:00:00Z", "--json"]
        let first = try await installation.actpd(arguments)
        let next = try #require(first.json?["schedules"]?.array?.first?["next"]?.array?.first)
        #expect(next["planned"] == "2026-03-02T10:00:00Z")
        let shown = try #require(next["start"]?.string.flatMap { Instant(iso8601: $0) })
        // The text has whole seconds.
        #expect(shown.seconds == (Instant.at("2026-03-02T10:00:00Z") + jobs[7].delay).seconds)
        #expect(try await installation.actpd(arguments).output == first.output)
    }
}
