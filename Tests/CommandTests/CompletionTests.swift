import ActpTesting
import Testing

/// What a shell is told when somebody presses the tab key.
struct CompletionTests {
    @Test("names of schedules are completed, also while an entry of the file is bad")
    func names() async throws {
        let installation = try Installation(
            schedules: #"""
                { "schedules": [
                  { "name": "daily", "cron": "0 5 * * *", "domain": "youtube", "task": "full" },
                  { "name": "dawn", "cron": "99 * * * *", "domain": "youtube", "task": "full" },
                  { "name": "other", "cron": "0 5 * * *", "domain": "youtube", "task": "full" } ] }
                """#)
        let script = try await installation.actpd("--generate-completion-script", "bash")
        #expect(script.status == 0 && script.output.contains("backfill"))
        // As the script calls back: the words so far, the one under the cursor, and what of it is typed.
        let found = try await installation.actpd(
            ["---completion", "why", "--", "positional@0", "2", "1", "actpd", "why", "d"],
            environment: ["SAP_SHELL": "bash", "SAP_SHELL_VERSION": "5.2"])
        #expect(found.output.split(separator: "\n").sorted() == ["daily", "dawn"], "\(found.output)\(found.error)")
    }

    @Test(
        "tasks of the domain that was typed are completed, and domains are in the scripts",
        arguments: ["bash", "zsh", "fish"])
    func tasks(_ shell: String) async throws {
        let installation = try Installation()
        let script = try await installation.actpd("--generate-completion-script", shell)
        #expect(script.status == 0 && script.output.contains("content-mix"))
        let found = try await installation.actpd(
            ["---completion", "run", "--", "positional@1", "3", "2", "actpd", "run", "youtube", "an"],
            environment: ["SAP_SHELL": shell, "SAP_SHELL_VERSION": "5.2"])
        let words = found.output.split(whereSeparator: \.isWhitespace)
        #expect(words.contains { $0.hasPrefix("analyze") }, "\(found.output)\(found.error)")
        #expect(words.allSatisfy { $0.hasPrefix("an") }, "\(found.output)")
    }
}
