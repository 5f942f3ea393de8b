import ActpTesting
import Foundation
import JSON
import Records
import Scheduling
import Stores
import Testing
import Time

/// What `next`, `runs` and `--status` show beside the plain case.
struct NextAndRunsTests {
    @Test("next shows good entries beside quarantined ones with their problems: 78, and 0 for a good one alone")
    func quarantined() async throws {
        let installation = try Installation(
            schedules: #"""
                { "schedules": [
                  { "name": "good", "cron": "0 5 * * *", "domain": "youtube", "task": "full" },
                  { "name": "bad", "cron": "99 * * * *", "domain": "youtube", "task": "full" } ] }
                """#)
        let all = try await installation.actpd("next", "-n", "1")
        #expect(all.status == 78)
        #expect(all.output.hasPrefix("good  0 5 * * *  UTC  youtube full\n"))
        #expect(
            all.output.contains(
                "\n\nbad  quarantined\n  TMP/config/schedules.json:3: schedules[1].cron: cron '99 * * * *': minute"))
        #expect(all.error.contains("1 entry is quarantined; a reload of this file would be rejected"))
        let json = try await installation.actpd("next", "--json")
        #expect(json.status == 78)
        #expect(json.json?["quarantined"]?.array?.map { $0["name"] } == ["bad"])
        #expect(try await installation.actpd("next", "good").status == 0)
        #expect(try await installation.actpd("next", "bad").status == 78)
    }

    @Test("next counts @every from when the daemon first saw it, and leaves no ledger behind where there is none")
    func anchor() async throws {
        let installation = try Installation(
            schedules: #"""
                {"schedules": [{"name": "often", "cron": "@every 7h", "domain": "youtube", "task": "summary"}]}
                """#)
        let after = ["next", "often", "--after", "2026-03-02T00:00:00Z", "-n", "1"]
        #expect(try await installation.actpd(after).output.contains("\n  2026-03-02T07:00:00Z"))
        #expect(try await installation.actpd("simulate", "--from", "2026-03-02", "--to", "2026-03-03").status == 0)
        #expect(try FileManager.default.contentsOfDirectory(atPath: installation.state).isEmpty)
        do {
            let ledger = try SQLiteLedger(
                directory: installation.state, as: .daemon, texts: PlainAlertTexts(), at: .at("2026-03-01T00:00:00Z"))
            _ = try ledger.register([.made("often", cron: "@every 7h")], at: .at("2026-03-01T00:00:00Z"))
        }
        #expect(try await installation.actpd(after).output.contains("\n  2026-03-02T04:00:00Z"))
    }

    @Test("runs of one schedule, with slot, trigger, tries and lateness; those that wait and run are marked")
    func runs() async throws {
        let installation = try Installation()
        let ledger = try SQLiteLedger(
            directory: installation.state, as: .daemon, texts: PlainAlertTexts(), at: .at("2026-03-01T00:00:00Z"))
        let schedule = Schedule.made("job", cron: "0 * * * *", overlap: .bufferOne)
        func slot(_ hour: Int) -> RunRequest { RunRequest(slot: .at("2026-03-02T0\(hour):00:00Z"), of: schedule) }
        let first = slot(1)
        #expect(try ledger.begin(first, at: first.due + .milliseconds(7)))
        let completion = Completion(
            id: first.id, outcome: .ok, reason: nil, result: [:], startedAt: first.due + .milliseconds(7),
            finishedAt: first.due + .seconds(1), duration: .milliseconds(900), attempts: 2)
        _ = try ledger.finish([RunEnding(request: first, completion: completion)])
        #expect(try ledger.begin(slot(2), at: slot(2).due))
        let third = slot(3)
        guard case .waits = try ledger.claim([Claim(third)], at: third.due)[0] else {
            Issue.record("the third slot waits")
            return
        }
        let other = RunRequest(
            trigger: .manual, due: .at("2026-03-02T05:00:00Z"), domain: "test", task: "other", policy: Policy())
        #expect(try ledger.begin(other, at: other.due))
        let shown = try await installation.actpd("runs", "--schedule", "job")
        let lines = shown.output.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
        #expect(lines[0] == ["SLOT", "SCHEDULE", "TRIGGER", "TASK", "OUTCOME", "TRIES", "LATE", "TOOK", "WHY"])
        #expect(lines.count == 4)
        #expect(lines[1].prefix(6) == ["2026-03-02T03:00:00Z", "job", "schedule", "test", "work", "waiting"])
        #expect(lines[2].prefix(6) == ["2026-03-02T02:00:00Z", "job", "schedule", "test", "work", "running"])
        #expect(
            lines[3] == [
                "2026-03-02T01:00:00Z", "job", "schedule", "test", "work", "ok", "2", "7", "ms", "900", "ms",
            ])
        let status = try await installation.actpd("--status", "--json")
        #expect(status.json?["running"]?.array?.count == 2 && status.json?["waiting"]?.array?.count == 1)
        let text = try await installation.actpd("--status").output
        #expect(text.contains("waiting: test work, overlap, holder="))
        let unknown = try await installation.actpd("runs", "--schedule", "jbo")
        #expect(unknown.status == 64 && unknown.error.contains("there is no schedule \"jbo\""))
        withExtendedLifetime(ledger) {}
    }
}
