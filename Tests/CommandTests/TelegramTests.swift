import ActpTesting
import Glibc
import Scheduling
import Stores
import Testing
import Time

/// Messages on their way from the outbox to the owner's chat: the real program and a stand-in that keeps Telegram's
/// contract.
struct TelegramTests {
    private static let token = "123456789:AAE-abcdefghijklmnopqrstuvwxyz_12345"

    /// A Telegram of one's own, and the settings that lead to it.
    private func withTelegram(
        chat: String = "77", _ body: (TelegramStandIn, [String: String]) async throws -> Void
    ) async throws {
        let telegram = TelegramStandIn(token: TelegramTests.token, chats: ["77": "Owner"])
        try await StandInServer.serve {
            telegram.answer($0)
        } while: { (server: StandInServer) async throws in
            try await body(
                telegram,
                [
                    "TELEGRAM_API_URL": server.url, "TELEGRAM_BOT_TOKEN": TelegramTests.token,
                    "TELEGRAM_CHAT_ID": chat,
                ])
        }
    }

    @Test("alert test sends one message and says as whom and to whom")
    func alertTest() async throws {
        let installation = try Installation()
        try await withTelegram { telegram, settings in
            let finished = try await installation.actpd(["alert", "test"], environment: settings)
            #expect(finished.status == 0, "\(finished.error)")
            let message = try #require(telegram.messages.first)
            #expect(telegram.messages.count == 1 && message.text.contains("actpd") && message.parseMode == "HTML")
            #expect(
                finished.output.hasPrefix("sent as @") && finished.output.contains("to Owner: message \(message.id)"))
        }
    }

    @Test(
        "alert test without settings, or with a chat that is not there: 78, and what to set; the token is never shown")
    func misconfigured() async throws {
        let installation = try Installation()
        let bare = try await installation.actpd("alert", "test")
        #expect(bare.status == 78 && bare.error.contains("TELEGRAM_BOT_TOKEN"))
        try await withTelegram(chat: "99") { telegram, settings in
            let finished = try await installation.actpd(["alert", "test"], environment: settings)
            #expect(finished.status == 78 && finished.error.contains("chat"))
            #expect(!(finished.error + finished.output).contains("AAE-"))
            #expect(telegram.messages.isEmpty)
        }
    }

    @Test("a failing job of every second is one alert, and the token is in no log, row or ledger")
    func oneAlert() async throws {
        let installation = try Installation(
            schedules: """
                { "schedules": [
                  { "name": "tick", "cron": "* * * * * *", "domain": "prospect", "task": "score",
                    "params": { "contact_id": "00000000-0000-4000-8000-000000000001" }, "alertAfter": 2 } ] }
                """)
        try await withTelegram { telegram, settings in
            try await installation.serving(environment: settings) { served in
                try await installation.waitForRuns { $0.count { $0.outcome == .error } >= 4 }
                try await served.stop()
                #expect(!served.process.standardError.contains("AAE-"))
            }
            #expect(telegram.messages.count == 1)
            #expect(telegram.messages.first?.text.contains("(2 failures in a row)") == true)
        }
    }

    @Test("with Telegram away the message waits in the outbox, the reason is said once, and the next start delivers it")
    func away() async throws {
        let installation = try Installation(
            schedules:
                #"{ "schedules": [{ "name": "bad", "cron": "99 * * * *", "domain": "youtube", "task": "full" }] }"#)
        try await withTelegram { telegram, settings in
            var away = settings
            let port = try ClosedPort()
            away["TELEGRAM_API_URL"] = "http://127.0.0.1:\(port.number)"
            try await installation.serving(environment: away) { served in
                _ = try await served.process.line("messages to the owner wait in the outbox, retrying")
                try await served.stop()
            }
            #expect(try installation.ledger.backlog(.owner).count == 1)
            // The second start finds the file corrected: only the message of the first is left to tell.
            try installation.configure("schedules.json", #"{ "schedules": [] }"#)
            try await installation.serving(environment: settings) { served in
                try await served.stop()
            }
            #expect(telegram.messages.map { $0.text.contains("left out at the start") } == [true])
            #expect(try installation.ledger.backlog(.owner).count == 0)
        }
    }

    /// A database that is away, so that every run fails.
    private func awayDatabase() throws -> (ClosedPort, [String: String]) {
        let port = try ClosedPort()
        return (
            port,
            ["SUPABASE_URL": "http://127.0.0.1:\(port.number)", "SUPABASE_SERVICE_ROLE_KEY": "sb_secret_0123456789"]
        )
    }

    @Test("a command tells the owner itself what its run has to tell; no daemon has to come by")
    func oneShot() async throws {
        let installation = try Installation()
        let (port, away) = try awayDatabase()
        try await withTelegram { telegram, settings in
            let finished = try await installation.actpd(
                ["prospect", "score-all"], environment: settings.merging(away) { $1 })
            #expect(finished.status == 69, "\(finished.error)")
            #expect(telegram.messages.count == 1)
            #expect(try installation.ledger.backlog(.owner).count == 0)
        }
        withExtendedLifetime(port) {}
    }

    @Test("a ledger that cannot be written: the owner is told by the way that still works, once, and then it goes on")
    func ledgerRefuses() async throws {
        let installation = try Installation(
            schedules: """
                { "schedules": [{ "name": "tick", "cron": "* * * * * *", "domain": "youtube", "task": "summary" }] }
                """)
        try await withTelegram { telegram, settings in
            try await installation.serving(environment: settings) { served in
                try await installation.waitForRuns { $0.contains { $0.outcome == .ok } }
                // Longer than the ledger's patience with a lock.
                let gate = try await StoreGate(installation, file: "ledger.db")
                _ = try await served.process.line("the ledger cannot be written, nothing is started")
                try await gate.open()
                _ = try await served.process.line("the ledger can be written again")
                try await served.stop()
            }
            #expect(telegram.messages.count { $0.text.contains("actpd starts nothing") } == 1)
        }
    }

    @Test("the dead man's ping goes out while the loop turns")
    func deadMan() async throws {
        let installation = try Installation()
        try await StandInServer.serve { _ in
            Answer.text("OK")
        } while: { (server: StandInServer) async throws in
            try installation.configure(
                "actpd.json",
                "{ \"alerts\": { \"deadManURL\": \"\(server.url)/5f0c1c9e-check\", \"deadManEvery\": \"10s\" } }")
            try await installation.serving { served in
                await server.waits { !$0.requests.isEmpty }
                let ping = try #require(server.record.requests.first)
                #expect(ping.method == "GET" && ping.target == "/5f0c1c9e-check")
                try await served.stop()
            }
        }
    }
}
