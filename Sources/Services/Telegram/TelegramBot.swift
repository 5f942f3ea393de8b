public import HTTP
internal import JSON
internal import Synchronization
internal import Time

/// Sends messages to one chat through the Bot API (https://core.telegram.org/bots/api).
///
/// Messages go one after another, in the order of the calls, with the pause between them that Telegram asks of bots. A
/// message to a person is never repeated when it may have arrived.
public final class TelegramBot: Sendable {
    /// What became of a text.
    public struct Receipt: Hashable, Sendable {
        /// The ids of its messages, in order.
        public internal(set) var messages: [Int64] = []
        /// The group's new id, when Telegram says that it has one: the setting is to be changed.
        public internal(set) var movedTo: Int64?
        /// Whether a message went without its formatting, because Telegram could not read it.
        public internal(set) var lostFormatting = false
    }

    /// Between two messages to a person or a channel, and to a group (Bots FAQ: one a second, twenty a minute).
    static let spacing = (person: Duration.milliseconds(1_100), group: Duration.milliseconds(3_100))

    private struct State {
        var chat: String
        /// The uptime before which nothing is sent.
        var nextAt: Duration?
    }

    private let method: @Sendable (String) -> HTTPURL
    private let client: HTTPClient
    private let patience: Duration
    private let turnstile = Turnstile()
    private let state: Mutex<State>

    /// - Parameters:
    ///   - token: as @BotFather shows it.
    ///   - chat: a chat's number (negative for groups) or `@channelname`.
    ///   - baseURL: `https://api.telegram.org`, or a stand-in's.
    ///   - patience: how long one call waits in all when Telegram asks for pauses.
    public init(
        token: Credential, chat: String, baseURL: HTTPURL, client: HTTPClient, patience: Duration = .seconds(60)
    ) {
        method = { baseURL.appending(token.secret, prefix: "bot").appending($0) }
        state = Mutex(State(chat: chat))
        self.client = client
        self.patience = patience
    }

    /// Sends a text, as several messages where it is too long for one.
    ///
    /// - Parameters:
    ///   - html: Telegram's HTML; inserted text is escaped already.
    ///   - skipping: messages of the same text that were sent before, as the error of an earlier call said.
    /// - Throws: ``TelegramError``. What was sent before it stays sent.
    public func send(html: String, skipping: Int = 0) async throws(TelegramError) -> Receipt {
        await turnstile.enter()
        defer { turnstile.leave() }
        var receipt = Receipt()
        var patience = patience
        let messages = TelegramText.messages(html)
        guard !messages.isEmpty else { throw TelegramError(.refused, "the text is empty.") }
        for (index, message) in messages.enumerated().dropFirst(skipping) {
            do throws(TelegramError) {
                try await send(message, &receipt, &patience, visibleMax: TelegramText.visibleMax)
            } catch {
                var error = error
                error.messagesSent = index
                throw error
            }
        }
        return receipt
    }

    /// Asks who the bot is and whether the chat is there, without sending anything.
    /// - Returns: the bot's name and the chat's title or name.
    public func check() async throws(TelegramError) -> (bot: String, chat: String) {
        await turnstile.enter()
        defer { turnstile.leave() }
        let bot = try result(await ask("getMe", [:], after: .zero))
        let chat = try result(await ask("getChat", ["chat_id": chatID], after: .zero))
        return (
            bot["username"]?.string ?? "without a name",
            chat["title"]?.string ?? chat["username"]?.string ?? chat["first_name"]?.string ?? "without a name"
        )
    }

    /// One message. Telegram's objections that we can meet (markup, length, a moved chat, haste) are met here.
    private func send(
        _ message: String, _ receipt: inout Receipt, _ patience: inout Duration, visibleMax: Int, isPlain: Bool = false
    ) async throws(TelegramError) {
        var pause = state.withLock { $0.nextAt }.map { max($0 - client.time.uptime(), .zero) } ?? .zero
        var moves = 0
        while true {
            let answer = try await ask("sendMessage", body(message, isPlain: isPlain), after: pause)
            switch answer {
            case .result(let result):
                receipt.messages.append(result["message_id"]?.integer ?? 0)
                return keepDistance()
            case .badMarkup(let words):
                guard !isPlain else { throw TelegramError(.refused, "\(words).") }
                receipt.lostFormatting = true
                return try await send(
                    TelegramText.plain(message), &receipt, &patience, visibleMax: visibleMax, isPlain: true)
            case .tooLong(let words):
                let smaller = visibleMax / 2
                guard smaller >= 500 else { throw TelegramError(.refused, "\(words).") }
                let parts =
                    isPlain
                    ? TelegramText.messages(TelegramText.escaped(message), visibleMax: smaller).map(TelegramText.plain)
                    : TelegramText.messages(message, visibleMax: smaller)
                for part in parts {
                    try await send(part, &receipt, &patience, visibleMax: smaller, isPlain: isPlain)
                }
                return
            case .migrated(let chat):
                moves += 1
                guard moves == 1 else { throw TelegramError(.badChat, "it moves from id to id.") }
                state.withLock { $0.chat = "\(chat)" }
                receipt.movedTo = chat
                pause = .zero
            case .tooMany(let seconds):
                // One second more: Telegram counts whole ones.
                pause = .seconds(seconds + 1)
                state.withLock { $0.nextAt = client.time.uptime() + pause }
                guard pause <= patience else {
                    throw TelegramError(.rateLimited, "429 Too Many Requests.", retryAfter: pause)
                }
                patience -= pause
            case .failed(let error): throw error
            }
        }
    }

    private func keepDistance() {
        let now = client.time.uptime()
        state.withLock { state in
            state.nextAt = now + (state.chat.hasPrefix("-") ? TelegramBot.spacing.group : TelegramBot.spacing.person)
        }
    }

    /// A number goes as one: some chats have no other name.
    private var chatID: JSON {
        let chat = state.withLock { $0.chat }
        return Int64(chat).map(JSON.integer) ?? .string(chat)
    }

    private func body(_ text: String, isPlain: Bool) -> JSON {
        var members: [String: JSON] = [
            "chat_id": chatID, "text": .string(text), "link_preview_options": ["is_disabled": true],
        ]
        if !isPlain { members["parse_mode"] = "HTML" }
        return .object(members)
    }

    private func ask(_ name: String, _ body: JSON, after pause: Duration) async throws(TelegramError) -> TelegramAnswer
    {
        let request = HTTPRequest(
            .post, method(name), of: "Telegram", headers: ["Content-Type": "application/json"],
            body: Array(body.text.utf8), limits: .init(total: .seconds(15), answerBytes: 1 << 20),
            repetition: .ifUnsent,
            delay: pause)
        do {
            return TelegramAnswer(try await client.send(request), to: request)
        } catch {
            throw TelegramError(error)
        }
    }

    private func result(_ answer: TelegramAnswer) throws(TelegramError) -> JSON {
        switch answer {
        case .result(let result): return result
        case .failed(let error): throw error
        case .migrated(let chat): throw TelegramError(.badChat, "the group's id is now \(chat).")
        case .tooMany(let seconds):
            throw TelegramError(.rateLimited, "429 Too Many Requests.", retryAfter: .seconds(seconds + 1))
        case .badMarkup(let words), .tooLong(let words): throw TelegramError(.refused, words)
        }
    }
}
