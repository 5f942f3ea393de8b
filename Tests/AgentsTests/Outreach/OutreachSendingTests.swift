import ActpTesting
import JSON
import Records
import Testing
import Time

@testable import Agents

@Suite struct OutreachSendingTests {
    /// Monday, 13:30: in the window of every stage.
    private static let window = instant("2026-03-02T13:30:00Z")

    /// A desk with contact 1 in the decision stage and one message to it whose time has come.
    private struct Desk {
        var bench: Bench
        let time: ManualTime
        let messages: ScriptedMessages

        init(at now: Instant = OutreachSendingTests.window, row: Bool = true) async throws {
            bench = try Bench()
            bench.now = now
            let time = ManualTime(now)
            self.time = time
            messages = ScriptedMessages(at: time)
            bench.services.messages = messages
            try await bench.store.insert([Rows.contact(1, username: "ada", name: "Ada")])
            try await bench.store.insert([Rows.score(1, "decision", 80)])
            if row { try await bench.store.insert([OutreachSendingTests.message(1)]) }
        }

        func send() async throws -> TaskResult {
            var bench = bench
            bench.now = time.now()
            return try await bench.run(.outreach, "send")
        }

        func row(_ number: Int = 1) async throws -> Row<MessageQueue>? {
            try await bench.all(MessageQueue.self).first { $0.id == id(900_000 + number) }
        }
    }

    private static func message(
        _ number: Int, to contact: Int = 1, _ platform: String = "twitter", type: String = "outreach", priority: Int = 1
    ) -> Draft<MessageQueue> {
        Rows.message(
            number, to: contact, "pending", platform, body: "message \(number)",
            at: OutreachSendingTests.window - .seconds(600), reasoning: "decision stage", type: type, priority: priority
        )
    }

    @Test("a message is sent once, as it stands in the queue, and the books are kept (OU-10, OU-12, OU-21)")
    func sends() async throws {
        let desk = try await Desk()
        let result = try await desk.send()
        #expect(desk.messages.sent == [DirectMessage(.twitter, to: "ada", "message 1")])
        let row = try #require(try await desk.row())
        #expect(row.status == "sent")
        #expect(row.sentAt == OutreachSendingTests.window)
        #expect(row.aiReasoning == "decision stage")
        let logged = try #require(try await desk.bench.all(Interactions.self).first)
        #expect(logged.id == row.id)
        #expect(logged.type == "dm")
        #expect(logged.direction == "outbound")
        #expect(logged.content == "message 1")
        #expect(logged.platform == "twitter")
        // Two days on it is Wednesday, 13:30: the next window begins at 17:00.
        let score = try #require(try await desk.bench.all(ProspectScores.self).first)
        #expect(score.nextTouchAt == instant("2026-03-04T17:00:00Z"))
        #expect(result.data["sent"] == 1)
        #expect(try await desk.send().data["sent"] == 0)
        #expect(desk.messages.sent.count == 1)
    }

    @Test("a dry run shows the bytes that would be sent, asks nobody and writes nothing (OU-13, K21)")
    func dryRun() async throws {
        let desk = try await Desk()
        for params in [[:], ["dry_run": true]] as [[String: JSON]] {
            let result = try await desk.bench.run(.outreach, "send", params, isDryRun: params.isEmpty)
            let shown = try #require(result.data["messages"]?.array?.first)
            #expect(shown["outcome"] == "would be sent")
            #expect(shown["message_body"] == "message 1")
            #expect(result.summary.contains("message 1"))
        }
        #expect(desk.messages.sent.isEmpty)
        #expect(try await desk.row()?.status == "pending")
        #expect(try await desk.bench.all(Interactions.self).isEmpty)
        #expect(try desk.bench.memory.entries("attempts", since: nil, limit: 9).isEmpty)
    }

    // MARK: Checked again in the instant of sending

