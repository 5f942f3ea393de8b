import ActpTesting
import JSON
import Records
import Scheduling
import Stores
import Testing
import Time

/// `actpd why` with a real ledger; the cases themselves are tested in SchedulingTests.
struct WhyTests {
    static let daily = #"""
        {"schedules": [{"name": "daily", "cron": "30 2 * * *", "domain": "youtube", "task": "summary",
          "timezone": "Europe/Berlin"}]}
        """#

    private let berlin = try? ZoneDatabase().zone("Europe/Berlin")

    /// An installation whose ledger has seen the schedule since the beginning of March 2026.
    private func remembering(_ work: (SQLiteLedger, Schedule) throws -> Void) throws -> Installation {
        let installation = try Installation(schedules: WhyTests.daily)
        let schedule = Schedule.made("daily", cron: "30 2 * * *", zone: try #require(berlin))
        let ledger = try SQLiteLedger(
            directory: installation.state, as: .daemon, texts: PlainAlertTexts(), at: .at("2026-03-01T00:00:00Z"))
        _ = try ledger.register([schedule], at: .at("2026-03-01T00:00:00Z"))
        try work(ledger, schedule)
        return installation
    }

    private func finish(_ request: RunRequest, _ ledger: SQLiteLedger, _ outcome: Outcome = .ok) throws {
        #expect(try ledger.begin(request, at: request.due))
        let completion = Completion(
            id: request.id, outcome: outcome, reason: nil, result: [:], startedAt: request.due + .milliseconds(4),
            finishedAt: request.due + .seconds(1), duration: .milliseconds(900))
        _ = try ledger.finish([RunEnding(request: request, completion: completion)])
    }

    @Test("a slot that ran, asked for in UTC and on the zone's clock; a missed one; one that is no slot; as JSON")
    func past() async throws {
        let installation = try remembering { ledger, schedule in
            try finish(RunRequest(slot: .at("2026-03-02T01:30:00Z"), of: schedule), ledger)
            let missed = MissedSlots(first: .at("2026-03-03T01:30:00Z"), last: .at("2026-03-05T01:30:00Z"), count: 3)
            try finish(RunRequest(slot: .at("2026-03-06T01:30:00Z"), of: schedule, missed: missed), ledger)
        }
        for at in ["2026-03-02T01:30:00Z", "2026-03-02T02:30:00", "2026-03-02T02:30+01:00"] {
            let ran = try await installation.actpd("why", "daily", "--at", at)
            #expect(ran.status == 0, "\(ran.error)")
            #expect(
                ran.output.hasPrefix(
                    "The slot of daily at 2026-03-02T01:30:00Z (Mon 2026-03-02 02:30:00 +01:00 in Europe/Berlin) ran and "
                        + "ended in ok. It was due at 2026-03-02T01:30:00Z and started 4ms late"), "\(ran.output)")
        }
        let missed = try await installation.actpd("why", "daily", "--at", "2026-03-04T01:30:00Z", "--json")
        #expect(missed.json?["verdict"] == "missed" && missed.json?["run"]?["missed"] == 3)
        #expect(missed.json?["text"]?.string?.contains("The run of the slot at 2026-03-06T01:30:00Z stood") == true)
        #expect(missed.json?["text"]?.string?.contains("actpd backfill daily --from 2026-03-04T01:30:00Z") == true)
        let none = try await installation.actpd("why", "daily", "--at", "2026-03-29T00:30:00Z", "--json")
        #expect(none.json?["verdict"] == "no-slot" && none.json?["after"] == "2026-03-29T01:00:00Z")
        #expect(none.json?["local"] == "Sun 2026-03-29 01:30:00 +01:00")
    }

    @Test("a slot that lies ahead, and one that a pause holds back")
    func ahead() async throws {
        let installation = try Installation(schedules: WhyTests.daily)
        let planned = try await installation.actpd("why", "daily", "--at", "2999-01-01T01:30:00Z", "--json")
        #expect(planned.json?["verdict"] == "planned", "\(planned.error)")
        #expect(planned.json?["text"]?.string?.contains("systemctl start actpd") == true)
        #expect(try await installation.actpd("pause", "daily").status == 0)
        let held = try await installation.actpd("why", "daily", "--at", "2999-01-01T01:30:00Z", "--json")
        #expect(held.json?["verdict"] == "held-back")
    }

    static let wrongCalls: [(arguments: [String], says: String)] = [
        (["why", "dialy", "--at", "2026-03-02T01:30:00Z"], "did you mean daily?"),
        (["why", "daily", "--at", "yesterday"], "--at \"yesterday\" is no instant"),
        (["why", "daily"], "--at"),
    ]

    @Test("a question that makes no sense: 64", arguments: wrongCalls)
    func mistakes(_ arguments: [String], _ says: String) async throws {
        let finished = try await Installation(schedules: WhyTests.daily).actpd(arguments)
        #expect(finished.status == 64 && finished.output.isEmpty)
        #expect(finished.error.contains(says), "\(finished.error)")
    }
}
