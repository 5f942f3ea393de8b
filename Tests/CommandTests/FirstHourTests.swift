import ActpTesting
import Foundation
import Testing

/// What `actpd check` says on a machine that is new, and about what commonly goes wrong there.
struct FirstHourTests {
    private func check(
        _ installation: Installation, _ environment: [String: String] = [:]
    ) async throws -> String {
        let finished = try await installation.actpd(["check", "--offline"], environment: environment)
        #expect(finished.status == 0, "\(finished.output)\(finished.error)")
        return finished.output
    }

    @Test("with nothing configured it names the two settings of messages, their files, and the command that tries them")
    func nothing() async throws {
        let said = try await check(Installation())
        #expect(said.contains("note telegram"), "\(said)")
        for word in ["TELEGRAM_BOT_TOKEN", "secrets.env", "TELEGRAM_CHAT_ID", "actpd.env", "actpd alert test"] {
            #expect(said.contains(word), "\(word)")
        }
        // No service manager has read a unit of this installation.
        #expect(!said.contains("daemon-reload"))
    }

    @Test("half of a pair is named, and a whole one is not mentioned")
    func half() async throws {
        let installation = try Installation()
        let token = ["TELEGRAM_BOT_TOKEN": "12345:AAbbCCddEEffGGhhIIjjKKllMMnnOOppQQr"]
        #expect(try await check(installation, token).contains("TELEGRAM_CHAT_ID is missing"))
        #expect(try await check(installation, ["TELEGRAM_CHAT_ID": "42"]).contains("TELEGRAM_BOT_TOKEN is missing"))
        #expect(try await !check(installation, token.merging(["TELEGRAM_CHAT_ID": "42"]) { $1 }).contains("telegram"))
    }

    @Test("a group's id without its minus sign is recognised")
    func sign() async throws {
        let settings = [
            "TELEGRAM_BOT_TOKEN": "12345:AAbbCCddEEffGGhhIIjjKKllMMnnOOppQQr", "TELEGRAM_CHAT_ID": "1001234567890",
        ]
        #expect(try await check(Installation(), settings).contains("begin with a minus sign: -1001234567890"))
    }

    @Test("a file of secrets that others can read is named with the command that mends it")
    func mode() async throws {
        let installation = try Installation()
        try installation.configure("secrets.env", "ANTHROPIC_API_KEY=sk-ant-0123456789\n")
        let path = installation.directory.file("config/secrets.env")
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
        #expect(try await check(installation).contains("chmod 600 TMP/config/secrets.env"))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        #expect(try await !check(installation).contains("chmod"))
    }

    @Test("two services at one address are named")
    func address() async throws {
        let settings = ["REMOTION_URL": "http://localhost:3100", "DM_INSTAGRAM_URL": "http://localhost:3100"]
        #expect(
            try await check(Installation(), settings).contains(
                "DM_INSTAGRAM_URL and REMOTION_URL have the same address"))
    }
}
