import ActpTesting
import Agents
import JSON
import Time

/// Every service outside, as a stand-in with a log of its own, behind real sockets.
struct StandIns: Sendable {
    static let telegramToken = "12345:AAbbCCddEEffGGhhIIjjKKllMMnnOOppQQr"
    static let blotatoKey = "blotato-key-abcdefghijklmnop="
    static let chat = "42"
    static let handle = "IsaiahDupree7"
    static let platforms = [OutreachPlatform.instagram, .twitter, .tiktok, .linkedin]

    let twitter: SafariTwitterStandIn
    let blotato: BlotatoStandIn
    let renderer = RenderStandIn(.prd)
    let research: MarketResearchStandIn
    let telegram = TelegramStandIn(token: telegramToken, chats: [chat: "The owner"])
    let model = WeekModel.standIn()
    let messages = platforms.map { DirectMessageStandIn($0, token: "linkedin-token-0123456789") }
    /// Requests that met an outage, by service.
    let met = Tally()
    /// How often the browser was asked to post each text.
    let typed = Tally()
    let outages: Outages

    init(_ time: ManualTime) {
        outages = Outages(time: time)
        let twitter = SafariTwitterStandIn(token: "test-token-12345", handle: StandIns.handle) { time.now().iso8601 }
        self.twitter = twitter
        blotato = BlotatoStandIn(
            key: StandIns.blotatoKey,
            accounts: [
                "4151": "twitter", "710": "tiktok", "807": "instagram", "173": "threads", "228": "youtube",
                "571": "linkedin",
            ], asksUntilPublished: 1
        ) { post in
            // Videos get a word of their own, so that two of them on Twitter are two tweets.
            post.platform == "twitter" ? twitter.appear(post.text) : "https://example.com/\(post.platform)/\(post.id)"
        }
        research = MarketResearchStandIn { platform, niche in StandIns.found(on: platform, niche) }
    }

    private func browse(_ request: StandInServer.Request) -> Answer {
        if request.method == "POST", request.target == "/api/twitter/tweet" {
            typed.add((try? JSON(parsing: request.text))?["text"]?.string ?? "no text")
        }
        return twitter.answer(request)
    }

    private static func found(on platform: String, _ niche: String) -> JSON {
        let word = niche.split(separator: " ").first.map { String($0) } ?? niche
        let creators = (1...3).map { number -> JSON in
            [
                "handle": .string("\(word)_\(platform)_\(number)"), "displayName": .string("\(word) \(number)"),
                "postCount": 4, "totalEngagement": JSON(1_000 * number), "topPostText": .string("How I use \(niche)"),
            ]
        }
        return ["niche": .string(niche), "creators": .array(creators), "posts": [], "tweets": []]
    }

    /// The settings under which the program finds them.
    typealias Addresses = [String: String]

    /// Serves them all while `body` runs.
    func serving<Result: Sendable>(_ body: (Addresses) async throws -> Result) async throws -> Result {
        var handlers: [(String, StandInServer.Handler)] = [
            ("BLOTATO_API_URL", outages.around(.publisher, met) { blotato.answer($0) }),
            ("SAFARI_TWITTER_URL", outages.around(.browser, met) { browse($0) }),
            ("REMOTION_URL", outages.around(.renderer, met) { renderer.answer($0) }),
            ("MARKET_RESEARCH_URL", outages.around(.research, met) { research.answer($0) }),
            ("TELEGRAM_API_URL", outages.around(.telegram, met) { telegram.answer($0) }),
            ("ANTHROPIC_API_URL", outages.around(.model, met) { model.answer($0) }),
        ]
        for service in messages {
            handlers.append(
                (
                    "DM_\(service.platform.rawValue.uppercased())_URL",
                    outages.around(.messages, met) { service.answer($0) }
                ))
        }
        let settings = [
            "BLOTATO_API_KEY": StandIns.blotatoKey, "TELEGRAM_BOT_TOKEN": StandIns.telegramToken,
            "TELEGRAM_CHAT_ID": StandIns.chat, "LINKEDIN_AUTH_TOKEN": "linkedin-token-0123456789",
            "ANTHROPIC_API_KEY": WeekModel.key,
        ]
        return try await StandIns.serve(handlers[...], settings, body)
    }

    /// Opens one server after another around the work.
    private static func serve<Result: Sendable>(
        _ handlers: ArraySlice<(String, StandInServer.Handler)>, _ addresses: Addresses,
        _ body: (Addresses) async throws -> Result
    ) async throws -> Result {
        guard let (name, handler) = handlers.first else { return try await body(addresses) }
        return try await StandInServer.serve(handler) { server in
            try await serve(handlers.dropFirst(), addresses.merging([name: server.url]) { $1 }, body)
        }
    }
}
