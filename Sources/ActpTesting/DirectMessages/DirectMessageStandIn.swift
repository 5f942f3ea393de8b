public import Agents
internal import JSON
internal import Synchronization

/// Answers like one of the four direct message services, bad manners included. A handler for ``StandInServer``.
///
/// Paths, bodies and answers are the contract's; it shares no code with the client. Its log of what reached people is the
/// judge of what was sent.
public final class DirectMessageStandIn: Sendable {
    /// A message that reached a person.
    public struct Delivered: Hashable, Sendable {
        /// As the request named the recipient.
        public let recipient: String
        public let text: String
        /// Which request brought it, counted from 1: one request may send twice.
        public let request: Int
    }

    /// What it does with the next send instead of sending.
    public enum Fault: Sendable {
        /// 200 with `success:false`.
        case refuses(String)
        /// The message arrives, and the service could not see it.
        case sendsUnverified
        /// Instagram's profile strategy sends, cannot verify, and the inbox strategy sends again.
        case sendsTwice
        /// The message arrives and the connection breaks.
        case sendsAndHangsUp
        case outsideActiveHours, hourlyLimit, dailyLimit
        /// LinkedIn's browser is busy; with `Retry-After`.
        case busy(seconds: Int)
        /// No tab of Safari can be claimed.
        case noTab
        case noSuchUser
        /// TikTok asks for a captcha.
        case captcha
        /// TikTok is sending to the same handle.
        case inFlight
        /// TikTok has a conversation with the handle.
        case alreadyInConversation
        /// 500 after the browser did something.
        case fails
        /// Express's page for an unknown path.
        case unknownPath
        /// 200, and not a word of JSON.
        case page
    }

    private struct State {
        var delivered: [Delivered] = []
        var faults: [Fault] = []
        var requests = 0
        /// In memory: resets with the service, as the real ones do.
        var today = 0
        var everWrittenTo: Set<String> = []
        var isAnotherProgram = false
    }

    /// Which of the four services it is.
    public let platform: OutreachPlatform
    private let token: String?
    private let state = Mutex(State())
    private let onSend: @Sendable (String) -> Void

    /// - Parameters:
    ///   - token: what LinkedIn's service wants as bearer.
    ///   - onSend: called with the text before anything else happens to a message.
    public init(
        _ platform: OutreachPlatform, token: String? = nil, onSend: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        self.platform = platform
        self.token = token
        self.onSend = onSend
    }

    /// Everything that reached people, in order.
    public var delivered: [Delivered] { state.withLock { $0.delivered } }
    /// Sends that were asked for, whatever became of them.
    public var requests: Int { state.withLock { $0.requests } }

    /// The next sends meet these faults, one each.
    public func fail(with faults: Fault...) { state.withLock { $0.faults += faults } }

    /// The service was started again: its counters are forgotten, TikTok's list of handles is not.
    public func restart() { state.withLock { $0.today = 0 } }

    /// The render service has taken the port (K23).
    public func giveWayToAnotherProgram() { state.withLock { $0.isAnotherProgram = true } }

    public func answer(_ request: StandInServer.Request) -> Answer {
        let path = request.target.split(separator: "?").first.map(String.init) ?? ""
        if state.withLock({ $0.isAnotherProgram }) {
            return path == "/health"
                ? json(["status": "healthy", "uptime": 12, "timestamp": "2026-03-02T12:00:00Z"]) : notFound(request)
        }
        switch (request.method, path) {
        case ("GET", "/health"): return health
        case ("POST", "/api" + (platform == .instagram ? "" : "/" + platform.rawValue) + "/messages/send-to"):
            return send(request)
        default: return notFound(request)
        }
    }

    private var health: Answer {
        let today = state.withLock { $0.today }
        switch platform {
        case .instagram:
            return json([
                "status": "ok", "timestamp": "2026-03-02T12:00:00Z",
                "rateLimits": ["messagesSentToday": JSON(today), "messagesSentThisHour": JSON(today)],
            ])
        case .tiktok: return json(["status": "ok", "service": "tiktok-dm", "platform": "tiktok", "port": 3102])
        case .linkedin:
            return json([
                "status": "ok", "service": "linkedin-automation", "withinActiveHours": true, "rateLimits": [:],
                "counters": [:], "safari": ["locked": false, "lockedForMs": 0],
            ])
        case .twitter, .gmail:
            return json(["status": "ok", "service": "twitter-dm", "timestamp": "2026-03-02T12:00:00Z"])
        }
    }

