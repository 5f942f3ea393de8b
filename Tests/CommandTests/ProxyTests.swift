import ActpTesting
import Foundation
import JSON
import Testing

/// The way out of a closed network: the usual variables lead every request to a proxy, or past it.
@Suite(.timeLimit(.minutes(5)))
struct ProxyTests {
    private func settings(_ url: String, _ proxy: [String: String]) -> [String: String] {
        ["SUPABASE_URL": url, "SUPABASE_SERVICE_ROLE_KEY": Database.key].merging(proxy) { $1 }
    }

    @Test("an address that begins with http:// is asked through http_proxy")
    func plain() async throws {
        let installation = try Installation()
        try await StandInServer.serve { _ in
            .json("[]")
        } while: { (proxy: StandInServer) async throws in
            let status = try await installation.actpd(
                ["--status"], environment: settings("http://data.invalid", ["http_proxy": proxy.url]))
            #expect(status.status == 0, "\(status.error)")
            let targets = proxy.record.requests.map(\.target)
            #expect(!targets.isEmpty && targets.allSatisfy { $0.hasPrefix("http://data.invalid/rest/v1/") })
        }
    }

    @Test("one that begins with https:// through https_proxy, which sees neither the key nor what is asked")
    func tunnel() async throws {
        let installation = try Installation()
        try await StandInServer.serve { _ in
            .text("no way there", status: 502)
        } while: { (proxy: StandInServer) async throws in
            let status = try await installation.actpd(
                ["--status"], environment: settings("https://data.invalid", ["https_proxy": proxy.url]))
            #expect(status.status == 69 && status.error.contains("the proxy answered 502"), "\(status.error)")
            #expect(status.error.contains("Nothing was sent"))
            for request in proxy.record.requests {
                #expect(request.method == "CONNECT" && request.target == "data.invalid:443")
                #expect(!request.headers.contains { $0.value.contains(Database.key) })
            }
            #expect(!proxy.record.requests.isEmpty)
        }
    }

    @Test("a tunnel at whose end nobody speaks TLS: neither key nor question has left, and that is known")
    func tunnelWithoutTLS() async throws {
        let installation = try Installation()
        try await StandInServer.serve { _ in
            .text("")
        } while: { (proxy: StandInServer) async throws in
            let status = try await installation.actpd(
                ["--status"], environment: settings("https://data.invalid", ["https_proxy": proxy.url]))
            #expect(status.status == 69, "\(status.output)")
            #expect(status.error.contains("timed out before the request left"), "\(status.error)")
            #expect(proxy.record.requests.allSatisfy { $0.method == "CONNECT" } && !proxy.record.requests.isEmpty)
        }
    }

    @Test("what no_proxy names is asked directly")
    func direct() async throws {
        let installation = try Installation()
        let nobody = try ClosedPort()
        try await StandInServer.serve { _ in
            .json("[]")
        } while: { (server: StandInServer) async throws in
            let proxy = ["http_proxy": "http://127.0.0.1:\(nobody.number)"]
            let direct = try await installation.actpd(
                ["--status"], environment: settings(server.url, proxy.merging(["no_proxy": "127.0.0.1"]) { $1 }))
            #expect(direct.status == 0, "\(direct.error)")
            let lost = try await installation.actpd(["--status"], environment: settings(server.url, proxy))
            #expect(lost.status == 69, "\(lost.output)")
        }
    }
}
