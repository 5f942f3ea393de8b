internal import HTTPTypes
internal import Hummingbird
internal import JSON
internal import Time

/// How answers look: their types, and the header fields that each of them has.
enum Answers {
    static func json(
        _ value: JSON, status: HTTPResponse.Status = .ok, headers: HTTPFields = [:]
    ) -> Response {
        bytes(Array(value.text.utf8), "application/json", status: status, headers: headers)
    }

    static func bytes(
        _ bytes: [UInt8], _ type: String, status: HTTPResponse.Status = .ok, headers: HTTPFields = [:]
    ) -> Response {
        var headers = headers
        headers[.contentType] = type
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }

    static func problem(_ problem: Problem) -> Response {
        var headers: HTTPFields = [:]
        if problem.kind == .unauthorized { headers[.wwwAuthenticate] = "Bearer realm=\"actpd\"" }
        if let pause = problem.retryAfter {
            headers[.retryAfter] = String(max(1, (pause.milliseconds + 999) / 1_000))
        }
        if let allowed = problem.allowed { headers[.allow] = allowed }
        return bytes(
            Array(problem.json.text.utf8), "application/problem+json",
            status: HTTPResponse.Status(code: problem.kind.status), headers: headers)
    }

    /// The page may load its own files and ask its own server; nothing else may do anything.
    static let pagePolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

    private static let policy: HTTPFields = {
        var fields: HTTPFields = [:]
        fields[.xContentTypeOptions] = "nosniff"
        fields[.cacheControl] = "no-store"
        fields[name("Referrer-Policy")] = "no-referrer"
        fields[name("X-Frame-Options")] = "DENY"
        fields[name("Cross-Origin-Opener-Policy")] = "same-origin"
        fields[name("Cross-Origin-Resource-Policy")] = "same-origin"
        fields[.contentSecurityPolicy] = "default-src 'none'; frame-ancestors 'none'"
        return fields
    }()

    /// Adds what every answer says, unless it says something else.
    static func strict(_ response: Response) -> Response {
        var response = response
        for field in policy where response.headers[field.name] == nil { response.headers[field.name] = field.value }
        return response
    }

    static func name(_ text: String) -> HTTPField.Name {
        guard let name = HTTPField.Name(text) else { preconditionFailure("\(text) is no header field's name") }
        return name
    }
}
