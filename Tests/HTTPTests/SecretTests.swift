import ActpTesting
import Testing
import Time

@testable import HTTP

/// No secret is seen, wherever one looks; and addresses are what they should be.
@Suite(.timeLimit(.minutes(5)))
struct SecretTests {
    private static let token = "123456789:AAE-abcdefghijklmnopqrstuvwxyz_12345"
    private static let key = "quite ordinary words"

    /// Everything that shows a value: descriptions, mirrors, `dump`.
    private func everything(_ value: some Any) -> String {
        var text = "\(value) \(String(reflecting: value)) "
        dump(value, to: &text)
        return text
    }

    private func request(_ base: String) throws -> HTTPRequest {
        HTTPRequest(
            .post,
            try HTTPURL(base, of: "Telegram").appending(Secret(SecretTests.token), prefix: "bot")
                .appending("sendMessage").appending(query: [("hidden", "value")]),
            of: "Telegram", headers: ["apikey": .secret(Secret(SecretTests.key), prefix: "Key ")])
    }

    @Test("a request goes out whole and shows nothing of its secrets")
    func request() throws {
        let request = try request("https://api.telegram.org")
        #expect(
            request.url.revealed
                == "https://api.telegram.org/bot\(SecretTests.token)/sendMessage?hidden=value")
        #expect(request.description == "POST https://api.telegram.org/bot…/sendMessage")
        for text in [everything(request), everything(request.url), everything(request.headers)] {
            #expect(!text.contains("AAE"), "\(text)")
            #expect(!text.contains("ordinary"), "\(text)")
        }
        #expect(!everything(request.url).contains("value"))
        #expect("\(try #require(request.headers.fields.first).value)" == "Key ‹secret›")
    }

    @Test("what the service echoes of our secrets is blanked, in errors of every kind")
    func echoed() async throws {
        let client = HTTPClient(time: SystemTime())
        try await StandInServer.serve { request in
            let echo = "you sent \(request.target) with \(request["apikey"] ?? "")\u{1b}[31m\n\tand that is wrong"
            return request["X-Cut"] != nil ? .garbage("HTTP/x \(echo)\r\n\r\n") : .text(echo, status: 401)
        } while: { (server: StandInServer) async throws in
            var request = try request(server.url)
            let error = try #require(
                await #expect(throws: HTTPError.self) { try await client.send(request).successful(for: request) })
            request.headers.add("X-Cut", "1")
            let cut = try #require(
                await #expect(throws: HTTPError.self) { try await client.send(request).successful(for: request) })
            #expect(cut.code == .malformedAnswer)
            for error in [error, cut] {
                let text = everything(error)
                #expect(!text.contains("AAE"), "\(text)")
                #expect(!text.contains("ordinary"), "\(text)")
                #expect(!text.contains("\u{1b}"))
                #expect(text.contains("‹secret›"))
            }
            #expect(error.detail.hasPrefix("401: you sent /bot‹secret›/sendMessage?hidden=value with Key ‹secret›"))
            #expect(error.description.contains("Check the key or token"))
        }
    }

    @Test("an address that is a password shows its host alone")
    func secretPath() throws {
        let url = try HTTPURL(
            "https://hc-ping.com/5d3e2f1a-0000-4000-8000-abcdefabcdef/", of: "ping", isPathSecret: true)
        #expect(url.appending("fail").revealed == "https://hc-ping.com/5d3e2f1a-0000-4000-8000-abcdefabcdef/fail")
        #expect(everything(url.appending("fail")).contains("https://hc-ping.com/…/fail"))
        #expect(!everything(url).contains("5d3e2f1a"))
        #expect(Redaction(url.secrets).excerpt("no check 5d3e2f1a-0000-4000-8000-abcdefabcdef") == "no check ‹secret›")
    }

    static let tokens = [
        "eyJhbGciOiJIUzI1NiJ9.eyJyb2xlIjoic2VydmljZSJ9.c2lnbmF0dXJl", "sb_secret_abcdefghijklmnop",
        "sk-ant-api03-abcdefghijklmnop", "123456789:AAE-abcdefghijklmnopqrstuvwxyz_12345", "Bearer abcdefghijkl",
    ]

    @Test("tokens of others are blanked by their looks", arguments: tokens)
    func others(_ secret: String) {
        #expect(Redaction([]).excerpt("the key '\(secret)' is bad") == "the key '‹secret›' is bad")
    }

    @Test("an excerpt is one line of 200 characters, and a secret across the cut is not cut")
    func excerpt() {
        #expect(Redaction([]).excerpt("a\r\n\tb\0c  d") == "a b c d")
        #expect(Redaction([]).excerpt(String(repeating: "é", count: 300)) == String(repeating: "é", count: 200) + "…")
        let text = Redaction([Secret("geheimnis")]).excerpt(String(repeating: "x", count: 195) + "geheimnis")
        #expect(text == String(repeating: "x", count: 195) + "‹secr…")
    }

    static let usable: [(String, String)] = [
        ("https://api.example.org", "https://api.example.org/"),
        ("HTTP://Example.ORG:8080/a/", "http://example.org:8080/a"),
        ("http://[::1]:3000/x?y=z", "http://[::1]:3000/x?y=z"), ("https://a_b.example", "https://a_b.example/"),
    ]

    @Test("addresses that can be used", arguments: usable)
    func good(_ text: String, _ revealed: String) throws { #expect(try HTTPURL(text, of: "x").revealed == revealed) }

    static let unusable = [
        "", "example.org", "ftp://example.org", "https://", "https:///path", "https://user:hunter2@example.org",
        "https://example.org/hunter2 b", "https://exämple.org", "https://example.org/#hunter2", "https://example.org:0",
        "https://example.org:65536", "https://example.org:hunter2", "https://exa mple", "http://[::1", "http://a]b",
        "https://example.org/\r\nhunter2", "file:///etc/passwd",
    ]

    @Test("addresses that cannot, and the error does not quote them", arguments: unusable)
    func bad(_ text: String) {
        let error = #expect(throws: HTTPError.self) { try HTTPURL(text, of: "Remotion") }
        #expect(error?.code == .badURL)
        #expect(error?.description.contains("hunter2") == false)
        #expect(error?.description.hasPrefix("Remotion: its address: cannot be used: ") == true)
    }

    @Test("segments and parameters are encoded so that they arrive as they were")
    func encoding() throws {
        let url = try HTTPURL("https://a/b?c=d", of: "x").appending("e/f g", "ü").appending(
            query: [("at", "gt.2026-03-29T10:00:00+00:00"), ("or", "(a.eq.\"x,y\",b.is.null)"), ("k&", "=;%")])
        #expect(
            url.revealed
                == "https://a/b/e%2Ff%20g/%C3%BC?c=d&at=gt.2026-03-29T10:00:00%2B00:00&or=(a.eq.%22x,y%22,b.is.null)&k%26=%3D%3B%25"
        )
    }
}
