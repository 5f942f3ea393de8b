internal import JSON
internal import Synchronization

/// Answers like the Bot API: tokens, chats, HTML, lengths, haste. A handler for ``StandInServer``.
///
/// What it refuses and how is the contract's; it shares no code with the client.
public final class TelegramStandIn: Sendable {
    /// A message that arrived in a chat.
    public struct Message: Hashable, Sendable {
        public let id: Int64
        public let chat: String
        public let text: String
        /// `HTML`, or `nil` for plain text.
        public let parseMode: String?
    }

    /// What it does with the next message instead of taking it.
    public enum Fault: Sendable {
        /// Refuses with 429 and so many seconds.
        case tooMany(Int)
        /// Refuses with a status and a text.
        case refuse(Int, String)
        /// Takes the message and never says so.
        case takeAndHangUp
        /// Answers something else than the Bot API would.
        case answer(Answer)
        /// The group became a supergroup with that id.
        case migrated(Int64)
    }

    private struct State {
        var messages: [Message] = []
        var faults: [Fault] = []
        var chats: [String: String]
        var lengthMax = 4_096
    }

    private let token: String
    private let state: Mutex<State>

    /// - Parameter chats: id or `@name` to title.
    public init(token: String, chats: [String: String]) {
        self.token = token
        state = Mutex(State(chats: chats))
    }

    /// Everything that arrived in chats, in order.
    public var messages: [Message] { state.withLock { $0.messages } }

    /// The next messages meet these faults, one each.
    public func fail(with faults: Fault...) { state.withLock { $0.faults += faults } }

    /// Messages longer than this are refused; 4,096 at first.
    public func limit(to length: Int) { state.withLock { $0.lengthMax = length } }

    public func answer(_ request: StandInServer.Request) -> Answer {
        let parts = request.target.split(separator: "/")
        guard parts.count == 2, parts[0].hasPrefix("bot"), parts[0].dropFirst(3).contains(":") else {
            return refusal(404, "Not Found")
        }
        guard parts[0] == "bot" + token else { return refusal(401, "Unauthorized") }
        let body = (try? JSON(parsing: request.text)) ?? .null
        switch parts[1].lowercased() {
        case "getme":
            return success(["id": 42, "is_bot": true, "first_name": "Stand-in", "username": "stand_in_bot"])
        case "getchat":
            guard let (id, title) = chat(body) else { return refusal(400, "Bad Request: chat not found") }
            return success(["id": .string(id), "title": .string(title)])
        case "sendmessage":
            guard request["Content-Type"] == "application/json" else { return refusal(400, "Bad Request: no JSON") }
            return sendMessage(body)
        default: return refusal(404, "Not Found")
        }
    }

    private func sendMessage(_ body: JSON) -> Answer {
        let fault = state.withLock { $0.faults.isEmpty ? nil : $0.faults.removeFirst() }
        switch fault {
        case .tooMany(let seconds):
            return refusal(429, "Too Many Requests: retry after \(seconds)", ["retry_after": JSON(seconds)])
        case .refuse(let status, let text): return refusal(status, text)
        case .answer(let answer): return answer
        case .migrated(let chat):
            let old = body["chat_id"]?.integer ?? 0
            state.withLock { $0.chats["\(chat)"] = $0.chats.removeValue(forKey: "\(old)") ?? "moved" }
            return refusal(
                400, "Bad Request: group chat was upgraded to a supergroup chat", ["migrate_to_chat_id": .integer(chat)]
            )
        case .takeAndHangUp:
            _ = take(body)
            return .hangUp
        case nil: return take(body)
        }
    }

    private func take(_ body: JSON) -> Answer {
        guard let (chat, _) = chat(body) else { return refusal(400, "Bad Request: chat not found") }
        let text = body["text"]?.string ?? ""
        let mode = body["parse_mode"]?.string
        var visible = text
        if mode == "HTML" {
            do throws(TelegramHTML.Failure) {
                visible = try TelegramHTML.read(text).map(\.text).joined()
            } catch {
                return refusal(400, "Bad Request: can't parse entities: \(error.reason)")
            }
        }
        let trimmed = visible.drop(while: \.isWhitespace)
        if trimmed.isEmpty { return refusal(400, "Bad Request: message text is empty") }
        let message = state.withLock { state -> Message? in
            guard visible.utf16.count <= state.lengthMax else { return nil }
            let message = Message(
                id: Int64(state.messages.count + 1), chat: chat, text: text, parseMode: mode)
            state.messages.append(message)
            return message
        }
        guard let message else { return refusal(400, "Bad Request: message is too long") }
        return success(["message_id": .integer(message.id), "date": 0, "text": .string(visible)])
    }

    private func chat(_ body: JSON) -> (id: String, title: String)? {
        let id = body["chat_id"]?.string ?? body["chat_id"]?.integer.map { "\($0)" } ?? ""
        return state.withLock { $0.chats[id] }.map { (id, $0) }
    }

    private func success(_ result: JSON) -> Answer { .json(JSON.object(["ok": true, "result": result]).text) }

    private func refusal(_ status: Int, _ description: String, _ parameters: JSON? = nil) -> Answer {
        var body: [String: JSON] = ["ok": false, "error_code": JSON(status), "description": .string(description)]
        if let parameters { body["parameters"] = parameters }
        return .json(JSON.object(body).text, status: status)
    }
}
