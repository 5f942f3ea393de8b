import Records
import Testing
import Time

@testable import Agents

/// The last looks before a message leaves, each at its boundary.
@Suite struct SendCheckTests {
    private static let window = instant("2026-03-02T13:30:00Z")

    @Test(
        "quiet hours begin with the first and end with the last of theirs, on the recipient's clock",
        arguments: [(20, false), (21, true), (23, true), (0, true), (7, true), (8, false), (12, false)])
    func quiet(hour: Int, isQuiet: Bool) throws {
        let midnight = instant("2026-03-02T00:00:00Z")
        #expect(QuietHours().isQuiet(at: midnight + .seconds(hour * 3_600), in: .utc) == isQuiet)
        #expect(QuietHours().isQuiet(at: midnight + .seconds(hour * 3_600 + 3_599), in: .utc) == isQuiet)
    }

    @Test("an account's limits are those of the last 60 minutes and of the last 24 hours, to the message")
    func budget() {
        let now = SendCheckTests.window
        func obstacle(hours: [Int], minutes: [Int] = []) -> String? {
            var budget = SendBudget(SendLimit(perHour: 2, perDay: 4), [:])
            let ages = hours.map { $0 * 3_600 } + minutes.map { $0 * 60 }
            for (number, age) in ages.enumerated() { budget.add(id(number), at: now - .seconds(age)) }
            return budget.obstacle(at: now)
        }
        #expect(obstacle(hours: [], minutes: [1]) == nil)
        #expect(obstacle(hours: [], minutes: [1, 59]) == "2 messages in the last hour; 2 are allowed")
        #expect(obstacle(hours: [1], minutes: [1]) == nil)
        #expect(obstacle(hours: [2, 3], minutes: [1]) == nil)
        #expect(obstacle(hours: [2, 3, 23], minutes: [1]) == "4 messages in the last 24 hours; 4 are allowed")
        #expect(obstacle(hours: [2, 3, 24], minutes: [1]) == nil)
    }

    @Test("while another message to the contact is under way, nothing is sent to it")
    func underWay() throws {
        let check = SendCheck(rules: OutreachRules(OutreachSettings(), bots: Settings().prospect.bots))
        let message = try row(Rows.message(1, to: 1, "pending", at: SendCheckTests.window, priority: 1))
        func verdict(_ others: Draft<MessageQueue>...) throws -> SendVerdict {
            let person = try Cases.person(Rows.contact(1, username: "ada"), stage: .decision) { history in
                for other in others { if let other = try? row(other) { history.add(other) } }
            }
            return check.verdict(message, person, at: SendCheckTests.window)
        }
        #expect(try verdict() == .send(Address(platform: .twitter, handle: "ada")))
        #expect(try verdict(Rows.message(1, to: 1, "sending")) == .send(Address(platform: .twitter, handle: "ada")))
        #expect(
            try verdict(Rows.message(2, to: 1, "sending")) == .wait("another message to the contact is under way"))
    }

    @Test("a row that somebody else has taken meanwhile is not touched: not cancelled, not given back, not moved (D4)")
    func taken() async throws {
        let bench = try Bench()
        try await bench.store.insert([Rows.contact(1)])
        try await bench.store.insert([Rows.message(1, to: 1, "sent", reasoning: "theirs")])
        let before = try #require(try await bench.all(MessageQueue.self).first)
        let journal = SendJournal(
            TaskContext(
                now: bench.now, store: bench.store, arguments: try Arguments([:], for: []), settings: bench.settings,
                services: bench.services, memory: bench.memory, isDryRun: false),
            OutreachRules(bench.settings.outreach, bots: bench.settings.prospect.bots))
        let later = bench.now + .seconds(3_600)
        #expect(try await !journal.cancel(before, reason: "gone", from: "pending", at: bench.now))
        try await journal.giveBack(before, .twitter, reason: "away", until: later, at: bench.now)
        try await journal.postpone(before, until: later)
        let after = try #require(try await bench.all(MessageQueue.self).first)
        #expect(after.status == "sent" && after.aiReasoning == "theirs" && after.scheduledFor == before.scheduledFor)
    }
}
