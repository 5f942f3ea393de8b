/// A service's complete answer, whatever its status: 404 is an answer too.
///
/// Its description has no content: rows belong in no log.
public struct HTTPResponse: Sendable, CustomStringConvertible {
    public let status: Int
    /// As in `1.1` and `2`.
    public let version: String
    public let headers: HTTPHeaders
    /// Unpacked when it came compressed.
    public let body: [UInt8]
    /// How often the transport asked; 1 without repetition.
    public let attempts: Int
    /// What the service said in `Retry-After`, counted from the answer's arrival; `nil` when it said nothing legible.
    public let retryAfter: Duration?

    public var isSuccess: Bool { (200...299).contains(status) }

    /// The body as UTF-8; what is no UTF-8 is replaced.
    public var text: String { String(decoding: body, as: UTF8.self) }

    public var description: String { "\(status), \(body.count) bytes" }

    /// The answer itself when its status is 200…299.
    /// - Throws: ``HTTPError`` with `status` and the beginning of the body, the request's secrets blanked.
    @discardableResult
    public func successful(for request: HTTPRequest) throws(HTTPError) -> HTTPResponse {
        guard isSuccess else { throw HTTPError(self, to: request) }
        return self
    }
}
