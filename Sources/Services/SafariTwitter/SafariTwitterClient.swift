public import Agents
public import HTTP
internal import JSON
public import Statistics
internal import Synchronization
internal import Time

/// Twitter through the browser service on port 3007 (K24): posts tweets, reads timelines and counts.
///
/// The service drives one browser tab and serialises nothing, so requests go one after another, reads a few seconds apart.
public final class SafariTwitterClient: TweetBrowser {
    static let service = "the Twitter browser"
    /// Between two reads.
    static let spacing = Duration.seconds(3)

    private let base: HTTPURL
    private let token: Credential
    private let client: HTTPClient
    private let turnstile = Turnstile()
    /// The uptime before which no page is read.
    private let nextReadAt = Mutex<Duration?>(nil)

    /// - Parameters:
    ///   - baseURL: `http://localhost:3007`, or what `SAFARI_TWITTER_URL` says.
    ///   - token: the service's; its own default is the well-known `test-token-12345`.
    public init(baseURL: HTTPURL, token: Credential, client: HTTPClient) {
        base = baseURL
        self.token = token
        self.client = client
    }

    // MARK: TweetBrowser

    public func checkReadiness() async throws(ServiceError) {
        let health = try await read(.get, base.appending("health"), seconds: 15)
        guard health["service"]?.string == "twitter-comments" else {
            throw failure(
                "\(base) is another service (\(health["service"]?.string ?? "it gives no name")); set SAFARI_TWITTER_URL",
                isAway: false)
        }
        let status = try await read(.get, base.appending("api", "twitter", "status"), seconds: 30)
        let isLoggedIn = status["isLoggedIn"]?.bool ?? status["loggedIn"]?.bool ?? status["status"]?["isLoggedIn"]?.bool
        guard isLoggedIn != false else {
            throw failure("nobody is logged in to Twitter in its browser; log in there", isAway: true)
        }
    }

    /// AB-03, at the path that the service has. Success is what says so: rate limits come as 200 too.
    public func post(_ text: String) async throws -> SentTweet {
        await turnstile.enter()
        defer { turnstile.leave() }
        // Never with an AI field: the text under test is ours.
        let request = request(
            .post, base.appending("api", "twitter", "tweet"), ["text": .string(text)], seconds: 300, repetition: .never)
        let response: HTTPResponse
        do {
            response = try await client.send(request)
        } catch {
            guard error.isSafeToRepeat else { throw OutcomeUnknown("\(error)") }
            throw failure("\(error)", isAway: error.code != .cancelled)
        }
        guard response.isSuccess else {
            // 500 comes from the middle of posting; 503 from before it.
            if response.status >= 500, response.status != 503 {
                throw OutcomeUnknown("\(HTTPError(response, to: request))")
            }
            throw refusal(response, to: request)
        }
        guard let body = try? JSON(parsing: response.text), let isPosted = body["success"]?.bool else {
            throw OutcomeUnknown(
                "\(SafariTwitterClient.service): \(request): \(response), which says nothing of success")
        }
        guard isPosted else {
            let words = request.excerpt(body["error"]?.string ?? "no reason given")
            throw failure("not posted: \(words)", isAway: words.contains("limit"))
        }
        return SentTweet(text: body["tweetText"]?.string ?? text, isVerified: body["verified"]?.bool ?? true)
    }

    public func timeline(
        of handle: String, count: Int, after pause: Duration
    ) async throws(ServiceError) -> [ObservedTweet] {
        let body = try await read(
            .post, base.appending("api", "twitter", "timeline"),
            ["handle": .string(handle), "maxResults": JSON(count)], seconds: 90, after: pause)
        return (body["tweets"]?.array ?? []).compactMap(SafariTwitterClient.tweet)
    }

