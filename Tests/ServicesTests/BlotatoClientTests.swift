import ActpTesting
import Agents
import HTTP
import JSON
import Services
import Testing
import Time

/// The client against a stand-in that keeps the contract.
@Suite(.timeLimit(.minutes(5)))
struct BlotatoClientTests {
    private static let key = "blt_c2VjcmV0LWtleQ=="

    private struct Desk {
        let blotato: BlotatoStandIn
        let server: StandInServer
        let time: ManualTime
        let client: HTTPClient

        func publisher(_ form: BlotatoForm = .auto, key: String = BlotatoClientTests.key) throws -> BlotatoClient {
            BlotatoClient(
                key: Credential(key), baseURL: try HTTPURL(server.url, of: "Blotato"), form: form, client: client)
        }

        var requests: [String] { server.record.requests.map { "\($0.method) \($0.target)" } }
    }

    private func open(
        _ form: BlotatoStandIn.Form = .vendor, asks: Int = 0, _ body: (Desk) async throws -> Void
    ) async throws {
        let blotato = BlotatoStandIn(
            key: BlotatoClientTests.key, form: form, accounts: ["4151": "twitter", "710": "tiktok", "571": "linkedin"],
            asksUntilPublished: asks
        ) { "https://x.com/stand_in/status/\($0.id.filter(\.isNumber))" }
        try await StandInServer.serve { request in
            blotato.answer(request, base: "http://\(request["Host"] ?? "")")
        } while: { (server: StandInServer) async throws in
            let time = ManualTime("2026-03-02T12:00:00Z")
            let client = HTTPClient(time: time, options: .init(retry: RetryPolicy(jitter: 0))) { time.advance(by: $0) }
            try await body(Desk(blotato: blotato, server: server, time: time, client: client))
        }
    }

    private static let tweet = PublishRequest(platform: "twitter", accountID: "4151", text: "Have you tried it?")

    private func refused(
        _ publisher: BlotatoClient, _ post: PublishRequest = tweet
    ) async throws -> ServiceError {
        let error = try #require(
            await #expect(throws: ServiceError.self) { _ = try await publisher.publish(post) })
        #expect(!"\(error)".contains("c2VjcmV0"))
        #expect(error.isSafeToRepeat, "nothing was published")
        return error
    }

