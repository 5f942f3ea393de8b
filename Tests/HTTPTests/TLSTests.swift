import ActpTesting
import HTTP
import Testing
import Time

/// Encrypted connections to a gateway with a certificate of its own.
@Suite(.timeLimit(.minutes(5)), .enabled(if: TLSGateway.isInstalled, "\(TLSGateway.missing)"))
struct TLSTests {
    private func request(_ gateway: TLSGateway, _ host: String = "data.example.org") throws -> HTTPRequest {
        HTTPRequest(
            .post, try HTTPURL("https://\(host)/rows", of: "stand-in"), of: "stand-in",
            headers: ["apikey": .secret(Secret("k-1"))], body: Array("[]".utf8), unixSocket: gateway.unixSocket)
    }

    private func client(trusting file: String?) -> HTTPClient {
        HTTPClient(
            time: SystemTime(), options: .init(retry: RetryPolicy(attemptsMax: 1), certificateFile: file))
    }

    @Test("where HTTP/2 is offered it is spoken, by many requests at once and one after the other")
    func http2() async throws {
        try await StandInServer.serve { request in
            .text(request["apikey"] ?? "none")
        } while: { (server: StandInServer) async throws in
            let gateway = try TLSGateway(before: server)
            let client = client(trusting: gateway.authority)
            let request = try request(gateway)
            for _ in 1...3 {
                let versions = try await withThrowingTaskGroup { group in
                    for _ in 1...20 {
                        group.addTask {
                            let answer = try await client.send(request)
                            return answer.text == "k-1" ? answer.version : "wrong answer"
                        }
                    }
                    return try await group.reduce(into: Set<String>()) { $0.insert($1) }
                }
                #expect(versions == ["2"])
            }
            #expect(server.record.requests.count == 60)
        }
    }

    @Test("where it is not offered, HTTP/1.1 is spoken")
    func http1() async throws {
        try await StandInServer.serve { _ in
            .text("hello")
        } while: { (server: StandInServer) async throws in
            let gateway = try TLSGateway(before: server, protocols: ["http/1.1"])
            let answer = try await client(trusting: gateway.authority).send(try request(gateway))
            #expect(answer.version == "1.1" && answer.text == "hello")
        }
    }

    @Test("a certificate that nobody vouches for, of another host or of the past: no request leaves, not even its key")
    func refused() async throws {
        try await StandInServer.serve { _ in
            .text("never")
        } while: { (server: StandInServer) async throws in
            let good = try TLSGateway(before: server)
            let expired = try TLSGateway(before: server, .init(isExpired: true))
            let attempts = [
                (good, nil, "data.example.org", "certificate"),
                (good, good.authority, "other.example.org", "other.example.org"),
                (expired, expired.authority, "data.example.org", "expired"),
            ]
            for (gateway, authority, host, words) in attempts {
                let request = try request(gateway, host)
                let error = try #require(
                    await #expect(throws: HTTPError.self) { try await client(trusting: authority).send(request) })
                #expect(error.code == .tls && error.isSafeToRepeat, "\(error)")
                #expect(error.description.contains(words), "\(error)")
            }
            #expect(server.record.requests.isEmpty)
        }
    }
}