    private func send(_ request: StandInServer.Request) -> Answer {
        if platform == .linkedin {
            guard let sent = request["Authorization"], sent == "Bearer \(token ?? "")" else {
                return json(["error": "Unauthorized", "message": "Invalid token"], 401)
            }
        }
        let body = try? JSON(parsing: request.text)
        let field = platform == .linkedin ? "profileUrl" : "username"
        guard request["Content-Type"] == "application/json",
            let recipient = body?[field]?.string, !recipient.isEmpty,
            let text = body?["text"]?.string ?? (platform == .tiktok ? body?["message"]?.string : nil), !text.isEmpty
        else { return json(["error": .string("\(field) and text required")], 400) }
        onSend(text)
        let fault = state.withLock { state -> Fault? in
            state.requests += 1
            return state.faults.isEmpty ? nil : state.faults.removeFirst()
        }
        if let fault { return answer(fault, recipient, text, request) }
        if platform == .tiktok, state.withLock({ $0.everWrittenTo.contains(recipient) }) {
            return json(["success": false, "error": .string("already_messaged: \(recipient)")], 400)
        }
        deliver(recipient, text)
        return success(recipient, isVerified: true)
    }

    private func deliver(_ recipient: String, _ text: String) {
        state.withLock { state in
            state.delivered.append(Delivered(recipient: recipient, text: text, request: state.requests))
            state.today += 1
            state.everWrittenTo.insert(recipient)
        }
    }

    private func success(_ recipient: String, isVerified: Bool) -> Answer {
        let today = state.withLock { $0.today }
        var body: [String: JSON] = [
            "success": true, "verified": .bool(isVerified), "verifiedRecipient": .string(recipient),
            "username": .string(recipient), "rateLimits": ["messagesSentToday": JSON(today)],
        ]
        if platform == .instagram { body["strategy"] = "profile" }
        return json(.object(body))
    }

    private func answer(
        _ fault: Fault, _ recipient: String, _ text: String, _ request: StandInServer.Request
    ) -> Answer {
        switch fault {
        case .refuses(let error): return json(["success": false, "error": .string(error)])
        case .sendsUnverified:
            deliver(recipient, text)
            return success(recipient, isVerified: false)
        case .sendsTwice:
            deliver(recipient, text)
            deliver(recipient, text)
            return success(recipient, isVerified: false)
        case .sendsAndHangsUp:
            deliver(recipient, text)
            return .hangUp
        case .outsideActiveHours:
            return json(
                platform == .linkedin
                    ? ["error": "outside_active_hours", "message": "Messages are sent 9–21"]
                    : ["error": "Outside active hours", "activeHours": ["start": 9, "end": 21]], 429)
        case .hourlyLimit:
            return json(
                ["error": .string(platform == .tiktok ? "Hourly limit reached" : "Hourly rate limit exceeded")], 429)
        case .dailyLimit:
            return json(
                ["error": .string(platform == .linkedin ? "Daily message limit reached" : "Daily limit reached")], 429)
        case .busy(let seconds):
            return json(
                ["error": "Safari busy", "lockedFor": "40s", "retryAfter": .string("\(seconds)s")], 429,
                headers: [("Retry-After", "\(seconds)")])
        case .noTab: return json(["error": "No Safari tab available", "detail": "none", "fix": "open Safari"], 503)
        case .noSuchUser:
            return platform == .instagram
                ? json(
                    ["error": "all strategies failed", "profileError": "no such user", "username": .string(recipient)],
                    404)
                : json(["success": false, "error": "User not found", "username": .string(recipient)])
        case .captcha:
            return json(["success": false, "rateLimited": true, "error": "slow down", "captcha": true], 429)
        case .inFlight: return json(["success": false, "error": .string("in_flight: \(recipient)")], 429)
        case .alreadyInConversation:
            return json(["success": false, "error": .string("already_in_conversation: \(recipient)")], 400)
        case .fails: return json(["success": false, "error": "AppleScript timed out"], 500)
        case .unknownPath: return notFound(request)
        case .page: return .text("<html>welcome</html>")
        }
    }

    private func notFound(_ request: StandInServer.Request) -> Answer {
        .text(
            "<!DOCTYPE html><html><body><pre>Cannot \(request.method) \(request.target)</pre></body></html>",
            status: 404,
            headers: [("Content-Type", "text/html; charset=utf-8")])
    }

    private func json(_ body: JSON, _ status: Int = 200, headers: [(String, String)] = []) -> Answer {
        .json(body.text, status: status, headers: headers)
    }
}
