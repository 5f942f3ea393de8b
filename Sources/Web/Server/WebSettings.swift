internal import Time

/// What the server is told at its start.
public struct WebSettings: Sendable {
    /// The tokens of each scope.
    public var tokens: [Scope: String]
    /// What is to be set where, for callers that have no token because there are none.
    public var tokenHelp: String
    public var limits: WebLimits

    public init(tokens: [Scope: String], tokenHelp: String, limits: WebLimits = WebLimits()) {
        self.tokens = tokens
        self.tokenHelp = tokenHelp
        self.limits = limits
    }
}

/// How much, how often and how long, at most.
public struct WebLimits: Sendable {
    /// Requests a second of one caller; twice as many at once.
    public var requestsPerSecond = 100
    /// Open connections; further ones are closed at once.
    public var connections = 256
    /// Open event streams.
    public var streams = 32
    /// Bytes of a request's body.
    public var bodyBytes = 64 << 10
    /// From the connection, until the first request's head is there.
    public var headTime = Duration.seconds(10)
    /// From a request's head to the end of its body.
    public var bodyTime = Duration.seconds(30)
    /// From an answer to the next request's head.
    public var idleTime = Duration.seconds(60)
    /// For a reader that takes nothing.
    public var stallTime = Duration.seconds(30)
    /// For `?wait=`.
    public var waitMax = Duration.seconds(60)
    /// Between two signs of life on an event stream.
    public var heartbeat = Duration.seconds(15)

    public init() {}
}
