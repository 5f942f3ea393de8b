import ActpTesting
import Foundation
import Glibc
import Records
import Scheduling
import Testing
import Time

/// The real process while its wall clock is set and its zone data are replaced.
@Suite(.timeLimit(.minutes(5)))
struct RealClockTests {
    /// One job that fires every second and thereby notices a step, and one every five seconds.
    private let schedules = """
        {"schedules": [
          {"name": "tick", "cron": "* * * * * *", "domain": "youtube", "task": "summary", "overlap": "allow"},
          {"name": "five", "cron": "*/5 * * * * *", "domain": "prospect", "task": "top", "overlap": "allow"}]}
        """

    /// Lets the daemon run, sets its clock once it has fired, and returns what it did until the condition holds.
    private func step(
        by seconds: Int64, schedules: String? = nil, until isThere: @Sendable ([RunRecord]) -> Bool
    ) async throws -> [RunRecord] {
        let installation = try Installation(schedules: schedules ?? self.schedules)
        try installation.configure("actpd.json", #"{"limits": {"settle": "1s"}}"#)
        let clock = try FakeClock(installation)
        try await installation.serving(environment: clock.environment) { served in
            try await installation.waitForRuns { $0.count { $0.schedule == "tick" && $0.outcome == .ok } >= 2 }
            try clock.set(ahead: seconds)
            // Stands for the kernel, which tells the daemon of a step of its own clock.
            served.process.signal(SIGHUP)
            try await installation.waitForRuns(isThere)
            try await served.stop()
        }
        let runs = try installation.runs()
        #expect(Set(runs.map { "\($0.schedule ?? "") \($0.due)" }).count == runs.count, "no slot twice")
        #expect(try installation.waitingRows() == 0)
        return runs
    }

    @Test(
        "the clock of the machine goes back an hour: the jobs go on at once, on time", .shows(12),
        .enabled(if: FakeClock.isThere, "\(FakeClock.reason)"))
    func back() async throws {
        let then = SystemTime().now() - .seconds(1_800)
        let runs = try await step(by: -3_600) { runs in
            runs.count { $0.schedule == "five" && $0.due < then && $0.outcome != nil } >= 2
        }
        // Ticks after the step, the first of which may have waited for the step to be noticed.
        let after = runs.filter { $0.due < then }.sorted { $0.due < $1.due }
        let ticks = after.filter { $0.schedule == "tick" }
        for (one, next) in zip(ticks, ticks.dropFirst()) {
            #expect(next.due - (one.missedThrough ?? one.due) == .seconds(1), "each second has its row")
        }
        // A machine that is busy may stall for seconds; nothing waits for the hour.
        #expect(after.dropFirst().allSatisfy { ($0.latenessUsec ?? 0) < 60_000_000 })
        #expect(after.reduce(0) { $0 + $1.missed } < 60)
    }

    @Test(
        "the clock of the machine goes forward an hour: one run for the hour, which is recorded as missed",
        .shows(12, 13), .enabled(if: FakeClock.isThere, "\(FakeClock.reason)"))
    func forward() async throws {
        let later = SystemTime().now() + .seconds(3_600)
        let runs = try await step(by: 3_600) { runs in
            runs.count { $0.schedule == "tick" && $0.due > later && $0.outcome == .ok } >= 3
        }
        // A machine that is busy may stall for seconds beside it.
        let missed = runs.filter { $0.schedule == "tick" && $0.outcome == .missed && $0.missed > 60 }
        #expect(missed.count == 1)
        #expect((3_540...3_610).contains(missed.first?.missed ?? 0))
        let ran = runs.filter { $0.schedule == "tick" && $0.outcome != .missed }.compactMap(\.planned).sorted()
        #expect(zip(ran, ran.dropFirst()).count { $1 - $0 > .seconds(60) } == 1, "one gap, and it is the missed one")
    }

    @Test(
        "the clock of the machine goes forward a day: a daily job that was passed over runs once, late", .shows(9, 13),
        .enabled(if: FakeClock.isThere, "\(FakeClock.reason)"))
    func day() async throws {
        let passed = Instant(seconds: SystemTime().now().seconds - 7_200)
        let text = passed.iso8601.dropFirst(11)
        let (hour, minute, second) = (text.prefix(2), text.dropFirst(3).prefix(2), text.dropFirst(6).prefix(2))
        let schedules = """
            {"schedules": [
              {"name": "tick", "cron": "* * * * * *", "domain": "youtube", "task": "summary", "overlap": "allow"},
              {"name": "daily", "cron": "\(second) \(minute) \(hour) * * *", "domain": "prospect", "task": "top"}]}
            """
        let runs = try await step(by: 86_400, schedules: schedules) { runs in
            runs.contains { $0.schedule == "daily" && $0.outcome == .ok }
        }
        let daily = runs.filter { $0.schedule == "daily" }
        #expect(daily.map(\.planned) == [passed + .seconds(86_400)])
        #expect(daily.allSatisfy { ($0.latenessUsec ?? 0) > 7_200_000_000 })
    }

    @Test(
        "a UTC job fires in the hour that the host's own zone repeats", .shows(5),
        .enabled(if: FakeClock.isThere, "\(FakeClock.reason)"))
    func hostZone() async throws {
        let installation = try Installation(
            schedules:
                #"{"schedules": [{"name": "utc", "cron": "30 1 * * *", "domain": "youtube", "task": "summary"}]}"#)
        let clock = try FakeClock(installation)
        try clock.set(to: .at("2024-10-26T12:00:00Z"))
        let environment = clock.environment.merging(["TZ": "Europe/London"]) { $1 }
        try await installation.serving(environment: environment) { served in
            try clock.set(to: .at("2024-10-27T01:29:58Z"))
            served.process.signal(SIGHUP)
            try await installation.waitForRuns { $0.contains { $0.outcome == .ok } }
            try await served.stop()
        }
        let run = try #require(try installation.runs().first)
        #expect(run.planned == .at("2024-10-27T01:30:00Z") && (run.latenessUsec ?? .max) < 2_000_000)
    }

    @Test(
        "zone data replaced on disk, in whatever folder: the next slot follows the new rules, without a restart",
        .shows(5))
    func zoneData() async throws {
        let installation = try Installation()
        let folder = installation.directory.file("zoneinfo/Test")
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let system = ZoneDatabase().directory
        // Nine hours ahead of UTC at first: the slot is far away.
        try FileManager.default.copyItem(atPath: system + "/Etc/GMT-9", toPath: folder + "/City")
        let environment = ["TZDIR": installation.directory.file("zoneinfo")]
        let planned = try await installation.serving(environment: environment) { served in
            let messages = served.socket.messages.count
            let slot = SlotAhead(in: 6)
            try installation.configure(
                "schedules.json", slot.text.replacing(#""name""#, with: #""timezone": "Test/City", "name""#))
            served.process.signal(SIGHUP)
            try await served.ready(from: messages)
            try FileManager.default.copyItem(atPath: system + "/Etc/UTC", toPath: folder + "/City.new")
            #expect(rename(folder + "/City.new", folder + "/City") == 0)
            _ = try await served.process.line("time zone data changed on disk: Test/City")
            try await installation.waitForRuns { $0.contains { $0.outcome == .ok } }
            try await served.stop()
            return slot.planned
        }
        #expect(try installation.runs().map(\.planned) == [planned])
    }
}
