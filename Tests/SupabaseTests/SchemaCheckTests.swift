import ActpTesting
import HTTP
import JSON
import Records
import Supabase
import Synchronization
import Testing
import Time

/// Live tables that are not what the definitions say.
@Suite(
    "the live tables", .timeLimit(.minutes(5)),
    .enabled(if: PostgresCluster.isInstalled, "\(PostgresCluster.missing)"))
struct SchemaCheckTests {
    private func texts(_ differences: [SchemaDifference]) -> [String] {
        differences.map { "\($0) [\($0.effect.rawValue)]" }
    }

    /// A database that somebody has changed, and a store that asks it.
    private func after(
        _ sql: String, hidden: Bool = false,
        _ body: (PostgRESTStore, StandInServer, Told) async throws -> Void
    ) async throws {
        let database = try Live.database()
        try database.run(sql)
        let told = Told()
        try await PostgRESTStandIn(database, options: Live.options()).serve(
            gate: { request in
                guard hidden, request.target == "/rest/v1/" else { return nil }
                return .json(
                    #"{"code":"PGRST126","details":null,"hint":null,"message":"Root endpoint metadata is disabled"}"#,
                    status: 404)
            },
            while: { server in
                let store = PostgRESTStore(
                    try SupabaseAddress(url: server.url, key: Credential(Live.secret), at: SystemTime().now()),
                    client: HTTPClient(time: SystemTime(), options: .init(retry: RetryPolicy(attemptsMax: 1)))
                ) { columns in told.columns.withLock { $0 += columns } }
                try await body(store, server, told)
            })
    }

    /// What the store said that it does without.
    private final class Told: Sendable { let columns = Mutex<[SchemaDifference]>([]) }

    @Test("as they are made by the migration they have no difference, and it is one request to see that")
    func none() async throws {
        try await after("SELECT 1") { store, server, _ in
            let found = try await store.checkSchema()
            #expect(found == [])
            #expect(server.record.requests.map(\.target) == ["/rest/v1/"])
        }
    }

    @Test("types that read and write the same are no difference")
    func sameEnough() async throws {
        try await after(
            """
            ALTER TABLE youtube_video_stats ALTER COLUMN views TYPE integer;
            ALTER TABLE crm_contacts ALTER COLUMN bio TYPE varchar(400),
                ALTER COLUMN last_message_at TYPE timestamptz USING NULL::timestamptz, ALTER COLUMN icp_score TYPE numeric(5,2);
            CREATE TYPE stage AS ENUM ('awareness', 'consideration', 'decision');
            ALTER TABLE actp_prospect_scores ALTER COLUMN funnel_stage TYPE stage USING funnel_stage::stage;
            ALTER TABLE actp_agent_tasks ALTER COLUMN completed_at TYPE timestamp;
            """
        ) { store, _, _ in
            let found = try await store.checkSchema()
            #expect(texts(found) == [])
        }
    }

    @Test("an instant without a zone is read in UTC, and comes back as it was written")
    func withoutZone() async throws {
        try await after("ALTER TABLE actp_agent_tasks ALTER COLUMN completed_at TYPE timestamp") { backend, _, _ in
            let store = Store(backend)
            let end = try #require(Instant(iso8601: "2026-03-01T04:05:06.789Z"))
            try await store.insert([
                Draft<AgentTasks> {
                    $0.domain = "youtube"
                    $0.task = "full"
                    $0.completedAt = end
                }
            ])
            #expect(try await store.first(Query<AgentTasks>(limit: 1))?.completedAt == end)
        }
    }

