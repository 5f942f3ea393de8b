import ActpTesting
import Foundation
import HTTP
import JSON
import Testing

@testable import actpd

/// The alerting rules and the dashboard that are shipped: Prometheus takes them, and they ask for metrics that there are.
struct MonitoringFilesTests {
    static let rulesPath = Installation.repository + "/config/prometheus/alerts.yaml"
    static let dashboardPath = Installation.repository + "/config/grafana/actpd.json"

    private func metrics(in text: String) -> Set<String> {
        Set(text.matches(of: /actpd_[a-z_]+/).map { String($0.output) })
    }

    /// Those that come only when something has happened.
    private static let later: Set = [
        "actpd_runs_total", "actpd_skips_total", "actpd_start_lateness_seconds_bucket",
        "actpd_run_duration_seconds_bucket", "actpd_service_available", "actpd_service_requests_total",
        "actpd_service_errors_total", "actpd_http_requests_total", "actpd_model_cost_dollars_total",
        "actpd_schedule_last_run_timestamp_seconds", "actpd_schedule_last_success_timestamp_seconds",
    ]

    @Test("rules and dashboard ask for metrics that the daemon has")
    func names() async throws {
        let installation = try Installation(schedules: DaemonTests.everySecond)
        try installation.answerOverHTTP()
        try await installation.serving { served in
            _ = try await served.process.line("youtube summary ok")
            let scrape = try PrometheusScrape(
                try await WebCaller(installation.webSocket).ask(.get, "/metrics").text)
            let known = Set(scrape.names.flatMap { [$0, $0 + "_bucket"] }).union(MonitoringFilesTests.later)
            for path in [MonitoringFilesTests.rulesPath, MonitoringFilesTests.dashboardPath] {
                let asked = metrics(in: try String(contentsOfFile: path, encoding: .utf8))
                #expect(!asked.isEmpty && asked.subtracting(known).isEmpty, "\(asked.subtracting(known))")
            }
            try await served.stop()
        }
    }

    @Test("a schedule that is no more is no label any more")
    func removed() async throws {
        let installation = try Installation(schedules: DaemonTests.everySecond)
        try installation.answerOverHTTP()
        let (caller, name) = (WebCaller(installation.webSocket), "actpd_schedule_last_run_timestamp_seconds")
        try await installation.serving { served in
            _ = try await served.process.line("youtube summary ok")
            _ = try await served.process.line("youtube summary ok")
            let before = try PrometheusScrape(try await caller.ask(.get, "/metrics").text)
            #expect(before[name, ["schedule": "tick"]] != nil)
            try installation.configure("schedules.json", DaemonTests.yearly)
            #expect(try await caller.ask(.post, "/api/reload", as: .admin).status == 200)
            let after = try PrometheusScrape(try await caller.ask(.get, "/metrics").text)
            #expect(after[name, ["schedule": "tick"]] == nil)
            try await served.stop()
        }
    }

    @Test("a reason is a label by its kind alone")
    func reasons() {
        #expect(RunCounts.kind(of: "overlap, holder=0190a1b2-0000-4000-8000-000000000000") == "overlap")
        #expect(RunCounts.kind(of: "paused by the owner") == "paused")
        #expect(RunCounts.kind(of: "whatever a task thinks of") == "other")
    }

    @Test("the dashboard is JSON in which each panel has its own place and number")
    func dashboard() throws {
        let text = try String(contentsOfFile: MonitoringFilesTests.dashboardPath, encoding: .utf8)
        let panels = try JSON(parsing: text)["panels"]?.array ?? []
        #expect(panels.count > 10)
        #expect(Set(panels.compactMap { $0["id"]?.integer }).count == panels.count)
        #expect(Set(panels.map { [$0["gridPos"]?["x"], $0["gridPos"]?["y"]] }).count == panels.count)
    }

    /// Debian's package prometheus has it.
    static let promtoolPath =
        ((ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map(String.init)
        + ["/usr/bin"]).map { $0 + "/promtool" }.first(where: FileManager.default.isExecutableFile(atPath:))

    @Test(
        "promtool finds no fault with the rules",
        .enabled("SKIPPED: there is no promtool here (Debian: prometheus)") { promtoolPath != nil })
    func promtool() throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try #require(MonitoringFilesTests.promtoolPath))
        process.arguments = ["check", "rules", MonitoringFilesTests.rulesPath]
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
    }
}
