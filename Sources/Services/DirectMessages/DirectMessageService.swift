internal import Agents
internal import HTTP
internal import JSON

/// One of the four services: what its paths and bodies are called, and how it makes itself known.
struct DirectMessageService: Sendable {
    let platform: OutreachPlatform
    let address: HTTPURL
    /// LinkedIn's service wants one.
    let token: Credential?

    /// As errors name it.
    var name: String {
        switch platform {
        case .twitter: "the Twitter DM service"
        case .instagram: "the Instagram DM service"
        case .tiktok: "the TikTok DM service"
        case .linkedin, .gmail: "the LinkedIn DM service"
        }
    }

    /// The setting that its address comes from.
    var setting: String { "DM_\(platform.rawValue.uppercased())_URL" }

    /// OU-11. Each has its own prefix; Instagram's has no platform in it.
    private var prefix: [String] { platform == .instagram ? ["api"] : ["api", platform.rawValue] }

    /// How long a send may take: the waits of its own steps, and some.
    private var patience: Duration {
        switch platform {
        case .twitter: .seconds(90)
        case .instagram: .seconds(120)
        case .tiktok, .linkedin, .gmail: .seconds(150)
        }
    }

    private var headers: HTTPHeaders {
        var headers: HTTPHeaders = ["Content-Type": "application/json"]
        if let token { headers.add("Authorization", .secret(token.secret, prefix: "Bearer ")) }
        return headers
    }

    func sendRequest(_ message: DirectMessage) -> HTTPRequest {
        let url = (prefix + ["messages", "send-to"]).reduce(address) { $0.appending($1) }
        // Never `force`: it takes away the limits that protect the account.
        let body: JSON = [recipientField: .string(recipient(message.handle)), "text": .string(message.text)]
        return HTTPRequest(
            .post, url, of: name, headers: headers, body: Array(body.text.utf8),
            limits: .init(connect: .seconds(5), total: patience, answerBytes: 1 << 20), repetition: .never)
    }

    func healthRequest(after pause: Duration) -> HTTPRequest {
        HTTPRequest(
            .get, address.appending("health"), of: name,
            limits: .init(connect: .seconds(5), total: .seconds(15), answerBytes: 1 << 20), repetition: .ifUnsent,
            delay: pause)
    }

    private var recipientField: String { platform == .linkedin ? "profileUrl" : "username" }

    /// The services take a handle without @, LinkedIn's a profile's address.
    private func recipient(_ handle: String) -> String {
        let bare = handle.hasPrefix("@") ? String(handle.dropFirst()) : handle
        guard platform == .linkedin, !bare.contains("/") else { return bare }
        return "https://www.linkedin.com/in/\(bare)/"
    }

    /// Whether a health answer is this service's: another program may listen at the address, as the render service does at
    /// Instagram's usual port (K23). Instagram's names no service but shows its limits; the others name themselves.
    func isOurs(_ health: JSON) -> Bool {
        guard health["status"]?.string != "healthy", health["status"] != nil else { return false }
        let service = health["service"]?.string?.lowercased()
        if platform == .instagram {
            return health["rateLimits"]?.object != nil && (service.map { $0.contains("instagram") } ?? true)
        }
        return service.map { $0.contains(platform.rawValue) } ?? (health["platform"]?.string == platform.rawValue)
    }
}
