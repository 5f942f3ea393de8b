import ActpTesting
import Foundation
import JSON
import Testing

@testable import actpd

/// What goes wrong around a daemon: a service fails, a token is replaced, the process dies again and again. The owner hears
/// of it, and afterwards the three books tell one story.
@Suite(.inContainer, .timeLimit(.minutes(15)))
struct TroubleTests {
    private static let schedules = #"""
        { "schedules": [
          { "name": "each_second", "cron": "* * * * * *", "domain": "youtube", "task": "analyze" },
          { "name": "research", "cron": "* * * * * *", "domain": "creators", "task": "sync", "alertAfter": 1 } ] }
        """#
    private static let tokens = (old: "1:first-token-of-the-bot-000000000", new: "2:other-token-of-the-bot-000000000")

    @Test("a service fails, a token is replaced, the process dies again and again: all is told, and the books agree")
    func trouble() async throws {
        try await Container.booted(schedules: TroubleTests.schedules) { machine in
            let services = try await Services(in: machine, token: TroubleTests.tokens.old)
            try await machine.write("/etc/actpd/actpd.json", #"{ "alerts": { "digestPause": "0s" } }"#)
            try await machine.write("/etc/actpd/actpd.env", services.settings)
            try await machine.write("/etc/actpd/secrets.env", "TELEGRAM_BOT_TOKEN=\(TroubleTests.tokens.old)\n")
            try await machine.run("systemctl", "start", "actpd")
            try await machine.goesOn(until: 3)

            try await services.fail()
            try await services.waitForChat("Agent error: creators.sync")
            try await services.answer()
            try await services.waitForChat("creators.sync works again")

            try await replaceToken(machine, services)
            try await storm(machine, services)
            let before = try await machine.journal("ACTP_OUTCOME=ok").count
            try await machine.goesOn(until: before + 3)
            try await machine.run("systemctl", "stop", "actpd")
            #expect(try await machine.property("Result") == "success")

            try await machine.expectOneStory()
            let text = try await machine.run("journalctl", "--no-pager", "-o", "json")
            #expect(!text.contains(TroubleTests.tokens.old) && !text.contains(TroubleTests.tokens.new))
        }
    }

    /// The bot's token is replaced: a reload that nobody hands the file to says so, `systemctl reload` takes it, the message
    /// that waited goes out once, and nothing was restarted. The daemon itself may not read the file.
    private func replaceToken(_ machine: Container, _ services: Services) async throws {
        try await services.expect(token: TroubleTests.tokens.new)
        let heard = try await services.chat.count
        try await services.fail()
        try await machine.eventually("the message waits") {
            try await machine.property("StatusText").contains("messages to the owner")
        }
        let process = try await machine.property("MainPID")
        try await machine.write("/etc/actpd/secrets.env", "TELEGRAM_BOT_TOKEN=\(TroubleTests.tokens.new)\n")
        try await machine.run("chmod", "600", "/etc/actpd/secrets.env")
        let alone = try await machine.shell("actpd reload 2>&1")
        #expect(alone.contains("/etc/actpd/secrets.env changed since"), "\(alone)")
        #expect(alone.contains("systemctl reload actpd hands over"), "\(alone)")
        #expect(try await services.chat.count == heard)

        try await machine.run("systemctl", "reload", "actpd")
        try await machine.eventually("the message that waited has arrived") {
            try await services.chat[heard...].contains { $0.contains("Agent error: creators.sync") }
        }
        #expect(try await services.chat[heard...].count { $0.contains("Agent error: creators.sync") } == 1)
        let said = try await machine.journal("MESSAGE_ID=\(JournalEvent.secretsReplaced.id)").last?["MESSAGE"]?.string
        #expect(said == "secrets replaced: TELEGRAM_BOT_TOKEN")
        #expect(try await machine.property("MainPID") == process)
        #expect(try await machine.shell("actpd reload 2>&1") == "no change\n")
        try await machine.write("/etc/actpd/secrets.env", "TELEGRAM_BOT\n")
        #expect(try await machine.attempt(["systemctl", "reload", "actpd"]).ending != .exited(0))
        try await machine.write("/etc/actpd/secrets.env", "TELEGRAM_BOT_TOKEN=\(TroubleTests.tokens.new)\n")
        try await machine.run("systemctl", "reload", "actpd")
        try await services.answer()
    }

    /// The process is killed until its unit gives up; somebody starts it again. Nothing runs meanwhile: what ends in the
    /// instant of a kill would be in the ledger and not in the journal.
    private func storm(_ machine: Container, _ services: Services) async throws {
        for schedule in ["each_second", "research"] { try await machine.run("actpd", "pause", schedule) }
        try await machine.waitUntilNothingRuns()
        try await machine.eventually("the unit has given up") {
            _ = try await machine.attempt(["systemctl", "kill", "-s", "KILL", "actpd"])
            return try await machine.property("ActiveState") == "failed"
        }
        let journal = try await machine.run("journalctl", "-u", "actpd", "--no-pager")
        #expect(journal.contains("Start request repeated too quickly"), "\(journal)")
        try await services.waitForChat("actpd is down and stays down")
        try await machine.run("systemctl", "reset-failed", "actpd")
        try await machine.run("systemctl", "start", "actpd")
        for schedule in ["each_second", "research"] { try await machine.run("actpd", "resume", schedule) }
    }
}

/// Telegram and the research service of a container; see `services.py`.
private struct Services {
    private static let port = 9_000
    private static let folder = "/srv/services"

    private let machine: Container

    init(in machine: Container, token: String) async throws {
        self.machine = machine
        let script = try String(
            contentsOfFile: Installation.repository + "/Tests/ContainerTests/Support/services.py", encoding: .utf8)
        try await machine.write(Services.folder + "/services.py", script)
        try await expect(token: token)
        try await machine.run(
            "systemd-run", "-q", "-p", "Restart=on-failure", Installation.python, Services.folder + "/services.py",
            "\(Services.port)", Services.folder)
    }

    var settings: String {
        """
        TELEGRAM_CHAT_ID=42
        TELEGRAM_API_URL=http://127.0.0.1:\(Services.port)
        MARKET_RESEARCH_URL=http://127.0.0.1:\(Services.port)

        """
    }

    func expect(token: String) async throws { try await machine.write(Services.folder + "/token", token) }

    func fail() async throws { try await machine.run("touch", Services.folder + "/down") }

    func answer() async throws { try await machine.run("rm", Services.folder + "/down") }

    /// What has arrived in the owner's chat, the oldest first.
    var chat: [String] {
        get async throws {
            try await machine.shell("cat \(Services.folder)/chat 2>/dev/null || true").split(separator: "\n")
                .compactMap { try JSON(parsing: String($0)).string }
        }
    }

    func waitForChat(_ text: String) async throws {
        try await machine.eventually("the owner hears: \(text)") {
            try await chat.contains { $0.contains(text) }
        }
    }
}
