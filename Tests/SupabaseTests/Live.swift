import ActpTesting
import Foundation
import HTTP
import Records
import Supabase
import Time

/// A PostgREST with our tables, and a store that asks it over HTTP as it asks the hosted service.
enum Live {
    static let secret = "sb_secret_0123456789abcdef"

    static func options() -> PostgRESTStandIn.Options {
        var options = PostgRESTStandIn.Options()
        options.prefix = "/rest/v1"
        options.rowsMax = Store.pageSize
        options.isKeyNeeded = true
        options.roles = [secret: "service_role"]
        return options
    }

    static func database() throws -> PostgresDatabase {
        try PostgresCluster.shared().database(sql: PostgreSQLSchema.sql())
    }

    /// - Parameter options: how the server differs from the hosted one.
    static func serve<Result: Sendable>(
        _ options: PostgRESTStandIn.Options = options(), key: String = secret,
        _ body: (PostgRESTStore, StandInServer, PostgresDatabase) async throws -> Result
    ) async throws -> Result {
        let database = try database()
        return try await PostgRESTStandIn(database, options: options).serve { server in
            try await body(try store(server.url, key: key), server, database)
        }
    }

    static func store(_ url: String, key: String = secret) throws -> PostgRESTStore {
        let client = HTTPClient(
            time: SystemTime(), options: .init(userAgent: "actpd/test", retry: RetryPolicy(attemptsMax: 1)))
        return PostgRESTStore(
            try SupabaseAddress(url: url, key: Credential(key), at: SystemTime().now()), client: client)
    }
}