    @Test("what is missing or of another kind is named, in the order of the tables, with what it does")
    func named() async throws {
        try await after(
            """
            ALTER TABLE crm_contacts DROP COLUMN bio, ALTER COLUMN follower_count TYPE text;
            ALTER TABLE actp_prospect_scores DROP COLUMN score, ADD COLUMN owner text NOT NULL;
            DROP TABLE actp_workflow_tasks;
            """
        ) { store, _, _ in
            let found = try await store.checkSchema()
            #expect(
                texts(found) == [
                    "crm_contacts.bio is not there and is done without [switched off]",
                    "crm_contacts.follower_count is text, where integer belongs [stops]",
                    "actp_prospect_scores.score is not there [stops]",
                    "actp_prospect_scores.owner must have a value in every new row, and actpd knows no such column [stops]",
                    "actp_workflow_tasks is not there [stops]",
                ])
        }
    }

    @Test("a server that does not describe itself is asked table by table, for names alone")
    func hidden() async throws {
        try await after(
            "ALTER TABLE crm_contacts DROP COLUMN bio; DROP TABLE actp_agent_registry", hidden: true
        ) { store, server, _ in
            let found = try await store.checkSchema()
            #expect(
                texts(found) == [
                    "crm_contacts.bio is not there and is done without [switched off]",
                    "actp_agent_registry is not there [stops]",
                ])
            // One for each table, one more for the column.
            #expect(server.record.requests.count == 1 + Schema.tables.count + 1)
        }
    }

    @Test("a column that can be done without is found out by its absence, said once, and left out from then on")
    func switchedOff() async throws {
        try await after("ALTER TABLE crm_contacts DROP COLUMN bio, DROP COLUMN email_opted_out") {
            backend, server, told in
            let store = Store(backend)
            let draft = Draft<Contacts> {
                $0.platform = "twitter"
                $0.username = "ada"
                $0.bio = "not to be kept"
            }
            try await store.upsert([draft])
            #expect(told.columns.withLock { $0.map(\.column) } == ["bio", "email_opted_out"])
            // Refused, looked, written.
            #expect(server.record.requests.count == 3)
            let row = try #require(try await store.first(Query<Contacts>(limit: 1)))
            #expect(row.username == "ada" && row.bio == nil && row.emailOptedOut == nil)
            #expect(server.record.requests.count == 4)
            let changed = try await store.update(where: \Contacts.username == "ada", set: Draft { $0.bio = "again" })
            #expect(changed.map(\.id) == [row.id])
            var both = Draft<Contacts>()
            both.bio = "x"
            both.email = "e"
            #expect(try await store.update(where: \Contacts.username == "ada", set: both).map(\.email) == ["e"])
            #expect(try await store.fetch(Query<Contacts>(limit: 9).filter(.isNull(\.bio))).count == 1)
            #expect(try await store.fetch(Query<Contacts>(limit: 9).filter(\.bio == "again")).isEmpty)
            #expect(try await store.fetch(Query<Contacts>(limit: 9).order(by: \.bio)).count == 1)
            #expect(told.columns.withLock { $0.count } == 2)
        }
    }

    @Test("a change of which only columns remain that are not there cannot become a change of all rows")
    func guarded() async throws {
        try await after("ALTER TABLE crm_contacts DROP COLUMN bio") { backend, _, _ in
            let store = Store(backend)
            try await store.insert([
                Draft<Contacts> {
                    $0.platform = "twitter"
                    $0.username = "ada"
                }
            ])
            let error = await #expect(throws: StoreError.self) {
                try await store.delete(where: .isNull(\Contacts.bio))
            }
            #expect(error?.code == .undeclared)
            #expect(try await store.fetch(Query<Contacts>(limit: 9)).count == 1)
        }
    }

    @Test("an import whose file brings a column that is not there is refused, not written without it")
    func load() async throws {
        try await after("ALTER TABLE crm_contacts DROP COLUMN bio") { backend, _, _ in
            let once = Mutex(false)
            let error = await #expect(throws: StoreError.self) {
                try await Store(backend).load {
                    let isFirst = once.withLock { done in
                        defer { done = true }
                        return !done
                    }
                    guard isFirst else { return nil }
                    return InsertStatement(
                        table: Contacts.definition, columns: ["bio", "platform", "username"],
                        rows: [[.text("x"), .text("twitter"), .text("ada")]], conflict: .update)
                }
            }
            #expect(error?.code == .unknownColumn)
        }
    }

    @Test("a column that came back is used again after the next look")
    func cameBack() async throws {
        let database = try Live.database()
        let standIn = PostgRESTStandIn(database, options: Live.options())
        try database.run("ALTER TABLE crm_contacts DROP COLUMN bio")
        try await standIn.serve { server in
            let backend = try Live.store(server.url)
            let store = Store(backend)
            #expect(try await backend.checkSchema().map(\.column) == ["bio"])
            try database.run("ALTER TABLE crm_contacts ADD COLUMN bio text")
            standIn.reloadSchema()
            #expect(try await backend.checkSchema() == [])
            try await store.insert([
                Draft<Contacts> {
                    $0.platform = "twitter"
                    $0.username = "ada"
                    $0.bio = "kept"
                }
            ])
            #expect(try await store.first(Query<Contacts>(limit: 1))?.bio == "kept")
        }
    }
}
