import ActpTesting
import HTTP
import Services
import Testing
import Time

@Suite(.timeLimit(.minutes(5)))
struct DeadManPingTests {
    private static let path = "/5d3e2f1a-0000-4000-8000-abcdefabcdef"
    private let client = HTTPClient(time: SystemTime(), options: .init(retry: RetryPolicy(attemptsMax: 1)))

    @Test("a success is a GET on the address, a failure a POST with its reason on /fail")
    func pings() async throws {
        try await StandInServer.serve { _ in
            .text("OK")
        } while: { (server: StandInServer) async throws in
            let ping = try DeadManPing(url: server.url + DeadManPingTests.path, client: client)
            #expect(await ping.success() == nil)
            #expect(await ping.fail("9 runs failed: Grüße") == nil)
            #expect(server.record.requests.map(\.method) == ["GET", "POST"])
            #expect(server.record.requests.map(\.target) == [DeadManPingTests.path, DeadManPingTests.path + "/fail"])
            #expect(server.record.requests.map(\.text) == ["", "9 runs failed: Grüße"])
        }
    }

    @Test(
        "a refusal is returned and shows the host, not the address",
        arguments: [(404, "not found"), (200, "OK (not found)"), (200, "OK (rate limited)")])
    func refused(_ status: Int, _ text: String) async throws {
        try await StandInServer.serve {
            .text("\(text) \($0.target)", status: status)
        } while: { (server: StandInServer) async throws in
            let ping = try DeadManPing(url: server.url + DeadManPingTests.path, client: client)
            let error = try #require(await ping.success())
            #expect(error.code == .status)
            #expect("\(error)".contains("\(server.url)/…: "))
            #expect("\(error)".contains("\(status): \(text) ‹secret›"))
            #expect(!"\(error)".contains("5d3e2f1a"))
        }
    }

    @Test("nobody there is returned too")
    func unreachable() async throws {
        let port = try ClosedPort()
        let ping = try DeadManPing(url: "http://127.0.0.1:\(port.number)\(DeadManPingTests.path)", client: client)
        #expect(await ping.fail("x")?.code == .couldNotConnect)
    }

    @Test("an address that is none is refused at once, unquoted")
    func badURL() {
        let error = #expect(throws: HTTPError.self) { try DeadManPing(url: "hc-ping.com/5d3e2f1a", client: client) }
        #expect("\(error as Any)".contains("5d3e2f1a") == false)
    }
}
