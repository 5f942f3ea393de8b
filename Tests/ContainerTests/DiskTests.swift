import ActpTesting
import Foundation
import JSON
import Testing

/// A state directory that cannot be written: nothing starts, somebody is told, and it goes on by itself.
@Suite(.inContainer, .timeLimit(.minutes(15)))
struct DiskTests {
    private static let schedules = #"""
        { "schedules": [
          { "name": "each_second", "cron": "* * * * * *", "domain": "youtube", "task": "analyze", "catchUp": "none" } ] }
        """#

    @Test("a full disk stops new starts, somebody is told, and it goes on by itself when there is room")
    func full() async throws {
        try await Container.booted(schedules: DiskTests.schedules) { machine in
            try await machine.mountState("size=4m")
            try await machine.run("systemctl", "start", "actpd")
            try await machine.eventually("something ran") {
                try await !machine.journal("ACTP_OUTCOME=ok").isEmpty
            }
            try await machine.shell("dd if=/dev/zero of=/var/lib/actpd/filler bs=4k 2>/dev/null || true")
            try await machine.eventually("the status says so") {
                try await machine.property("StatusText").contains("NOT STARTING ANYTHING")
            }
            let journal = try await machine.run("journalctl", "-u", "actpd", "--no-pager")
            #expect(journal.contains("the ledger cannot be written, nothing is started"), "\(journal)")
            // The owner is told by the way that still works: here the journal, since Telegram is not configured.
            #expect(journal.contains("actpd starts nothing: its ledger cannot be written"), "\(journal)")
            #expect(try await machine.property("ActiveState") == "active")
            try await machine.run("rm", "/var/lib/actpd/filler")
            try await machine.eventually("it goes on by itself") {
                try await !machine.property("StatusText").contains("NOT STARTING")
            }
            let before = try await machine.journal("ACTP_OUTCOME=ok").count
            try await machine.eventually("and runs again") {
                try await machine.journal("ACTP_OUTCOME=ok").count > before
            }
            #expect(try await machine.property("NRestarts") == "0")
        }
    }

    @Test("a start without room waits and says so, ends when it is told to, and goes on by itself when there is room")
    func startWithoutRoom() async throws {
        try await Container.booted(schedules: DiskTests.schedules) { machine in
            try await machine.mountState("size=4m")
            try await machine.shell("dd if=/dev/zero of=/var/lib/actpd/filler bs=4k 2>/dev/null || true")
            try await machine.startsAndWaitsForRoom()
            try await machine.run("systemctl", "stop", "actpd")
            #expect(try await machine.property("Result") == "success")

            try await machine.startsAndWaitsForRoom()
            let journal = try await machine.run("journalctl", "-u", "actpd", "--no-pager")
            #expect(journal.contains("the ledger cannot be written, nothing is started"), "\(journal)")
            #expect(journal.contains("actpd starts nothing: its ledger cannot be written"), "\(journal)")
            #expect(journal.contains("/var/lib/actpd/ledger."), "\(journal)")
            try await machine.run("rm", "/var/lib/actpd/filler")
            try await machine.eventually("it has started by itself") {
                try await machine.property("ActiveState") == "active"
            }
            try await machine.eventually("and runs") {
                try await !machine.journal("ACTP_OUTCOME=ok").isEmpty
            }
            #expect(try await machine.property("NRestarts") == "0")
        }
    }

    @Test("a state directory that cannot be written ends the start with 69 and its name")
    func readOnly() async throws {
        try await Container.booted(schedules: DiskTests.schedules) { machine in
            try await machine.mountState("size=4m")
            try await machine.shell("mount -o remount,ro /var/lib/actpd")
            try await machine.startFails(with: 69, naming: "/var/lib/actpd/ledger.")
        }
    }

    @Test("a ledger that cannot be opened ends the start with 69 and the file's name")
    func unopenable() async throws {
        try await Container.booted(schedules: DiskTests.schedules) { machine in
            try await machine.shell("mkdir -p /var/lib/actpd/ledger.db && chown -R actpd:actpd /var/lib/actpd")
            try await machine.startFails(with: 69, naming: "/var/lib/actpd/ledger.db")
        }
    }
}

extension Container {
    /// Gives the state a small file system of its own.
    func mountState(_ options: String) async throws {
        try await shell("mkdir -p /var/lib/actpd && mount -t tmpfs -o \(options),mode=700 tmpfs /var/lib/actpd")
        try await shell("chown actpd:actpd /var/lib/actpd")
    }

    fileprivate func startsAndWaitsForRoom() async throws {
        try await run("systemctl", "start", "--no-block", "actpd")
        try await eventually("the status says what is waited for") {
            try await property("StatusText").contains("NOT STARTING ANYTHING: store: full")
        }
        #expect(try await property("ActiveState") == "activating")
    }

    fileprivate func startFails(
        with status: Int, naming file: String, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        try await write("/etc/systemd/system/actpd.service.d/once.conf", "[Service]\nRestart=no\n")
        try await run("systemctl", "daemon-reload")
        #expect(try await attempt(["systemctl", "start", "actpd"]).status == 1, sourceLocation: sourceLocation)
        #expect(try await property("ExecMainStatus") == "\(status)", sourceLocation: sourceLocation)
        let journal = try await self.run("journalctl", "-u", "actpd", "--no-pager")
        #expect(journal.contains(file), "\(journal)", sourceLocation: sourceLocation)
    }
}
