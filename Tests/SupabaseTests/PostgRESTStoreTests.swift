import ActpTesting
import HTTP
import Records
import Supabase
import Synchronization
import Testing
import Time

/// What the contract leaves open: how many requests, which headers, what happens when the server or its settings change.
@Suite(
    "the store asks PostgREST", .timeLimit(.minutes(5)),
    .enabled(if: PostgresCluster.isInstalled, "\(PostgresCluster.missing)"))
struct PostgRESTStoreTests {
    private func contact(_ number: Int) -> Draft<Contacts> {
        Draft {
            $0.platform = "twitter"
            $0.username = "user\(number)"
            $0.pipelineStage = "qualified"
        }
    }

    private func requests(_ server: StandInServer) -> [String] {
        server.record.requests.map { "\($0.method) \($0.target.prefix { $0 != "?" })" }
    }

    // MARK: How often

    @Test("10,000 rows are ten requests in and eleven out")
    func pages() async throws {
        try await Live.serve { backend, server, _ in
            let store = Store(backend)
            try await store.insert((0..<10_000).map(contact))
            #expect(requests(server) == Array(repeating: "POST /rest/v1/crm_contacts", count: 10))
            #expect(try await store.values(of: \Contacts.id).count == 10_000)
            // The last page was full, so that only the next one can say that there is no more.
            #expect(requests(server).dropFirst(10) == Array(repeating: "GET /rest/v1/crm_contacts", count: 11)[...])
            let counted = server.record.requests.filter { $0["Prefer"]?.contains("count") == true }
            #expect(counted.count == 1)
        }
    }

    @Test("a list of 1,000 ids is eight requests, whose answers are one")
    func chunks() async throws {
        try await Live.serve { backend, server, _ in
            let store = Store(backend)
            try await store.insert((0..<1_500).map(contact))
            let ids = try await store.values(of: \Contacts.id)
            let before = server.record.requests.count
            let rows = try await store.fetch(
                Query<Contacts>(limit: 1_000).filter(.isOneOf(\.id, ids.prefix(1_000))))
            #expect(rows.map(\.id) == ids.prefix(1_000).map { $0 })
            #expect(server.record.requests.count - before == 8)
            #expect(server.record.requests.map(\.target.utf8.count).max() ?? 0 < 6_100)
        }
    }

    @Test("an upsert of rows with ids is one request where all are new, and two where some are there")
    func upsertWithIDs() async throws {
        try await Live.serve { backend, server, _ in
            let store = Store(backend)
            var draft = contact(1)
            draft.id = .random()
            try await store.upsert([draft])
            #expect(server.record.requests.count == 1)
            var again = contact(1)
            again.id = .random()
            again.bio = "changed"
            var other = contact(2)
            other.id = .random()
            other.bio = "new"
            try await store.upsert([again, other])
            #expect(server.record.requests.count == 3)
            let rows = try await store.fetch(Query<Contacts>(limit: 9).order(by: \.username))
            #expect(rows.map(\.id) == [draft.id, other.id])
            #expect(rows.map(\.bio) == ["changed", "new"])
        }
    }

    // MARK: With which key

    @Test("a newer key goes as apikey alone, an older one as a bearer too")
    func keys() async throws {
        let token = "eyJhbGciOiJIUzI1NiJ9.eyJyb2xlIjoic2VydmljZV9yb2xlIn0.c2lnbmF0dXJl"
        var options = Live.options()
        options.roles[token] = "service_role"
        for key in [Live.secret, token] {
            try await Live.serve(options, key: key) { backend, server, _ in
                #expect(try await Store(backend).fetch(Query<Contacts>(limit: 1)).isEmpty)
                let request = try #require(server.record.requests.first)
                #expect(request["apikey"] == key)
                #expect(request["Authorization"] == (key == token ? "Bearer \(token)" : nil))
                #expect(request["User-Agent"] == "actpd/test")
            }
        }
    }

