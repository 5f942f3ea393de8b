import ActpTesting
import Foundation
import Records
import Testing

/// The tables as SQL: what is shipped is what the definitions say, and PostgreSQL takes it.
@Suite("the migrations", .timeLimit(.minutes(5)))
struct MigrationTests {
    private static let file: URL = {
        var url = URL(fileURLWithPath: #filePath)
        for _ in 0..<3 { url.deleteLastPathComponent() }
        return url.appendingPathComponent("config/supabase/migrations/0001_tables.sql")
    }()

    @Test("the file that is shipped is what the definitions say")
    func shipped() throws {
        let written = PostgreSQLSchema.sql()
        if ProcessInfo.processInfo.environment["ACTPD_UPDATE_GOLDEN"] == "1" {
            try written.write(to: MigrationTests.file, atomically: true, encoding: .utf8)
        }
        #expect(try String(contentsOf: MigrationTests.file, encoding: .utf8) == written)
    }

    private static let isInstalled = ConditionTrait.enabled(
        if: PostgresCluster.isInstalled, "\(PostgresCluster.missing)")

    @Test("they load into an empty database, and a second time without a change", isInstalled)
    func loadsTwice() throws {
        let database = try PostgresCluster.shared().database(sql: PostgreSQLSchema.sql())
        let before = try database.run(MigrationTests.columns)
        #expect(before.count == Schema.tables.map(\.columns.count).reduce(0, +))
        for table in Schema.tables {
            for column in table.columns {
                let found = try #require(before.first { $0[0] == table.name && $0[1] == column.name })
                #expect(found[2] == column.type.rawValue.replacing("timestamptz", with: "timestamp with time zone"))
                #expect(found[3] == (column.isNullable ? "t" : "f"), "\(table.name).\(column.name)")
            }
        }
        let objects = try database.run("SELECT count(*) FROM pg_class")
        try database.run(PostgreSQLSchema.sql())
        #expect(try database.run(MigrationTests.columns) == before)
        #expect(try database.run("SELECT count(*) FROM pg_class") == objects)
    }

    @Test("every key that an upsert aims at is unique", isInstalled)
    func keys() throws {
        let database = try PostgresCluster.shared().database(sql: PostgreSQLSchema.sql())
        for table in Schema.tables {
            let columns = table.key.map { "\"\($0)\"" }.joined(separator: ", ")
            // The planner refuses a target without a unique key.
            try database.run("EXPLAIN INSERT INTO \(table.name) DEFAULT VALUES ON CONFLICT (\(columns)) DO NOTHING")
        }
    }

    @Test("a table of ours that is there gets what it lacks, and keeps its rows", isInstalled)
    func additions() throws {
        let database = try PostgresCluster.shared().database(
            sql: """
                CREATE TABLE actp_posting_schedule (platform text, daily_limit integer, extra text);
                INSERT INTO actp_posting_schedule VALUES ('twitter', 3, 'kept');
                """)
        try database.run(PostgreSQLSchema.sql())
        let rows = try database.run("SELECT platform, extra, best_hours FROM actp_posting_schedule")
        #expect(rows.map { $0.prefix(2) } == [["twitter", "kept"]])
        try database.run(
            "EXPLAIN INSERT INTO actp_posting_schedule (platform) VALUES ('x') ON CONFLICT (platform) DO NOTHING")
    }

    @Test(
        "a unique key that the rows do not allow is left out with a warning, and everything else is done", isInstalled)
    func doubled() throws {
        let database = try PostgresCluster.shared().database(
            sql: """
                CREATE TABLE actp_posting_schedule (platform text);
                INSERT INTO actp_posting_schedule VALUES ('twitter'), ('twitter');
                """)
        let warnings = try database.warnings(of: PostgreSQLSchema.sql())
        #expect(warnings.count == 1)
        #expect(
            warnings.first?.contains("actp_posting_schedule: no unique key on (platform), because rows share it")
                == true)
        #expect(try database.run("SELECT count(*) FROM actp_posting_schedule") == [["2"]])
        #expect(
            try database.run("SELECT count(*) FROM pg_indexes WHERE tablename = 'actp_posting_schedule'") == [["0"]])
    }

    @Test("a table that others share is left exactly as it is", isInstalled)
    func shared() throws {
        let database = try PostgresCluster.shared().database(
            sql: "CREATE TABLE crm_contacts (id uuid PRIMARY KEY, platform text, username text)")
        try database.run(PostgreSQLSchema.sql())
        let names = try database.run(MigrationTests.columns).filter { $0[0] == "crm_contacts" }.map { $0[1] }
        #expect(names == ["id", "platform", "username"])
    }

    @Test(
        "a database that has all tables, in the owner's own shape and with rows, keeps every row and every shared table",
        isInstalled)
    func ownersShape() throws {
        let shared = Schema.tables.filter { PostgreSQLSchema.isShared($0) }.map(\.name)
        let database = try PostgresCluster.shared().database(sql: PostgreSQLSchema.sql())
        // What another program's migrations may have made of them.
        try database.run(
            """
            ALTER TABLE crm_contacts DROP COLUMN bio, ADD COLUMN unread boolean, DROP CONSTRAINT crm_contacts_platform_username_key,
                ADD CONSTRAINT stages CHECK (pipeline_stage <> 'new');
            ALTER TABLE actp_prospect_scores DROP COLUMN icp_fit;
            ALTER TABLE youtube_video_stats ALTER COLUMN views TYPE integer;
            ALTER TABLE actp_gen_jobs DROP COLUMN attempts;
            INSERT INTO crm_contacts (platform, username, pipeline_stage) VALUES ('twitter', 'ada', 'won'), ('twitter', 'ada', 'won');
            INSERT INTO actp_prospect_scores (contact_id, funnel_stage, score)
                SELECT id, 'decision', row_number() OVER () FROM crm_contacts;
            """)
        func shape(_ tables: [String]) throws -> [[String?]] {
            let names = tables.map { "'\($0)'" }.joined(separator: ", ")
            return try database.run(
                """
                SELECT table_name, column_name, data_type, is_nullable, column_default FROM information_schema.columns
                WHERE table_name IN (\(names)) ORDER BY 1, 2
                """)
                + database.run(
                    "SELECT indexname, indexdef FROM pg_indexes WHERE tablename IN (\(names)) ORDER BY 1")
        }
        let before = try shape(shared)
        let people = try database.run("SELECT * FROM crm_contacts ORDER BY id")
        #expect(try database.warnings(of: PostgreSQLSchema.sql()) == [])
        #expect(try shape(shared) == before && before.count > 80)
        #expect(try database.run("SELECT * FROM crm_contacts ORDER BY id") == people)
        #expect(try database.run("SELECT count(*), min(icp_fit) FROM actp_prospect_scores") == [["2", "0"]])
    }

    private static let columns = """
        SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), NOT a.attnotnull
        FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' ORDER BY c.relname, a.attnum
        """
}
