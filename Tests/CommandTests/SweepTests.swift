import ActpTesting
import Agents
import Foundation
import JSON
import Records
import Testing

@testable import actpd

/// The daily sweep as a user runs it, on the sample business, with no service there (DISP-004).
@Suite(.timeLimit(.minutes(5)))
struct SweepTests {
    @Test(
        "nine domains in order, each with a row of its own; what fails does not stop the others, and the counts are right (DISP-004, DI-09…DI-12, DI-24)",
        arguments: [false, true])
    func nine(_ isDryRun: Bool) async throws {
        let installation = try Installation()
        #expect(try await installation.actpd("sample").status == 0)
        let finished = try await installation.actpd(["--all", "--json"] + (isDryRun ? ["--dry-run"] : []))
        let result = try JSON(parsing: finished.output)
        let domains = result["domains"]?.array ?? []
        #expect(
            domains.compactMap { line in line["domain"]?.string.map { "\($0).\(line["task"]?.string ?? "")" } } == [
                "prospect.score-all", "ab-tester.checkback", "scheduler.optimize", "content-mix.recommend",
                "youtube.analyze", "trends.detect", "creators.sync", "outreach.build-queue", "remotion.check-jobs",
            ])
        let passed = domains.count { $0["outcome"] == "ok" }
        #expect(result["passed"] == JSON(passed))
        #expect(result["failed"] == JSON(9 - passed))
        #expect(finished.status == (passed == 9 ? 0 : 1))
        #expect(passed >= 6, "\(domains.map(\.text))")
        // The summary was made from this very JSON: each domain's own result is in it.
        #expect(domains.allSatisfy { $0["result"]?.object != nil })
        let message = try #require(result["message"]?.string)
        #expect(message.hasPrefix("🤖 Daily Agent Sweep — \(passed)/9"))
        #expect(message.contains("• Renders: "))
        let rows = try await installation.taskRows()
        #expect(Set(rows.map(\.domain)).count == 10)
        #expect(rows.allSatisfy { $0.status == "ok" || $0.status == "error" })
    }

    @Test("the daemon's log has the end of each task of a sweep")
    func log() async throws {
        let installation = try Installation(
            schedules: """
                {"schedules": [{"name": "sweep", "cron": "* * * * * *", "domain": "dispatch", "task": "all"}]}
                """)
        try await installation.serving { served in
            _ = try await served.process.line("dispatch all ok in")
            for step in AgentCatalog.sweep {
                #expect(
                    served.process.lines.all.contains { $0.contains("\(step.domain.rawValue) \(step.task) ") },
                    "\(step.domain.rawValue)")
            }
            try await served.stop()
        }
    }
}
