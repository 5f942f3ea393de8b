/// Why there is no answer, or not a good one: which service, what was asked, what came back, what to do.
///
/// No secret of the request occurs in it: not in what was asked, not in what came back.
public struct HTTPError: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Code: String, Sendable {
        /// The address cannot be used.
        case badURL = "cannot be used"
        /// A header cannot be sent as it is.
        case badRequest = "the request cannot be sent"
        /// No connection came about: name, network, port or proxy.
        case couldNotConnect = "could not connect"
        /// No trust: the certificate or the handshake.
        case tls = "no secure connection"
        /// Time ran out before anything left: in the queue or while connecting.
        case timedOutUnsent = "timed out before the request left"
        /// Time ran out after the request had left, wholly or in part.
        case timedOut = "timed out waiting for the answer"
        /// The connection broke after the request had left, wholly or in part.
        case connectionLost = "the connection broke before the answer was complete"
        /// What came back is not HTTP, or cannot be unpacked.
        case malformedAnswer = "the answer is not valid HTTP"
        /// The answer is longer than the request allows.
        case tooLarge = "the answer is too large"
        /// An answer whose status is not 200…299.
        case status = "the service refused"
        /// The calling task was cancelled.
        case cancelled = "cancelled"
        /// The service failed several times in a row and is left alone for a while.
        case circuitOpen = "not asked, because it failed repeatedly"
        /// libcurl's own trouble: memory, a bug.
        case transport = "the transport failed"
    }

    public let code: Code
    /// Whom we asked.
    public let service: String
    /// Method, host and path.
    public let request: String
    /// What came back, or what went wrong in libcurl's words; the first 200 characters.
    public let detail: String
    /// The status of the answer, where there was one.
    public let status: Int?
    /// How long to leave the service alone: from `Retry-After`, or until the circuit breaker lets a request through.
    public let retryAfter: Duration?
    /// Whether it is certain that no attempt reached the service, so that repeating cannot do a thing twice.
    public let isSafeToRepeat: Bool
    /// How many attempts were made.
    public let attempts: Int

    init(
        _ code: Code, service: String, request: String, detail: String, status: Int? = nil,
        retryAfter: Duration? = nil, isSafeToRepeat: Bool, attempts: Int = 1
    ) {
        self.code = code
        self.service = service
        self.request = request
        self.detail = detail
        self.status = status
        self.retryAfter = retryAfter
        self.isSafeToRepeat = isSafeToRepeat
        self.attempts = attempts
    }

    init(
        _ code: Code, for request: HTTPRequest, detail: String, retryAfter: Duration? = nil, isSafeToRepeat: Bool,
        attempts: Int
    ) {
        self.init(
            code, service: request.service, request: request.description,
            detail: Redaction(request.secrets).excerpt(detail), retryAfter: retryAfter, isSafeToRepeat: isSafeToRepeat,
            attempts: attempts)
    }

    /// An answer that is not what the caller can use. Asked and answered: repeating may do a thing twice.
    public init(_ response: HTTPResponse, to request: HTTPRequest) {
        let excerpt = Redaction(request.secrets).excerpt(response.body)
        self.init(
            .status, service: request.service, request: request.description,
            detail: "\(response.status)" + (excerpt.isEmpty ? " without a text" : ": \(excerpt)"),
            status: response.status, retryAfter: response.retryAfter, isSafeToRepeat: false, attempts: response.attempts
        )
    }

    public var description: String {
        let often = attempts > 1 ? " (\(attempts) attempts)" : ""
        return "\(service): \(request): \(code.rawValue)\(often): \(detail). \(advice)"
    }

    /// What whoever reads it can do.
    public var advice: String {
        switch code {
        case .badURL: "Correct the setting."
        case .badRequest: "Correct the setting that the header comes from: no line breaks, no control characters."
        case .couldNotConnect:
            "Nothing was sent. Is the service up, and its host and port reachable from here (DNS, firewall, proxy variables)?"
        case .tls: "Nothing was sent. Check the service's certificate, this machine's clock and its ca-certificates."
        case .timedOutUnsent: "Nothing was sent. The service or the way to it is slow or full."
        case .timedOut, .connectionLost:
            isSafeToRepeat
                ? "Nothing was sent." : "Whether the service acted on it is unknown: look there before repeating."
        case .malformedAnswer: "Something else may be listening at that address; whether the service acted is unknown."
        case .tooLarge: "Ask for less at a time. The service has acted on the request."
        case .status: statusAdvice
        case .cancelled: isSafeToRepeat ? "Nothing was sent." : "It may have reached the service."
        case .circuitOpen: "Nothing was sent. It is asked again by itself after the pause."
        case .transport: "Nothing to be done from outside; please report it."
        }
    }

    private var statusAdvice: String {
        switch status ?? 0 {
        case 300...399: "Redirects are not followed: set the address to where the service is now."
        case 401, 403: "Check the key or token in the settings, and what it may do."
        case 404: "Check the address in the settings."
        case 407: "The proxy wants a login: check the proxy variables."
        case 429: "Too many requests: slow down."
        case 500...599: "The trouble is at the service; later it may work."
        default: "The service did not accept what was asked; its text says why."
        }
    }
}
