import ActpTesting
import Cron
import Foundation
import JSON
import Scheduling
import Testing
import Time

@testable import actpd

/// A week of the schedules that are shipped, by the unit's own clock and under a real systemd.
@Suite(.inContainer, .timeLimit(.minutes(15)))
struct MachineWeekTests {
    /// The shipped file, and one schedule on the clock of a zone whose clocks are set back in this week.
    private static let schedules: String = {
        let shipped = (try? String(contentsOfFile: Installation.repository + "/schedules.json", encoding: .utf8)) ?? ""
        return shipped.replacing(
            #""schedules": ["#,
            with: #"""
                "schedules": [
                    { "name": "at_night_in_berlin", "cron": "30 2 * * *", "timezone": "Europe/Berlin",
                      "domain": "youtube", "task": "summary" },
                """#)
    }()

    /// Monday in the week before the last Sunday of October, of a year that the machine's own clock has not reached.
    private static let monday: Instant = {
        let thisYear = CivilDate(daysSinceEpoch: Int(SystemTime().now().seconds / 86_400)).year
        let october = CivilDate(year: thisYear + 1, month: 10, day: 31)
        return Instant(seconds: Int64(october.daysSinceEpoch - october.weekday - 6) * 86_400)
    }()

    private static func at(_ day: Int64, _ hour: Int64) -> Instant { monday + .seconds((day * 24 + hour) * 3_600) }

    @Test(
        "a week hour by hour, with downtime, a crash and a longer night: every slot has one row or lies in one missed span",
        .enabled(if: StoppedClock.isThere, "\(StoppedClock.reason)"))
    func week() async throws {
        try await Container.booted(schedules: MachineWeekTests.schedules) { machine in
            // What is late because an hour has passed at once need not settle.
            try await machine.write("/etc/actpd/actpd.json", #"{ "limits": { "settle": "0s" } }"#)
            let start = MachineWeekTests.monday - .seconds(30)
            let end = MachineWeekTests.monday + .seconds(7 * 86_400 - 60)
            let clock = try await StoppedClock(at: start, in: machine)
            try await machine.run("systemctl", "start", "actpd")
            for hour in 0..<Int64(7 * 24) {
                let now = MachineWeekTests.at(0, hour)
                switch (hour / 24, hour % 24) {
                case (2, 20): try await machine.run("systemctl", "stop", "actpd")
                case (2, 21...), (3, ..<6): break
                case (3, 6):
                    try await clock.set(to: now)
                    try await machine.run("systemctl", "start", "actpd")
                case (4, 12): try await crash(machine)
                default: try await clock.pass(to: now)
                }
            }
            try await clock.pass(to: end)
            try await machine.run("systemctl", "stop", "actpd")
            #expect(try await machine.property("Result") == "success")

            let books = try await Books(of: machine)
            #expect(books.contradictions.isEmpty, "\(books.contradictions)")
            let spans = books.missedSpans
            #expect(spans.ledger == spans.journal)

            let versions = try MachineWeekTests.versions(since: start)
            let audit = books.slots(of: versions, through: end)
            #expect(audit.faults.isEmpty, "\(audit.faults)")
            let planned = versions.reduce(0) { $0 + $1.slots($1.next(after: start) ?? end, end) }
            #expect(audit.runs + audit.skipped + audit.missed == planned, "\(audit)")
            // Seven nights, although the clock shows half past two twice in the last.
            #expect(books.runs.count { $0["schedule"] == "at_night_in_berlin" && $0["started_at"] != .null } == 7)
            #expect(books.runs.count { $0["schedule"] == "multi_agent_daily_sweep" && $0["started_at"] != .null } == 7)
        }
    }

    /// The process dies, and its unit starts the next one.
    private func crash(_ machine: Container) async throws {
        try await machine.waitUntilNothingRuns()
        let dead = try await machine.property("MainPID")
        try await machine.run("kill", "-KILL", dead)
        try await machine.eventually("another process runs") {
            let now = try await machine.property("MainPID")
            return try await machine.property("ActiveState") == "active" && now != dead && now != "0"
        }
    }

    private static func versions(since start: Instant) throws -> [SlotAudit.Version] {
        try ScheduleFile.read(
            Array(schedules.utf8), file: "schedules.json", zones: ZoneDatabase(), catalog: AgentTaskCatalog()
        ).map { SlotAudit.Version(schedule: $0.name, cron: $0.cron, zone: $0.zone, since: start) }
    }
}
