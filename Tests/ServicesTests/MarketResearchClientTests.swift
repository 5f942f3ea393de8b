import ActpTesting
import Agents
import HTTP
import JSON
import Services
import Synchronization
import Testing
import Time

/// The client against a stand-in that keeps the contract, on a clock that goes ahead when the client waits.
@Suite(.timeLimit(.minutes(5)))
struct MarketResearchClientTests {
    private static let key = "research-key-0123456789"

    private struct Desk {
        let service: MarketResearchStandIn
        let server: StandInServer
        let client: MarketResearchClient
        let time: ManualTime
        let progress = Log()

        final class Log: Sendable {
            private let lines = Mutex<[String]>([])
            func add(_ line: String) { lines.withLock { $0.append(line) } }
            var all: [String] { lines.withLock { $0 } }
        }

        static func open(_ body: (Desk) async throws -> Void) async throws {
            let service = MarketResearchStandIn(
                key: MarketResearchClientTests.key, data: MarketResearchClientTests.result)
            try await StandInServer.serve {
                service.answer($0)
            } while: { (server: StandInServer) async throws in
                let time = ManualTime("2026-03-02T03:00:00Z")
                let http = HTTPClient(time: time, options: .init(retry: RetryPolicy(jitter: 0))) {
                    time.advance(by: $0)
                }
                let client = try MarketResearchClient(
                    address: server.url, key: Credential(MarketResearchClientTests.key), client: http)
                try await body(Desk(service: service, server: server, client: client, time: time))
            }
        }

        func study(_ platform: String = "twitter", _ phrase: String = "ai automation") async throws -> NicheFindings {
            try await client.study(
                NicheStudy(platform: platform, phrase: phrase, creatorsMax: 100, postsMax: 1_000, scrollsMax: 50)
            ) { [progress] in progress.add($0) }
        }
    }

    /// One niche as each platform names its fields.
    @Sendable private static func result(_ platform: String, _ niche: String) -> JSON {
        var creator: [String: JSON] = [
            "handle": "@Ada", "displayName": "Ada", "followers": 0, "bio": "", "totalEngagement": 1_234,
        ]
        var item: [String: JSON] = ["author": "ada", "likes": 10]
        let (items, count, best) =
            switch platform {
            case "twitter": ("tweets", "tweetCount", "topTweets")
            case "tiktok": ("videos", "videoCount", "topVideos")
            default: ("posts", "postCount", "topPosts")
            }
        creator[count] = 7
        creator[best] =
            platform == "twitter" || platform == "threads"
            ? [["url": "https://x/1", "text": "A hook. And more."]] : [["url": "https://x/1", "likes": 3]]
        item[platform == "tiktok" ? "description" : "text"] = "Three tools I use. Every day."
        return [
            "niche": .string(niche), "creators": [.object(creator), ["name": "No handle"]], items: [.object(item)],
        ]
    }

