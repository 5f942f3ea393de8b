import ActpTesting
import Glibc
import JSON
import Records
import Scheduling
import Testing

/// What a script that calls actpd can rely on: the exit code, and a message that says what is wrong and what is allowed.
struct ExitStatusTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let arguments: [String]
        let status: Int32
        let says: [String]

        var testDescription: String { "actpd \(arguments.joined(separator: " ")): \(status)" }
    }

    static let cases: [Case] = [
        Case(
            arguments: ["--run-now", "prospct", "top"], status: 64,
            says: ["there is no domain \"prospct\", did you mean prospect?"]),
        Case(
            arguments: ["--run-now", "nonsense", "top"], status: 64,
            says: ["there is no domain \"nonsense\"; there are prospect, ab-tester, scheduler"]),
        Case(
            arguments: ["prospct", "top"], status: 64,
            says: ["there is no command or domain \"prospct\", did you mean prospect?"]),
        Case(arguments: ["lst"], status: 64, says: ["did you mean list?"]),
        Case(
            arguments: ["prospect", "tpo"], status: 64,
            says: ["prospect has no task \"tpo\", did you mean top?"]),
        Case(
            arguments: ["youtube", "nonsense"], status: 64,
            says: ["youtube has no task \"nonsense\"; it has analyze, resonance, summary, full"]),
        Case(
            arguments: ["prospect", "top", "--limt", "3"], status: 64,
            says: ["unknown parameter limt, did you mean limit?"]),
        Case(
            arguments: ["youtube", "full", "--anything", "3"], status: 64,
            says: ["unknown parameter anything: this task has no parameters"]),
        Case(
            arguments: ["prospect", "top", "--limit", "many"], status: 64,
            says: ["parameter limit: a whole number, 1…", "was expected, not \"many\""]),
        Case(
            arguments: ["prospect", "top", "--params", #"{"limit": 0}"#], status: 64,
            says: ["parameter limit: a whole number, 1…", "was expected, not 0"]),
        Case(arguments: ["prospect", "score"], status: 64, says: ["is missing: a uuid"]),
        Case(
            arguments: ["prospect", "top", "--params", #"{"limit": "#], status: 64, says: ["--params is no JSON"]),
        Case(arguments: ["prospect", "top", "--params", "[1]"], status: 64, says: ["--params must be a JSON object"]),
        Case(arguments: ["prospect", "top", "extra"], status: 64, says: ["\"extra\" was not expected"]),
        Case(arguments: ["prospect"], status: 64, says: ["task"]),
        Case(arguments: ["--task", "top"], status: 64, says: ["--domain"]),
        Case(arguments: ["--domain", "prospect"], status: 64, says: ["--task"]),
        Case(arguments: ["--domain", "prospect", "--task"], status: 64, says: ["--task"]),
        Case(arguments: ["import", "actp_nothing", "x.csv"], status: 64, says: ["there is no table \"actp_nothing\""]),
        Case(
            arguments: ["export", "actp_agent_task"], status: 64,
            says: ["there is no table \"actp_agent_task\", did you mean actp_agent_tasks?"]),
        Case(
            arguments: ["runs", "--outcome", "bad"], status: 64,
            says: ["\"bad\" is no outcome; there are ok, error, timeout"]),
        Case(arguments: ["runs", "--since", "yesterday"], status: 64, says: ["ISO 8601", "2h"]),
        Case(arguments: ["runs", "-n", "-1"], status: 64, says: ["-n"]),
        Case(arguments: ["--status", "-n", "0"], status: 64, says: ["-n 0 is outside 1…"]),
        Case(arguments: ["next", "--cron", "61 * * * *"], status: 64, says: ["column 1", "0…59"]),
        Case(arguments: ["next", "--cron", "* * * * *", "--timezone", "Europe/Berln"], status: 64, says: ["Berln"]),
        Case(arguments: ["next", "--cron", "* * * * *", "--after", "soon"], status: 64, says: ["ISO 8601"]),
        Case(arguments: ["next", "-n", "0", "--cron", "* * * * *"], status: 64, says: ["-n 0 is outside 1…100000"]),
        Case(arguments: ["next", "nonsense"], status: 64, says: ["there is no schedule \"nonsense\""]),
    ]

    @Test("a call that makes no sense: 64, what is wrong, and what is allowed", arguments: cases)
    func usage(_ example: Case) async throws {
        let installation = try Installation()
        let finished = try await installation.actpd(example.arguments)
        #expect(finished.status == example.status)
        for text in example.says { #expect(finished.error.contains(text), "\(finished.error)") }
        #expect(finished.output.isEmpty)
        #expect(try await installation.taskRows().isEmpty, "nothing ran")
    }

    @Test("a file with bad rows: 65, with line and column, and nothing is imported")
    func badData() async throws {
        let installation = try Installation()
        let file = try installation.write(
            "video_id,title,views\na,First,12\nb,Second,1x2\n", to: "videos.csv")
        let finished = try await installation.actpd("import", "youtube_video_stats", file)
        #expect(finished.status == 65)
        #expect(finished.error.contains("videos.csv:3"), "\(finished.error)")
        #expect(finished.error.contains("views"), "\(finished.error)")
        #expect(try await installation.actpd("export", "youtube_video_stats").output.split(separator: "\n").count == 1)
    }

    @Test("--skip-bad imports the good rows and still names the bad ones")
    func skipBad() async throws {
        let installation = try Installation()
        let file = try installation.write(
            "video_id,title,views\na,First,12\nb,Second,1x2\n", to: "videos.csv")
        let finished = try await installation.actpd("import", "youtube_video_stats", file, "--skip-bad")
        #expect(finished.status == 0)
        #expect(finished.output == "youtube_video_stats: 1 rows imported from TMP/videos.csv, 1 bad ones skipped\n")
        #expect(finished.error.contains("videos.csv:3"))
    }

    @Test("a file that is not there: 69")
    func unreadable() async throws {
        let finished = try await Installation().actpd("import", "youtube_video_stats", "absent.csv")
        #expect(finished.status == 69)
        #expect(finished.error.contains("absent.csv"))
    }

    @Test(
        "a state folder that cannot be made: 69, whoever asks", arguments: [["serve"], ["prospect", "top"], ["runs"]])
    func noState(_ arguments: [String]) async throws {
        let installation = try Installation()
        try installation.write("a file, not a folder", to: "blocked")
        let finished = try await installation.actpd(
            arguments, environment: ["STATE_DIRECTORY": installation.directory.file("blocked/state")])
        #expect(finished.status == 69)
        #expect(finished.error.contains("TMP/blocked"))
    }

    @Test(
        "a bad configuration: 78 and the reasons",
        arguments: [["serve"], ["check"], ["next"], ["prospect", "top"], ["runs"], ["--status"]])
    func badConfiguration(_ arguments: [String]) async throws {
        let installation = try Installation()
        try installation.configure("actpd.json", "{\n  \"limits\": { \"workrs\": 3 }\n}\n")
        let finished = try await installation.actpd(arguments)
        #expect(finished.status == 78)
        let said = finished.error + finished.output
        #expect(said.contains("TMP/config/actpd.json:2: limits.workrs: unknown key, did you mean \"workers\"?"))
    }

    @Test("schedules that are not there: 78", arguments: [["serve"], ["check"], ["next"]])
    func noSchedules(_ arguments: [String]) async throws {
        let finished = try await Installation().actpd(arguments + ["--schedules", "absent.json"])
        #expect(finished.status == 78)
        #expect((finished.error + finished.output).contains("absent.json"))
    }

    @Test("Supabase without its settings: 78 and the names of both, also from check")
    func supabase() async throws {
        let installation = try Installation()
        for arguments in [["serve"], ["check"], ["prospect", "top"]] {
            let finished = try await installation.actpd(arguments, environment: ["ACTPD_STORE": "supabase"])
            #expect(finished.status == 78)
            let said = finished.error + finished.output
            #expect(said.contains("SUPABASE_URL") && said.contains("SUPABASE_SERVICE_ROLE_KEY"), "\(said)")
            #expect(!said.contains("ExitCode"))
        }
    }

    @Test("while the same work runs: 75 and who holds it; the run is recorded as skipped")
    func overlap() async throws {
        let installation = try Installation()
        // More than anybody waits for: it is stopped when everything was looked at.
        let first = try installation.start(try await installation.prepareLongWork(videos: 5_000))
        try await installation.waitForRuns { $0.count == 1 && $0[0].outcome == nil }
        let second = try await installation.actpd("--run-now", "youtube", "analyze")
        #expect(second.status == 75)
        let holder = try #require(try installation.runs().first)
        #expect(second.error == "actpd: youtube analyze skipped: overlap, holder=\(holder.id)\n")
        let other = try await installation.actpd("youtube", "summary")
        #expect(other.status == 0, "other work of the same agent goes on")
        first.signal(SIGTERM)
        _ = try await first.ended()
        let skipped = try #require(try installation.runs().first { $0.outcome == .skipped })
        #expect(skipped.reason == "overlap, holder=\(holder.id)")
        let rows = try await installation.taskRows()
        #expect(!rows.contains { $0.id == skipped.id }, "what was skipped did not run and has no task row")
    }

    @Test("a second daemon: 75 and the process that holds the state")
    func secondDaemon() async throws {
        let installation = try Installation()
        try await installation.serving { first in
            let second = try await installation.actpd("serve")
            #expect(second.status == 75)
            #expect(second.error.contains("TMP/state is held by another actpd daemon (process \(first.process.id))"))
            try await first.stop()
        }
    }
}
