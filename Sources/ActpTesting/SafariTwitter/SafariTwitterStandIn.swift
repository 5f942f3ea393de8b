internal import JSON
internal import Synchronization

/// Answers like the service that drives Twitter in a browser. A handler for ``StandInServer``.
///
/// Its manners are the service's own: success and rate limits both come as 200, no address comes back, words are filtered
/// out of texts, a page that does not open is an empty timeline, counts of a million and more are cut, unknown counts are 0.
public final class SafariTwitterStandIn: Sendable {
    /// A tweet on Twitter, whoever posted it.
    public struct Tweet: Hashable, Sendable {
        public let id: String
        public let handle: String
        public let text: String
        /// ISO 8601.
        public let at: String
    }

    /// What it does with the next tweet to be posted.
    public enum Fault: Sendable {
        /// The limit of an hour, as 200.
        case hourlyLimit
        /// Not posted, as 200.
        case refuse(String)
        /// Posts it and cannot find it afterwards.
        case unverified
        /// Posts it and fails: 500.
        case postAndFail
        /// Posts it and never says so.
        case takeAndHangUp
        case answer(Answer)
    }

    private struct State {
        var tweets: [Tweet] = []
        var counts: [String: [String: Int]] = [:]
        var faults: [Fault] = []
        var isLoggedIn = true
        var opensPages = true
        var showsParents = false
        var reads = 0
    }

    private let token: String
    private let handle: String
    private let now: @Sendable () -> String
    private let state = Mutex(State())

    /// - Parameters:
    ///   - handle: who is logged in, without `@`.
    ///   - now: the time on Twitter's pages, as ISO 8601.
    public init(token: String, handle: String, now: @escaping @Sendable () -> String) {
        self.token = token
        self.handle = handle
        self.now = now
    }

    /// Everything on Twitter, in the order of posting.
    public var tweets: [Tweet] { state.withLock { $0.tweets } }

    /// A tweet that came another way, and its address.
    @discardableResult
    public func appear(_ text: String) -> String {
        let now = now()
        return state.withLock { state in
            if let known = state.tweets.first(where: { $0.text == text }) { return url(known) }
            let tweet = Tweet(id: "\(1_000 + state.tweets.count)", handle: handle, text: text, at: now)
            state.tweets.append(tweet)
            return url(tweet)
        }
    }

    /// The counts on the page of a tweet, by text; 0 where none was set.
    public func count(_ text: String, views: Int, likes: Int, retweets: Int, replies: Int) {
        state.withLock { state in
            guard let tweet = state.tweets.first(where: { $0.text == text }) else { return }
            state.counts[tweet.id] = ["views": views, "likes": likes, "retweets": retweets, "replies": replies]
        }
    }

    public func delete(_ text: String) { state.withLock { state in state.tweets.removeAll { $0.text == text } } }
    public func logOut() { state.withLock { $0.isLoggedIn = false } }
    /// Pages stop opening, or open again.
    public func openPages(_ opens: Bool) { state.withLock { $0.opensPages = opens } }
    /// The page of a tweet shows another one first, as with replies.
    public func showParents() { state.withLock { $0.showsParents = true } }
    public func fail(with faults: Fault...) { state.withLock { $0.faults += faults } }

    public func answer(_ request: StandInServer.Request) -> Answer {
        let path = request.target.split(separator: "?").first.map(String.init) ?? ""
        if path == "/health" {
            return success(["status": "ok", "service": "twitter-comments", "port": 3_007, "version": "1.0.0"])
        }
        if path == "/api/twitter/status" {
            let isLoggedIn = state.withLock { $0.isLoggedIn }
            return success(["isOnTwitter": true, "isLoggedIn": .bool(isLoggedIn), "commentsThisHour": 0])
        }
        guard request["Authorization"] == "Bearer \(token)" else {
            return failure(401, ["error": "Unauthorized", "message": "Invalid token"])
        }
        let body = (try? JSON(parsing: request.text)) ?? .null
        switch (request.method, path) {
        case ("POST", "/api/twitter/tweet"): return post(body)
        case ("POST", "/api/twitter/timeline"): return timeline(body)
        case ("POST", "/api/twitter/tweet/detail"): return detail(body)
        case ("GET", "/api/twitter/tweet/metrics"): return metrics(request.target)
        // The path of the product's own document does not exist.
        default: return .text("<html><body>Cannot \(request.method) \(path)</body></html>", status: 404)
        }
    }

    private static let filtered: Set = [
        "select", "insert", "update", "delete", "drop", "create", "alter", "exec", "union", "script",
    ]