    @Test(
        "what a contact said or somebody noted since the message was queued cancels it, and the row says why (K22, readings 6)",
        arguments: ["reply", "column", "stop", "do_not_do", "archived", "conversation", "bot", "no handle"])
    func cancelled(_ what: String) async throws {
        let desk = try await Desk()
        let after = OutreachSendingTests.window - .seconds(60)
        var contact = Draft<Contacts>()
        switch what {
        case "reply":
            try await desk.bench.store.insert([
                Draft<Interactions> {
                    $0.contactID = id(1)
                    $0.type = "dm_reply"
                    $0.direction = "inbound"
                    $0.createdAt = after
                }
            ])
        case "stop": try await desk.bench.store.insert([Rows.interaction(1, "dm_reply", daysAgo: 30, content: "Stop!")])
        case "conversation":
            try await desk.bench.store.insert([Rows.conversation(1, "hi", direction: "inbound", at: after)])
        case "column": contact.lastInboundAt = after
        case "do_not_do": contact.doNotDo = "no messages"
        case "archived": contact.archivedAt = after
        case "bot": contact.displayName = "LinkedIn"
        default: contact.username = "Ada Love"
        }
        if !contact.cells.isEmpty { try await desk.bench.store.update(where: \Contacts.id == id(1), set: contact) }
        let result = try await desk.send()
        #expect(desk.messages.sent.isEmpty)
        let row = try #require(try await desk.row())
        #expect(row.status == "cancelled")
        #expect(QueueStatus(row) == .cancelled)
        #expect(row.aiReasoning?.hasPrefix("decision stage\n[cancelled 2026-03-02T13:30:00Z] ") == true)
        #expect(result.data["cancelled"] == 1)
    }

    @Test(
        "where the database does not know the word, a cancelled message is failed and still counts apart (readings 6)")
    func cancelledRefused() async throws {
        let desk = try await Desk()
        try await desk.bench.store.update(where: \Contacts.id == id(1), set: Draft { $0.doNotDo = "no messages" })
        let store = Store(RefusingBackend(desk.bench.backend) { $0.contains(.text("cancelled")) })
        let context = TaskContext(
            now: desk.time.now(), store: store, arguments: try Arguments([:], for: []), services: desk.bench.services,
            memory: desk.bench.memory)
        _ = try await OutreachSending.send(context)
        let row = try #require(try await desk.row())
        #expect(row.status == "failed")
        #expect(QueueStatus(row) == .cancelled)
    }

    @Test("cooldown and weekly limit are checked again; the message waits for the window after them (OU-01, OU-18)")
    func cooldown() async throws {
        let desk = try await Desk()
        // Another program wrote to the contact this morning.
        try await desk.bench.store.insert([Rows.interaction(1, "dm", "outbound", daysAgo: 0.1)])
        #expect(try await desk.send().data["postponed"] == 1)
        let row = try #require(try await desk.row())
        #expect(row.status == "pending")
        #expect(row.scheduledFor?.iso8601.hasPrefix("2026-03-04T13") == true, "\(row.scheduledFor?.iso8601 ?? "")")
        #expect(desk.messages.sent.isEmpty)
    }

    @Test("outside of windows and their grace a message waits untouched (readings 4, D4)")
    func closedWindow() async throws {
        let desk = try await Desk(at: instant("2026-03-02T20:30:00Z"))
        #expect(try await desk.send().data["waiting"] == 1)
        #expect(try await desk.row()?.scheduledFor == OutreachSendingTests.window - .seconds(600))
        #expect(desk.messages.sent.isEmpty)
    }

    @Test("in the recipient's night nothing is sent, though the window is open (readings 4)")
    func quietHours() async throws {
        var desk = try await Desk()
        desk.bench.settings.outreach.zones = ["twitter:ada": "America/Denver"]
        #expect(try await desk.send().data["postponed"] == 1)
        #expect(try await desk.row()?.scheduledFor?.iso8601.hasPrefix("2026-03-02T17") == true)
        #expect(desk.messages.sent.isEmpty)
    }

    // MARK: Limits of the account

    @Test("the hourly limit counts our sends of before a restart and those of other senders")
    func limits() async throws {
        var desk = try await Desk()
        desk.bench.settings.outreach.limits.twitter = SendLimit(perHour: 3, perDay: 9)
        try await desk.bench.store.insert((2...5).map { Rows.contact($0) })
        try await desk.bench.store.insert((2...5).map { Rows.score($0, "decision", 70) })
        let now = OutreachSendingTests.window
        // Another sender's message of half an hour ago.
        try await desk.bench.store.insert([
            Rows.message(50, to: 5, "sent", sentAt: now - .seconds(1_800), type: "nurture", priority: 9)
        ])
        try await desk.bench.store.insert([OutreachSendingTests.message(2, to: 2)])
        #expect(try await desk.send().data["sent"] == 2)
        // What the queue forgets, the memory knows.
        try await desk.bench.store.delete(where: .isOneOf(\MessageQueue.status, ["sent"]))
        try await desk.bench.store.insert([
            OutreachSendingTests.message(3, to: 3), OutreachSendingTests.message(4, to: 4),
        ])
        let result = try await desk.send()
        #expect(result.data["sent"] == 1)
        #expect(result.data["postponed"] == 1)
        #expect(desk.messages.sent.count == 3)
        let late = try #require(try await desk.row(4))
        #expect(late.status == "pending")
        #expect(late.scheduledFor?.iso8601.hasPrefix("2026-03-02T17") == true)
    }

