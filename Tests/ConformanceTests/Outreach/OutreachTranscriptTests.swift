import ActpTesting
import Agents
import Foundation
import Records
import Stores
import Testing
import Time

/// A morning of outreach over the example business, against stand-ins; the page in `docs` is what it printed.
@Suite(.timeLimit(.minutes(5)))
struct OutreachTranscriptTests {
    private static let file = Installation.repository + "/docs/outreach-transcript.md"

    @Test(
        "score-all → due → build-queue → send --dry-run → send, as docs/outreach-transcript.md shows it",
        .enabled("SKIPPED: \(FakeClock.reason)") { FakeClock.isThere })
    func morning() async throws {
        let services = [OutreachPlatform.instagram, .twitter, .tiktok, .linkedin].map {
            DirectMessageStandIn($0, token: OutreachSite.token)
        }
        try await serving(services[...], []) { servers in
            let site = try OutreachSite(
                Dictionary(uniqueKeysWithValues: servers), settings: #"{"outreach": {"limits": {"gap": "0s"}}}"#)
            let clock = try FakeClock(site.installation)
            try clock.set(to: .at("2026-03-02T12:30:10Z"))
            var page = Page()
            func run(_ arguments: String..., linesMax: Int = 14) async throws {
                let run = try await site.installation.actpd(
                    arguments, environment: site.environment.merging(clock.environment) { $1 })
                #expect(run.status == 0, "\(arguments): \(run.output)\(run.error)")
                page.add(arguments, run.output, linesMax: linesMax)
            }
            page.say("Monday, 2 March 2026, 12:30 UTC: an example business, and who is due.")
            try await run("sample")
            try await run("prospect", "score-all", linesMax: 2)
            try await run("outreach", "due", linesMax: 12)
            page.say("Messages are written and queued for their windows.")
            try await run("outreach", "build-queue", linesMax: 2)
            try await run("outreach", "build-queue", linesMax: 2)
            try clock.set(to: .at("2026-03-02T13:40:10Z"))
            page.say("13:40: the window is open. First a look at what would go out, byte for byte; then it goes.")
            try await run("outreach", "send", "--dry-run", linesMax: 16)
            let shown = services.flatMap(\.delivered)
            #expect(shown.isEmpty)
            try await run("outreach", "send", linesMax: 12)
            try await run("outreach", "send", linesMax: 4)
            try await run("outreach", "stats", linesMax: 10)
            page.say("The stand-ins' own logs:")
            page.add(services.map { "\($0.delivered.count) delivered, \(Set($0.delivered).count) different" })
            let delivered = services.flatMap(\.delivered)
            #expect(delivered.count > 5)
            #expect(Set(delivered.map { "\($0.recipient) \($0.text)" }).count == delivered.count)
            try Golden.expect(page.text, isFile: OutreachTranscriptTests.file)
        }
    }

    /// Opens one server after another around the work.
    private func serving(
        _ services: ArraySlice<DirectMessageStandIn>, _ servers: [(OutreachPlatform, StandInServer)],
        _ work: ([(OutreachPlatform, StandInServer)]) async throws -> Void
    ) async throws {
        guard let service = services.first else { return try await work(servers) }
        try await StandInServer.serve {
            service.answer($0)
        } while: { (server: StandInServer) async throws in
            try await serving(services.dropFirst(), servers + [(service.platform, server)], work)
        }
    }

    /// What was typed and printed, without what differs from run to run.
    private struct Page {
        private(set) var text = """
            # A morning of outreach

            Written by `OutreachTranscriptTests` from what the program printed, on a clock of its own and against stand-ins of
            the four direct message services. Ids, durations and long tails are left out.

            """

        mutating func say(_ words: String) { text += "\n\(words)\n" }

        mutating func add(_ arguments: [String], _ output: String, linesMax: Int) {
            // The result's JSON follows on the line that names the outcome.
            let lines = Page.plain(output).components(separatedBy: "\n")
            let end = lines.firstIndex { $0.hasPrefix("{") } ?? lines.count
            let shown = lines[..<end].prefix(linesMax)
            let rest = end > shown.count ? ["… \(end - shown.count) more lines"] : []
            text += "\n```text\n$ actpd \(arguments.joined(separator: " "))\n"
            text += (shown + rest).joined(separator: "\n") + "\n```\n"
        }

        mutating func add(_ lines: [String]) { text += "\n```text\n\(lines.joined(separator: "\n"))\n```\n" }

        private static func plain(_ text: String) -> String {
            text.replacing(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/, with: "ID")
                .replacing(/in [0-9]+ ms, run ID/, with: "")
                .replacing(/T(\d\d:\d\d):[0-9.]+Z/) { "T\($0.1)Z" }
                .replacing(/TMP\/[^ ]*actp\.db/, with: "actp.db").trimmingCharacters(in: .whitespacesAndNewlines)
        }
    }
}
