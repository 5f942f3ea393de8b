import ActpTesting
import Foundation
import JSON
import Testing

/// Everything that happens to a daemon in a bad week, in a minute; afterwards the journal, the ledger and the task rows tell
/// the same story.
@Suite(.inContainer, .timeLimit(.minutes(5)))
struct StoryTests {
    private static func schedules(_ name: String) -> String {
        #"""
        { "schedules": [
          { "name": "each_second", "cron": "* * * * * *", "domain": "youtube", "task": "analyze" },
          { "name": "\#(name)", "cron": "*/2 * * * * *", "domain": "prospect", "task": "top" } ] }
        """#
    }

    @Test("reloads, a bad file, the watchdog, a crash, a rotated journal, a full disk: three books, one story")
    func week() async throws {
        try await Container.booted(schedules: StoryTests.schedules("first")) { machine in
            try await machine.write(
                "/etc/systemd/system/actpd.service.d/short.conf",
                """
                [Unit]
                StartLimitBurst=50
                [Service]
                WatchdogSec=5s
                TimeoutAbortSec=1s
                RestartSec=100ms
                """)
            try await machine.run("systemctl", "daemon-reload")
            try await machine.mountState("size=16m")
            try await machine.run("systemctl", "start", "actpd")
            try await goOn(machine, until: 3)

            try await machine.write("/etc/actpd/schedules.json", StoryTests.schedules("second"))
            try await machine.run("systemctl", "reload", "actpd")
            try await machine.write(
                "/etc/actpd/schedules.json", StoryTests.schedules("second").replacingOccurrences(of: "*/2", with: "*/0")
            )
            #expect(try await machine.attempt(["systemctl", "reload", "actpd"]).status == 1)
            try await machine.write("/etc/actpd/schedules.json", StoryTests.schedules("second"))
            try await machine.run("journalctl", "--rotate")
            try await goOn(machine, until: 6)

            let stuck = try await machine.property("MainPID")
            try await machine.run("kill", "-STOP", stuck)
            try await machine.eventually("the watchdog has started another") {
                let now = try await machine.property("MainPID")
                let isActive = try await machine.property("ActiveState") == "active"
                return isActive && now != stuck && now != "0"
            }
            try await goOn(machine, until: 9)
            try await machine.shell("kill -KILL $(systemctl show --value -p MainPID actpd)")
            try await goOn(machine, until: 12)

            try await machine.shell("dd if=/dev/zero of=/var/lib/actpd/ballast bs=4k 2>/dev/null || true")
            try await machine.eventually("it says that it starts nothing") {
                try await machine.property("StatusText").contains("NOT STARTING ANYTHING")
            }
            try await machine.run("rm", "/var/lib/actpd/ballast")
            try await goOn(machine, until: 16)
            try await machine.run("systemctl", "stop", "actpd")
            #expect(try await machine.property("Result") == "success")
            try await expectOneStory(machine)
        }
    }

    /// Waits until that many runs went well.
    private func goOn(_ machine: Container, until count: Int) async throws {
        try await machine.eventually("\(count) runs went well") {
            let runs = try await machine.attempt(["actpd", "runs", "--outcome", "ok", "--json", "-n", "1000"])
            return (try? JSON(parsing: runs.output).array?.count ?? 0) ?? 0 >= count
        }
    }

    private func expectOneStory(_ machine: Container) async throws {
        let runs = try JSON(parsing: try await machine.run("actpd", "runs", "--json", "-n", "10000")).array ?? []
        let ledger = Dictionary(
            runs.filter { $0["started_at"] != .null }.map { ($0["id"]?.string ?? "", $0["outcome"]?.string ?? "") }
        ) { $1 }
        #expect(!ledger.isEmpty && !ledger.values.contains("running"))

        // The last word of the journal on each run.
        let journal = Dictionary(
            try await machine.journal().compactMap { entry in
                entry["ACTP_RUN_ID"]?.string.flatMap { id in entry["ACTP_OUTCOME"]?.string.map { (id, $0) } }
            }
        ) { $1 }
        for (id, outcome) in ledger { #expect(journal[id] == outcome, "run \(id)") }

        let table = try await machine.run("actpd", "export", "actp_agent_tasks", "--format", "ndjson")
        let rows = try table.split(separator: "\n").map { try JSON(parsing: String($0)) }
        #expect(Set(rows.compactMap { $0["id"]?.string }) == Set(ledger.keys))
        for row in rows {
            let outcome = ledger[row["id"]?.string ?? ""] ?? ""
            #expect((row["status"] == "ok") == (outcome == "ok"), "\(row) \(outcome)")
        }
        // Each second has its slot, and no slot two rows.
        let slots = runs.filter { $0["schedule"] == "each_second" }.compactMap { $0["planned_at"]?.string }
        #expect(Set(slots).count == slots.count)
    }
}
