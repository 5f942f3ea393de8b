import ActpTesting
import Glibc
import JSON
import Records
import Scheduling
import Testing
import Time

/// Every execution leaves its row in `actp_agent_tasks` (DI-07, DI-23, K71), whatever becomes of it.
struct TaskLogTests {
    @Test("a run that did its work: status ok, what it printed, how long it took, when it ended")
    func ok() async throws {
        let installation = try Installation()
        let before = SystemTime().now()
        let finished = try await installation.actpd("youtube", "summary", "--limit", "5", "--json")
        let row = try #require(try await installation.taskRows().first)
        #expect(row.domain == "youtube")
        #expect(row.task == "summary")
        #expect(row.params == ["limit": 5])
        #expect(row.status == "ok")
        #expect(row.result?["returncode"] == 0)
        #expect(row.result?["stdout"]?.string?.isEmpty == false)
        #expect(row.result == finished.json?["result"])
        let completed = try #require(row.completedAt)
        let duration = try #require(row.durationMs)
        #expect(before <= row.createdAt && row.createdAt <= completed && completed <= SystemTime().now())
        #expect(duration >= 0 && duration <= Int((SystemTime().now() - before).milliseconds))
        #expect(row.id.text == finished.json?["run"]?.string, "the row's id is the run's")
        let run = try #require(try installation.runs().first)
        #expect(run.id == row.id)
        #expect(run.outcome == .ok)
        #expect(run.trigger == .manual)
    }

    @Test("a run that failed: status error and why")
    func error() async throws {
        let installation = try Installation()
        let finished = try await installation.actpd(
            "prospect", "score", "--contact_id", "00000000-0000-4000-8000-000000000000")
        #expect(finished.status == 1)
        let row = try #require(try await installation.taskRows().first)
        #expect(row.status == "error")
        let message = try #require(row.result?["error"]?.string)
        #expect(!message.isEmpty)
        #expect(finished.error.contains(message))
        #expect(row.durationMs != nil)
        #expect(row.completedAt != nil)
        #expect(row.params == ["contact_id": "00000000-0000-4000-8000-000000000000"])
        #expect(try installation.runs().map(\.outcome) == [.error])
    }

    @Test("a dry run says so in its parameters and writes nothing but its row")
    func dryRun() async throws {
        let installation = try Installation()
        let file = try installation.write("video_id,title,views\na,How to automate with claude,12\n", to: "videos.csv")
        #expect(try await installation.actpd("import", "youtube_video_stats", file).status == 0)
        let finished = try await installation.actpd("youtube", "full", "--dry-run", "--json")
        #expect(finished.status == 0)
        #expect(finished.json?["result"]?["would_tag"]?.array?.count == 1)
        #expect(try await installation.taskRows().map(\.params) == [["dry_run": true]])
        let posts = try await installation.actpd("export", "actp_content_performance")
        #expect(posts.output.split(separator: "\n").count == 1, "only the header")
    }

    @Test("while a command works, its row says running")
    func running() async throws {
        let installation = try Installation()
        #expect(try await installation.actpd("sample").status == 0)
        let slow = try await installation.prepareLongWork(videos: 300)
        let process = try installation.start(["--all", "--json"] + slow.suffix(2))
        var seen: Set<String> = []
        while process.isRunning, !seen.contains("youtube running") {
            seen = Set(try await installation.taskRows().map { "\($0.domain) \($0.status)" })
            try await Task.sleep(for: .milliseconds(5))
        }
        #expect(seen.contains("dispatch running"), "\(seen)")
        #expect(seen.contains("prospect ok"), "not only at the end of the sweep")
        _ = try await process.ended(within: .seconds(180))
        #expect(try await installation.taskRows().allSatisfy { $0.status == "ok" || $0.status == "error" })
    }

    @Test("a command killed in its middle: the next start ends its row in error and the ledger says interrupted")
    func killed() async throws {
        let installation = try Installation()
        try await killInTheMiddle(installation)
        let next = try await installation.actpd("youtube", "summary")
        #expect(next.status == 0)
        #expect(next.error.contains("youtube analyze is interrupted: the process died while it ran"))
        try await expectInterrupted(installation)
    }

    @Test("the same when the next start is the daemon's")
    func killedBeforeServe() async throws {
        let installation = try Installation()
        try await killInTheMiddle(installation)
        try await installation.serving { served in
            _ = try await served.process.line("youtube analyze is interrupted: its process died")
            try await served.stop()
        }
        try await expectInterrupted(installation)
    }

    private func killInTheMiddle(_ installation: Installation) async throws {
        let process = try installation.start(try await installation.prepareLongWork())
        try await installation.waitForRuns { $0.count == 1 && $0[0].startedAt != nil && $0[0].outcome == nil }
        process.signal(SIGKILL)
        #expect(try await process.ended() == .killed(signal: SIGKILL))
    }

    private func expectInterrupted(_ installation: Installation) async throws {
        let run = try #require(try installation.runs().first { $0.task == "analyze" })
        #expect(run.outcome == .interrupted)
        #expect(run.reason == "the process died while it ran")
        let row = try #require(try await installation.taskRows().first { $0.id == run.id })
        #expect(row.status == "error")
        #expect(row.result?["error"] == "interrupted: the process died while it ran")
        #expect(row.params == [:])
        #expect(row.completedAt != nil)
        #expect(row.createdAt == run.claimedAt)
    }

    @Test("a command that is asked to stop ends its run as cancelled")
    func cancelled() async throws {
        let installation = try Installation()
        let process = try installation.start(try await installation.prepareLongWork())
        try await installation.waitForRuns { $0.count == 1 && $0[0].startedAt != nil && $0[0].outcome == nil }
        process.signal(SIGTERM)
        #expect(try await process.ended() == .exited(1))
        #expect(try installation.runs().map(\.outcome) == [.cancelled])
        let row = try #require(try await installation.taskRows().first)
        #expect(row.status == "error")
        #expect(row.result?["error"] == "the process was asked to stop")
    }
}
