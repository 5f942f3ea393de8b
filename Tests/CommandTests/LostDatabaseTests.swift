import ActpTesting
import Foundation
import JSON
import Records
import Scheduling
import Synchronization
import Testing

/// The owner's database goes away while a task writes to it, and while nobody looks.
@Suite(.timeLimit(.minutes(5)), .enabled(if: PostgresCluster.isInstalled, "\(PostgresCluster.missing)"))
struct LostDatabaseTests {
    private static let contacts = """
        INSERT INTO crm_contacts (id, platform, username, icp_score)
            SELECT ('00000000-0000-4000-8000-' || lpad(i::text, 12, '0'))::uuid, 'twitter', 'user' || i, i % 100
            FROM generate_series(1, 10000) i;
        INSERT INTO crm_interactions (contact_id, type, direction, created_at)
            SELECT id, 'dm', 'inbound', now() - interval '3 days' FROM crm_contacts WHERE username LIKE '%0';
        """

    /// What the task leaves in the tables, whatever the time of day.
    private static let scores = """
        SELECT contact_id, score, funnel_stage, next_touch_type, offer_readiness, icp_fit, (score_breakdown - 'since')::text
        FROM actp_prospect_scores ORDER BY contact_id
        """

    @Test("lost in the middle of scoring 10,000 contacts: a clear error; a second run completes as if nothing had been")
    func middleOfScoring() async throws {
        let undisturbed = try await Database.serve { database in
            try database.postgres.run(LostDatabaseTests.contacts)
            let finished = try await Installation().actpd(["prospect", "score-all"], environment: database.settings)
            #expect(finished.status == 0, "\(finished.error)")
            return try database.postgres.run(LostDatabaseTests.scores)
        }
        #expect(undisturbed.count == 10_000)

        let installation = try Installation()
        /// How many pages of scores are still taken; after them the server is gone in the middle of a request.
        let pages = Mutex(4)
        try await Database.serve { request in
            guard request.method == "POST", request.target.contains("actp_prospect_scores") else {
                return pages.withLock({ $0 }) < 0 ? Answer([.close]) : nil
            }
            let isThere = pages.withLock { left in
                left -= 1
                return left >= 0
            }
            return isThere ? nil : Answer([.close])
        } _: { database in
            try database.postgres.run(LostDatabaseTests.contacts)
            let lost = try await installation.actpd(["prospect", "score-all"], environment: database.settings)
            #expect(lost.status == 69, "\(lost.error)")
            #expect(lost.error.contains("actp_prospect_scores") || lost.error.contains("crm_"), "\(lost.error)")
            #expect(!lost.error.contains(Database.key))
            let half = try database.value("SELECT count(*) FROM actp_prospect_scores").flatMap(Int.init) ?? 0
            #expect((1..<10_000).contains(half))

            pages.withLock { $0 = .max }
            let second = try await installation.actpd(["prospect", "score-all"], environment: database.settings)
            #expect(second.status == 0, "\(second.error)")
            #expect(try database.postgres.run(LostDatabaseTests.scores) == undisturbed)
            let rows = try database.postgres.run("SELECT status FROM actp_agent_tasks ORDER BY created_at")
            #expect(rows == [["error"], ["ok"]], "the first run's row waited in the outbox and came first")
        }
    }

    @Test("a database that swallows every request delays no slot; when it answers again every row arrives")
    func blackHole() async throws {
        let installation = try Installation(
            schedules:
                #"{"schedules": [{"name": "tick", "cron": "* * * * * *", "domain": "outreach", "task": "send"}]}"#)
        // Declines before it asks the database.
        try installation.configure("actpd.json", #"{ "outreach": { "enabled": false } }"#)
        let isSwallowing = Mutex(true)
        try await Database.serve { _ in
            isSwallowing.withLock { $0 } ? .silence : nil
        } _: { database in
            try await installation.serving(environment: database.settings) { served in
                try await installation.waitForRuns { $0.count >= 6 }
                #expect(try installation.waitingRows() > 0)
                served.process.signal(9)
                _ = try await served.process.ended()
            }
            let late = try installation.runs().compactMap(\.latenessUsec)
            #expect(late.allSatisfy { $0 < 900_000 }, "\(late)")
            isSwallowing.withLock { $0 = false }
            try await installation.serving(environment: database.settings) { try await $0.stop() }
            #expect(try installation.waitingRows() == 0)
            let begun = try installation.runs().filter { $0.startedAt != nil }.map(\.id.text)
            let rows = try database.postgres.run("SELECT id FROM actp_agent_tasks ORDER BY id").map { $0[0] ?? "" }
            #expect(rows == begun.sorted())
        }
    }

    @Test("a service that is left alone is in the status line of systemctl, until it answers again")
    func statusLine() async throws {
        let installation = try Installation(
            schedules: #"{"schedules": [{"name": "tick", "cron": "* * * * * *", "domain": "prospect", "task": "top"}]}"#
        )
        let isAway = Mutex(true)
        try await Database.serve { _ in
            isAway.withLock { $0 } ? .json(#"{"message":"no server"}"#, status: 503) : nil
        } _: { database in
            try await installation.serving(environment: database.settings) { served in
                let said = try await served.socket.message(
                    "DEGRADED: no answer from \(database.server.url)", from: 0, within: .seconds(60))
                let before = served.socket.messages.count
                isAway.withLock { $0 = false }
                // It is asked again after ten seconds.
                _ = try await served.process.line("answers again", within: .seconds(60))
                let well = try await served.socket.message("STATUS=1 schedule", from: before, within: .seconds(60))
                #expect(said.contains("STATUS=") && !well.contains("DEGRADED"))
                try await served.stop()
            }
        }
    }
}
