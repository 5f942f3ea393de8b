public import JSON
internal import Time

/// Why a request gets no answer, as RFC 9457 has it.
public struct Problem: Error, Hashable, Sendable {
    /// The kinds there are; `type` is `urn:actpd:problem:` and the kind's name.
    public enum Kind: String, CaseIterable, Sendable {
        case malformed, unauthorized, forbidden, notFound, methodNotAllowed, conflict, tooLarge, unsupportedMedia,
            misdirected, unprocessable, keyReused, keyRequired, tooManyRequests, failed, unavailable

        public var status: Int {
            switch self {
            case .malformed: 400
            case .unauthorized: 401
            case .forbidden: 403
            case .notFound: 404
            case .methodNotAllowed: 405
            case .conflict: 409
            case .tooLarge: 413
            case .unsupportedMedia: 415
            case .misdirected: 421
            case .unprocessable, .keyReused: 422
            case .keyRequired: 428
            case .tooManyRequests: 429
            case .failed: 500
            case .unavailable: 503
            }
        }

        var title: String {
            switch self {
            case .malformed: "The request cannot be read"
            case .unauthorized: "A token is needed"
            case .forbidden: "This is not allowed"
            case .notFound: "There is no such thing"
            case .methodNotAllowed: "The path does not know this method"
            case .conflict: "It cannot be done now"
            case .tooLarge: "The body is too large"
            case .unsupportedMedia: "The body is not JSON"
            case .misdirected: "The request was meant for another host"
            case .unprocessable: "It cannot be done"
            case .keyReused: "The key belongs to another order"
            case .keyRequired: "An Idempotency-Key is needed"
            case .tooManyRequests: "Too many requests"
            case .failed: "It went wrong here"
            case .unavailable: "It cannot be answered now"
            }
        }
    }

    public let kind: Kind
    /// What failed, what was found, what to do; never a secret.
    public let detail: String
    /// Each problem by itself, where there are several.
    public var errors: [String] = []
    /// The run that it is about, as `Run`.
    public var run: JSON?
    /// When to come again.
    public var retryAfter: Duration?
    /// The methods that the path knows.
    var allowed: String?

    public init(
        _ kind: Kind, _ detail: String, errors: [String] = [], run: JSON? = nil, retryAfter: Duration? = nil
    ) {
        self.kind = kind
        self.detail = detail
        self.errors = errors
        self.run = run
        self.retryAfter = retryAfter
    }

    public var json: JSON {
        var members: [String: JSON] = [
            "type": .string("urn:actpd:problem:\(kind.rawValue)"), "title": .string(kind.title),
            "status": JSON(kind.status), "detail": .string(detail),
        ]
        if !errors.isEmpty { members["errors"] = JSON(errors) }
        members["run"] = run
        return .object(members)
    }
}