    private static func sanitized(_ text: String) -> String {
        var result = ""
        var word = ""
        for character in text + " " {
            if character.isLetter || character.isNumber || character == "_" {
                word.append(character)
                continue
            }
            result += filtered.contains(word.lowercased()) ? "[FILTERED:\(word)]" : word
            result.append(character)
            word = ""
        }
        return String(result.dropLast())
    }

    private func post(_ body: JSON) -> Answer {
        guard let text = body["text"]?.string, !text.isEmpty else {
            return failure(400, ["error": "text or topic required"])
        }
        let sent = SafariTwitterStandIn.sanitized(text)
        guard sent.utf16.count <= 280 else {
            return failure(
                400,
                [
                    "error": "Validation Error", "message": "Tweet too long", "charCount": JSON(sent.utf16.count),
                    "maxChars": 280,
                ])
        }
        let fault = state.withLock { $0.faults.isEmpty ? nil : $0.faults.removeFirst() }
        var isVerified = true
        switch fault {
        case .hourlyLimit: return success(["success": false, "error": "10/hr limit"])
        case .refuse(let reason): return success(["success": false, "error": .string(reason)])
        case .answer(let answer): return answer
        case .unverified: isVerified = false
        case .postAndFail:
            appear(sent)
            return failure(500, ["error": "Execution context was destroyed"])
        case .takeAndHangUp:
            appear(sent)
            return .hangUp
        case nil: break
        }
        appear(sent)
        return success([
            "success": true, "commentId": "tweet_1700000000000", "verified": .bool(isVerified),
            "tweetText": .string(sent), "charCount": JSON(sent.utf16.count), "usedAI": false,
        ])
    }

    private func timeline(_ body: JSON) -> Answer {
        guard let asked = body["handle"]?.string else {
            return failure(400, ["error": "Bad Request", "message": "handle"])
        }
        let (tweets, opens) = state.withLock { ($0.tweets, $0.opensPages) }
        let newest = tweets.filter { $0.handle == asked }.reversed().prefix(Int(body["maxResults"]?.integer ?? 10))
        // A pinned tweet first, and addresses with what the page hangs on to them.
        let pinned: JSON = [
            "tweetUrl": "https://x.com/\(asked)/status/1/analytics", "handle": "@\(asked)", "text": "pinned",
            "timestamp": "2020-01-01T00:00:00.000Z",
        ]
        let shown = newest.map { tweet -> JSON in
            [
                "tweetUrl": .string(url(tweet) + "/analytics"), "author": "Stand-in", "handle": "@\(tweet.handle)",
                "text": .string(tweet.text + " https://t.co/abc123"), "timestamp": .string(tweet.at),
            ]
        }
        let listed = opens ? [pinned] + shown : []
        return success([
            "success": true, "tweets": .array(listed), "handle": .string(asked), "count": JSON(listed.count),
        ])
    }

    private func detail(_ body: JSON) -> Answer {
        guard let asked = body["url"]?.string else { return failure(400, ["error": "Bad Request", "message": "url"]) }
        let (tweet, counts, opens, showsParents) = found(asked)
        guard let tweet, opens else { return failure(404, ["error": "Tweet not found"]) }
        var shown: [String: JSON] = [
            "url": .string(showsParents ? "https://x.com/someone/status/1" : url(tweet)), "handle": "@\(tweet.handle)",
            "text": .string(tweet.text),
        ]
        for (name, count) in counts { shown[name] = JSON(showsParents ? 7 : count) }
        return success(["success": true, "tweet": .object(shown)])
    }

    private func metrics(_ target: String) -> Answer {
        let asked = target.replacing("%2F", with: "/")
        let (tweet, counts, opens, _) = found(asked)
        guard tweet != nil, opens else { return success(["success": false, "error": "navigation_failed"]) }
        return success(["success": true, "metrics": .object(counts.mapValues { JSON($0) })])
    }

    private func found(_ address: String) -> (Tweet?, [String: Int], opens: Bool, showsParents: Bool) {
        state.withLock { state in
            state.reads += 1
            let tweet = state.tweets.first { address.contains("/status/\($0.id)") }
            let none = ["views": 0, "likes": 0, "retweets": 0, "replies": 0]
            let counts = (tweet.flatMap { state.counts[$0.id] } ?? none)
                // Only the first comma of 1,234,567 is taken out, and reading stops at the second.
                .mapValues { $0 >= 1_000_000 ? $0 / 1_000 : $0 }
            return (tweet, counts, state.opensPages, state.showsParents)
        }
    }

    private func url(_ tweet: Tweet) -> String { "https://x.com/\(tweet.handle)/status/\(tweet.id)" }

    private func success(_ body: JSON) -> Answer { .json(body.text) }
    private func failure(_ status: Int, _ body: JSON) -> Answer { .json(body.text, status: status) }
}
