public import Statistics
public import Time

/// Twitter through a browser that the owner is logged in with (the service on port 3007). One request at a time.
public protocol TweetBrowser: Sendable {
    /// Whether tweets can be posted now.
    /// - Throws: ``ServiceError``: not there, another service, or nobody logged in.
    func checkReadiness() async throws(ServiceError)

    /// Posts a tweet, once.
    ///
    /// - Throws: ``ServiceError`` when it is certain that nothing was posted, rate limits included; ``OutcomeUnknown`` when
    ///   it is not.
    func post(_ text: String) async throws -> SentTweet

    /// The newest tweets of an account as its page shows them, a pinned one first. Empty also when the page did not open.
    ///
    /// - Parameter pause: how long to wait before looking.
    func timeline(of handle: String, count: Int, after pause: Duration) async throws(ServiceError) -> [ObservedTweet]

    /// The counts on a tweet's page; `nil` when there is no such tweet.
    func counts(of url: String) async throws(ServiceError) -> PostCounts?
}

/// What the browser says it has sent.
public struct SentTweet: Hashable, Sendable {
    /// The text as it went out: words that the service filters are replaced in it.
    public let text: String
    /// Whether the browser saw the tweet on the page afterwards.
    public let isVerified: Bool

    public init(text: String, isVerified: Bool) {
        self.text = text
        self.isVerified = isVerified
    }
}

/// A tweet on a timeline.
public struct ObservedTweet: Hashable, Sendable {
    /// As the page links it, or without what follows the status id.
    public let url: String
    /// Without `@`.
    public let handle: String
    public let text: String
    /// `nil` when the page did not say.
    public let at: Instant?

    public init(url: String, handle: String, text: String, at: Instant?) {
        self.url = url
        self.handle = handle
        self.text = text
        self.at = at
    }
}
