import ActpTesting
import HTTP
import Testing
import Time

/// Requests and answers over real connections to a stand-in on loopback.
@Suite(.timeLimit(.minutes(5)))
struct ExchangeTests {
    let client = HTTPClient(time: SystemTime(), options: .init(userAgent: "actpd/test"))

    @Test("a GET brings status, headers and body")
    func get() async throws {
        try await StandInServer.serve { _ in
            .text("hello", headers: [("X-Row-Count", " 3 ")])
        } while: { server in
            let url = try HTTPURL(server.url, of: "stand-in").appending("rows").appending(query: [("id", "in.(1,2)")])
            let answer = try await client.send(HTTPRequest(.get, url, of: "stand-in"))
            #expect(answer.status == 200)
            #expect(answer.isSuccess)
            #expect(answer.text == "hello")
            #expect(answer.version == "1.1")
            #expect(answer.attempts == 1)
            #expect(answer.headers["x-row-count"] == "3")
            let request = try #require(server.record.requests.first)
            #expect(request.method == "GET")
            #expect(request.target == "/rows?id=in.(1,2)")
            #expect(request["User-Agent"] == "actpd/test")
            #expect(request["Content-Length"] == nil)
        }
    }

    @Test(
        "the body and the headers arrive as they were given",
        arguments: [HTTPRequest.Method.post, .put, .patch, .delete])
    func write(_ method: HTTPRequest.Method) async throws {
        try await StandInServer.serve { _ in
            .status(204)
        } while: { server in
            let body = Array(#"{"text":"Grüße 👋"}"#.utf8)
            let request = HTTPRequest(
                method, try HTTPURL(server.url, of: "stand-in"), of: "stand-in",
                headers: [
                    "Content-Type": "application/json", "apikey": .secret(Secret("k-1")),
                    "Authorization": .secret(Secret("k-2"), prefix: "Bearer "), "X-Empty": "",
                ], body: body)
            #expect(try await client.send(request).status == 204)
            let arrived = try #require(server.record.requests.first)
            #expect(arrived.method == method.rawValue)
            #expect(arrived.body == body)
            #expect(arrived["Content-Type"] == "application/json")
            #expect(arrived["apikey"] == "k-1")
            #expect(arrived["Authorization"] == "Bearer k-2")
            #expect(arrived["X-Empty"] == "")
            #expect(arrived["Content-Length"] == "\(body.count)")
            #expect(arrived["Expect"] == nil)
        }
    }

    @Test("a large body arrives whole, without waiting for leave to send it")
    func largeUpload() async throws {
        try await StandInServer.serve {
            .text("\($0.body.count)")
        } while: { server in
            let request = HTTPRequest(
                .post, try HTTPURL(server.url, of: "stand-in"), of: "stand-in",
                body: [UInt8](repeating: 7, count: 3 << 20))
            #expect(try await client.send(request).text == "\(3 << 20)")
            #expect(server.record.requests.first?["Content-Type"] == nil)
        }
    }

    @Test("a POST without a body says that it has none")
    func emptyPost() async throws {
        try await StandInServer.serve { _ in
            .text("")
        } while: { server in
            _ = try await client.send(HTTPRequest(.post, try HTTPURL(server.url, of: "stand-in"), of: "stand-in"))
            #expect(server.record.requests.first?["Content-Length"] == "0")
        }
    }

    @Test("HEAD brings headers and no body")
    func head() async throws {
        try await StandInServer.serve { _ in
            Answer([.send(Array("HTTP/1.1 200 OK\r\nContent-Length: 900\r\nContent-Range: 0-0/77\r\n\r\n".utf8))])
        } while: { server in
            let answer = try await client.send(
                HTTPRequest(.head, try HTTPURL(server.url, of: "stand-in"), of: "stand-in"))
            #expect(answer.headers["Content-Range"] == "0-0/77")
            #expect(answer.body.isEmpty)
        }
    }

    @Test("answers come in chunks too")
    func chunked() async throws {
        try await StandInServer.serve { _ in
            .chunked(["one ", "two ", "three"])
        } while: { server in
            let answer = try await client.send(
                HTTPRequest(.get, try HTTPURL(server.url, of: "stand-in"), of: "stand-in"))
            #expect(answer.text == "one two three")
        }
    }

    @Test("a packed answer is asked for and unpacked")
    func packed() async throws {
        try await StandInServer.serve { _ in
            .gzip(Packed.hundredThousandZeros)
        } while: { server in
            let answer = try await client.send(
                HTTPRequest(.get, try HTTPURL(server.url, of: "stand-in"), of: "stand-in"))
            #expect(answer.body == [UInt8](repeating: 48, count: 100_000))
            #expect(try #require(server.record.requests.first?["Accept-Encoding"]).contains("gzip"))
        }
    }

    @Test("404, 409 and 500 are answers, and errors only for those who want a success", arguments: [404, 409, 500])
    func refused(_ status: Int) async throws {
        try await StandInServer.serve { _ in
            .text("no such table", status: status)
        } while: { server in
            let request = HTTPRequest(
                .get, try HTTPURL(server.url, of: "the database").appending("x"), of: "the database")
            let answer = try await client.send(request)
            #expect(answer.status == status)
            let error = #expect(throws: HTTPError.self) { try answer.successful(for: request) }
            #expect(error?.code == .status)
            #expect(error?.status == status)
            #expect(error?.isSafeToRepeat == false)
            #expect(error?.description.contains("the database: GET \(server.url)/x") == true)
            #expect(error?.description.contains("\(status): no such table") == true)
        }
    }

    @Test("a redirect is not followed")
    func redirect() async throws {
        try await StandInServer.serve { _ in
            .text("", status: 302, headers: [("Location", "/elsewhere")])
        } while: { server in
            let request = HTTPRequest(.get, try HTTPURL(server.url, of: "stand-in"), of: "stand-in")
            let answer = try await client.send(request)
            #expect(answer.status == 302)
            #expect(throws: HTTPError.self) { try answer.successful(for: request) }
            #expect(server.record.requests.count == 1)
        }
    }

    @Test("a Unix socket serves as well, its connection is used again")
    func unixSocket() async throws {
        let directory = try TemporaryDirectory()
        let path = directory.file("s")
        try await StandInServer.serve(unixSocket: path) { _ in
            .text("by socket")
        } while: { server in
            let request = HTTPRequest(
                .get, try HTTPURL("http://postgrest/rows", of: "stand-in"), of: "stand-in", unixSocket: path)
            for _ in 1...3 { #expect(try await client.send(request).text == "by socket") }
            #expect(server.record.requests.map { $0["Host"] } == ["postgrest", "postgrest", "postgrest"])
            #expect(server.record.opened == 1)
        }
    }

    @Test("one connection serves one request after another, whatever its method")
    func reuse() async throws {
        try await StandInServer.serve { _ in
            .text("ok")
        } while: { server in
            let url = try HTTPURL(server.url, of: "stand-in")
            for number in 1...50 {
                _ = try await client.send(
                    number % 2 == 0
                        ? HTTPRequest(.get, url, of: "stand-in") : HTTPRequest(.post, url, of: "stand-in", body: [1]))
            }
            #expect(server.record.requests.count == 50)
            #expect(server.record.opened == 1)
        }
    }

    @Test("200 requests at once go over one thread")
    func atOnce() async throws {
        let client = HTTPClient(time: SystemTime(), options: .init(requestsPerHost: 200))
        let gate = Gate()
        try await StandInServer.serve {
            .text($0.target).held(by: gate)
        } while: { server in
            let url = try HTTPURL(server.url, of: "stand-in")
            try await withThrowingTaskGroup(of: Bool.self) { group in
                for number in 1...200 {
                    group.addTask {
                        let answer = try await client.send(
                            HTTPRequest(.get, url.appending("\(number)"), of: "stand-in"))
                        return answer.text == "/\(number)"
                    }
                }
                // All of them are under way before the first is answered.
                await server.waits { $0.requests.count == 200 }
                #expect(client.hosts.first?.running == 200)
                gate.open()
                for try await isRight in group { #expect(isRight) }
            }
            #expect(client.hosts.first?.running == 0)
        }
    }

    @Test("no more requests than allowed are under way to one host, the others follow in order")
    func places() async throws {
        let client = HTTPClient(time: SystemTime(), options: .init(requestsPerHost: 3))
        let gate = Gate()
        try await StandInServer.serve {
            .text($0.target).held(by: gate)
        } while: { server in
            let url = try HTTPURL(server.url, of: "stand-in")
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 1...12 {
                    group.addTask {
                        _ = try await client.send(HTTPRequest(.get, url.appending("\(number)"), of: "stand-in"))
                    }
                }
                await server.waits { $0.requests.count == 3 }
                while client.hosts.first?.waiting != 9 {
                    try Task.checkCancellation()
                    await Task.yield()
                }
                #expect(client.hosts.first?.running == 3)
                #expect(server.record.requests.count == 3)
                gate.open()
                try await group.waitForAll()
            }
            #expect(server.record.requests.count == 12)
            #expect(server.record.opened <= 3)
        }
    }
}

/// Bodies that were packed by another program.
enum Packed {
    /// 100,000 times the digit 0 in 133 bytes.
    static let hundredThousandZeros: [UInt8] = [
        31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 237, 193, 49, 1, 0, 0, 0, 194, 160, 74, 235, 159, 206, 26, 30, 64,
        1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 175, 6,
        133, 194, 77, 197, 160, 134, 1, 0,
    ]
}
