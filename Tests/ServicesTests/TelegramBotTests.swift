import ActpTesting
import HTTP
import JSON
import Services
import Synchronization
import Testing
import Time

/// The bot against a stand-in that keeps the contract, on a clock that goes ahead when the client sleeps.
@Suite(.timeLimit(.minutes(5)))
struct TelegramBotTests {
    private static let token = "123456789:AAE-abcdefghijklmnopqrstuvwxyz_12345"

    /// A bot, a stand-in, and the pauses between messages.
    private struct Desk {
        let telegram: TelegramStandIn
        let time = ManualTime("2026-03-29T10:00:00Z")
        let server: StandInServer
        let client: HTTPClient
        private let log: Log

        final class Log: Sendable { let pauses = Mutex<[Duration]>([]) }

        static func open(_ body: (Desk) async throws -> Void) async throws {
            let telegram = TelegramStandIn(token: TelegramBotTests.token, chats: ["77": "Owner", "-500": "Team"])
            try await StandInServer.serve {
                telegram.answer($0)
            } while: { (server: StandInServer) async throws in
                try await body(Desk(telegram: telegram, server: server))
            }
        }

        private init(telegram: TelegramStandIn, server: StandInServer) {
            let (log, time) = (Log(), time)
            (self.telegram, self.server, self.log) = (telegram, server, log)
            client = HTTPClient(time: time, options: .init(retry: RetryPolicy(jitter: 0))) { pause in
                log.pauses.withLock { $0.append(pause) }
                time.advance(by: pause)
            }
        }

        var pauses: [Duration] { log.pauses.withLock { $0 } }

        func bot(token: String = TelegramBotTests.token, chat: String = "77") throws -> TelegramBot {
            TelegramBot(
                token: Credential(token), chat: chat, baseURL: try HTTPURL(server.url, of: "Telegram"), client: client)
        }
    }

