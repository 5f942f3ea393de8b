import ActpTesting
import JSON
import Records
import Testing

/// What the program says of its models: the real program and a stand-in that keeps the contract of the Messages API.
struct ModelTests {
    private static let key = "sk-ant-api03-abcdefghijklmnopqrstuvwxyz"

    private func withAnthropic(
        models: Set<String> = ["claude-haiku-5-5", "claude-sonnet-5-5", "claude-haiku-4-5"],
        _ body: (StandInServer, [String: String]) async throws -> Void
    ) async throws {
        let anthropic = AnthropicStandIn(key: ModelTests.key, models: models) { _ in "{}" }
        try await StandInServer.serve {
            anthropic.answer($0)
        } while: { (server: StandInServer) async throws in
            try await body(server, ["ANTHROPIC_API_URL": server.url, "ANTHROPIC_API_KEY": ModelTests.key])
        }
    }

    @Test("check asks the service about the models that are set, without a question to any; --offline asks nothing")
    func check() async throws {
        let installation = try Installation()
        try await withAnthropic { server, settings in
            let offline = try await installation.actpd(["check", "--offline"], environment: settings)
            #expect(offline.status == 0 && offline.output.contains("$0.00 of $2.00 spent today (UTC)"))
            #expect(server.record.requests.isEmpty)
            let finished = try await installation.actpd(["check"], environment: settings)
            #expect(finished.status == 0, "\(finished.output)")
            #expect(finished.output.contains("ok   models         claude.models.fast: claude-haiku-5-5\n"))
            #expect(finished.output.contains("ok   models         claude.models.brief: claude-sonnet-5-5"))
            #expect(server.record.requests.count == 3 && server.record.requests.allSatisfy { $0.method == "GET" })
        }
    }

    @Test("check names retired models and those that the service does not know, and what is used instead")
    func unknown() async throws {
        let installation = try Installation()
        try installation.configure(
            "actpd.json",
            #"{"claude":{"models":{"fast":["claude-3-5-haiku-20241022","claude-haiku-4-5"],"brief":["claude-none"]}}}"#)
        try await withAnthropic(models: ["claude-haiku-4-5"]) { _, settings in
            let finished = try await installation.actpd(["check"], environment: settings)
            #expect(finished.status == 0, "texts then come from templates, and the daemon starts")
            #expect(finished.output.contains("claude-3-5-haiku-20241022 is retired, claude-haiku-5-5 is asked instead"))
            #expect(finished.output.contains("claude.models.fast: claude-haiku-4-5; not known there: claude-haiku-5-5"))
            #expect(finished.output.contains("claude.models.brief names no model that the service knows"))
        }
    }

    @Test("a key that is refused, and a service that is away, are 69 with a reason and without the key")
    func refused() async throws {
        let installation = try Installation()
        try await withAnthropic { _, settings in
            var wrong = settings
            wrong["ANTHROPIC_API_KEY"] = "sk-ant-wrong-abcdefghijklmnopqrstuvw"
            let finished = try await installation.actpd(["check"], environment: wrong)
            #expect(finished.status == 69 && finished.output.contains("away models"), "\(finished.output)")
            #expect(finished.output.contains("401") && !finished.output.contains("wrong-abc"))
            let port = try ClosedPort()
            wrong["ANTHROPIC_API_URL"] = "http://127.0.0.1:\(port.number)"
            let away = try await installation.actpd(["check"], environment: wrong)
            #expect(away.status == 69 && away.output.contains("could not connect"), "\(away.output)")
        }
    }

    @Test("a run's calls are in --status with their cost, by domain; the same evidence is not paid for twice")
    func usage() async throws {
        let installation = try Installation()
        let anthropic = AnthropicStandIn(key: ModelTests.key, models: ["claude-sonnet-5-5"]) { _ in
            #"{"brief":"Ada builds tools. She needs time. Begin with her post.","pain_point":"time","offer":"none"}"#
        }
        try installation.write(
            "platform,username,display_name,replies_received\ntwitter,ada,Ada,12\n", to: "contacts.csv")
        try await StandInServer.serve {
            anthropic.answer($0)
        } while: { (server: StandInServer) async throws in
            let settings = ["ANTHROPIC_API_URL": server.url, "ANTHROPIC_API_KEY": ModelTests.key]
            for command in [
                ["import", "crm_contacts", installation.directory.file("contacts.csv")],
                ["--run-now", "prospect", "score-all"], ["--run-now", "prospect", "research", "--dry-run"],
                ["--run-now", "prospect", "research"],
            ] {
                let finished = try await installation.actpd(command, environment: settings)
                #expect(finished.status == 0, "\(command): \(finished.error)")
            }
            #expect(anthropic.questions.count == 1, "the run uses what the dry run has shown")
            // PR-28, PR-16: each run has its row.
            let rows = try await installation.taskRows()
            #expect(rows.map(\.task) == ["score-all", "research", "research"])
            #expect(rows.allSatisfy { $0.domain == "prospect" && $0.status == "ok" && $0.durationMs != nil })
            // 1,000 tokens in for $2 and 200 out for $10 a million.
            let status = try await installation.actpd("--status")
            #expect(status.output.contains("models: $0.0040 of $2.00 spent today (UTC): prospect $0.0040 in 1 call"))
            let json = try await installation.actpd("--status", "--json").json
            #expect(json?["models"]?["domains"]?["prospect"]?["input_tokens"] == 1_000)
        }
    }
}
