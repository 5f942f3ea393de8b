import ActpTesting
import HTTP
import JSON
import Testing

@testable import Web

/// Who may do what.
struct AccessTests {
    /// Each operation with an address and a body that it takes.
    static let operations: [(operation: String, target: String, body: String)] = [
        ("GET /health", "/health", ""), ("GET /metrics", "/metrics", ""), ("GET /api/agents", "/api/agents", ""),
        ("GET /api/schedules", "/api/schedules?limit=5&ahead=3", ""),
        ("GET /api/runs", "/api/runs?since=2h&outcome=ok&domain=youtube&limit=3", ""),
        ("GET /api/runs/{id}", "/api/runs/run1", ""), ("GET /api/openapi.json", "/api/openapi.json", ""),
        ("GET /api/pictures/{domain}", "/api/pictures/prospect", ""),
        ("POST /api/dispatch", "/api/dispatch", #"{"domain": "youtube", "task": "analyze"}"#),
        ("POST /api/runs/{id}/cancel", "/api/runs/run1/cancel", ""),
        ("POST /api/schedules/{name}/pause", "/api/schedules/daily/pause", #"{"until": "2h", "note": "mend"}"#),
        ("POST /api/schedules/{name}/resume", "/api/schedules/daily/resume", ""),
        ("POST /api/reload", "/api/reload", ""),
    ]

    /// Streams and the page are looked at elsewhere.
    static let others = ["GET /api/events", "GET /", "GET /page/{file}"]

    @Test("the table of addresses and the document are about the same operations")
    func complete() {
        #expect((AccessTests.operations.map(\.operation) + AccessTests.others).sorted() == WebBench.document.operations)
    }

    @Test(
        "each scope may do what the document says it needs, and nothing more; every answer is as described",
        arguments: operations)
    func scopes(_ operation: String, _ target: String, _ body: String) async throws {
        let document = WebBench.document
        let words = ["read", "run", "admin"]
        let needed = try #require(
            document.operation(operation)?["x-scope"]?.string.flatMap { words.firstIndex(of: $0) })
        try await WebBench.serve { bench in
            bench.machine.set { $0.picture = ["domain": "prospect"] }
            for overTCP in [false, true] {
                for scope in [nil, Scope.read, .run, .admin] {
                    let answer = try await bench.ask(
                        operation.hasPrefix("GET") ? .get : .post, target, token: scope.flatMap { WebBench.tokens[$0] },
                        body: body, overTCP: overTCP)
                    let has = scope?.rawValue ?? (overTCP ? -1 : 0)
                    let expected = has >= needed ? 200..<300 : (has < 0 ? 401..<402 : 403..<404)
                    #expect(expected.contains(answer.status), "\(operation) as \(has): \(answer.status) \(answer.text)")
                    let complaints = document.complaints(
                        about: operation, status: answer.status, type: answer.type, body: answer.body)
                    #expect(complaints.isEmpty, "\(operation) \(answer.status): \(complaints)")
                    let named = has < 0 ? nil : words[0...has].joined(separator: " ")
                    #expect(answer.headers["Actpd-Scopes"] == named)
                }
            }
        }
    }

    @Test("without tokens nobody is answered over TCP, and is told what to set; the socket only shows")
    func withoutTokens() async throws {
        try await WebBench.serve(tokens: [:]) { bench in
            for target in ["/health", "/", "/api/runs", "/nowhere"] {
                let answer = try await bench.ask(.get, target, overTCP: true)
                #expect(answer.status == (target == "/nowhere" ? 404 : 401), "\(target)")
                if answer.status == 401 { #expect(answer.text.contains("ACTPD_HTTP_TOKEN_READ"), "\(target)") }
            }
            #expect(try await bench.ask(.delete, "/api/runs", overTCP: true).status == 401, "methods are not told")
            #expect(try await bench.ask(.get, "/health").status == 200)
            #expect(try await bench.ask(.post, "/api/reload").status == 403)
        }
    }

    @Test("a wrong token opens nothing, not even what needs none", arguments: ["x", "reading-0123456789abcdeF", ""])
    func wrongToken(_ token: String) async throws {
        try await WebBench.serve { bench in
            for overTCP in [false, true] {
                let answer = try await bench.ask(.get, "/health", token: token, overTCP: overTCP)
                #expect(answer.status == 401)
                #expect(answer.headers["WWW-Authenticate"] == #"Bearer realm="actpd""#)
                #expect(token.isEmpty || !answer.text.contains(token), "a token is not repeated")
            }
        }
    }

    static let places: [(host: String?, origin: String?, site: String?, port: Int?, status: Int?)] = [
        ("localhost:80", nil, nil, 80, nil), ("127.0.0.1:80", nil, nil, 80, nil), ("[::1]:80", nil, nil, 80, nil),
        ("LOCALHOST", nil, nil, 80, nil), ("localhost:80", "http://localhost:80", "same-origin", 80, nil),
        ("localhost:81", nil, nil, 80, 421), ("evil.example:80", nil, nil, 80, 421),
        ("localhost.evil.example", nil, nil, 80, 421), (nil, nil, nil, 80, 400), ("", nil, nil, nil, 400),
        ("localhost:80", "http://evil.example", nil, 80, 403), ("localhost:80", "null", nil, 80, 403),
        ("localhost:80", "https://localhost:80", nil, 80, 403), ("localhost:80", nil, "cross-site", 80, 403),
        ("localhost:80", nil, "same-site", 80, 403), ("localhost:80", nil, "none", 80, nil),
        ("anything", nil, nil, nil, nil), ("anything", "http://evil.example", nil, nil, 403),
    ]

    @Test("requests for other hosts and from other origins are refused", arguments: places)
    func provenance(_ host: String?, _ origin: String?, _ site: String?, _ port: Int?, _ status: Int?) {
        do {
            try Provenance.check(host: host, origin: origin, site: site, port: port)
            #expect(status == nil)
        } catch {
            #expect(error.kind.status == status)
        }
    }

    static let strangers: [(fields: String, status: Int)] = [
        ("Host: evil.example", 421), ("Host: localhost:1", 421),
        ("Host: localhost\r\nOrigin: http://evil.example", 403),
        ("Host: localhost\r\nSec-Fetch-Site: cross-site", 403), ("Accept: */*", 400),
    ]

    @Test("they are refused with every token, before the daemon is asked anything", arguments: strangers)
    func provenanceOfRequests(_ fields: String, _ status: Int) async throws {
        try await WebBench.serve { bench in
            let port = bench.port
            let answer = try await RawConnection.off {
                let connection = try RawConnection(port: port)
                connection.send(
                    "POST /api/reload HTTP/1.1\r\nAuthorization: Bearer admin-0123456789abcdef\r\n"
                        + "Content-Length: 0\r\n\(fields)\r\n\r\n")
                return try connection.text(through: "\r\n\r\n")
            }
            #expect(answer.hasPrefix("HTTP/1.1 \(status) "), "\(answer)")
            #expect(bench.machine.asked.isEmpty)
        }
    }

    @Test("every answer has the strict header fields, errors too", arguments: ["/health", "/nowhere", "/api/runs?x=1"])
    func headers(_ target: String) async throws {
        try await WebBench.serve { bench in
            let answer = try await bench.ask(.get, target)
            #expect(answer.headers["X-Content-Type-Options"] == "nosniff")
            #expect(answer.headers["Cache-Control"] == "no-store")
            #expect(answer.headers["Content-Security-Policy"]?.hasPrefix("default-src 'none'") == true)
            #expect(answer.headers["Access-Control-Allow-Origin"] == nil)
            if answer.status >= 400 {
                #expect(answer.type == "application/problem+json")
                #expect(answer.json?["status"]?.integer == Int64(answer.status))
            }
        }
    }
}
