import ActpTesting
import Configuration
import Glibc
import JSON
import Scheduling
import Stores
import Testing
import Time

/// What a change of `schedules.json` may and may not do.
@Suite(.timeLimit(.minutes(5)))
struct ReloadRows {
    private let start = Instant.at("2026-03-02T09:00:00Z")

    private func minute(_ number: Int) -> Instant { start + .seconds(60 * number) }

    @Test("a reload does not wait for a job that takes half an hour, and minutely jobs lose no slot", .shows(22))
    func longJob() async throws {
        let performer = ScriptedPerformer { $0.task == "long" ? .hold : .succeed }
        let desk = try SchedulerDesk(at: start, performer: performer)
        let long = Schedule.made("long", cron: "0 9 * * *", task: "long", timeout: .seconds(7_200))
        let early = Schedule.made("long", cron: "1 9 * * *", task: "long", timeout: .seconds(7_200))
        try await desk.start(early, .made(overlap: .allow))
        await desk.walk(through: minute(5))
        // The job goes on until it is released below: a reload that waited for it would never return.
        let difference = try await desk.scheduler.reload([
            long, .made(overlap: .allow), .made("new", cron: "0 0 1 1 *"),
        ])
        #expect(difference.description == "1 added (new), 1 changed (long)")
        #expect(await desk.scheduler.state.running.map(\.task).contains("long"))
        await desk.walk(through: minute(30))
        #expect(try desk.started() == (1...30).map(minute))
        #expect(await desk.scheduler.state.running.map(\.task).contains("long"))
        performer.release()
        _ = await desk.events(untilEnds: 31)
        #expect(try desk.ledger.runs(RunFilter(limit: 99)).first { $0.task == "long" }?.outcome == .ok)
    }

    @Test(
        "a cron line that changes a tenth of a second before its instant fires once, not under both versions",
        .shows(23))
    func change() async throws {
        let noon = Instant.at("2026-03-02T12:00:00Z")
        let desk = try SchedulerDesk(at: noon - .seconds(60))
        try await desk.start(.made(cron: "0 12 * * *", overlap: .allow))
        await desk.advance(to: noon - .milliseconds(100))
        _ = try await desk.scheduler.reload([.made(cron: "*/30 * * * *", overlap: .allow)])
        await desk.walk(through: noon + .seconds(1))
        #expect(try desk.started() == [noon])
    }

    @Test("a cron line that changes at its very instant fires once, whichever version comes first", .shows(23))
    func changeAtTheInstant() async throws {
        let noon = Instant.at("2026-03-02T12:00:00Z")
        let desk = try SchedulerDesk(at: noon - .seconds(60))
        try await desk.start(.made(cron: "0 12 * * *", overlap: .allow))
        // The alarm is about to go off when the new file arrives.
        desk.time.advance(by: .seconds(60))
        _ = try await desk.scheduler.reload([.made(cron: "*/30 * * * *", overlap: .allow)])
        await desk.walk(through: noon + .seconds(1))
        #expect(try desk.started() == [noon])
        _ = try await desk.scheduler.reload([.made(cron: "0 12 * * *", overlap: .allow)])
        await desk.walk(through: noon + .seconds(3_600))
        #expect(try desk.started() == [noon], "nor does going back to the old line fire it again")
    }

    static let mixed = """
        { "schedules": [
          { "name": "good", "cron": "0 5 * * *", "domain": "test", "task": "work" },
          { "name": "bad", "cron": "99 * * * *", "domain": "test", "task": "work" },
          { "name": "over", "cron": "0 5 * * *", "domain": "test", "task": "work",
            "start": "2020-01-02T00:00:00Z", "end": "2020-01-01T00:00:00Z" } ] }
        """

    @Test(
        "one bad entry: a reload takes nothing and says all that is wrong, a start leaves it out and runs the rest",
        .shows(24))
    func badEntry() throws {
        let bytes = Array(ReloadRows.mixed.utf8)
        let error = #expect(throws: ConfigurationError.self) {
            try ScheduleFile.read(bytes, file: "f", zones: zones, catalog: AnyTask())
        }
        #expect(error?.problems.count == 2)
        let (schedules, quarantined) = try ScheduleFile.readTolerantly(
            bytes, file: "f", zones: zones, catalog: AnyTask())
        #expect(schedules.map(\.name) == ["good"])
        #expect(quarantined.map(\.name) == ["bad", "over"])
        #expect(quarantined.allSatisfy { !$0.problems.isEmpty })
    }

    @Test("a schedule left out at a start keeps its place, so that its repair owes what passed", .shows(24))
    func keptPlace() throws {
        let directory = try TemporaryDirectory()
        let ledger = try SQLiteLedger.opened(in: directory, as: .daemon, at: start)
        let first = try ledger.register([.made("good"), .made("bad")], at: start)
        _ = try ledger.register([.made("good")], keeping: ["bad"], at: minute(60))
        #expect(try ledger.register([.made("good"), .made("bad")], at: minute(90)) == first)
    }

    @Test("a reload with no entries removes the last job: an empty list is a list", .shows(24))
    func empty() async throws {
        let desk = try SchedulerDesk(at: start)
        try await desk.start(.made())
        let none = try ScheduleFile.read(
            Array(#"{"schedules": []}"#.utf8), file: "f", zones: zones, catalog: AnyTask())
        #expect(try await desk.scheduler.reload(none).description == "1 removed (job)")
        #expect(await desk.scheduler.state.nextAlarm == nil)
        await desk.advance(to: minute(5))
        #expect(try desk.history().isEmpty)
    }

    @Test("a rejected reload is loud, changes nothing, and the next good one is taken", .shows(24))
    func rejected() async throws {
        let installation = try Installation(schedules: EverySecond.text)
        try await installation.serving { served in
            let before = served.socket.messages.count
            try installation.configure("schedules.json", EverySecond.text.replacing("* * * * * *", with: "61 * * * *"))
            served.process.signal(SIGHUP)
            _ = try await served.process.line("reload rejected, the schedules in force stay")
            try await served.ready(from: before)
            let runs = try installation.runs().count
            try await installation.waitForRuns { $0.count >= runs + 2 }
            try installation.configure("schedules.json", #"{"schedules": []}"#)
            served.process.signal(SIGHUP)
            _ = try await served.process.line("reloaded: 1 removed (tick)")
            try await served.stop()
        }
    }
}

/// Every task exists and takes anything.
private struct AnyTask: TaskCatalog {
    func problems(domain: String, task: String, params: [String: JSON]) -> [(key: String, message: String)] { [] }
    func isOnce(domain: String, task: String) -> Bool { false }
}
