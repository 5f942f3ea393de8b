import ActpTesting
import Foundation
import JSON
import Testing

/// Stopping the unit while it works.
@Suite(.inContainer, .timeLimit(.minutes(15)))
struct StopTests {
    @Test("a stop waits for the drain, also beyond the unit's own limit, then cancels what still runs and ends well")
    func drain() async throws {
        let schedules = #"""
            { "schedules": [
              { "name": "slow", "cron": "* * * * * *", "domain": "youtube", "task": "analyze" } ] }
            """#
        try await Container.booted(schedules: schedules) { machine in
            // Titles that are compared with far too many keywords: minutes of work.
            let keywords = (0..<2_500).map { "\"a k\($0)\"" }.joined(separator: ",")
            try await machine.write(
                "/etc/actpd/actpd.json",
                """
                {"limits": {"drain": "3s"}, "youtube": {"niches": [{"name": "ai_automation", "keywords": [\(keywords)]}]}}
                """)
            try await machine.shell(
                """
                (echo video_id,title; i=0; while [ $i -lt 5000 ]; do
                echo "v$i,a a a a a a a a a a a a a a a a a a a a"; i=$((i+1)); done) > /tmp/videos.csv
                actpd import youtube_video_stats /tmp/videos.csv
                """)
            try await machine.write(
                "/etc/systemd/system/actpd.service.d/short.conf", "[Service]\nTimeoutStopSec=1s\n")
            try await machine.run("systemctl", "daemon-reload")
            try await machine.run("systemctl", "start", "actpd")
            try await machine.eventually("the slow task runs") {
                try await machine.property("StatusText").contains("1 running (youtube analyze)")
            }
            try await machine.run("systemctl", "stop", "actpd")
            #expect(try await machine.property("Result") == "success")
            #expect(try await machine.property("ExecMainStatus") == "0")
            let runs = try JSON(parsing: try await machine.run("actpd", "runs", "--json", "-n", "1000")).array ?? []
            #expect(runs.count { $0["outcome"] == "cancelled" } == 1, "\(runs)")
            #expect(!runs.contains { $0["outcome"] == "running" })
            let journal = try await machine.run("journalctl", "-u", "actpd", "--no-pager")
            #expect(!journal.contains("Killing process"), "\(journal)")
        }
    }
}