    @Test("in the vendor's form a post is taken, published later, and its address told (K25, K31)")
    func vendor() async throws {
        try await open(asks: 1) { (desk: Desk) async throws in
            let publisher = try desk.publisher()
            let submission = try await publisher.publish(BlotatoClientTests.tweet)
            #expect(try await publisher.status(of: submission.id, after: .zero) == .inProgress)
            #expect(
                try await publisher.status(of: submission.id, after: .zero)
                    == .published(url: "https://x.com/stand_in/status/1"))
            let post = try #require(desk.server.record.requests.first { $0.target == "/posts" })
            let body = try JSON(parsing: post.text)
            #expect(body["post"]?["accountId"] == "4151", "a text, though the seed has a number")
            #expect(body["post"]?["target"]?["targetType"] == "twitter")
            #expect(body["scheduledTime"] == nil && body["useNextFreeSlot"] == nil)
        }
    }

    @Test("auto asks for the accounts once and then posts in the form that it found (readings 16)")
    func auto() async throws {
        try await open { (desk: Desk) async throws in
            let publisher = try desk.publisher()
            _ = try await publisher.publish(BlotatoClientTests.tweet)
            _ = try await publisher.publish(BlotatoClientTests.tweet)
            #expect(desk.requests == ["GET /users/me/accounts", "POST /posts", "POST /posts"])
        }
        try await open(.seed) { (desk: Desk) async throws in
            let publisher = try desk.publisher()
            let submission = try await publisher.publish(BlotatoClientTests.tweet)
            #expect(desk.requests == ["GET /users/me/accounts", "POST /media"])
            let body = try JSON(parsing: desk.server.record.requests[1].text)
            #expect(body == ["text": "Have you tried it?", "targets": [["accountId": 4151]]], "AB-02")
            #expect(submission.id == "submission-1")
            #expect(try await publisher.status(of: submission.id, after: .zero) == .inProgress)
            #expect(try await publisher.describe(accounts: [:]).problems[0].contains("backend.blotato.com"))
        }
    }

    @Test("a form that is set is not asked for, and a wrong key is no sign of a form")
    func chosen() async throws {
        try await open(.seed) { (desk: Desk) async throws in
            _ = try await desk.publisher(.seed).publish(BlotatoClientTests.tweet)
            #expect(desk.requests == ["POST /media"])
        }
        try await open { (desk: Desk) async throws in
            let error = try await refused(desk.publisher(key: "wrong"))
            #expect(error.message.contains("BLOTATO_API_KEY"))
            #expect(!error.isAway)
            #expect(desk.blotato.posts.isEmpty)
        }
    }

    @Test("an account of another platform, or none of ours, is not posted to (DI-16)")
    func accounts() async throws {
        try await open { (desk: Desk) async throws in
            let publisher = try desk.publisher()
            let wrong = try await refused(
                publisher, PublishRequest(platform: "twitter", accountID: "571", text: "x"))
            #expect(wrong.message.contains("linkedin"))
            let unknown = try await refused(
                publisher, PublishRequest(platform: "tiktok", accountID: "999", text: "x"))
            #expect(unknown.message.contains("710"))
            #expect(desk.blotato.posts.isEmpty)
            let described = try await publisher.describe(accounts: ["twitter": "4151", "threads": "173"])
            #expect(described.form == "vendor")
            #expect(described.problems.count == 1)
        }
    }

    @Test("what the service refuses was not published; what it may have done is unknown, and asked once")
    func faults() async throws {
        try await open { (desk: Desk) async throws in
            let publisher = try desk.publisher()
            desk.blotato.fail(with: .tooMany(90), .refuse(422, "text is too long"))
            let busy = try await refused(publisher)
            #expect(busy.isAway && busy.message.contains("90 s"))
            #expect(try await !refused(publisher).isAway)
            desk.blotato.fail(
                with: .takeAndHangUp, .answer(.json("{}", status: 503)), .answer(.json("{}")),
                .answer(.text("<html>", status: 200)))
            for _ in 1...4 {
                await #expect(throws: OutcomeUnknown.self) { try await publisher.publish(BlotatoClientTests.tweet) }
            }
            #expect(desk.requests.count { $0 == "POST /posts" } == 6, "none was repeated")
            #expect(
                try await publisher.publishedURL(platform: "twitter", text: "Have you tried it?")
                    == "https://x.com/stand_in/status/1", "what was taken can be found")
            #expect(try await publisher.publishedURL(platform: "twitter", text: "another") == nil)
        }
    }

    @Test("a service that is away says so, and nothing was sent")
    func away() async throws {
        let port = try ClosedPort()
        defer { withExtendedLifetime(port) {} }
        let client = HTTPClient(time: SystemTime(), options: .init(retry: RetryPolicy(attemptsMax: 1)))
        let publisher = BlotatoClient(
            key: Credential("key"), baseURL: try HTTPURL("http://127.0.0.1:\(port.number)", of: "Blotato"),
            form: .vendor,
            client: client)
        let error = await #expect(throws: ServiceError.self) { try await publisher.publish(BlotatoClientTests.tweet) }
        #expect(error?.isAway == true && error?.isSafeToRepeat == true)
    }

    @Test("a post that fails later says why")
    func failsLater() async throws {
        try await open { (desk: Desk) async throws in
            let publisher = try desk.publisher()
            desk.blotato.fail(with: .failLater("duplicate content"))
            let submission = try await publisher.publish(BlotatoClientTests.tweet)
            #expect(try await publisher.status(of: submission.id, after: .zero) == .failed("duplicate content"))
            #expect(try await publisher.status(of: "unknown", after: .zero) == .inProgress)
        }
    }

    @Test("a file goes to the place it is given, without our key, and its public address comes back")
    func upload() async throws {
        try await open { (desk: Desk) async throws in
            let publisher = try desk.publisher()
            let url = try await publisher.upload(filename: "clip.mp4", mediaType: "video/mp4", bytes: [1, 2, 3])
            #expect(url.hasSuffix("/storage/public/clip.mp4"))
            #expect(desk.blotato.files["clip.mp4"] == [1, 2, 3])
            let put = try #require(desk.server.record.requests.first { $0.method == "PUT" })
            #expect(put["blotato-api-key"] == nil)
            #expect(put["Content-Type"] == "video/mp4")
        }
    }
}
