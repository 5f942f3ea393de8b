public import HTTP

/// Tells a watching service that we are alive, or that something failed: who hears nothing raises the alarm.
///
/// Follows the conventions of healthchecks.io (https://healthchecks.io/docs/http_api/): GET on the check's address for a
/// success, POST with a text on `/fail` for a failure. The address is a kind of password: errors show its host alone.
public struct DeadManPing: Sendable {
    private let url: HTTPURL
    private let client: HTTPClient

    /// - Parameter url: the check's address, as the watching service shows it.
    /// - Throws: ``HTTPError`` with `badURL`; it does not quote the address.
    public init(url: String, client: HTTPClient) throws(HTTPError) {
        self.url = try HTTPURL(url, of: DeadManPing.service, isPathSecret: true)
        self.client = client
    }

    /// All is well. Returns why the ping failed, or `nil`: a missed ping is the watcher's business, not the caller's.
    public func success() async -> HTTPError? { await ping(.get, url, []) }

    /// Something failed.
    /// - Parameter reason: shown by the watcher; the first 10,000 bytes of it.
    public func fail(_ reason: String) async -> HTTPError? {
        await ping(.post, url.appending("fail"), Array(reason.utf8.prefix(10_000)))
    }

    private static let service = "health check"

    private func ping(_ method: HTTPRequest.Method, _ url: HTTPURL, _ body: [UInt8]) async -> HTTPError? {
        // Pings may be repeated: the watcher counts the last one.
        let request = HTTPRequest(
            method, url, of: DeadManPing.service,
            headers: method == .post ? ["Content-Type": "text/plain; charset=utf-8"] : [:], body: body,
            limits: .init(connect: .seconds(5), total: .seconds(10), answerBytes: 64 << 10), repetition: .always)
        do throws(HTTPError) {
            let answer = try await client.send(request).successful(for: request)
            // An unknown check and one that is pinged too often are answered with 200 and a remark.
            return answer.text.hasPrefix("OK (") ? HTTPError(answer, to: request) : nil
        } catch {
            return error
        }
    }
}
