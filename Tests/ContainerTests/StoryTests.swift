import ActpTesting
import Foundation
import JSON
import Testing

/// Everything that happens to a daemon in a bad week, in a minute; afterwards the journal, the ledger and the task rows tell
/// the same story.
@Suite(.inContainer, .timeLimit(.minutes(15)))
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
            try await machine.goesOn(until: 3)

            try await machine.write("/etc/actpd/schedules.json", StoryTests.schedules("second"))
            try await machine.run("systemctl", "reload", "actpd")
            try await machine.write(
                "/etc/actpd/schedules.json", StoryTests.schedules("second").replacingOccurrences(of: "*/2", with: "*/0")
            )
            #expect(try await machine.attempt(["systemctl", "reload", "actpd"]).status == 1)
            try await machine.write("/etc/actpd/schedules.json", StoryTests.schedules("second"))
            try await machine.run("journalctl", "--rotate")
            try await machine.goesOn(until: 6)

            let stuck = try await machine.property("MainPID")
            try await machine.run("kill", "-STOP", stuck)
            try await machine.eventually("the watchdog has started another") {
                let now = try await machine.property("MainPID")
                let isActive = try await machine.property("ActiveState") == "active"
                return isActive && now != stuck && now != "0"
            }
            try await machine.goesOn(until: 9)
            // Between two seconds: a death between the ledger's line on a run and the journal's is told by one of them alone.
            try await machine.shell(
                """
                until [ "$(date +%1N)" = 5 ]; do sleep 0.02; done
                kill -KILL $(systemctl show --value -p MainPID actpd)
                """)
            try await machine.goesOn(until: 12)

            try await machine.shell("dd if=/dev/zero of=/var/lib/actpd/ballast bs=4k 2>/dev/null || true")
            try await machine.eventually("it says that it starts nothing") {
                try await machine.property("StatusText").contains("NOT STARTING ANYTHING")
            }
            try await machine.run("rm", "/var/lib/actpd/ballast")
            try await machine.goesOn(until: 16)
            try await machine.run("systemctl", "stop", "actpd")
            #expect(try await machine.property("Result") == "success")
            try await machine.expectOneStory()
        }
    }
}

extension Container {
    /// Waits until that many runs went well.
    func goesOn(until count: Int) async throws {
        try await eventually("\(count) runs went well") {
            let runs = try await attempt(["actpd", "runs", "--outcome", "ok", "--json", "-n", "1000"])
            return (try? JSON(parsing: runs.output).array?.count ?? 0) ?? 0 >= count
        }
    }

    func waitUntilNothingRuns() async throws {
        try await eventually("nothing runs") {
            let runs = try JSON(parsing: await run("actpd", "runs", "--json", "-n", "100")).array ?? []
            return !runs.contains { $0["outcome"] == "running" || $0["outcome"] == "waiting" }
        }
    }

    /// The journal, the ledger and the task rows say the same, and `each_second` has every slot once.
    func expectOneStory() async throws {
        let books = try await Books(of: self)
        #expect(books.contradictions.isEmpty, "\(books.contradictions)")
        let audit = try books.slotsEachSecond()
        #expect(audit.faults.isEmpty && audit.runs > 0, "\(audit.faults)")
    }
}
