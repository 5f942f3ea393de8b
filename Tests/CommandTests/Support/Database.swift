import ActpTesting
import Records

/// The owner's database for one test: PostgREST's dialect over a real PostgreSQL, as the hosted service shows it, and the
/// settings that lead there.
struct Database: Sendable {
    static let key = "sb_secret_0123456789abcdef"

    let server: StandInServer
    let standIn: PostgRESTStandIn
    let postgres: PostgresDatabase
    /// In the environment of a command they lead it here.
    var settings: [String: String] { ["SUPABASE_URL": server.url, "SUPABASE_SERVICE_ROLE_KEY": Database.key] }

    /// - Parameters:
    ///   - sql: what the database holds; our tables when left out.
    ///   - gate: asked before each request; what it returns is the answer instead of the database's.
    static func serve<Result: Sendable>(
        sql: String = PostgreSQLSchema.sql(),
        gate: @escaping @Sendable (StandInServer.Request) -> Answer? = { _ in nil },
        _ body: (Database) async throws -> Result
    ) async throws -> Result {
        var options = PostgRESTStandIn.Options()
        options.prefix = "/rest/v1"
        options.rowsMax = Store.pageSize
        options.isKeyNeeded = true
        options.roles = [key: "service_role"]
        let postgres = try PostgresCluster.shared().database(sql: sql)
        let standIn = PostgRESTStandIn(postgres, options: options)
        return try await standIn.serve(gate: gate) { server in
            try await body(Database(server: server, standIn: standIn, postgres: postgres))
        }
    }

    /// The requests so far, as in `POST crm_contacts`.
    var requests: [String] {
        server.record.requests.map { request in
            "\(request.method) \(request.target.prefix { $0 != "?" }.split(separator: "/").last ?? "")"
        }
    }

    /// The value of a query that has one.
    func value(_ sql: String) throws -> String? { try postgres.run(sql).first?.first ?? nil }
}
