import ActpTesting
import Foundation
import Glibc
import Records
import Scheduling
import Stores
import Testing
import Time

/// The daemon dies at a named point of a slot's life; the next one makes of it what is right.
@Suite(.timeLimit(.minutes(5)))
struct KillPointTests {
    /// A point at which a debug build kills itself, and how the slot ends.
    struct Point: Sendable, CustomTestStringConvertible {
        let name: String
        let outcome: Outcome
        let ends: String
        var testDescription: String { "\(name): \(ends)" }
    }

    static let points = [
        Point(name: "before-claim", outcome: .ok, ends: "nothing was recorded, the slot is caught up"),
        Point(name: "after-claim", outcome: .ok, ends: "the slot was claimed and is taken over"),
        Point(name: "before-start", outcome: .interrupted, ends: "it counted as begun"),
        Point(name: "after-work", outcome: .interrupted, ends: "its end was not recorded"),
        Point(name: "after-ledger", outcome: .ok, ends: "its end was recorded, the task row waits in the outbox"),
    ]

    @Test(
        "killed at a named point: the next start finds the right outcome within five seconds, no slot lost or doubled",
        .shows(10, 17), arguments: points)
    func kill(at point: Point) async throws {
        let installation = try Installation()
        let planned = try await installation.serving(environment: ["ACTPD_CRASH_AT": point.name]) { served in
            let slot = try await served.slotAhead(installation)
            #expect(try await served.process.ended() == .killed(signal: SIGKILL))
            return slot.planned
        }
        try await expect(point.outcome, at: planned, installation)
    }

    @Test("killed while the work goes on: the run is interrupted and its slot is not run again", .shows(17))
    func during() async throws {
        let installation = try Installation()
        let settings = try #require(try await installation.prepareLongWork(videos: 300).last)
        try installation.configure("actpd.json", try String(contentsOfFile: settings, encoding: .utf8))
        let planned = try await installation.serving { served in
            let slot = try await served.slotAhead(installation, task: "analyze")
            try await installation.waitForRuns { $0.contains { $0.startedAt != nil } }
            served.process.signal(SIGKILL)
            #expect(try await served.process.ended() == .killed(signal: SIGKILL))
            return slot.planned
        }
        #expect(try installation.runs().map(\.outcome) == [nil])
        try await expect(.interrupted, at: planned, installation)
    }

    /// Starts the daemon again and looks at what it makes of the slot.
    private func expect(_ outcome: Outcome, at planned: Instant, _ installation: Installation) async throws {
        try await installation.serving { served in
            let before = SystemTime().uptime()
            try await installation.waitForRuns { runs in runs.contains { $0.outcome != nil } }
            #expect(SystemTime().uptime() - before < .seconds(5))
            try await installation.waitForEmptyOutbox()
            // A second start, or a slot that is claimed again, would show by the time a reload is answered.
            let messages = served.socket.messages.count
            served.process.signal(SIGHUP)
            try await served.ready(from: messages)
            try await served.stop()
        }
        let runs = try installation.runs()
        #expect(runs.map(\.planned) == [planned] && runs.map(\.outcome) == [outcome])
        let rows = try await installation.taskRows()
        #expect(rows.map(\.id) == runs.map(\.id))
        #expect(rows.allSatisfy { $0.status == outcome.taskStatus && $0.completedAt != nil })
        #expect(try installation.waitingRows() == 0)
    }
}

extension Served {
    /// Gives a daemon that is up a schedule with one slot in a moment.
    fileprivate func slotAhead(_ installation: Installation, task: String = "summary") async throws -> SlotAhead {
        let messages = socket.messages.count
        let slot = SlotAhead(task: task)
        try installation.configure("schedules.json", slot.text)
        process.signal(SIGHUP)
        try await ready(from: messages)
        return slot
    }
}

extension Installation {
    /// Waits until the store has all task rows.
    func waitForEmptyOutbox() async throws {
        let limit = SystemTime().now() + .seconds(30)
        while try waitingRows() > 0 {
            guard SystemTime().now() < limit else {
                throw ChildProcess.Failure(description: "\(try waitingRows()) task rows stay in the outbox")
            }
            try await Task.sleep(for: .milliseconds(20))
        }
    }
}
