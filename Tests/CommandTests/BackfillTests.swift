import ActpTesting
import Glibc
import JSON
import Records
import Scheduling
import Stores
import Testing
import Time

/// `actpd backfill` with the real binary.
struct BackfillTests {
    static let schedules = #"""
        {"schedules": [
          {"name": "daily", "cron": "0 4 * * *", "domain": "youtube", "task": "summary"},
          {"name": "broken", "cron": "0 4 * * *", "domain": "prospect", "task": "score",
           "params": {"contact_id": "00000000-0000-4000-8000-000000000001"}},
          {"name": "boot", "cron": "@reboot", "domain": "youtube", "task": "summary"},
          {"name": "sends", "cron": "0 4 * * *", "domain": "outreach", "task": "send", "catchUp": "none"}]}
        """#

    private let days = ["--from", "2026-03-01", "--to", "2026-03-04"]

    @Test("slots without a record run, the oldest first, and are done for the next backfill and for why")
    func runs() async throws {
        let installation = try Installation(schedules: BackfillTests.schedules)
        let dry = try await installation.actpd(["backfill", "daily", "--dry-run"] + days)
        #expect(
            dry.output == """
                2026-03-01T04:00:00Z  Sun 2026-03-01 04:00:00 +00:00  no record, would run
                2026-03-02T04:00:00Z  Mon 2026-03-02 04:00:00 +00:00  no record, would run
                2026-03-03T04:00:00Z  Tue 2026-03-03 04:00:00 +00:00  no record, would run
                3 slots of daily would run, 0 would be left alone

                """)
        #expect(try installation.runs().isEmpty)
        let finished = try await installation.actpd(["backfill", "daily", "-n", "2"] + days)
        #expect(finished.status == 0, "\(finished.error)")
        #expect(finished.output.contains("2026-03-01T04:00:00Z  Sun 2026-03-01 04:00:00 +00:00  no record, now ok in "))
        #expect(
            finished.output.hasSuffix(
                """
                daily: 2 slots ok, 0 not ok, 0 left alone
                cut off after 2 slots; go on with --from 2026-03-03T04:00:00Z

                """), "\(finished.output)")
        let runs = try installation.runs()
        #expect(runs.map(\.planned) == [.at("2026-03-01T04:00:00Z"), .at("2026-03-02T04:00:00Z")])
        #expect(runs.allSatisfy { $0.trigger == .backfill && $0.outcome == .ok && $0.schedule == "daily" })
        #expect(try await installation.taskRows().count == 2)
        let rest = try await installation.actpd(["backfill", "daily", "--json"] + days)
        #expect(rest.status == 0)
        #expect(rest.json?["ok"] == 1 && rest.json?["left"] == 2)
        #expect(rest.json?["slots"]?.array?.map { $0["verdict"] } == ["left", "left", "ok"])
        let none = try await installation.actpd(["backfill", "daily"] + days)
        #expect(none.status == 0 && none.output.hasSuffix("daily: 0 slots ok, 0 not ok, 3 left alone\n"))
    }

    @Test("a slot that ends badly does not stop the others: 1")
    func failures() async throws {
        let installation = try Installation(schedules: BackfillTests.schedules)
        let finished = try await installation.actpd(["backfill", "broken"] + days)
        #expect(finished.status == 1)
        #expect(finished.error.contains("3 slots of broken did not end well"))
        #expect(try installation.runs().map(\.outcome) == [.error, .error, .error])
    }

    @Test("while another run of the same work holds it: 75, and nothing runs")
    func held() async throws {
        let installation = try Installation(schedules: BackfillTests.schedules)
        let ledger = try SQLiteLedger(
            directory: installation.state, as: .oneShot, texts: PlainAlertTexts(), at: SystemTime().now())
        let holder = RunRequest(
            trigger: .manual, due: SystemTime().now(), domain: "youtube", task: "summary", policy: Policy())
        #expect(try ledger.begin(holder, at: SystemTime().now()))
        let finished = try await installation.actpd(["backfill", "daily"] + days)
        // Its process, this one, counts as alive as long as the ledger is open.
        withExtendedLifetime(ledger) {}
        #expect(finished.status == 75, "\(finished.error)")
        #expect(finished.error.contains("daily is not backfilled further: overlap, holder=\(holder.id)"))
        #expect(finished.output.contains("3 not run"))
        #expect(try installation.runs().count { $0.outcome == .ok } == 0)
    }

    @Test("Ctrl-C cancels the run under way and leaves the rest for another time")
    func interrupted() async throws {
        let installation = try Installation(
            schedules:
                #"{"schedules": [{"name": "slow", "cron": "0 4 * * *", "domain": "youtube", "task": "analyze"}]}"#)
        let work = try await installation.prepareLongWork(videos: 600)
        let process = try installation.start(["backfill", "slow"] + days + Array(work.dropFirst(2)))
        try await installation.waitForRuns { $0.contains { $0.outcome == nil && $0.startedAt != nil } }
        process.signal(SIGINT)
        #expect(try await process.ended() == .exited(1))
        #expect(process.standardError.contains("stopped; what has not run can be backfilled again"))
        #expect(process.standardOutput.contains("slow: 0 slots ok, 1 not ok, 0 left alone, 2 not run"))
        #expect(try installation.runs().map(\.outcome) == [.cancelled])
        let again = try await installation.actpd(["backfill", "slow", "--dry-run"] + days)
        #expect(again.output.contains("cancelled, would run"))
    }

    static let wrongCalls: [(arguments: [String], says: String)] = [
        (["sends", "--from", "2026-03-01", "--to", "2026-03-02"], "outreach send sends, posts or pays (effect once)"),
        (["boot", "--from", "2026-03-01", "--to", "2026-03-02"], "(@reboot) and has no slots"),
        (["dayly", "--from", "2026-03-01", "--to", "2026-03-02"], "did you mean daily?"),
        (["daily", "--from", "2999-03-01", "--to", "2999-03-02"], "--from 2999-03-01T00:00:00Z lies ahead"),
        (["daily", "--from", "2026-03-02", "--to", "2026-03-01"], "does not lie before --to"),
        (["daily", "--from", "2026-03-01", "--to", "2026-03-02", "-n", "0"], "-n 0 is outside"),
    ]

    @Test("what cannot be backfilled: 64, and nothing runs", arguments: wrongCalls)
    func mistakes(_ arguments: [String], _ says: String) async throws {
        let installation = try Installation(schedules: BackfillTests.schedules)
        let finished = try await installation.actpd(["backfill"] + arguments)
        #expect(finished.status == 64 && finished.output.isEmpty)
        #expect(finished.error.contains(says), "\(finished.error)")
        #expect(try installation.runs().isEmpty)
    }
}
