internal import Synchronization
public import Time

/// Asks services over HTTP. One client for the whole process: one thread, one set of connections.
///
/// Connections are kept and used again, HTTP/2 where a service offers it over TLS; certificates are verified, proxies taken
/// from the usual environment variables, redirects not followed. The thread begins with the first request and sleeps while
/// nothing is under way; it wakes once to close connections that nobody used for two minutes. It ends with the client.
public final class HTTPClient: Sendable {
    /// What holds for all requests of a client.
    public struct Options: Sendable {
        /// As in `actpd/1.2.3`.
        public var userAgent: String
        /// Attempts under way to one host at most; more wait in line. 1 or more.
        public var requestsPerHost: Int
        public var retry: RetryPolicy
        public var breaker: CircuitBreaker.Policy
        /// A PEM file of authorities to trust instead of the system's; `nil`: the system's.
        public var certificateFile: String?
        /// Called when a host is left alone, for longer than before too, and when it answers again; on the client's thread,
        /// which waits for it.
        public var onBreaker: (@Sendable (HTTPHostState) -> Void)?

        public init(
            userAgent: String = "actpd", requestsPerHost: Int = 8, retry: RetryPolicy = RetryPolicy(),
            breaker: CircuitBreaker.Policy = CircuitBreaker.Policy(), certificateFile: String? = nil,
            onBreaker: (@Sendable (HTTPHostState) -> Void)? = nil
        ) {
            self.userAgent = userAgent
            self.requestsPerHost = requestsPerHost
            self.retry = retry
            self.breaker = breaker
            self.certificateFile = certificateFile
            self.onBreaker = onBreaker
        }
    }

    /// The clock it goes by: uptime for limits and pauses, wall time for dates in answers.
    public let time: any TimeSource
    private let engine: CurlEngine

    public convenience init(time: any TimeSource, options: Options = Options()) {
        self.init(time: time, options: options, threadName: "actpd-http")
    }

    /// - Parameters:
    ///   - threadName: what the thread is called; 15 characters count.
    ///   - idleMax: how long connections are kept while nothing is under way. libcurl uses none again after 118 s.
    ///   - onSleep: for tests with a clock of their own: called on the client's thread when no transfer is under way and it
    ///     is about to sleep so long for a pause or a limit. It may advance the clock.
    package init(
        time: any TimeSource, options: Options, threadName: String = "actpd-http",
        idleMax: Duration = .seconds(120), onSleep: (@Sendable (Duration) -> Void)? = nil
    ) {
        self.time = time
        engine = CurlEngine(time: time, options: options, threadName: threadName, idleMax: idleMax, onSleep: onSleep)
    }

    deinit { engine.stop() }

    /// Sends a request and waits for the complete answer, whatever its status.
    ///
    /// Cancelling the calling task ends the transfer and throws `cancelled`. The request is repeated only as it allows
    /// (``HTTPRequest/Repetition``), and never beyond its total limit.
    ///
    /// - Throws: ``HTTPError`` when there is no complete answer. A status that is no success does not throw: see
    ///   ``HTTPResponse/successful(for:)``.
    public func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        // The engine stops with the client, which must not go before its answer is there.
        defer { withExtendedLifetime(self) {} }
        if let name = request.headers.unsendable {
            throw HTTPError(
                .badRequest, for: request, detail: "the header '\(name)' has a character that no header may have",
                isSafeToRepeat: true, attempts: 0)
        }
        let ticket = CurlEngine.Ticket()
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { engine.send(request, ticket, $0) }
        } onCancel: {
            engine.cancel(ticket)
        }
        return try result.get()
    }

    /// Every host that was asked, with its circuit breaker and what is under way, sorted by name.
    public var hosts: [HTTPHostState] { engine.hosts }
}