    @Test(
        "a job is started, asked for every 20 s, and its file is read; each platform has its names (CR-01, CR-02, K57)")
    func job() async throws {
        for platform in ["twitter", "tiktok", "instagram", "threads"] {
            try await Desk.open { (desk: Desk) async throws in
                let begin = desk.time.uptime()
                let findings = try await desk.study(platform)
                let ada = try #require(findings.creators.first)
                #expect(ada.handle == "Ada")
                #expect(ada.postCount == 7)
                #expect(ada.totalEngagement == 1_234)
                // 0 followers without a bio are unknown.
                #expect(ada.followers == nil)
                #expect(ada.bio == nil)
                #expect(findings.creators.count == 1)
                #expect(findings.remarks.count == 1)
                #expect(findings.posts.map(\.text) == ["Three tools I use. Every day."])
                #expect(findings.posts.first?.author == "ada")
                #expect((ada.topPostText != nil) == ["twitter", "threads"].contains(platform))
                #expect(desk.time.uptime() - begin == .seconds(60))
                #expect(desk.progress.all.count == 3)
                let request = try #require(desk.server.record.requests.first)
                #expect(request.target == "/api/research/\(platform)/niche")
                let body = try JSON(parsing: request.text)
                #expect(body["niche"] == "ai automation")
                #expect(
                    body["config"]
                        == ["creatorsPerNiche": 100, "postsPerNiche": 1_000, "maxScrollsPerSearch": 50])
            }
        }
    }

    @Test("a service that answers at once is understood too (K57)")
    func atOnce() async throws {
        try await Desk.open { (desk: Desk) async throws in
            desk.service.fail(with: .answersAtOnce)
            let findings = try await desk.study()
            #expect(findings.creators.map(\.handle) == ["Ada"])
            #expect(findings.posts.count == 1)
        }
    }

    @Test("a job of the same niche that is under way is adopted, another one is waited for (409)")
    func busy() async throws {
        try await Desk.open { (desk: Desk) async throws in
            desk.service.startAnother("twitter", "AI Automation", polls: 4)
            #expect(try await desk.study().creators.count == 1)
            #expect(desk.service.started.isEmpty)
            desk.service.startAnother("twitter", "saas growth", polls: 5)
            #expect(try await desk.study().creators.count == 1)
            #expect(desk.service.started == ["twitter/ai automation"])
            #expect(desk.progress.all.contains("waits for another job of the platform"))
        }
    }

    @Test("a job that a restart of the service lost: its file is taken if there is one, else it is lost")
    func restart() async throws {
        try await Desk.open { (desk: Desk) async throws in
            desk.service.fail(with: .restarts(leavingFile: false))
            let error = await #expect(throws: ServiceError.self) { try await desk.study("tiktok") }
            #expect(error?.isAway == false)
            #expect(error?.message.contains("started again") == true)
            desk.service.fail(with: .restarts(leavingFile: true))
            let findings = try await desk.study()
            #expect(findings.creators.count == 1)
            #expect(findings.remarks.contains { $0.contains("started again") })
        }
    }

    @Test("a job that fails says why, and what to do where that is known")
    func fails() async throws {
        try await Desk.open { (desk: Desk) async throws in
            desk.service.fail(with: .fails("Twitter research is disabled"))
            let error = await #expect(throws: ServiceError.self) { try await desk.study() }
            #expect(error?.isAway == false)
            #expect(error?.message.contains("SAFARI_RESEARCH_ENABLED=true") == true)
        }
    }

    @Test("429 is waited for as told, a missing tab once for a minute; then the service is away")
    func patience() async throws {
        try await Desk.open { (desk: Desk) async throws in
            desk.service.fail(with: .tooMany(seconds: 30), .noTab, .noTab)
            let error = await #expect(throws: ServiceError.self) { try await desk.study() }
            #expect(error?.isAway == true)
            desk.service.fail(with: .noTab)
            let begin = desk.time.uptime()
            #expect(try await desk.study().creators.count == 1)
            #expect(desk.time.uptime() - begin == .seconds(120))
        }
    }

    @Test("a platform that the service does not know is not asked for; a wrong key is not shown")
    func refusals() async throws {
        try await Desk.open { (desk: Desk) async throws in
            let error = await #expect(throws: ServiceError.self) { try await desk.study("linkedin") }
            #expect(error?.message == "it does not support linkedin")
            #expect(desk.server.record.requests.isEmpty)
            let wrong = try MarketResearchClient(
                address: desk.server.url, key: Credential("another-key-0123456789"),
                client: HTTPClient(time: ManualTime("2026-03-02T03:00:00Z")))
            let refused = await #expect(throws: ServiceError.self) {
                try await wrong.study(
                    NicheStudy(platform: "twitter", phrase: "x", creatorsMax: 1, postsMax: 1, scrollsMax: 1)
                ) { _ in }
            }
            #expect(refused?.message.hasPrefix("401") == true)
            #expect(refused.map { "\($0)".contains("another-key") } == false)
        }
    }

    @Test("nobody at the address: away, and safe to ask again (CR-20)")
    func down() async throws {
        let (port, time) = (try ClosedPort(), ManualTime("2026-03-02T03:00:00Z"))
        let http = HTTPClient(time: time, options: .init(retry: RetryPolicy(jitter: 0))) { time.advance(by: $0) }
        let client = try MarketResearchClient(address: "http://127.0.0.1:\(port.number)", key: nil, client: http)
        let error = await #expect(throws: ServiceError.self) {
            try await client.study(
                NicheStudy(platform: "twitter", phrase: "x", creatorsMax: 1, postsMax: 1, scrollsMax: 1)
            ) { _ in }
        }
        #expect(error?.isAway == true)
        #expect(error?.isSafeToRepeat == true)
    }
}