    private func failure(
        _ bot: TelegramBot, _ html: String = "hello", location: SourceLocation = #_sourceLocation
    ) async throws -> TelegramError {
        let error = try #require(
            await #expect(throws: TelegramError.self, sourceLocation: location) { try await bot.send(html: html) },
            sourceLocation: location)
        #expect(!"\(error)".contains("AAE"), "\(error)", sourceLocation: location)
        return error
    }

    @Test("a message arrives as it was, as JSON to sendMessage")
    func sends() async throws {
        try await Desk.open { (desk: Desk) async throws in
            let receipt = try await desk.bot().send(html: "<b>Grüße</b> 👋 &amp; mehr")
            #expect(receipt.messages == [1])
            #expect(!receipt.lostFormatting)
            #expect(desk.telegram.messages.map(\.text) == ["<b>Grüße</b> 👋 &amp; mehr"])
            let request = try #require(desk.server.record.requests.first)
            #expect(request.method == "POST")
            #expect(request.target == "/bot\(TelegramBotTests.token)/sendMessage")
            let body = try JSON(parsing: request.text)
            #expect(
                body == [
                    "chat_id": 77, "text": "<b>Grüße</b> 👋 &amp; mehr", "parse_mode": "HTML",
                    "link_preview_options": ["is_disabled": true],
                ])
        }
    }

    @Test("a long text arrives as several messages in order, with the pause that Telegram asks for")
    func long() async throws {
        try await Desk.open { (desk: Desk) async throws in
            let lines = (1...900).map { "line \($0) of a long report" }
            let receipt = try await desk.bot(chat: "-500").send(html: "<b>" + lines.joined(separator: "\n") + "</b>")
            #expect(receipt.messages == [1, 2, 3, 4, 5, 6])
            #expect(
                desk.telegram.messages.map { TelegramText.plain($0.text) }.joined(separator: "\n")
                    == lines.joined(separator: "\n"))
            #expect(desk.pauses == Array(repeating: .milliseconds(3_100), count: 5))
        }
    }

    @Test("calls from many tasks go one after another, 1.1 s apart for a person")
    func spaced() async throws {
        try await Desk.open { (desk: Desk) async throws in
            let bot = try desk.bot()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 1...5 { group.addTask { _ = try await bot.send(html: "message \(number)") } }
                try await group.waitForAll()
            }
            #expect(desk.telegram.messages.count == 5)
            #expect(desk.pauses == Array(repeating: .milliseconds(1_100), count: 4))
        }
    }

    @Test("429: waits as long as told and a second more, then sends it once")
    func tooMany() async throws {
        try await Desk.open { (desk: Desk) async throws in
            desk.telegram.fail(with: .tooMany(7))
            #expect(try await desk.bot().send(html: "hello").messages == [1])
            #expect(desk.pauses == [.seconds(8)])
            #expect(desk.telegram.messages.count == 1)
        }
    }

    @Test("429 for longer than our patience is handed on, with the time")
    func tooManyTooLong() async throws {
        try await Desk.open { (desk: Desk) async throws in
            desk.telegram.fail(with: .tooMany(30), .tooMany(30))
            let error = try await failure(desk.bot())
            #expect(error.code == .rateLimited)
            #expect(error.retryAfter == .seconds(31))
            #expect(error.isSafeToRepeat)
            #expect(error.isTemporary)
            #expect(desk.pauses == [.seconds(31)])
            #expect(desk.telegram.messages.isEmpty)
        }
    }

    @Test("a wrong token is said to be one", arguments: ["123456789:AAE-another", "nonsense"])
    func wrongToken(_ token: String) async throws {
        try await Desk.open { (desk: Desk) async throws in
            let error = try await failure(desk.bot(token: token))
            #expect(error.code == .badToken)
            #expect("\(error)".contains("TELEGRAM_BOT_TOKEN"))
            #expect(!"\(error)".contains(token))
        }
    }

    @Test("a wrong chat is said to be one")
    func wrongChat() async throws {
        try await Desk.open { (desk: Desk) async throws in
            let error = try await failure(desk.bot(chat: "78"))
            #expect(error.code == .badChat)
            #expect("\(error)".contains("400 Bad Request: chat not found. Set TELEGRAM_CHAT_ID"))
            desk.telegram.fail(with: .refuse(403, "Forbidden: bot was blocked by the user"))
            #expect(try await failure(desk.bot()).code == .badChat)
        }
    }

    @Test("HTML that Telegram cannot read goes once more as plain text")
    func badMarkup() async throws {
        try await Desk.open { (desk: Desk) async throws in
            let receipt = try await desk.bot().send(html: "<b>5 < 6 <br> &amp; so on")
            #expect(receipt.lostFormatting)
            #expect(desk.telegram.messages.map(\.text) == ["5 < 6  & so on"])
            #expect(desk.telegram.messages.map(\.parseMode) == [nil])
            #expect(desk.server.record.requests.count == 2)
        }
    }

    @Test("what is too long after all is split further")
    func tooLong() async throws {
        try await Desk.open { (desk: Desk) async throws in
            desk.telegram.limit(to: 1_200)
            let words = (1...600).map { "word\($0)" }.joined(separator: " ")
            let receipt = try await desk.bot().send(html: "<i>\(words)</i>")
            #expect(receipt.messages.count == 5)
            #expect(desk.telegram.messages.map { TelegramText.plain($0.text) }.joined(separator: " ") == words)
            desk.telegram.limit(to: 10)
            #expect(try await failure(desk.bot(), words).code == .refused)
        }
    }

    @Test("a group with a new id gets the message there, and the caller hears of it")
    func migrated() async throws {
        try await Desk.open { (desk: Desk) async throws in
            desk.telegram.fail(with: .migrated(-1_009_999_999_999))
            let bot = try desk.bot(chat: "-500")
            #expect(try await bot.send(html: "hello").movedTo == -1_009_999_999_999)
            #expect(try await bot.send(html: "again").movedTo == nil)
            #expect(desk.telegram.messages.map(\.chat) == ["-1009999999999", "-1009999999999"])
        }
    }

    @Test("a message that may have arrived is not repeated, and the error says so")
    func unknown() async throws {
        let faults: [TelegramStandIn.Fault] = [
            .takeAndHangUp, .refuse(500, "Internal Server Error"),
            .answer(.text("<html>Bad Gateway</html>", status: 502)),
            .answer(.text("welcome to the hotel's network")), .answer(.garbage("nonsense")),
            .answer(.cutOff(after: "{\"ok\":true", promised: 100)),
        ]
        try await Desk.open { (desk: Desk) async throws in
            for fault in faults {
                let before = desk.server.record.requests.count
                desk.telegram.fail(with: fault)
                let error = try await failure(desk.bot())
                #expect(error.code == .outcomeUnknown, "\(error)")
                #expect(!error.isSafeToRepeat)
                #expect(!error.isTemporary)
                #expect(desk.server.record.requests.count == before + 1, "\(fault)")
            }
        }
    }

    @Test("when nothing left it is tried again, and then not reachable")
    func unreachable() async throws {
        let time = ManualTime("2026-03-29T10:00:00Z")
        let port = try ClosedPort()
        let client = HTTPClient(time: time, options: .init(retry: RetryPolicy(jitter: 0))) { time.advance(by: $0) }
        let bot = TelegramBot(
            token: Credential(TelegramBotTests.token), chat: "77",
            baseURL: try HTTPURL("http://127.0.0.1:\(port.number)", of: "Telegram"), client: client)
        let error = try await failure(bot)
        #expect(error.code == .unavailable)
        #expect(error.isSafeToRepeat)
        #expect(error.isTemporary)
        #expect("\(error)".contains("(3 attempts)"))
    }

    @Test("an error in the middle says how many messages went before; a later call goes on from there")
    func middle() async throws {
        try await Desk.open { (desk: Desk) async throws in
            let text = (1...900).map { "line \($0) of a long report" }.joined(separator: "\n")
            let bot = try desk.bot()
            desk.telegram.fail(with: .tooMany(0), .refuse(403, "Forbidden: bot was kicked"))
            // The first message meets 429 and passes at the second try, which meets the refusal.
            #expect(try await failure(bot, text).messagesSent == 0)
            desk.telegram.fail(
                with: .answer(.json(#"{"ok":true,"result":{"message_id":9}}"#)), .refuse(400, "Bad Request: no"))
            let error = try await failure(bot, text)
            #expect(error.code == .refused)
            #expect(error.messagesSent == 1)
            #expect("\(error)".contains("after 1 of its messages"))
            #expect(try await bot.send(html: text, skipping: 1).messages.count == 5)
        }
    }

    @Test("an empty text is refused without asking")
    func empty() async throws {
        try await Desk.open { (desk: Desk) async throws in
            #expect(try await failure(desk.bot(), "<b> </b>").code == .refused)
            #expect(desk.server.record.requests.isEmpty)
        }
    }

    @Test("check names bot and chat and sends nothing")
    func check() async throws {
        try await Desk.open { (desk: Desk) async throws in
            let found = try await desk.bot(chat: "-500").check()
            #expect(found.bot == "stand_in_bot")
            #expect(found.chat == "Team")
            #expect(desk.telegram.messages.isEmpty)
            let error = await #expect(throws: TelegramError.self) { try await desk.bot(chat: "@nobody").check() }
            #expect(error?.code == .badChat)
        }
    }
}
