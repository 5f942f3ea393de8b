import ActpTesting
import JSON
import Records
import Testing

/// Every way to ask for the same thing leads to the same run.
struct SpellingTests {
    static let spellings: [[String]] = [
        ["--run-now", "prospect", "top", "--params", #"{"limit": 3}"#],
        ["--run-now", "prospect", "top", "--limit", "3"],
        ["run", "prospect", "top", "--params", #"{"limit": 3}"#],
        ["run", "prospect", "top", #"--params={"limit": 3}"#],
        ["run", "prospect", "top", "--limit", "3"],
        ["prospect", "top", "--limit", "3"],
        ["prospect", "top", "--limit=3"],
        ["prospect", "top", "--params", #"{"limit": 3}"#],
        ["prospect", "top", "--params", #"{"limit": 7}"#, "--limit", "3"],
        ["--domain", "prospect", "--task", "top", "--params", #"{"limit": 3}"#],
        ["--domain=prospect", "--task=top", #"--params={"limit": 3}"#],
        ["--task", "top", "--domain", "prospect", "--limit", "3"],
        ["--params", #"{"limit": 3}"#, "--task", "top", "--domain", "prospect"],
        ["--limit", "3", "--domain=prospect", "--task", "top"],
    ]

    @Test("one run, whatever the spelling", arguments: spellings)
    func oneRun(_ spelling: [String]) async throws {
        let installation = try Installation()
        let finished = try await installation.actpd(spelling + ["--json"])
        #expect(finished.status == 0, "\(finished.error)")
        #expect(finished.json?["outcome"] == "ok")
        let rows = try await installation.taskRows()
        #expect(rows.map(\.domain) == ["prospect"])
        #expect(rows.map(\.task) == ["top"])
        // As the task takes it, not as it was typed: the overlap rule compares parameters.
        #expect(rows.map(\.params) == [["limit": 3]])
    }

    @Test(
        "the flags of other commands stand for their names",
        arguments: [(["--list"], ["list"]), (["--list", "--json"], ["list", "--json"])])
    func flags(_ flag: [String], _ name: [String]) async throws {
        let installation = try Installation()
        let (first, second) = (try await installation.actpd(flag), try await installation.actpd(name))
        #expect(first.status == 0)
        #expect(first.output == second.output)
    }

    @Test("options may stand before the flag that says what to do")
    func optionsFirst() async throws {
        let installation = try Installation()
        let state = installation.directory.file("elsewhere")
        let other = try await installation.actpd("--state-dir", state, "--task", "top", "--domain", "prospect")
        #expect(other.status == 0, "\(other.error)")
        let there = try await installation.actpd("--state-dir", state, "--status")
        #expect(there.output.contains("prospect top"), "\(there.error)")
        let here = try await installation.actpd("--status")
        #expect(here.output == "daemon: not running\nno results yet\n")
    }

    @Test("--status shows as many results as -n asks for, the newest first")
    func status() async throws {
        let installation = try Installation()
        for task in ["top", "next-actions", "research-ready"] {
            #expect(try await installation.actpd("prospect", task).status == 0)
        }
        let finished = try await installation.actpd("--status", "-n", "2", "--json")
        let results = finished.json?["results"]?.array ?? []
        #expect(results.map { $0["task"] } == ["research-ready", "next-actions"])
        let text = try await installation.actpd("--status", "-n", "1").output
        #expect(text.contains("prospect research-ready"))
        #expect(!text.contains("next-actions"))
    }

    @Test("--all runs the nine domains in order, each with a row of its own, and fails while one of them does")
    func sweep() async throws {
        let installation = try Installation()
        #expect(try await installation.actpd("sample").status == 0)
        let finished = try await installation.actpd("--all")
        let rows = try await installation.taskRows()
        let sweep = try #require(rows.first { $0.domain == "dispatch" })
        let steps = rows.filter { $0.domain != "dispatch" }
        #expect(
            steps.map(\.domain) == [
                "prospect", "ab-tester", "scheduler", "content-mix", "youtube", "trends", "creators", "outreach",
                "remotion",
            ])
        #expect(sweep.status == "ok", "the sweep itself did its work: it went through all nine")
        #expect(sweep.result?["domains"]?.array?.count == 9)
        let passed = steps.count { $0.status == "ok" }
        #expect(sweep.result?["passed"] == JSON(passed))
        #expect(finished.status == (passed == 9 ? 0 : 1))
        #expect(finished.output.contains("\(passed) of 9 domains ok"))
    }

    @Test(
        "help and version end in success", arguments: [["--help"], ["help"], ["serve", "--help"], ["--version"], []])
    func help(_ arguments: [String]) async throws {
        let finished = try await Installation().actpd(arguments)
        #expect(finished.status == 0)
        #expect(!finished.output.isEmpty)
        #expect(finished.error.isEmpty)
    }

    @Test("--list needs neither a configuration nor a state")
    func listNeedsNothing() async throws {
        let installation = try Installation()
        let finished = try await installation.actpd(
            "--list", environment: ["ACTPD_CONFIG_DIR": "/nonexistent", "STATE_DIRECTORY": "/nonexistent"])
        #expect(finished.status == 0)
        #expect(finished.error.isEmpty)
    }
}