    /// The tweet's own page; the counters alone where the page shows another tweet first, as it does for replies.
    public func counts(of url: String) async throws(ServiceError) -> PostCounts? {
        do throws(ServiceError) {
            let request = request(
                .post, base.appending("api", "twitter", "tweet", "detail"), ["url": .string(url)], seconds: 90,
                repetition: .ifUnsent)
            let response = try await answer(to: request)
            if response.status == 404 { return nil }
            let body = try json(response, to: request)
            if let tweet = body["tweet"], TweetAddress.id(of: tweet["url"]?.string ?? url) == TweetAddress.id(of: url) {
                return SafariTwitterClient.counts(tweet)
            }
        } catch {
            // A page that failed inside the service may still give its counters; a service that is away gives nothing.
            if error.isAway && !error.message.contains(" 500 ") { throw error }
        }
        let body = try await read(
            .get, base.appending("api", "twitter", "tweet", "metrics").appending(query: [("tweetUrl", url)]),
            seconds: 90)
        guard body["success"]?.bool == true, let metrics = body["metrics"] else {
            throw failure("the page of \(url) did not open", isAway: true)
        }
        return SafariTwitterClient.counts(metrics)
    }

    // MARK: Requests

    private func request(
        _ method: HTTPRequest.Method, _ url: HTTPURL, _ body: JSON? = nil, seconds: Int,
        repetition: HTTPRequest.Repetition
    ) -> HTTPRequest {
        var headers: HTTPHeaders = [
            "Authorization": .secret(token.secret, prefix: "Bearer "), "Accept": "application/json",
        ]
        if body != nil { headers.add("Content-Type", "application/json") }
        return HTTPRequest(
            method, url, of: SafariTwitterClient.service, headers: headers,
            body: body.map { Array($0.text.utf8) } ?? [],
            limits: .init(total: .seconds(seconds), answerBytes: 4 << 20), repetition: repetition)
    }

    private func read(
        _ method: HTTPRequest.Method, _ url: HTTPURL, _ body: JSON? = nil, seconds: Int, after pause: Duration = .zero
    ) async throws(ServiceError) -> JSON {
        var request = request(method, url, body, seconds: seconds, repetition: .ifUnsent)
        request.delay = pause
        return try json(await answer(to: request), to: request)
    }

    private func answer(to request: HTTPRequest) async throws(ServiceError) -> HTTPResponse {
        await turnstile.enter()
        defer { turnstile.leave() }
        var request = request
        let wait = nextReadAt.withLock { $0 }.map { max($0 - client.time.uptime(), .zero) } ?? .zero
        request.delay = max(request.delay, wait)
        defer { nextReadAt.withLock { $0 = client.time.uptime() + SafariTwitterClient.spacing } }
        do {
            return try await client.send(request)
        } catch {
            throw failure("\(error)", isAway: error.code != .cancelled)
        }
    }

    private func json(_ response: HTTPResponse, to request: HTTPRequest) throws(ServiceError) -> JSON {
        guard response.isSuccess else { throw refusal(response, to: request) }
        guard let body = try? JSON(parsing: response.text) else {
            throw failure("\(request): \(response), which is no JSON", isAway: false)
        }
        return body
    }

    private func refusal(_ response: HTTPResponse, to request: HTTPRequest) -> ServiceError {
        let body = (try? JSON(parsing: response.text)) ?? .null
        let found = [body["error"], body["message"], body["detail"], body["fix"]].compactMap { $0?.string }
        let words = request.excerpt(found.isEmpty ? response.text : found.joined(separator: "; "))
        let advice = response.status == 401 ? "; set SAFARI_API_TOKEN to the service's API_TOKEN" : ""
        return failure("\(request): \(response.status) \(words)\(advice)", isAway: response.status >= 500)
    }

    private func failure(_ text: String, isAway: Bool) -> ServiceError {
        ServiceError(SafariTwitterClient.service, text, isAway: isAway, isSafeToRepeat: true)
    }

    // MARK: Answers

    private static func tweet(_ json: JSON) -> ObservedTweet? {
        guard let url = json["tweetUrl"]?.string ?? json["url"]?.string else { return nil }
        let handle = json["handle"]?.string ?? ""
        return ObservedTweet(
            url: url, handle: handle.hasPrefix("@") ? String(handle.dropFirst()) : handle,
            text: json["text"]?.string ?? "", at: json["timestamp"]?.string.flatMap { Instant(iso8601: $0) })
    }

    private static func counts(_ json: JSON) -> PostCounts {
        func count(_ name: String) -> Int? { json[name]?.integer.map { Int(clamping: max($0, 0)) } }
        return PostCounts(
            views: count("views"), likes: count("likes"), replies: count("replies"), retweets: count("retweets"))
    }
}
