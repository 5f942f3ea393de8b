import ActpTesting
import Foundation
import JSON
import Testing

@testable import actpd

/// The unit as it is shipped, under a real systemd.
@Suite(.inContainer, .timeLimit(.minutes(15)))
struct UnitTests {
    private static let daily = #"""
        { "schedules": [
          { "name": "nightly", "cron": "0 5 * * *", "timezone": "Europe/Berlin", "domain": "youtube", "task": "full" } ] }
        """#

    @Test("starting the unit waits for readiness, its status says what comes next, stopping it ends well")
    func life() async throws {
        try await Container.booted(schedules: UnitTests.daily) { machine in
            try await machine.run("systemctl", "start", "actpd")
            #expect(try await machine.property("ActiveState") == "active")
            let status = try await machine.property("StatusText")
            #expect(status.contains("1 schedule") && status.contains("next nightly"), "\(status)")
            let user = try await machine.shell("ps -o user= -p $(systemctl show --value -p MainPID actpd)")
            #expect(user.trimmingCharacters(in: .whitespacesAndNewlines) == "actpd")
            try await machine.run("systemctl", "stop", "actpd")
            #expect(try await machine.property("Result") == "success")
            #expect(try await machine.property("ExecMainStatus") == "0")
            // Its files are its own, and nobody else's to read.
            let owners = try await machine.shell("stat -c '%U %a' /var/lib/actpd /var/lib/actpd/ledger.db")
            #expect(owners == "actpd 700\nactpd 600\n")
        }
    }

    @Test("a reload waits for the verdict: a good file is in force, a bad one fails the command and changes nothing")
    func reload() async throws {
        try await Container.booted(schedules: UnitTests.daily) { machine in
            try await machine.run("systemctl", "start", "actpd")
            let process = try await machine.property("MainPID")
            try await machine.write(
                "/etc/actpd/schedules.json", UnitTests.daily.replacingOccurrences(of: "nightly", with: "dawn"))
            try await machine.run("systemctl", "reload", "actpd")
            try await machine.eventually("the status names the new schedule") {
                try await machine.property("StatusText").contains("next dawn")
            }
            try await machine.write(
                "/etc/actpd/schedules.json", UnitTests.daily.replacingOccurrences(of: "0 5", with: "0 25"))
            let refused = try await machine.attempt(["systemctl", "reload", "actpd"])
            #expect(refused.status == 1, "\(refused)")
            #expect(try await machine.property("ActiveState") == "active")
            #expect(try await machine.property("MainPID") == process)
            let journal = try await machine.run("journalctl", "-u", "actpd", "--no-pager")
            #expect(
                journal.contains("schedules[0].cron") && journal.contains("the schedules in force stay"), "\(journal)")
            #expect(try await machine.property("StatusText").contains("next dawn"))
        }
    }

    @Test("a process that stands still is ended by the watchdog and started again")
    func watchdog() async throws {
        try await Container.booted(schedules: UnitTests.daily) { machine in
            try await machine.write(
                "/etc/systemd/system/actpd.service.d/short.conf",
                "[Service]\nWatchdogSec=1s\nTimeoutAbortSec=1s\nRestartSec=100ms\n")
            try await machine.run("systemctl", "daemon-reload")
            try await machine.run("systemctl", "start", "actpd")
            let process = try await machine.property("MainPID")
            try await machine.run("kill", "-STOP", process)
            try await machine.eventually("another process runs") {
                let now = try await machine.property("MainPID")
                let isActive = try await machine.property("ActiveState") == "active"
                return isActive && now != process && now != "0"
            }
            let journal = try await machine.run("journalctl", "-u", "actpd", "--no-pager")
            #expect(journal.contains("Watchdog timeout"), "\(journal)")
        }
    }

    @Test("a bad configuration ends the start with its name for systemd, and is not tried again")
    func configuration() async throws {
        try await Container.booted { machine in
            try await machine.write("/etc/actpd/actpd.json", #"{ "limits": { "workrs": 4 } }"#)
            let started = try await machine.attempt(["systemctl", "start", "actpd"])
            #expect(started.status == 1)
            #expect(try await machine.property("ExecMainStatus") == "78")
            #expect(try await machine.property("NRestarts") == "0")
            let status = try await machine.attempt(["systemctl", "status", "--no-pager", "actpd"]).output
            #expect(status.contains("status=78/CONFIG"), "\(status)")
            let journal = try await machine.run("journalctl", "-u", "actpd", "--no-pager")
            #expect(journal.contains("limits.workrs") && journal.contains("workers"), "\(journal)")
        }
    }

    @Test("the journal explains each entry and says what to do, and its fields find the runs of a domain")
    func journal() async throws {
        let schedules = #"""
            { "schedules": [
              { "name": "each_second", "cron": "* * * * * *", "domain": "youtube", "task": "analyze" } ] }
            """#
        try await Container.booted(schedules: schedules) { machine in
            try await machine.run("journalctl", "--update-catalog")
            try await machine.run("systemctl", "start", "actpd")
            try await machine.eventually("a run has ended") {
                try await !machine.journal("ACTP_DOMAIN=youtube", "ACTP_OUTCOME=ok").isEmpty
            }
            let entry = try #require(try await machine.journal("ACTP_DOMAIN=youtube", "ACTP_OUTCOME=ok").first)
            for field in [
                "ACTP_TASK", "ACTP_SCHEDULE", "ACTP_RUN_ID", "ACTP_SCHEDULED_AT", "ACTP_LATENESS_USEC",
                "ACTP_DURATION_USEC", "PRIORITY",
            ] { #expect(entry[field]?.string != nil, "\(field) is missing: \(entry.text)") }
            #expect(entry["MESSAGE_ID"]?.string == JournalEvent.ended.id)
            let explained = try await machine.run("journalctl", "-u", "actpd", "-x", "--no-pager")
            #expect(explained.contains("Subject: \(JournalEvent.ready.subject)"), "\(explained)")
            #expect(explained.contains("What to do: \(JournalEvent.ended.action)"), "\(explained)")
        }
    }
}
