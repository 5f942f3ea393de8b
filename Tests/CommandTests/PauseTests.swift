import ActpTesting
import JSON
import Records
import Scheduling
import Stores
import Testing
import Time

/// `actpd pause`, `actpd resume`, and where a pause is seen.
struct PauseTests {
    static let schedules = #"""
        {"schedules": [
          {"name": "tick", "cron": "* * * * * *", "domain": "youtube", "task": "summary"},
          {"name": "yearly", "cron": "0 0 1 1 *", "domain": "youtube", "task": "summary", "timezone": "Europe/Berlin"}]}
        """#

    @Test("a pause holds back the very next slot of a running daemon, lasts over a reload, and resume lifts it")
    func daemon() async throws {
        let installation = try Installation(schedules: PauseTests.schedules)
        try await installation.serving { served in
            try await installation.waitForRuns { $0.contains { $0.outcome == .ok } }
            let paused = try await installation.actpd(
                "pause", "tick", "--note", "too loud", environment: ["SUDO_USER": "anna"])
            #expect(paused.status == 0, "\(paused.error)")
            #expect(paused.output == "tick is paused until actpd resume tick (too loud); its slots are skipped\n")
            try await installation.waitForRuns { $0.contains { $0.outcome == .skipped } }
            let before = served.socket.messages.count
            #expect(try await installation.actpd("reload").output == "no change\n")
            try await served.ready(from: before)
            let count = try installation.runs().count
            try await installation.waitForRuns { $0.count >= count + 2 }
            let runs = try installation.runs()
            let first = try #require(runs.firstIndex { $0.outcome == .skipped })
            #expect(runs[first...].allSatisfy { $0.outcome == .skipped && $0.reason == "paused: too loud" })
            let resumed = try await installation.actpd("resume", "tick")
            #expect(resumed.status == 0)
            #expect(resumed.output.hasPrefix("tick is resumed after its pause since "))
            #expect(resumed.output.contains("(too loud); its next slot is at "))
            try await installation.waitForRuns { $0.last?.outcome == .ok }
            try await served.stop()
        }
    }

    @Test("without a daemon: the pause is kept, shown by next and --status, and notes who made it")
    func shown() async throws {
        let installation = try Installation(schedules: PauseTests.schedules)
        let paused = try await installation.actpd(
            "pause", "yearly", "--until", "2h", "--json", environment: ["SUDO_USER": "anna"])
        #expect(paused.status == 0, "\(paused.error)")
        #expect(paused.json?["schedule"] == "yearly" && paused.json?["note"] == "by anna")
        let since = try #require(paused.json?["since"]?.string.flatMap { Instant(iso8601: $0) })
        let until = try #require(paused.json?["until"]?.string.flatMap { Instant(iso8601: $0) })
        #expect(until - since == .seconds(7_200))
        let next = try await installation.actpd("next", "yearly", "-n", "1")
        #expect(next.output.contains("\n  paused since \(since.iso8601) until \(until.iso8601) (by anna)\n"))
        let status = try await installation.actpd("--status")
        #expect(
            status.output.contains("paused: yearly, paused since \(since.iso8601) until \(until.iso8601) (by anna)"))
        #expect(try await installation.actpd("--status", "--json").json?["paused"]?.array?.count == 1)
        let whole = try await installation.actpd("pause", "yearly", "--until", "2999-01-01T00:00:00Z", "--note", "x")
        #expect(whole.output.contains("this replaces the pause since \(since.iso8601) (by anna)"))
        let held = try await installation.actpd("next", "yearly", "-n", "1", "--json")
        #expect(held.json?["schedules"]?.array?.first?["pause"]?["note"] == "x")
        #expect(held.json?["schedules"]?.array?.first?["next"]?.array?.first?["paused"] == true)
        let lifted = try await installation.actpd("resume", "yearly", "--json")
        #expect(lifted.json?["lifted"]?["note"] == "x" && lifted.json?["next"]?.string != nil)
        let again = try await installation.actpd("resume", "yearly")
        #expect(again.status == 0 && again.output.hasPrefix("yearly is not paused; its next slot is at "))
    }

    static let wrongCalls: [(arguments: [String], says: String)] = [
        (["pause", "tikc"], "there is no schedule \"tikc\", did you mean tick?"),
        (["resume", "nothing-like-it"], "there is no schedule \"nothing-like-it\"; there are tick, yearly"),
        (["pause", "tick", "--until", "soon"], "--until \"soon\" is neither an ISO 8601 instant such as"),
        (["pause", "tick", "--until", "2020-01-01T00:00:00Z"], "--until 2020-01-01T00:00:00Z has passed"),
    ]

    @Test("a name that nobody knows and a time that has passed: 64, and no pause", arguments: wrongCalls)
    func mistakes(_ arguments: [String], _ says: String) async throws {
        let installation = try Installation(schedules: PauseTests.schedules)
        let finished = try await installation.actpd(arguments)
        #expect(finished.status == 64)
        #expect(finished.error.contains(says), "\(finished.error)")
        #expect(try installation.ledger.pauses().isEmpty)
    }

    @Test("a file that is being edited does not keep a person from pausing what the daemon has")
    func brokenFile() async throws {
        let installation = try Installation(schedules: PauseTests.schedules)
        try await installation.serving { served in
            try installation.configure("schedules.json", "{")
            #expect(try await installation.actpd("pause", "tick").status == 0)
            #expect(try await installation.actpd("pause", "other").status == 78)
            try await served.stop()
        }
    }
}
