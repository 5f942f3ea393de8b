import ActpTesting
import Glibc
import JSON
import Scheduling
import Stores
import Testing
import Time

/// `actpd reload` and the daemon it talks to.
struct ReloadTests {
    @Test("a good file: the difference, 0; nothing changed: that")
    func accepted() async throws {
        let installation = try Installation(schedules: DaemonTests.yearly)
        try await installation.serving { served in
            try installation.configure("schedules.json", DaemonTests.everySecond)
            let reloaded = try await installation.actpd("reload")
            #expect(reloaded.status == 0, "\(reloaded.error)")
            #expect(reloaded.output == "1 added (tick), 1 removed (yearly)\n" && reloaded.error.isEmpty)
            let again = try await installation.actpd("reload", "--json")
            #expect(
                again.output == #"{"accepted":true,"added":[],"changed":[],"removed":[],"restart_for":[],"secrets":[]}"#
                    + "\n")
            try await served.stop()
        }
    }

    @Test("files that a reload does not read and that changed since the start are named, with what takes them")
    func settings() async throws {
        let installation = try Installation(schedules: DaemonTests.yearly)
        try installation.configure("actpd.json", "{}")
        try await installation.serving { served in
            #expect(try await installation.actpd("reload").error.isEmpty)
            try installation.configure("actpd.json", "{ }")
            try installation.configure("actpd.env", "ACTPD_LOG=debug\n")
            let files = "TMP/config/actpd.json, TMP/config/actpd.env"
            let reloaded = try await installation.actpd("reload")
            #expect(reloaded.status == 0 && reloaded.output == "no change\n")
            #expect(reloaded.error.hasPrefix("\(files) changed since actpd started"), "\(reloaded.error)")
            #expect(reloaded.error.hasSuffix("systemctl restart actpd\n"))
            let line = try await served.process.line("changed since actpd started")
            #expect(installation.plain(line).contains(files), "\(line)")

            try installation.configure("schedules.json", "{}")
            let rejected = try await installation.actpd("reload", "--json")
            #expect(rejected.status == 78 && rejected.json?["accepted"] == false)
            try await served.stop()
        }
    }

    @Test("a file with mistakes: each with file, line and key, 78, and the schedules in force stay")
    func rejected() async throws {
        let installation = try Installation(schedules: DaemonTests.everySecond)
        try await installation.serving { served in
            try installation.configure(
                "schedules.json",
                """
                { "schedules": [
                  { "name": "tick", "cron": "99 * * * *", "domain": "youtube", "task": "summary" },
                  { "name": "other", "cron": "* * * * *", "domain": "youtube", "task": "nothing" } ] }
                """)
            let rejected = try await installation.actpd("reload")
            #expect(rejected.status == 78 && rejected.output.isEmpty)
            #expect(
                rejected.error.contains("schedules.json:2: schedules[0].cron: cron '99 * * * *': minute at column 1"))
            #expect(rejected.error.contains("schedules.json:3: schedules[1].task: youtube has no task \"nothing\""))
            #expect(rejected.error.hasSuffix("the new file has 2 problems; the schedules in force stay\n"))
            let json = try await installation.actpd("reload", "--json")
            #expect(json.status == 78 && json.json?["accepted"] == false)
            #expect(json.json?["problems"]?.array?.first?["line"] == 2)
            let count = try installation.runs().count
            try await installation.waitForRuns { $0.count > count }
            try await served.stop()
        }
    }

    @Test("no daemon, or one that is gone: 69, and says so")
    func noDaemon() async throws {
        let installation = try Installation(schedules: DaemonTests.yearly)
        let never = try await installation.actpd("reload")
        #expect(never.status == 69 && never.error.contains("no daemon runs on TMP/state"), "\(never.error)")
        try await installation.serving { try await $0.stop() }
        #expect(try await installation.actpd("reload").status == 69)
    }

    @Test("a daemon that does not answer in time: 69, and the request is taken back")
    func timeout() async throws {
        let installation = try Installation(schedules: DaemonTests.yearly)
        try await installation.serving { served in
            // An answered request finds the daemon idle: stopped in the middle of a write it would keep the ledger from all.
            #expect(try await installation.actpd("reload").status == 0)
            served.process.signal(SIGSTOP)
            let finished = try await installation.actpd("reload", "--timeout", "100ms")
            #expect(
                finished.status == 69 && finished.error.contains("did not answer within 100ms"), "\(finished.error)")
            #expect(try installation.ledger.openReload() == nil)
            served.process.signal(SIGCONT)
            try await served.stop()
        }
        #expect(try await installation.actpd("reload", "--timeout", "soon").status == 64)
    }

    @Test("those who ask at the same time all get their answer")
    func together() async throws {
        let installation = try Installation(schedules: DaemonTests.yearly)
        try await installation.serving { served in
            try installation.configure("schedules.json", DaemonTests.everySecond)
            async let first = installation.actpd("reload")
            async let second = installation.actpd("reload")
            let answers = try await [first, second]
            #expect(answers.allSatisfy { $0.status == 0 })
            #expect(answers.contains { $0.output == "1 added (tick), 1 removed (yearly)\n" })
            try await served.stop()
        }
    }
}
