import ActpTesting
import HTTP
import Records
import Supabase
import Synchronization
import Testing
import Time

/// The server did what it was asked, and the connection broke before it could say so.
@Suite(
    "an answer that was lost", .timeLimit(.minutes(5)),
    .enabled(if: PostgresCluster.isInstalled, "\(PostgresCluster.missing)"))
struct LostAnswerTests {
    private let contact = Draft<Contacts> {
        $0.platform = "twitter"
        $0.username = "a"
        $0.pipelineStage = "qualified"
    }

    /// Loses the first answer to a method; counts how often it was asked.
    private func losing(
        _ method: String, _ body: (Store, Store) async throws -> Void
    ) async throws -> Int {
        let standIn = PostgRESTStandIn(try Live.database(), options: Live.options())
        let asked = Mutex(0)
        return try await StandInServer.serve { request in
            let response = standIn.respond(
                to: request.method, request.target, headers: request.headers, body: request.text)
            if request.method == method,
                asked.withLock({
                    $0 += 1; return $0
                }) == 1
            {
                return .hangUp
            }
            return .status(
                response.status, headers: response.headers.map { ($0.name, $0.value) }, body: response.body.utf8)
        } while: { server in
            let retry = RetryPolicy(attemptsMax: 3, firstPause: .zero)
            let client = HTTPClient(time: SystemTime(), options: .init(userAgent: "actpd/test", retry: retry))
            let address = try SupabaseAddress(url: server.url, key: Credential(Live.secret), at: SystemTime().now())
            try await body(Store(PostgRESTStore(address, client: client)), Store(Live.store(server.url)))
            return asked.withLock { $0 }
        }
    }

    @Test("to a question is asked for again")
    func reading() async throws {
        let asked = try await losing("GET") { store, _ in
            let rows = try await store.fetch(Query<Contacts>(limit: 1))
            #expect(rows.isEmpty)
        }
        #expect(asked == 2)
    }

    @Test("to an upsert or an insert that ignores what is there is asked for again, and each row is there once")
    func repeatable() async throws {
        for conflict in [Conflict.update, .ignore] {
            let asked = try await losing("POST") { store, other in
                try await store.insert([contact], onConflict: conflict)
                let rows = try await other.fetch(Query<Contacts>(limit: 9))
                #expect(rows.count == 1)
            }
            #expect(asked == 2)
        }
    }

    @Test("to a plain insert is not asked for again: the caller hears that nobody knows")
    func insert() async throws {
        let asked = try await losing("POST") { store, other in
            let error = await #expect(throws: StoreError.self) { try await store.insert([contact]) }
            #expect(error?.code == .unavailable)
            #expect(error?.detail.contains("unknown") == true)
            let rows = try await other.fetch(Query<Contacts>(limit: 9))
            #expect(rows.count == 1)
        }
        #expect(asked == 1)
    }

    @Test("to a claim is not asked for again: the row is taken, and asking would say that somebody else took it")
    func claim() async throws {
        let asked = try await losing("PATCH") { store, other in
            try await store.insert([contact])
            await #expect(throws: StoreError.self) {
                try await store.update(
                    where: \.pipelineStage == "qualified", set: Draft<Contacts> { $0.pipelineStage = "claimed" })
            }
            let rows = try await other.fetch(Query<Contacts>(limit: 9))
            #expect(rows.map(\.pipelineStage) == ["claimed"])
        }
        #expect(asked == 1)
    }

    @Test("to a change that leaves its own condition alone is asked for again, with the same rows")
    func change() async throws {
        let asked = try await losing("PATCH") { store, _ in
            try await store.insert([contact])
            let rows = try await store.update(where: \.username == "a", set: Draft<Contacts> { $0.bio = "new" })
            #expect(rows.map(\.bio) == ["new"])
        }
        #expect(asked == 2)
    }
}
