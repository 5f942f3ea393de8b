internal import HTTP

/// Why a message did not go out, or may not have: what Telegram said, and what to do.
public struct TelegramError: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Code: String, Sendable {
        /// The token is wrong or revoked.
        case badToken = "the bot's token is not accepted"
        /// The chat does not exist for this bot, or the bot may not write there.
        case badChat = "the chat cannot be written to"
        /// Telegram does not take this message.
        case refused = "the message was refused"
        /// Telegram wants a longer pause than the caller was ready to wait.
        case rateLimited = "too many messages"
        /// Telegram cannot be reached; nothing was sent.
        case unavailable = "not reachable"
        /// The message may have been sent or not. It was not repeated.
        case outcomeUnknown = "the message may or may not have been sent"
        /// The calling task was cancelled.
        case cancelled = "cancelled"
    }

    public let code: Code
    /// Telegram's or the transport's words.
    public let detail: String
    /// How long Telegram wants to be left alone.
    public let retryAfter: Duration?
    /// How many messages of the text were sent before: repeat with `skipping` this many.
    public internal(set) var messagesSent = 0
    /// Whether it is certain that the message which failed was not sent.
    public let isSafeToRepeat: Bool

    init(_ code: Code, _ detail: String, retryAfter: Duration? = nil, isSafeToRepeat: Bool = true) {
        self.code = code
        self.detail = detail
        self.retryAfter = retryAfter
        self.isSafeToRepeat = isSafeToRepeat
    }

    init(_ error: HTTPError) {
        let code: Code =
            switch error.code {
            case .cancelled: .cancelled
            case .badURL, .badRequest: .badToken
            default: error.isSafeToRepeat ? .unavailable : .outcomeUnknown
            }
        self.init(code, error.description, retryAfter: error.retryAfter, isSafeToRepeat: error.isSafeToRepeat)
    }

    /// Whether the same call may work later without anybody changing a setting.
    public var isTemporary: Bool { code == .rateLimited || code == .unavailable }

    public var description: String {
        let advice: String =
            switch code {
            case .badToken: " Set TELEGRAM_BOT_TOKEN to the token that @BotFather shows for the bot."
            case .badChat:
                " Set TELEGRAM_CHAT_ID to a chat that the bot is in; a person must have pressed Start in a chat with it first."
            case .refused: " Retrying will not help."
            case .rateLimited: " Try again after \(retryAfter.map { "\($0.components.seconds) s" } ?? "a while")."
            case .unavailable: ""
            case .outcomeUnknown: " Look into the chat before repeating it."
            case .cancelled: isSafeToRepeat ? "" : " It may have been sent: look into the chat."
            }
        let sent = messagesSent > 0 ? " (after \(messagesSent) of its messages were sent)" : ""
        return "Telegram: \(code.rawValue)\(sent): \(detail)\(advice)"
    }
}
