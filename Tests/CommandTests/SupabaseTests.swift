import ActpTesting
import Foundation
import JSON
import Records
import Testing

/// The tables in Supabase: the program against a stand-in of PostgREST over a real PostgreSQL.
@Suite(.timeLimit(.minutes(5)), .enabled(if: PostgresCluster.isInstalled, "\(PostgresCluster.missing)"))
struct SupabaseTests {
    @Test("a run is a row in the owner's database, its result and its end included")
    func row() async throws {
        let installation = try Installation()
        try await Database.serve { database in
            let finished = try await installation.actpd(
                ["--run-now", "youtube", "summary"], environment: database.settings)
            #expect(finished.status == 0, "\(finished.error)")
            let rows = try database.postgres.run(
                "SELECT domain, task, status, completed_at > created_at FROM actp_agent_tasks")
            #expect(rows == [["youtube", "summary", "ok", "t"]])
            #expect(!FileManager.default.fileExists(atPath: installation.state + "/actp.db"))
            let status = try await installation.actpd(["--status", "--json"], environment: database.settings)
            #expect(status.json?["results"]?.array?.count == 1, "\(status.error)")
            let check = try await installation.actpd(["check"], environment: database.settings)
            #expect(check.status == 0 && check.output.contains("Supabase at \(database.server.url)"), "\(check.output)")
        }
    }

    @Test("what is imported comes back as it was exported")
    func transfer() async throws {
        let installation = try Installation()
        let file = try installation.write(
            "platform,username,bio\ntwitter,ada,\"says \"\"hi\"\", often\"\nlinkedin,grace,\n", to: "contacts.csv")
        try await Database.serve { database in
            let imported = try await installation.actpd(
                ["import", "crm_contacts", file], environment: database.settings)
            #expect(imported.status == 0, "\(imported.error)")
            let first = try await installation.actpd(["export", "crm_contacts"], environment: database.settings)
            let again = try installation.write(first.output, to: "again.csv")
            #expect(
                try await installation.actpd(["import", "crm_contacts", again], environment: database.settings).status
                    == 0)
            let second = try await installation.actpd(["export", "crm_contacts"], environment: database.settings)
            #expect(second.output == first.output && first.output.contains(#""says ""hi"", often""#))
            #expect(try database.value("SELECT count(*) FROM crm_contacts") == "2")
        }
    }

    @Test("the sample goes to no database of the owner's: 64 and what to set")
    func sample() async throws {
        let installation = try Installation()
        try await Database.serve { database in
            let finished = try await installation.actpd(["sample"], environment: database.settings)
            #expect(finished.status == 64 && finished.error.contains("ACTPD_STORE=sqlite:PATH"))
            #expect(database.requests.isEmpty)
        }
    }

    @Test("with the database away a run ends in 69 and says why, its row waits, and the next command delivers both")
    func away() async throws {
        let installation = try Installation()
        let port = try ClosedPort()
        let away = [
            "SUPABASE_URL": "http://127.0.0.1:\(port.number)", "SUPABASE_SERVICE_ROLE_KEY": Database.key,
        ]
        let finished = try await installation.actpd(["prospect", "score-all"], environment: away)
        #expect(finished.status == 69 && finished.error.contains("could not connect"), "\(finished.error)")
        #expect(finished.error.contains("the task row waits in the outbox"))
        #expect(!finished.error.contains(Database.key))

        let status = try await installation.actpd(["--status"], environment: away)
        #expect(status.status == 69 && status.output.contains("outbox: 2 task rows wait"), "\(status.output)")
        let check = try await installation.actpd(["check"], environment: away)
        #expect(check.status == 69 && check.output.contains("away store"), "\(check.output)")
        #expect(try await installation.actpd(["check", "--offline"], environment: away).status == 0)

        try await Database.serve { database in
            let next = try await installation.actpd(["youtube", "summary"], environment: database.settings)
            #expect(next.status == 0, "\(next.error)")
            let rows = try database.postgres.run(
                "SELECT domain, status, result->>'error' FROM actp_agent_tasks ORDER BY created_at")
            #expect(rows.map { $0[0] } == ["prospect", "youtube"])
            #expect(rows.map { $0[1] } == ["error", "ok"])
            #expect(rows.first?[2]?.contains("could not connect") == true)
        }
    }

    @Test("one of the two settings without the other leads to the embedded store, and check says so")
    func half() async throws {
        let check = try await Installation().actpd(
            ["check"], environment: ["SUPABASE_URL": "https://abcdefghijklmnopqrst.supabase.co"])
        #expect(check.status == 0)
        #expect(check.output.contains("SUPABASE_SERVICE_ROLE_KEY is not: the embedded store is used"))
    }

    @Test("a key of the wrong kind: 78, what it is and what to take; it is never quoted")
    func wrongKey() async throws {
        let finished = try await Installation().actpd(
            ["check"],
            environment: [
                "SUPABASE_URL": "https://abcdefghijklmnopqrst.supabase.co",
                "SUPABASE_SERVICE_ROLE_KEY": "sb_publishable_0123456789",
            ])
        #expect(finished.status == 78 && finished.output.contains("publishable key"), "\(finished.output)")
        #expect(!(finished.output + finished.error).contains("0123456789"))
    }

    // MARK: The live tables

    @Test("schema sql is the migration that is shipped, and needs no configuration")
    func sql() async throws {
        let finished = try await Installation().actpd("schema", "sql")
        let shipped = try String(
            contentsOfFile: Installation.repository + "/config/supabase/migrations/0001_tables.sql", encoding: .utf8)
        #expect(finished.status == 0 && finished.output == shipped + "\n")
    }

    @Test("on the embedded store there is nothing to compare: 64")
    func schemaCheckEmbedded() async throws {
        let finished = try await Installation().actpd("schema", "check")
        #expect(finished.status == 64 && finished.error.contains("SUPABASE_URL"))
    }
}
