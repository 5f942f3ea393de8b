/// One question to a service: what goes over the wire, and how much patience there is for it.
public struct HTTPRequest: Sendable, CustomStringConvertible {
    public enum Method: String, Sendable {
        case get = "GET", head = "HEAD", post = "POST", put = "PUT", patch = "PATCH", delete = "DELETE"
    }

    /// Whether the transport may send the request again by itself.
    public enum Repetition: Sendable {
        /// Never: whoever asked decides.
        case never
        /// When it is certain that nothing of it left this machine. For messages to people, whose repetition is seen.
        case ifUnsent
        /// Whenever it may help: the request has the same effect once and many times. Answers 429, 502, 503, 504 and 529
        /// are asked again too.
        case always
    }

    /// How long and how much, at most.
    public struct Limits: Hashable, Sendable {
        /// Until the connection stands, TLS included.
        public var connect: Duration
        /// For one attempt from its start to the last byte; `nil`: whatever ``total`` leaves.
        public var attempt: Duration?
        /// For everything: waiting for a free place, attempts, pauses between them.
        public var total: Duration
        /// Bytes of the answer, headers and unpacked body together.
        public var answerBytes: Int

        /// All times are elapsed time; those under a millisecond count as one.
        public init(
            connect: Duration = .seconds(10), attempt: Duration? = nil, total: Duration = .seconds(30),
            answerBytes: Int = 16 << 20
        ) {
            self.connect = connect
            self.attempt = attempt
            self.total = total
            self.answerBytes = answerBytes
        }
    }

    /// Whom we ask, as errors name it: `Telegram`, `the database`.
    public var service: String
    public var method: Method
    public var url: HTTPURL
    public var headers: HTTPHeaders
    public var body: [UInt8]
    public var limits: Limits
    public var repetition: Repetition
    /// The path of a Unix socket to connect to instead of the address's host, which is still sent as `Host`.
    public var unixSocket: String?
    /// The first attempt starts no sooner than this from now; ``Limits/total`` begins then. For spacing and for the pauses
    /// that a service asks for.
    public var delay: Duration

    /// - Parameter repetition: GET and HEAD have no effect and are `always` by default, everything else `never`.
    public init(
        _ method: Method, _ url: HTTPURL, of service: String, headers: HTTPHeaders = [:], body: [UInt8] = [],
        limits: Limits = Limits(), repetition: Repetition? = nil, unixSocket: String? = nil, delay: Duration = .zero
    ) {
        self.method = method
        self.url = url
        self.service = service
        self.headers = headers
        self.body = body
        self.limits = limits
        self.repetition = repetition ?? (method == .get || method == .head ? .always : .never)
        self.unixSocket = unixSocket
        self.delay = delay
    }

    /// Method, host and path, as errors and logs show it: no query value, no secret piece, no header, no body.
    public var description: String { "\(method.rawValue) \(url)" + (unixSocket.map { " via \($0)" } ?? "") }

    /// Where connections, limits and the circuit breaker count it: origin, or the socket.
    var host: String { unixSocket.map { "unix:\($0)" } ?? url.origin }

    /// A service's text as errors show it: one line of at most 200 characters, the request's secrets and what looks like one
    /// blanked.
    public func excerpt(_ text: String) -> String { Redaction(secrets).excerpt(text) }

    var secrets: [Secret] { headers.secrets + url.secrets }
}
