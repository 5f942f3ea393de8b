import ActpTesting
import JSON
import Scheduling
import Testing
import Time

/// `actpd simulate` with the real binary.
struct SimulateTests {
    private let shipped = ["--schedules", Installation.repository + "/schedules.json"]

    @Test("a morning of the schedules that are shipped, to the letter")
    func morning() async throws {
        let finished = try await Installation().actpd(
            ["simulate", "--from", "2026-03-02T03:00:00Z", "--to", "2026-03-02T08:00:00Z"] + shipped)
        #expect(finished.status == 0 && finished.error.isEmpty, "\(finished.error)")
        try Golden.expect(finished.output, is: "simulate.txt")
    }

    @Test("the same as JSON, cut off, with the summary of all")
    func json() async throws {
        let finished = try await Installation().actpd(
            ["simulate", "--from", "2026-03-02T03:00:00Z", "--to", "2026-03-02T08:00:00Z", "-n", "3", "--json"]
                + shipped)
        #expect(finished.status == 0)
        try Golden.expect(finished.output, is: "simulate.json")
    }

    @Test("a year of the schedules that are shipped: each as often as its line says, pauses counted")
    func year() async throws {
        let installation = try Installation()
        #expect(try await installation.actpd(["pause", "trends_associations"] + shipped).status == 0)
        let finished = try await installation.actpd(
            ["simulate", "--from", "2999-01-01T00:00:00Z", "--to", "3000-01-01T00:00:00Z", "-n", "1", "--json"]
                + shipped)
        let summary = try #require(finished.json?["summary"])
        #expect(summary["schedules"]?["remotion_job_poll"] == 105_120)
        #expect(summary["schedules"]?["multi_agent_daily_sweep"] == 365)
        #expect(summary["schedules"]?["outreach_send_windows"] == 1_044)
        #expect(summary["paused"] == 365 && summary["shown"] == 1)
        #expect(
            summary["fires"]?.integer
                == summary["schedules"]?.object?.values.reduce(0 as Int64) { $0 + ($1.integer ?? 0) })
    }

    @Test("a reader that goes away ends it")
    func closedPipe() async throws {
        let installation = try Installation()
        let process = try ChildProcess(
            "/bin/sh",
            [
                "-c",
                "\"$0\" simulate --from 2000-01-01 --to 2900-01-01 --schedules \"$1\" | head -n 1",
                Installation.program, Installation.repository + "/schedules.json",
            ], environment: installation.environment, directory: installation.directory.path)
        #expect(try await process.ended(within: .seconds(20)) == .exited(0))
        #expect(process.standardOutput.hasPrefix("2000-01-01T00:00:"))
    }

    static let wrongCalls: [(arguments: [String], says: String)] = [
        (["--from", "2026-03-02", "--to", "2026-03-02"], "does not lie before --to 2026-03-02T00:00:00Z"),
        (["--from", "now", "--to", "2026-03-02"], "--from \"now\" is no instant"),
        (["--from", "2026-03-02T00:00:00", "--to", "2026-03-03"], "--from \"2026-03-02T00:00:00\" is no instant"),
        (
            ["--from", "2026-03-01", "--to", "2026-03-02", "--name", "remotion_job_pol"],
            "did you mean remotion_job_poll?"
        ),
        (["--from", "2026-03-01", "--to", "2026-03-02", "-n", "0"], "-n 0 is outside"),
    ]

    @Test("a stretch of time that is none: 64", arguments: wrongCalls)
    func mistakes(_ arguments: [String], _ says: String) async throws {
        let finished = try await Installation().actpd(["simulate"] + arguments + shipped)
        #expect(finished.status == 64 && finished.output.isEmpty)
        #expect(finished.error.contains(says), "\(finished.error)")
    }
}