    @Test("a wrong key is not allowed, and the error says which setting to look at")
    func wrongKey() async throws {
        try await Live.serve(key: "sb_secret_wrong_wrong_wrong") { backend, _, _ in
            let error = await #expect(throws: StoreError.self) {
                try await Store(backend).fetch(Query<Contacts>(limit: 1))
            }
            #expect(error?.code == .denied)
            #expect(error?.detail.contains("SUPABASE_SERVICE_ROLE_KEY") == true)
            #expect("\(error as Any)".contains("wrong_wrong") == false)
        }
    }

    // MARK: Of whom

    @Test("a server that cuts answers short of our page loses no row")
    func lowCap() async throws {
        var options = Live.options()
        options.rowsMax = 300
        try await Live.serve(options) { backend, server, _ in
            let store = Store(backend)
            try await store.insert(
                (0..<1_250).map { number in
                    var draft = contact(number)
                    draft.followerCount = number % 3 == 0 ? nil : number % 7
                    return draft
                })
            let ids = try await store.values(of: \Contacts.id)
            #expect(ids.count == 1_250 && Set(ids).count == 1_250)
            let ordered = try await store.fetch(
                Query<Contacts>(limit: 1_000).order(by: \.followerCount, descending: true))
            #expect(Set(ordered.map(\.id)).count == 1_000)
            let counts = ordered.map { $0.followerCount ?? -1 }
            #expect(counts == counts.sorted(by: >))
            #expect(server.record.requests.count < 20)
        }
    }

    @Test("a check that the live table has refuses the value, with its name")
    func check() async throws {
        try await Live.serve { backend, _, database in
            try database.run(
                "ALTER TABLE crm_contacts ADD CONSTRAINT stages CHECK (pipeline_stage IN ('first_touch', 'qualified'))")
            var draft = contact(1)
            draft.pipelineStage = "new"
            let error = await #expect(throws: StoreError.self) { try await Store(backend).insert([draft]) }
            #expect(error?.code == .refused)
            #expect(error?.detail.contains("stages") == true)
        }
    }

    @Test("a column that the live table lacks and nothing goes without is named")
    func unknownColumn() async throws {
        try await Live.serve { backend, _, database in
            try database.run("ALTER TABLE actp_prospect_scores DROP COLUMN score")
            let reading = await #expect(throws: StoreError.self) {
                try await Store(backend).fetch(Query<ProspectScores>(limit: 1))
            }
            #expect(reading?.code == .unknownColumn && reading?.detail.contains("score") == true)
            let draft = Draft<ProspectScores> {
                $0.contactID = RowID(orderedAt: Instant(seconds: 1_772_452_800))
                $0.funnelStage = "decision"
                $0.score = 65
            }
            let writing = await #expect(throws: StoreError.self) { try await Store(backend).insert([draft]) }
            #expect(writing?.code == .unknownColumn && writing?.detail.contains("score") == true)
        }
    }

    @Test("after the database was restarted the next call goes through")
    func restart() async throws {
        try await Live.serve { backend, _, database in
            let store = Store(backend)
            try await store.insert([contact(1)])
            try database.disconnectEverybody()
            let lost = await #expect(throws: StoreError.self) { try await store.fetch(Query<Contacts>(limit: 1)) }
            #expect(lost?.isRetryable == true)
            #expect(try await store.fetch(Query<Contacts>(limit: 1)).count == 1)
        }
    }

    // MARK: Many rows

    @Test("a bulk import is cut into requests of about a megabyte, and its error says how much is in")
    func load() async throws {
        try await Live.serve { backend, server, _ in
            let columns = ["bio", "platform", "username"]
            let text = Cell.text(String(repeating: "x", count: 10_000))
            func statement(_ numbers: Range<Int>, _ platform: Cell = .text("twitter")) -> InsertStatement {
                InsertStatement(
                    table: Contacts.definition, columns: columns,
                    rows: numbers.map { [text, platform, .text("user\($0)")] }, conflict: .update)
            }
            let statements = Supply([statement(0..<250), statement(250..<300)])
            try await backend.load { statements.next() }
            #expect(try await Store(backend).values(of: \Contacts.id).count == 300)
            let bodies = server.record.requests.filter { $0.method == "POST" }.map(\.body.count)
            #expect(bodies.count == 4)
            #expect((bodies.max() ?? 0) < 1_100_000)
            let broken = Supply([statement(300..<310), statement(310..<320, .null)])
            let error = await #expect(throws: StoreError.self) { try await backend.load { broken.next() } }
            #expect(error?.code == .missingValue)
            #expect(error?.detail.contains("10 rows before it are written") == true)
        }
    }
}

/// Hands out one after the other.
private final class Supply: Sendable {
    private let rest: Mutex<[InsertStatement]>

    init(_ statements: [InsertStatement]) { rest = Mutex(statements.reversed()) }

    func next() -> InsertStatement? { rest.withLock { $0.popLast() } }
}
