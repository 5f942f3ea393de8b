internal import JSON
internal import NIOPosix
internal import Synchronization

/// PostgREST's dialect over a real PostgreSQL: filters, orders, pages, writing, errors, related tables, functions and the
/// description of the schema, as a real server was recorded (`Tests/SupabaseTests/Data`).
///
/// It answers from the database and knows nothing of our client; where the recordings say nothing it follows the
/// documentation of PostgREST 14.
public final class PostgRESTStandIn: Sendable {
    /// A request's answer, before it goes over a wire.
    public struct Response: Sendable {
        public let status: Int
        public let headers: [(name: String, value: String)]
        public let body: String

        public subscript(name: String) -> String? { headers.first { $0.name == name }?.value }
    }

    /// The server's settings.
    public struct Options: Sendable {
        /// What stands before the tables' names: `/rest/v1` behind the hosted service's gateway.
        public var prefix = ""
        /// The most rows of an answer; the rest is left out without a word. The hosted service's is 1,000.
        public var rowsMax: Int?
        /// The longest request target that the gateway takes; a longer one is 414.
        public var targetBytesMax = 8_192
        /// Keys and the roles behind them. Those that are no JSON Web Tokens work as `apikey` alone, as behind the gateway.
        public var roles: [String: String] = [:]
        /// Whether a request needs a key at all, as behind the gateway.
        public var isKeyNeeded = false

        public init() {}
    }

    public let database: PostgresDatabase
    let options: Options
    private let cache = Mutex<RESTSchema?>(nil)
    private static let threads: NIOThreadPool = {
        let threads = NIOThreadPool(numberOfThreads: 8)
        threads.start()
        return threads
    }()

    public init(_ database: PostgresDatabase, options: Options = Options()) {
        self.database = database
        self.options = options
    }

    /// Serves over HTTP for as long as `body` runs.
    /// - Parameter gate: asked before each request; what it returns is the answer instead of the database's.
    public func serve<Result: Sendable>(
        gate: @escaping @Sendable (StandInServer.Request) -> Answer? = { _ in nil },
        while body: (StandInServer) async throws -> Result
    ) async throws -> Result {
        try await StandInServer.serve(
            later: { request, answer in
                if let other = gate(request) { return answer(other) }
                PostgRESTStandIn.threads.submit { _ in
                    let response = self.respond(
                        to: request.method, request.target, headers: request.headers, body: request.text)
                    let headers = response.headers.filter { $0.name != "Content-Length" }.map { ($0.name, $0.value) }
                    answer(.status(response.status, headers: headers, body: response.body.utf8))
                }
            }, while: body)
    }

    /// Reads the tables anew, after a test changed them.
    public func reloadSchema() { cache.withLock { $0 = nil } }

    func schema(_ connection: PostgresConnection) throws -> RESTSchema {
        if let schema = cache.withLock({ $0 }) { return schema }
        let schema = try RESTSchema(connection)
        cache.withLock { $0 = schema }
        return schema
    }

    /// Answers a request.
    /// - Parameter target: path and query, percent-encoded.
    public func respond(
        to method: String, _ target: String, headers: [(name: String, value: String)] = [], body: String = ""
    ) -> Response {
        guard target.utf8.count <= options.targetBytesMax else {
            return Response(status: 414, headers: [], body: "<html><h1>414 Request-URI Too Large</h1></html>")
        }
        var role = "anon"
        do {
            role = try self.role(headers)
            let call = try RESTCall(self, role, method, target, headers, body)
            let response = try database.withConnection { connection in try call.answer(connection) }
            return method == "HEAD" ? Response(status: response.status, headers: response.headers, body: "") : response
        } catch let error as RESTError {
            return response(error)
        } catch let error as PostgresError {
            return response(RESTError(error, isAnonymous: role == "anon"))
        } catch {
            return Response(status: 500, headers: [], body: "\(error)")
        }
    }

    private func response(_ error: RESTError) -> Response {
        let headers =
            [("Content-Type", "application/json; charset=utf-8"), ("Proxy-Status", "PostgREST; error=\(error.code)")]
            + error.headers
        return Response(status: error.status, headers: headers.map { (name: $0.0, value: $0.1) }, body: error.body)
    }

    // MARK: Keys

    private func role(_ headers: [(name: String, value: String)]) throws -> String {
        func header(_ name: String) -> String? { headers.first { $0.name.lowercased() == name }?.value }
        let apiKey = header("apikey")
        if options.isKeyNeeded {
            guard let apiKey else {
                throw RESTError(401, "", "No API key found in request", hint: "No `apikey` request header was found.")
            }
            guard options.roles[apiKey] != nil else { throw RESTError(401, "", "Invalid API key") }
        }
        guard let bearer = header("authorization")?.trimmingPrefix("Bearer ") else {
            return apiKey.flatMap { $0.contains(".") ? nil : options.roles[$0] } ?? "anon"
        }
        let parts = bearer.split(separator: ".", omittingEmptySubsequences: false)
        func refused(_ message: String, details: String? = nil) -> RESTError {
            RESTError(
                401, "PGRST301", message, details: details,
                headers: [("WWW-Authenticate", "Bearer error=\"invalid_token\", error_description=\"\(message)\"")])
        }
        guard parts.count == 3 else { throw refused("Expected 3 parts in JWT; got \(parts.count)") }
        if let role = options.roles[String(bearer)] { return role }
        guard parts[0].hasPrefix("eyJ") else { throw refused("JWT cryptographic operation failed") }
        throw refused("No suitable key or wrong key type", details: "None of the keys was able to decode the JWT")
    }
}
