import ActpTesting
import Agents
import Foundation
import Glibc
import Records
import Synchronization
import Testing
import Time

/// A process dies with kill -9 at every step of a send, over and over. The services' own logs are the judge: no message
/// arrives twice, and none that may have arrived is called unsent (K20).
@Suite(.timeLimit(.minutes(5)))
struct OutreachKillTests {
    /// Twenty with `ACTPD_SOAK=1`.
    private static let times = ProcessInfo.processInfo.environment["ACTPD_SOAK"] == "1" ? 20 : 4

    /// Whom the service kills.
    private final class Victim: Sendable { let id = Mutex<pid_t>(0) }

    /// A step, and how its messages end once the next runs have found them.
    static let steps = [
        ("checked", "sent"), ("noted", "sent"), ("claimed", "unknown"), ("answered", "unknown"), ("remembered", "sent"),
        ("marked", "sent"), ("logged", "sent"), ("moved", "sent"),
    ]

    @Test("killed at a step of a send, over and over: at most one delivery a row (OU-10, K20)", arguments: steps)
    func killed(_ step: String, _ fate: String) async throws {
        let service = DirectMessageStandIn(.twitter)
        try await StandInServer.serve {
            service.answer($0)
        } while: { (server: StandInServer) async throws in
            let site = try OutreachSite([.twitter: server])
            for number in 1...OutreachKillTests.times {
                _ = try await site.addMessage(number, queuedAt: SystemTime().now() - .seconds(60))
                let process = try site.installation.start(
                    ["outreach", "send"], environment: site.environment.merging(["ACTPD_CRASH_SEND": step]) { $1 })
                #expect(try await process.ended() == .killed(signal: SIGKILL), "\(process.standardError)")
                try await settle(site, service, fate, number)
            }
        }
    }

    @Test("killed by kill -9 while the service works, over and over: at most one delivery a row (K20)")
    func inFlight() async throws {
        let victim = Victim()
        let service = DirectMessageStandIn(.twitter) { _ in
            let id = victim.id.withLock { $0 }
            if id > 0 { kill(id, SIGKILL) }
        }
        try await StandInServer.serve {
            service.answer($0)
        } while: { (server: StandInServer) async throws in
            let site = try OutreachSite([.twitter: server])
            for number in 1...OutreachKillTests.times {
                _ = try await site.addMessage(number, queuedAt: SystemTime().now() - .seconds(60))
                let process = try site.installation.start(["outreach", "send"], environment: site.environment)
                victim.id.withLock { $0 = process.id }
                #expect(try await process.ended() == .killed(signal: SIGKILL), "\(process.standardError)")
                victim.id.withLock { $0 = 0 }
                try await settle(site, service, "unknown", number)
            }
        }
    }

    /// A run that nobody kills; then every message has its end, and the service saw none of them twice.
    private func settle(
        _ site: OutreachSite, _ service: DirectMessageStandIn, _ fate: String, _ count: Int
    ) async throws {
        let run = try await site.installation.actpd(["outreach", "send"], environment: site.environment)
        #expect(run.status == 0, "\(run.output)\(run.error)")
        let texts = service.delivered.map(\.text)
        #expect(Set(texts).count == texts.count, "delivered twice: \(texts)")
        let rows = try await site.rows()
        #expect(rows.count == count)
        for row in rows {
            switch fate {
            case "sent":
                #expect(row.status == "sent")
                #expect(texts.contains(row.messageBody))
            default:
                #expect(row.status == "failed")
                #expect(row.aiReasoning?.contains("[outcome unknown ") == true)
            }
        }
        var logged: [Row<Interactions>] = []
        try await site.store.eachPage(of: Interactions.self) { logged += $0 }
        #expect(Set(logged.map(\.id)) == Set(rows.filter { $0.status == "sent" }.map(\.id)))
    }

    @Test("two processes send at once: one has the turn, the other is skipped, each message arrives once (D4)")
    func together() async throws {
        let gate = Gate()
        let service = DirectMessageStandIn(.twitter)
        try await StandInServer.serve {
            let answer = service.answer($0)
            return $0.method == "POST" ? answer.held(by: gate) : answer
        } while: { (server: StandInServer) async throws in
            let site = try OutreachSite([.twitter: server])
            for number in 1...3 {
                _ = try await site.addMessage(number, queuedAt: SystemTime().now() - .seconds(60))
            }
            let first = try site.installation.start(["outreach", "send"], environment: site.environment)
            await server.waits { $0.requests.contains { $0.method == "POST" } }
            // Another work by its parameters, so that the overlap rule lets it through.
            let second = try await site.installation.actpd(
                ["outreach", "send", "--dry_run", "false"], environment: site.environment)
            #expect(second.status == 75, "\(second.output)\(second.error)")
            gate.open()
            #expect(try await first.ended() == .exited(0), "\(first.standardError)")
            #expect(service.delivered.map(\.text).sorted() == ["message 1", "message 2", "message 3"])
        }
    }
}
