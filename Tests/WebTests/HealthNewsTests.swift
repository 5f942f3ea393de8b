import ActpTesting
import HTTP
import JSON
import Synchronization
import Testing
import Time

@testable import Web

/// Listeners hear how the daemon is when that changes, and it is not looked at for nobody.
struct HealthNewsTests {
    private static let late = ScriptedMachine.health([.init(.overdue, "the scheduler is behind its alarm")])
    private static let full = ScriptedMachine.health([.init(.ledger, "the disk is full")])
    private static let often: @Sendable (inout WebLimits) -> Void = { $0.heartbeat = .milliseconds(20) }
    /// No sign of life comes by itself while the test runs.
    private static let never: @Sendable (inout WebLimits) -> Void = { $0.heartbeat = .seconds(3_600) }

    /// Somebody who listens, when the server has seen that all is well.
    private func listener(_ bench: WebBench) async throws -> RawConnection {
        let listener = try await bench.listen()
        #expect(try await bench.ask(.get, "/health").status == 200)
        return listener
    }

    @Test("what changes without an event is told with the next sign of life, once; also that it is well again")
    func silentChange() async throws {
        try await WebBench.serve(limits: HealthNewsTests.often) { bench in
            let listener = try await listener(bench)
            bench.machine.set { $0.health = HealthNewsTests.late }
            var told = try await listener.next(#""status":"degraded""#)
            #expect(told.contains("event: health\ndata: "))
            #expect(told.contains(#""code":"overdue""#))
            for _ in 0..<3 { told += try await listener.next(":\n\n") }
            bench.machine.set { $0.health = ScriptedMachine.well }
            told += try await listener.next(#""status":"ok""#)
            #expect(told.split(separator: "event: health").count == 3, "two events: \(told)")
        }
    }

    @Test("another reason is a change, another number of schedules is none")
    func whatCounts() async throws {
        try await WebBench.serve(limits: HealthNewsTests.often) { bench in
            let listener = try await listener(bench)
            bench.machine.set { $0.health = ScriptedMachine.health([], schedules: 3) }
            var quiet = ""
            for _ in 0..<5 { quiet += try await listener.next(":\n\n") }
            bench.machine.set { $0.health = HealthNewsTests.late }
            let first = try await listener.next("behind its alarm")
            bench.machine.set { $0.health = HealthNewsTests.full }
            _ = try await listener.next("the disk is full")
            #expect(!(quiet + first).contains(#""status":"ok""#))
        }
    }

    @Test("what the daemon says has happened is looked at at once, and so is what somebody asks for")
    func atOnce() async throws {
        try await WebBench.serve(limits: HealthNewsTests.never) { bench in
            let listener = try await listener(bench)
            bench.machine.set { $0.health = HealthNewsTests.full }
            bench.server.lookAtHealth()
            _ = try await listener.next("the disk is full")
            bench.machine.set { $0.health = HealthNewsTests.late }
            #expect(try await bench.ask(.get, "/health").status == 200)
            _ = try await listener.next("behind its alarm")
        }
    }

    @Test("who comes back hears what has changed while nobody listened")
    func away() async throws {
        try await WebBench.serve(limits: HealthNewsTests.never) { bench in
            do {
                let listener = try await listener(bench)
                bench.server.events.publish("a", [:])
                _ = try await listener.next("event: a")
            }
            bench.machine.set { $0.health = HealthNewsTests.late }
            _ = try await bench.listen().next("behind its alarm")
        }
    }

    @Test("while nobody listens, nobody looks")
    func nobody() async throws {
        try await WebBench.serve(limits: HealthNewsTests.often) { bench in
            for _ in 0..<50 { bench.server.lookAtHealth() }
            // The server's threads have done what they had to.
            for _ in 0..<20 { _ = try await bench.ask(.get, "/api/agents") }
            #expect(bench.machine.state.withLock { $0.looks } == 0)
        }
    }
}
