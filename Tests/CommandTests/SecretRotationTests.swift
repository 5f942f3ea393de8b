import ActpTesting
import Configuration
import Foundation
import HTTP
import JSON
import Testing

@testable import actpd

/// A `secrets.env` that is edited while the daemon runs.
struct SecretRotationTests {
    @Test("another value is replaced; what was added, removed, or is no secret is left for a restart")
    func rotation() {
        let keyring = Keyring(
            beneath: [.blotatoAPIKey: "beneath", .log: "info"],
            secrets: [.anthropicAPIKey: "a-1", .telegramBotToken: "t-1", .telegramChatID: "42"])
        func change(_ secrets: [SettingName: String]) -> ([SettingName: Secret], [SettingName]) {
            let rotation = keyring.rotation(to: secrets)
            return (rotation.replaced, rotation.left)
        }
        let same: [SettingName: String] = [.anthropicAPIKey: "a-1", .telegramBotToken: "t-1", .telegramChatID: "42"]
        #expect(change(same) == ([:], []))
        let other: [SettingName: String] = [
            .anthropicAPIKey: "a-2", .telegramChatID: "43", .blotatoAPIKey: "above", .researchAPIKey: "r-1",
        ]
        #expect(
            change(other)
                == (
                    [.anthropicAPIKey: Secret("a-2"), .blotatoAPIKey: Secret("above")],
                    [.telegramBotToken, .telegramChatID, .researchAPIKey]
                ))

        let held = keyring.credential(.anthropicAPIKey)
        keyring.take(keyring.rotation(to: other))
        #expect(held?.secret == Secret("a-2") && keyring.credential(.blotatoAPIKey)?.secret == Secret("above"))
        // Against what is in use, not against what was read at the start.
        #expect(change(other).0 == [:])
        #expect(change(same).0 == [.anthropicAPIKey: Secret("a-1"), .blotatoAPIKey: Secret("beneath")])
    }

    @Test("a message that an old token held up goes out with the new one as soon as the daemon has reloaded")
    func telegram() async throws {
        let (old, new) = (
            "111111111:AAE-an-old-token-of-the-bot-0123456789", "222222222:AAE-a-new-token-of-the-bot-0123456789"
        )
        let installation = try Installation(
            schedules:
                #"{ "schedules": [{ "name": "bad", "cron": "99 * * * *", "domain": "youtube", "task": "full" }] }"#)
        try installation.configure("secrets.env", "TELEGRAM_BOT_TOKEN=\(old)\n")
        let telegram = TelegramStandIn(token: new, chats: ["77": "Owner"])
        try await StandInServer.serve {
            telegram.answer($0)
        } while: { (server: StandInServer) async throws in
            try await installation.serving(
                environment: ["TELEGRAM_API_URL": server.url, "TELEGRAM_CHAT_ID": "77"]
            ) { served in
                _ = try await served.process.line("messages to the owner wait in the outbox, retrying")
                try installation.configure("schedules.json", #"{ "schedules": [] }"#)
                try installation.configure("secrets.env", "TELEGRAM_BOT_TOKEN=\(new)\n")
                let reloaded = try await installation.actpd("reload")
                #expect(reloaded.status == 0 && reloaded.error.isEmpty, "\(reloaded.error)")
                #expect(reloaded.output.hasSuffix("secrets replaced: TELEGRAM_BOT_TOKEN\n"), "\(reloaded.output)")
                _ = try await served.process.line("messages to the owner are delivered again")
                try await served.stop()
                #expect(!served.process.standardError.contains("AAE-"))
            }
        }
        #expect(telegram.messages.map { $0.text.contains("left out at the start") } == [true])
    }

    @Test(
        "tokens of callers over HTTP: the new one is accepted and the old one no more; a reload that is refused changes none"
    )
    func callers() async throws {
        let installation = try Installation(schedules: DaemonTests.yearly)
        try installation.answerOverHTTP()
        let secrets = WebCaller.secrets
        try await installation.serving { served in
            let caller = WebCaller(installation.webSocket)
            func status() async throws -> Int { try await caller.ask(.get, "/api/schedules", as: .run).status }
            #expect(try await status() == 200)
            try installation.configure("secrets.env", secrets.replacing("run-0123", with: "new-0123"))

            try installation.configure("schedules.json", "{}")
            #expect(try await installation.actpd("reload").status == 78)
            #expect(try await status() == 200)
            try installation.configure("schedules.json", DaemonTests.yearly)
            try installation.configure("secrets.env", secrets + "BLOTATO_API_KEYS=b-0123456789\n")
            let misspelt = try await installation.actpd("reload")
            #expect(misspelt.status == 78)
            #expect(
                misspelt.error.contains(
                    "secrets.env:4: BLOTATO_API_KEYS: unknown setting, did you mean BLOTATO_API_KEY?"),
                "\(misspelt.error)")
            #expect(try await status() == 200)

            try installation.configure("secrets.env", secrets.replacing("run-0123", with: "new-0123"))
            let reloaded = try await installation.actpd("reload", "--json")
            #expect(reloaded.json?["secrets"] == ["ACTPD_HTTP_TOKEN_RUN"] && reloaded.json?["restart_for"] == [])
            #expect(try await status() == 401)
            try installation.configure("secrets.env", secrets)
            #expect(try await installation.actpd("reload").output.contains("secrets replaced: ACTPD_HTTP_TOKEN_RUN"))
            #expect(try await status() == 200)
            try await served.stop()
        }
    }

    @Test("a key that was not there at the start is named, at every reload, with what takes it")
    func added() async throws {
        let installation = try Installation(schedules: DaemonTests.yearly)
        try await installation.serving { served in
            try installation.configure("secrets.env", "BLOTATO_API_KEY=new-key-0123456789\n")
            for _ in 1...2 {
                let reloaded = try await installation.actpd("reload")
                #expect(reloaded.status == 0 && reloaded.output == "no change\n")
                #expect(
                    reloaded.error == """
                        TMP/config/secrets.env: BLOTATO_API_KEY changed since actpd started, and a reload takes \
                        schedules.json and replaced secrets alone: systemctl restart actpd

                        """)
            }
            try installation.configure("secrets.env", "")
            #expect(try await installation.actpd("reload").error.isEmpty)
            try await served.stop()
            #expect(!served.process.standardError.contains("new-key"))
        }
    }

    @Test("a database key that cannot be one is refused, and the one in use stays")
    func databaseKey() async throws {
        let installation = try Installation(schedules: DaemonTests.yearly)
        try installation.configure("secrets.env", "SUPABASE_SERVICE_ROLE_KEY=sb_secret_0123456789\n")
        let port = try ClosedPort()
        try await installation.serving(environment: ["SUPABASE_URL": "http://127.0.0.1:\(port.number)"]) { served in
            try installation.configure("secrets.env", "SUPABASE_SERVICE_ROLE_KEY=sb_publishable_0123456789\n")
            let refused = try await installation.actpd("reload")
            #expect(refused.status == 78 && refused.error.contains("this is the publishable key"), "\(refused.error)")
            #expect(!refused.error.contains("sb_publishable"))
            try installation.configure("secrets.env", "SUPABASE_SERVICE_ROLE_KEY=sb_secret_9876543210\n")
            #expect(try await installation.actpd("reload").status == 0)
            try await served.stop()
        }
        withExtendedLifetime(port) {}
    }
}
