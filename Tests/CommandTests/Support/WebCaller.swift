import ActpTesting
import Foundation
import HTTP
import JSON
import Time

/// Calls a daemon over its Unix socket, as one of three callers or as nobody.
final class WebCaller: Sendable {
    enum Caller: String, CaseIterable {
        case read, run, admin

        /// What the test's secrets.env says.
        var token: String { "\(rawValue)-0123456789abcdef0123" }
    }

    static let secrets = Caller.allCases.map { "ACTPD_HTTP_TOKEN_\($0.rawValue.uppercased())=\($0.token)\n" }.joined()

    /// What answers are held against.
    static func document() throws -> OpenAPIDocument {
        try OpenAPIDocument(path: Installation.repository + "/Sources/Web/openapi.json")
    }

    let socket: String
    private let client: HTTPClient

    init(_ socket: String) {
        self.socket = socket
        var options = HTTPClient.Options()
        options.breaker.failuresMax = 0
        client = HTTPClient(time: SystemTime(), options: options)
    }

    func ask(
        _ method: HTTPRequest.Method, _ target: String, as caller: Caller? = nil, key: String? = nil,
        _ body: JSON? = nil
    ) async throws -> HTTPResponse {
        var headers: HTTPHeaders = [:]
        if let caller { headers.add("Authorization", "Bearer \(caller.token)") }
        if let key { headers.add("Idempotency-Key", "\(key)") }
        if body != nil { headers.add("Content-Type", "application/json") }
        return try await client.send(
            HTTPRequest(
                method, HTTPURL("http://localhost\(target)", of: "actpd"), of: "actpd", headers: headers,
                body: body.map { Array($0.text.utf8) } ?? [], repetition: .never, unixSocket: socket))
    }
}

extension HTTPResponse {
    var json: JSON? { try? JSON(parsing: text) }
}

extension Installation {
    var webSocket: String { directory.file("http.sock") }

    /// Has the daemon answer over HTTP, to callers with the tokens of ``WebCaller``.
    func answerOverHTTP() throws {
        try configure("actpd.json", #"{ "http": { "socket": "\#(webSocket)" } }"#)
        try configure("secrets.env", WebCaller.secrets)
    }
}
