import ActpTesting
import HTTP
import Testing
import Time

/// What callers hear when there is no answer, and whether they may ask again.
@Suite(.timeLimit(.minutes(5)))
struct FailureTests {
    let client = HTTPClient(time: SystemTime(), options: .init(retry: RetryPolicy(attemptsMax: 1)))

    /// The error of a request that must fail.
    private func failure(
        _ request: HTTPRequest, location: SourceLocation = #_sourceLocation
    ) async throws -> HTTPError {
        try #require(
            await #expect(throws: HTTPError.self, sourceLocation: location) { try await client.send(request) },
            sourceLocation: location)
    }

    private func get(_ server: StandInServer, limits: HTTPRequest.Limits = .init()) throws -> HTTPRequest {
        HTTPRequest(.get, try HTTPURL(server.url, of: "stand-in").appending("rows"), of: "stand-in", limits: limits)
    }

    @Test("nobody listens: could not connect, and nothing left")
    func refusedConnection() async throws {
        // Bound but not listening: the port is nobody else's for as long as the test runs.
        let port = try ClosedPort()
        let request = HTTPRequest(.post, try HTTPURL("http://127.0.0.1:\(port.number)/x", of: "YouTube"), of: "YouTube")
        let error = try await failure(request)
        #expect(error.code == .couldNotConnect)
        #expect(error.isSafeToRepeat)
        #expect(error.description.hasPrefix("YouTube: POST http://127.0.0.1:\(port.number)/x: could not connect: "))
        #expect(error.description.contains("Is the service up"))
    }

    @Test("an unknown host: could not connect")
    func unknownHost() async throws {
        let request = HTTPRequest(.get, try HTTPURL("http://nobody.invalid", of: "nobody"), of: "nobody")
        let error = try await failure(request)
        #expect(error.code == .couldNotConnect)
        #expect(error.isSafeToRepeat)
    }

    @Test("a socket that is not there: could not connect")
    func missingSocket() async throws {
        let directory = try TemporaryDirectory()
        let request = HTTPRequest(
            .get, try HTTPURL("http://x", of: "stand-in"), of: "stand-in", unixSocket: directory.file("none"))
        let error = try await failure(request)
        #expect(error.code == .couldNotConnect)
        #expect(error.description.contains("via \(directory.file("none"))"))
    }

    @Test("TLS with something that does not speak it: no secure connection, and nothing left")
    func notTLS() async throws {
        try await StandInServer.serve { _ in
            .garbage("SSH-2.0-stand-in\r\n")
        } while: { (server: StandInServer) async throws in
            let url = try HTTPURL(server.url.replacing("http:", with: "https:"), of: "stand-in")
            let error = try await failure(HTTPRequest(.post, url, of: "stand-in", limits: .init(total: .seconds(60))))
            #expect(error.code == .tls)
            #expect(error.isSafeToRepeat)
        }
    }

    @Test("no answer in time: timed out, and it is unknown what the service did")
    func silence() async throws {
        try await StandInServer.serve { _ in
            .silence
        } while: { (server: StandInServer) async throws in
            let error = try await failure(try get(server, limits: .init(total: .milliseconds(50))))
            #expect(error.code == .timedOut)
            #expect(!error.isSafeToRepeat)
            #expect(error.description.contains("unknown"))
            await server.waits { $0.open == 0 }
        }
    }

    @Test("an answer that comes too late is none; one attempt can have a limit of its own")
    func late() async throws {
        try await StandInServer.serve { _ in
            .text("late").delayed(by: .seconds(20))
        } while: { (server: StandInServer) async throws in
            let error = try await failure(
                try get(server, limits: .init(attempt: .milliseconds(50), total: .seconds(30))))
            #expect(error.code == .timedOut)
        }
    }

    @Test("nobody takes the connection: timed out before it left")
    func connectTimeout() async throws {
        // A full backlog: the kernel leaves further connections unanswered.
        let port = try ClosedPort(isFull: true)
        let request = HTTPRequest(
            .post, try HTTPURL("http://127.0.0.1:\(port.number)", of: "stand-in"), of: "stand-in",
            limits: .init(connect: .milliseconds(80), total: .seconds(3_600)))
        let error = try await failure(request)
        #expect(error.code == .timedOutUnsent)
        #expect(error.isSafeToRepeat)
        #expect(error.description.contains("Nothing was sent"))
    }

    @Test("broken off in the middle of the body: the connection broke")
    func cutOff() async throws {
        try await StandInServer.serve { _ in
            .cutOff(after: "half", promised: 100)
        } while: { (server: StandInServer) async throws in
            let error = try await failure(try get(server))
            #expect(error.code == .connectionLost)
            #expect(!error.isSafeToRepeat)
        }
    }

    @Test("no byte of an answer: the connection broke")
    func hangUp() async throws {
        try await StandInServer.serve { _ in
            .hangUp
        } while: { (server: StandInServer) async throws in
            #expect(try await failure(try get(server)).code == .connectionLost)
        }
    }

    @Test(
        "what is not HTTP is said to be none",
        arguments: ["SSH-2.0-OpenSSH_9.2\r\n", "HTTP/x.y\r\n\r\n", "HTTP/1.1 2000 OK\r\n\r\n", "<html>hello</html>"])
    func garbage(_ text: String) async throws {
        try await StandInServer.serve { _ in
            .garbage(text)
        } while: { (server: StandInServer) async throws in
            let error = try await failure(try get(server))
            #expect(error.code == .malformedAnswer)
            #expect(!error.isSafeToRepeat)
        }
    }

    @Test("a packing that does not unpack is malformed")
    func badGzip() async throws {
        try await StandInServer.serve { _ in
            .gzip(Array("this is not gzip at all".utf8))
        } while: { (server: StandInServer) async throws in
            #expect(try await failure(try get(server)).code == .malformedAnswer)
        }
    }

    @Test("an answer with a length beyond the limit is not even read")
    func announcedTooLarge() async throws {
        try await StandInServer.serve { _ in
            .status(200, body: [UInt8](repeating: 1, count: 5_000))
        } while: { (server: StandInServer) async throws in
            let error = try await failure(try get(server, limits: .init(answerBytes: 4_000)))
            #expect(error.code == .tooLarge)
            #expect(error.description.contains("4000 bytes"))
        }
    }

    @Test("an endless answer ends at the limit, and so does one that is small only while packed")
    func tooLarge() async throws {
        try await StandInServer.serve { request in
            request.target == "/packed"
                ? .gzip(Packed.hundredThousandZeros)
                : .chunked(Array(repeating: String(repeating: "x", count: 500), count: 90))
        } while: { (server: StandInServer) async throws in
            let url = try HTTPURL(server.url, of: "stand-in")
            for path in ["packed", "chunked"] {
                let request = HTTPRequest(.get, url.appending(path), of: "stand-in", limits: .init(answerBytes: 40_000))
                #expect(try await failure(request).code == .tooLarge, "\(path)")
            }
        }
    }

    @Test("an answer of exactly the limit is taken")
    func fits() async throws {
        try await StandInServer.serve { _ in
            Answer([.send(Array("HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\n12345678".utf8))])
        } while: { (server: StandInServer) async throws in
            #expect(try await client.send(try get(server, limits: .init(answerBytes: 46))).text == "12345678")
            #expect(try await failure(try get(server, limits: .init(answerBytes: 45))).code == .tooLarge)
        }
    }

    @Test("a header that would smuggle in another one is not sent", arguments: ["a\r\nX-B: c", "a\nb", "a\0b"])
    func smuggled(_ value: String) async throws {
        let request = HTTPRequest(
            .get, try HTTPURL("http://127.0.0.1:1", of: "stand-in"), of: "stand-in",
            headers: ["X-A": .secret(Secret(value))])
        let error = try await failure(request)
        #expect(error.code == .badRequest)
        #expect(error.isSafeToRepeat)
        #expect(error.description.contains("'X-A'"))
    }

    /// A service that acts and then breaks off must not be made to act twice; libcurl would, on a used connection.
    @Test(
        "what may not be repeated is sent once, also over a used connection that breaks", arguments: [[], [1, 2, 3]])
    func onceOnly(_ body: [UInt8]) async throws {
        try await StandInServer.serve {
            $0.target == "/act" ? .hangUp : .text("ok")
        } while: { (server: StandInServer) async throws in
            let url = try HTTPURL(server.url, of: "stand-in")
            _ = try await client.send(HTTPRequest(.get, url, of: "stand-in"))
            let error = try await failure(HTTPRequest(.post, url.appending("act"), of: "stand-in", body: body))
            #expect(error.code == .connectionLost)
            #expect(!error.isSafeToRepeat)
            #expect(server.record.requests.map(\.target) == ["/", "/act"])
        }
    }
}