    @Test("messages go one after another with a pause of the gap to half as much again")
    func gap() async throws {
        let desk = try await Desk()
        try await desk.bench.store.insert([Rows.contact(2), Rows.contact(3)])
        try await desk.bench.store.insert([Rows.score(2, "decision"), Rows.score(3, "decision")])
        try await desk.bench.store.insert([
            OutreachSendingTests.message(2, to: 2), OutreachSendingTests.message(3, to: 3),
        ])
        #expect(try await desk.send().data["sent"] == 3)
        #expect(desk.messages.pauses.first == .zero)
        #expect(desk.messages.pauses.dropFirst().allSatisfy { $0 >= .seconds(20) && $0 <= .seconds(30) })
        #expect(desk.messages.pauses.count == 3)
    }

    // MARK: What comes back

    @Test(
        "each delivery has its status, and nothing but a postponed message waits again (OU-10, readings 5)",
        arguments: [
            (Delivery.sent(remark: "sent_unverified: x"), "sent", "sent"),
            (.skipped("already in conversation"), "cancelled", "cancelled"),
            (.postponed("Outside active hours", after: nil), "pending", "pending"),
            (.postponed("busy", after: .seconds(90)), "pending", "pending"),
            (.refused("no such user"), "failed", "failed"), (.unavailable("no tab"), "pending", "pending"),
        ])
    func deliveries(_ delivery: Delivery, _ status: String, _ name: String) async throws {
        let desk = try await Desk()
        desk.messages.answer(with: delivery)
        let result = try await desk.send()
        let row = try #require(try await desk.row())
        #expect(row.status == status)
        #expect(QueueStatus(row).name == name)
        #expect(desk.messages.sent.count == 1)
        #expect(try desk.bench.memory.entries("attempts", since: nil, limit: 9).isEmpty)
        #expect(try await desk.bench.all(Interactions.self).count == (status == "sent" ? 1 : 0))
        switch delivery {
        case .postponed(_, nil):
            #expect(row.scheduledFor?.iso8601.hasPrefix("2026-03-02T17") == true)
            #expect(result.alerts.count == 1)
        case .postponed: #expect(row.scheduledFor == OutreachSendingTests.window + .seconds(90))
        case .unavailable: #expect(row.scheduledFor == OutreachSendingTests.window - .seconds(600))
        default: break
        }
    }

    @Test("a service that is away stops its platform alone; its messages wait as they were")
    func away() async throws {
        let desk = try await Desk()
        desk.messages.goAway(.twitter)
        try await desk.bench.store.insert([Rows.contact(2, "instagram"), Rows.contact(3)])
        try await desk.bench.store.insert([Rows.score(2, "decision"), Rows.score(3, "decision")])
        try await desk.bench.store.insert([
            OutreachSendingTests.message(2, to: 2, "instagram"), OutreachSendingTests.message(3, to: 3),
        ])
        let result = try await desk.send()
        #expect(result.data["sent"] == 1)
        #expect(result.data["waiting"] == 2)
        #expect(result.degraded.count == 1)
        #expect(result.alerts.count == 1)
        #expect(desk.messages.sent.map(\.platform) == [.instagram])
    }

    @Test(
        "an unknown outcome: failed with a note, the run is unknown, the contact counts as contacted (readings 1, K20)")
    func unknown() async throws {
        let desk = try await Desk()
        desk.messages.answer(with: .unknown("timed out"))
        let error = await #expect(throws: OutcomeUnknown.self) { try await desk.send() }
        #expect(error?.message.contains(id(900_001).text) == true)
        #expect(error?.message.contains("actpd outreach resolve") == true)
        let row = try #require(try await desk.row())
        #expect(row.status == "failed")
        #expect(QueueStatus(row) == .unknown(OutreachSendingTests.window))
        #expect(try await desk.send().data["messages"] == [])
        #expect(desk.messages.sent.count == 1)
        let due = try await desk.bench.run(.outreach, "due")
        #expect(due.data["not_due"] == ["cooldown": 1])
    }

