import ActpTesting
import Agents
import HTTP
import JSON
import Services
import Statistics
import Testing
import Time

/// The client against a stand-in that keeps the contract.
@Suite(.timeLimit(.minutes(5)))
struct SafariTwitterClientTests {
    private struct Desk {
        let twitter: SafariTwitterStandIn
        let server: StandInServer
        let time: ManualTime
        let client: SafariTwitterClient
    }

    private func open(
        token: String = "test-token-12345", _ body: (Desk) async throws -> Void
    ) async throws {
        let time = ManualTime("2026-03-02T12:00:00Z")
        let twitter = SafariTwitterStandIn(token: "test-token-12345", handle: "IsaiahDupree7") { time.now().iso8601 }
        try await StandInServer.serve {
            twitter.answer($0)
        } while: { (server: StandInServer) async throws in
            let http = HTTPClient(time: time, options: .init(retry: RetryPolicy(jitter: 0))) { time.advance(by: $0) }
            let client = SafariTwitterClient(
                baseURL: try HTTPURL(server.url, of: "the Twitter browser"), token: Credential(token), client: http)
            try await body(Desk(twitter: twitter, server: server, time: time, client: client))
        }
    }

    @Test("a tweet is posted with its text alone, and found on the timeline (AB-03, K31)")
    func post() async throws {
        try await open { (desk: Desk) async throws in
            try await desk.client.checkReadiness()
            let sent = try await desk.client.post("Nine hours saved.")
            #expect(sent == SentTweet(text: "Nine hours saved.", isVerified: true))
            let request = try #require(desk.server.record.requests.first { $0.target == "/api/twitter/tweet" })
            #expect(try JSON(parsing: request.text) == ["text": "Nine hours saved."])
            let timeline = try await desk.client.timeline(of: "IsaiahDupree7", count: 10, after: .zero)
            #expect(timeline.count == 2, "a pinned one first")
            #expect(timeline[1].handle == "IsaiahDupree7")
            #expect(TweetAddress.canonical(timeline[1].url) == "https://x.com/IsaiahDupree7/status/1000")
            #expect(timeline[1].at != nil)
        }
    }

    @Test("filtered words show in the text that comes back, an unseen tweet in its flag")
    func filtered() async throws {
        try await open { (desk: Desk) async throws in
            #expect(try await desk.client.post("Create this").text == "[FILTERED:Create] this")
            desk.twitter.fail(with: .unverified)
            #expect(try await desk.client.post("Seen?").isVerified == false)
        }
    }

    @Test("a limit and a refusal are certain, though they come as 200; a failure in the middle is unknown")
    func faults() async throws {
        try await open { (desk: Desk) async throws in
            desk.twitter.fail(with: .hourlyLimit, .refuse("composer not found"))
            let limit = await #expect(throws: ServiceError.self) { try await desk.client.post("a") }
            #expect(limit?.isAway == true && limit?.message.contains("10/hr") == true)
            let refusal = await #expect(throws: ServiceError.self) { try await desk.client.post("b") }
            #expect(refusal?.isAway == false && refusal?.isSafeToRepeat == true)
            let long = await #expect(throws: ServiceError.self) {
                try await desk.client.post(String(repeating: "a", count: 281))
            }
            #expect(long?.message.contains("too long") == true)
            #expect(desk.twitter.tweets.isEmpty)
            desk.twitter.fail(with: .postAndFail, .takeAndHangUp, .answer(.json("{}")))
            for text in ["c", "d", "e"] {
                await #expect(throws: OutcomeUnknown.self) { try await desk.client.post(text) }
            }
            desk.twitter.fail(with: .answer(.json(#"{"error":"No Safari tab available"}"#, status: 503)))
            let away = await #expect(throws: ServiceError.self) { try await desk.client.post("f") }
            #expect(away?.isAway == true)
            #expect(desk.server.record.requests.count == 7, "none was repeated")
        }
    }

    @Test("nobody logged in, a wrong token and another service are told apart, with what to do")
    func readiness() async throws {
        try await open { (desk: Desk) async throws in
            desk.twitter.logOut()
            let error = await #expect(throws: ServiceError.self) { try await desk.client.checkReadiness() }
            #expect(error?.message.contains("logged in") == true)
        }
        try await open(token: "secret-token-99") { (desk: Desk) async throws in
            let error = await #expect(throws: ServiceError.self) { try await desk.client.post("a") }
            #expect(error?.message.contains("SAFARI_API_TOKEN") == true)
            #expect(error?.message.contains("secret-token") == false)
        }
        try await StandInServer.serve { _ in
            .json(#"{"service":"medium","status":"ok"}"#)
        } while: { (server: StandInServer) async throws in
            let client = SafariTwitterClient(
                baseURL: try HTTPURL(server.url, of: "x"), token: Credential("t"),
                client: HTTPClient(time: SystemTime()))
            let error = await #expect(throws: ServiceError.self) { try await client.checkReadiness() }
            #expect(error?.message.contains("SAFARI_TWITTER_URL") == true)
        }
    }

    @Test("counts come from the tweet's own page, or from the counters when it shows another tweet first (AB-05)")
    func counts() async throws {
        try await open { (desk: Desk) async throws in
            let url = desk.twitter.appear("hello")
            desk.twitter.count("hello", views: 900, likes: 30, retweets: 4, replies: 2)
            let expected = PostCounts(views: 900, likes: 30, replies: 2, retweets: 4)
            #expect(try await desk.client.counts(of: url) == expected)
            desk.twitter.showParents()
            #expect(try await desk.client.counts(of: url) == expected)
            desk.twitter.delete("hello")
            #expect(try await desk.client.counts(of: url) == nil)
        }
    }

    @Test("reads are some seconds apart")
    func spacing() async throws {
        try await open { (desk: Desk) async throws in
            let start = desk.time.uptime()
            for _ in 1...3 { _ = try await desk.client.timeline(of: "IsaiahDupree7", count: 10, after: .zero) }
            #expect(desk.time.uptime() - start >= .seconds(6))
        }
    }

    @Test(
        "what a page hangs on to an address does not count",
        arguments: [
            ("https://x.com/ada/status/123/analytics", "https://x.com/ada/status/123"),
            ("https://twitter.com/ada/status/123?s=20", "https://x.com/ada/status/123"),
            ("https://x.com/ada/status/123/photo/1", "https://x.com/ada/status/123"), ("https://x.com/ada", nil),
            ("https://x.com/ada/status/", nil),
        ] as [(String, String?)])
    func canonical(_ url: String, _ expected: String?) { #expect(TweetAddress.canonical(url) == expected) }
}
