import ActpTesting
import Foundation
import Glibc
import Testing

/// A secret's value appears nowhere: in no output, no log, no file of the state, no list of processes.
struct SecretTests {
    static let names = [
        "SUPABASE_SERVICE_ROLE_KEY", "ANTHROPIC_API_KEY", "TELEGRAM_BOT_TOKEN", "BLOTATO_API_KEY", "RESEARCH_API_KEY",
        "REMOTION_API_KEY", "SAFARI_API_TOKEN", "LINKEDIN_AUTH_TOKEN", "ACTPD_HTTP_TOKEN_READ", "ACTPD_HTTP_TOKEN_RUN",
        "ACTPD_HTTP_TOKEN_ADMIN",
    ]

    /// Each name with a value of its own, as lines of a settings file.
    private func lines(_ place: String) -> String {
        SecretTests.names.map { "\($0)=canary-\(place)-\($0.lowercased())" }.joined(separator: "\n") + "\n"
    }

    @Test("not in what the commands print, not in the state", arguments: ["actpd.env", "secrets.env", "environment"])
    func nowhere(_ place: String) async throws {
        let installation = try Installation(
            schedules: #"{"schedules": [{"name": "s", "cron": "* * * * * *", "domain": "youtube", "task": "summary"}]}"#
        )
        var environment = ["ACTPD_LOG": "debug"]
        if place == "environment" {
            for name in SecretTests.names { environment[name] = "canary-\(name)" }
        } else {
            try installation.configure(place, lines(place))
        }
        let commands: [[String]] = [
            ["check"], ["check", "--json"], ["--list"], ["--status"], ["next"], ["sample"], ["prospect", "top"],
            ["prospect", "score"], ["--all"], ["runs", "--json"], ["export", "actp_agent_tasks"],
        ]
        for command in commands {
            let finished = try await installation.actpd(command, environment: environment)
            expectNone(in: finished.output + finished.error, command.joined(separator: " "))
        }
        try installation.configure("actpd.json", #"{ "http": { "socket": "\#(installation.webSocket)" } }"#)
        try await installation.serving(environment: environment) { served in
            _ = try await served.process.line("youtube summary ok")
            // With a token that is known and with one that is not.
            for token in ["canary-\(place)-actpd_http_token_read", "canary-ACTPD_HTTP_TOKEN_READ", "canary-guess"] {
                let answer = try await RawConnection.off { [socket = installation.webSocket] in
                    let connection = try RawConnection(unixSocket: socket)
                    connection.send(
                        "GET /api/runs HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer \(token)\r\n\r\n"
                    )
                    return try connection.rest()
                }
                expectNone(in: answer, "an answer")
            }
            let line = try String(contentsOfFile: "/proc/\(served.process.id)/cmdline", encoding: .isoLatin1)
            expectNone(in: line, "ps")
            try await served.stop()
            expectNone(in: served.process.standardError + served.process.standardOutput, "serve")
            expectNone(in: served.socket.messages.all.joined(), "the status line")
        }
        for file in try FileManager.default.contentsOfDirectory(atPath: installation.state) {
            let bytes = try Data(contentsOf: URL(fileURLWithPath: installation.state + "/" + file))
            #expect(bytes.range(of: Data("canary".utf8)) == nil, "\(file)")
        }
    }

    @Test("not in the errors about a file that is full of mistakes")
    func mistakes() async throws {
        let installation = try Installation()
        try installation.configure(
            "secrets.env",
            """
            SUPABASE_URL=canary-key-in-the-wrong-place
            ANTHROPIC_API_KEY canary-without-equals
            canary-alone
            canaryWithPadding==
            TELEGRAM_BOT_TOKN=canary-misspelt
            SUPABASE_SERVICE_ROLE_KEY="canary-quoted
            ACTPD_LOG=canary-level
            ACTPD_STORE=canary-store
            """)
        for command in [["serve"], ["check"], ["prospect", "top"]] {
            let finished = try await installation.actpd(command)
            #expect(finished.status == 78)
            expectNone(in: finished.output + finished.error, command.joined(separator: " "))
            #expect((finished.output + finished.error).contains("secrets.env:5: TELEGRAM_BOT_TOKN: unknown setting"))
        }
    }

    private func expectNone(in text: String, _ place: String, sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(!text.lowercased().contains("canary"), "\(place): \(text)", sourceLocation: sourceLocation)
    }
}