    @Test("a person settles it: --sent writes the interaction, --failed frees the contact (readings 1)")
    func resolve() async throws {
        for isSent in [true, false] {
            let desk = try await Desk()
            desk.messages.answer(with: .unknown("timed out"))
            await #expect(throws: OutcomeUnknown.self) { try await desk.send() }
            let message = JSON.string(id(900_001).text)
            await #expect(throws: TaskError.self) { try await desk.bench.run(.outreach, "resolve", ["id": message]) }
            try await desk.bench.run(.outreach, "resolve", ["id": message, isSent ? "sent" : "failed": true])
            let row = try #require(try await desk.row())
            #expect(row.status == (isSent ? "sent" : "failed"))
            #expect(row.sentAt == (isSent ? OutreachSendingTests.window : nil))
            #expect(try await desk.bench.all(Interactions.self).count == (isSent ? 1 : 0))
            let due = try await desk.bench.run(.outreach, "due")
            #expect(due.data["due"] == (isSent ? 0 : 1))
            await #expect(throws: TaskError.self) {
                try await desk.bench.run(.outreach, "resolve", ["id": message, "sent": true])
            }
        }
    }

    // MARK: Others

    @Test("after an outcome that is unknown a run sends nothing more by that service")
    func unknownStops() async throws {
        let desk = try await Desk()
        try await desk.bench.store.insert([Rows.contact(2)])
        try await desk.bench.store.insert([Rows.score(2, "decision", 70)])
        try await desk.bench.store.insert([OutreachSendingTests.message(2, to: 2)])
        desk.messages.answer(with: .unknown("timed out"))
        await #expect(throws: OutcomeUnknown.self) { try await desk.send() }
        #expect(desk.messages.sent.count == 1)
        #expect(
            try await desk.bench.all(MessageQueue.self).map(\.status).sorted { ($0 ?? "") < ($1 ?? "") } == [
                "failed", "pending",
            ])
    }

    @Test("the shared queue's other senders: their rows are theirs, and a row that one of them takes is not sent (D4)")
    func others() async throws {
        let desk = try await Desk(row: false)
        try await desk.bench.store.insert([
            Rows.message(1, to: 1, type: "nurture", priority: 1), Rows.message(2, to: 1, priority: 8),
            Rows.message(3, to: 1, "pending", "threads", priority: 1), Rows.message(4, to: 1, "sending", priority: 1),
        ])
        let result = try await desk.send()
        #expect(desk.messages.sent.isEmpty)
        #expect(result.degraded == ["3 messages that are due are not ours to send (type, priority or platform)"])
        #expect(try await desk.row(4)?.status == "sending")
    }

    @Test("switched off, or while another process sends, a run is skipped")
    func refusals() async throws {
        var desk = try await Desk()
        let turn = try #require(try desk.messages.takeTurn())
        await #expect(throws: TaskRefusal.self) { try await desk.send() }
        turn.end()
        desk.bench.settings.outreach.enabled = false
        await #expect(throws: TaskRefusal("outreach is switched off (outreach.enabled)")) { try await desk.send() }
        #expect(desk.messages.sent.isEmpty)
    }

    @Test("a run that has lasted long enough begins no further message")
    func runMax() async throws {
        var desk = try await Desk()
        desk.bench.settings.outreach.limits.runMax = .zero
        #expect(try await desk.send().data["waiting"] == 1)
        #expect(desk.messages.sent.isEmpty)
    }
}

/// A store that refuses some values, as a database with a CHECK of somebody else's does (23514).
struct RefusingBackend: StoreBackend {
    private let backend: any StoreBackend
    private let refuses: @Sendable ([Cell]) -> Bool

    init(_ backend: any StoreBackend, _ refuses: @escaping @Sendable ([Cell]) -> Bool) {
        self.backend = backend
        self.refuses = refuses
    }

    func select(_ statement: SelectStatement) async throws(StoreError) -> [[Cell]] {
        try await backend.select(statement)
    }

    func insert(_ statement: InsertStatement) async throws(StoreError) {
        if statement.rows.contains(where: refuses) { throw refusal(statement.table) }
        try await backend.insert(statement)
    }

    func update(_ statement: UpdateStatement) async throws(StoreError) -> [[Cell]] {
        if refuses(statement.set.map(\.value)) { throw refusal(statement.table) }
        return try await backend.update(statement)
    }

    func delete(_ statement: DeleteStatement) async throws(StoreError) -> Int { try await backend.delete(statement) }

    func load(_ next: @escaping @Sendable () throws -> InsertStatement?) async throws { try await backend.load(next) }

    private func refusal(_ table: TableDefinition) -> StoreError {
        StoreError(.refused, table: table.name, "23514: new row violates check constraint")
    }
}
