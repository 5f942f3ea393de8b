import JSON
import Records
import Time

/// Keeps the books of sending: what is about to be done is on the disk before it is done, so that the next run knows what a
/// dead one may have done (K20).
struct SendJournal: Sendable {
    /// An attempt that was begun and not brought to its end.
    struct Attempt: Sendable {
        /// How far it came.
        enum State: String, Sendable {
            case begun, sent, unknown
            /// The service said that it did nothing.
            case unsent
        }

        let row: RowID
        let state: State
        let at: Instant
        let handle: String
        let remark: String?
    }

    private static let topic = "attempts"
    private static func sends(_ platform: OutreachPlatform) -> String { "sends.\(platform.rawValue)" }

    private let context: TaskContext
    private let rules: OutreachRules

    init(_ context: TaskContext, _ rules: OutreachRules) {
        self.context = context
        self.rules = rules
    }

    // MARK: Before

    /// Notes an attempt, then claims the row by a conditional update: of any number of senders one gets it (OU-10, D4). The
    /// text is part of the condition, so that what is sent is what stands in the queue.
    /// - Returns: whether the row is ours.
    func claim(_ row: Row<MessageQueue>, _ address: Address, at now: Instant) async throws -> Bool {
        let note: JSON = [
            "state": "begun", "handle": .string(address.handle), "at": .string(now.iso8601),
            "contact": .string(row.contactID.text),
        ]
        try context.memory.remember(
            [
                MemoryChange(SendJournal.topic, row.id.text, note),
                MemoryChange(SendJournal.sends(address.platform), row.id.text, ["at": .string(now.iso8601)]),
            ], at: now)
        SendStep.noted.pass()
        let unclaimed: Predicate<MessageQueue> =
            \.id == row.id && \.status == "pending" && \.messageBody == row.messageBody
        let claimed = try await context.store.update(where: unclaimed, set: Draft { $0.status = "sending" })
        guard claimed.isEmpty else { return true }
        try forget(row.id, sendOn: address.platform, at: now)
        return false
    }

    /// Messages of the last day by memory and queue.
    func budget(_ platform: OutreachPlatform, at now: Instant, isDryRun: Bool = false) async throws -> SendBudget? {
        guard let limit = rules.settings.limits.limit(on: platform) else { return nil }
        let since = now - .seconds(86_400)
        var sends: [RowID: Instant] = [:]
        for entry in try context.memory.entries(SendJournal.sends(platform), since: since, limit: 20_000) {
            if let id = RowID(entry.key) { sends[id] = entry.at }
        }
        let sent: Predicate<MessageQueue> = \.platform == platform.rawValue && \.sentAt > since
        try await context.store.eachPage(of: MessageQueue.self, where: sent) { page in
            for row in page { sends[row.id] = row.sentAt }
        }
        if !isDryRun { try context.memory.forget(SendJournal.sends(platform), before: now - .seconds(2 * 86_400)) }
        return SendBudget(limit, sends)
    }

    // MARK: After

    /// OU-12: the row is sent, the interaction is logged under the row's id, the next touch moves on. Each step may be done
    /// again, so an interrupted one is completed by the next run.
    func completeSent(
        _ row: Row<MessageQueue>, _ stage: FunnelStage?, handle: String, remark: String?, at sentAt: Instant
    ) async throws {
        try remember(row.id, .sent, handle: handle, remark: remark, at: sentAt)
        SendStep.remembered.pass()
        try await context.store.update(
            where: \MessageQueue.id == row.id,
            set: Draft {
                $0.status = "sent"
                $0.sentAt = sentAt
                if let remark {
                    $0.aiReasoning = QueueNote.adding(QueueNote.remark(remark, at: sentAt), to: row.aiReasoning)
                }
            })
        SendStep.marked.pass()
        try await log(row, handle: handle, remark: remark, at: sentAt)
        SendStep.logged.pass()
        try await moveNextTouch(row.contactID, stage, after: sentAt)
        SendStep.moved.pass()
        try forget(row.id, at: sentAt)
    }

    /// Readings 1: `failed` with a note; the contact counts as contacted from the attempt on.
    func completeUnknown(_ row: Row<MessageQueue>, handle: String, reason: String, at attempt: Instant) async throws {
        try remember(row.id, .unknown, handle: handle, remark: reason, at: attempt)
        try await end(row, "failed", QueueNote.unknown(reason, at: attempt))
        try forget(row.id, at: attempt)
    }

    /// Not sent, and not to be sent again as it is.
    func completeFailed(_ row: Row<MessageQueue>, reason: String, at now: Instant) async throws {
        try await end(row, "failed", QueueNote.failed(reason, at: now))
        try forget(row.id, at: now)
    }

    /// Somebody has looked: the message was not sent. The contact is free again (readings 1).
    func free(_ row: Row<MessageQueue>, at now: Instant) async throws {
        try await end(row, "failed", QueueNote.notSent(at: now))
        try forget(row.id, sendOn: OutreachPlatform(named: row.platform), at: now)
    }

    /// Nothing was sent: the row waits again, until a later time if there is one (readings 5).
    func giveBack(
        _ row: Row<MessageQueue>, _ platform: OutreachPlatform, reason: String, until later: Instant?, at now: Instant
    ) async throws {
        try remember(row.id, .unsent, handle: "", remark: reason, at: now)
        try await context.store.update(
            where: \MessageQueue.id == row.id && \.status == "sending",
            set: Draft {
                $0.status = "pending"
                if let later { $0.scheduledFor = later }
            })
        try forget(row.id, sendOn: platform, at: now)
    }

    /// Readings 6: `cancelled`; where the database does not know the word, `failed`. The note says so in either case.
    /// - Returns: false when somebody else had changed the row meanwhile.
    func cancel(_ row: Row<MessageQueue>, reason: String, from status: String, at now: Instant) async throws -> Bool {
        let condition: Predicate<MessageQueue> = \.id == row.id && \.status == status
        let reasoning = QueueNote.adding(QueueNote.cancelled(reason, at: now), to: row.aiReasoning)
        do throws(StoreError) {
            return try await !context.store.update(
                where: condition, set: SendJournal.draft("cancelled", reasoning)
            ).isEmpty
        } catch {
            guard error.code == .refused else { throw error }
            return try await !context.store.update(
                where: condition, set: SendJournal.draft("failed", reasoning)
            ).isEmpty
        }
    }

    private static func draft(_ status: String, _ reasoning: String) -> Draft<MessageQueue> {
        Draft {
            $0.status = status
            $0.aiReasoning = reasoning
        }
    }

    /// Moves a message that waits (readings 5). Nothing happens when somebody else has it by now.
    func postpone(_ row: Row<MessageQueue>, until later: Instant) async throws {
        try await context.store.update(
            where: \MessageQueue.id == row.id && \.status == "pending", set: Draft { $0.scheduledFor = later })
    }

    // MARK: Recovery

    /// Attempts that no run brought to an end. Whoever has the turn to send knows that their processes are dead.
    func openAttempts() throws -> [Attempt] {
        try context.memory.entries(SendJournal.topic, since: nil, limit: 10_000).compactMap { entry in
            guard let row = RowID(entry.key) else { return nil }
            return Attempt(
                row: row, state: entry.value["state"]?.string.flatMap(Attempt.State.init) ?? .begun,
                at: entry.value["at"]?.string.flatMap { Instant(iso8601: $0) } ?? entry.at,
                handle: entry.value["handle"]?.string ?? "", remark: entry.value["remark"]?.string)
        }
    }

    func forget(_ row: RowID, sendOn platform: OutreachPlatform? = nil, at now: Instant) throws {
        var changes = [MemoryChange(SendJournal.topic, row.text, nil)]
        if let platform { changes.append(MemoryChange(SendJournal.sends(platform), row.text, nil)) }
        try context.memory.remember(changes, at: now)
    }

    private func remember(
        _ row: RowID, _ state: Attempt.State, handle: String, remark: String?, at instant: Instant
    ) throws {
        let value: JSON = [
            "state": .string(state.rawValue), "handle": .string(handle), "at": .string(instant.iso8601),
            "remark": remark.map(JSON.string) ?? nil,
        ]
        try context.memory.remember([MemoryChange(SendJournal.topic, row.text, value)], at: instant)
    }

    // MARK: Rows

    private func end(_ row: Row<MessageQueue>, _ status: String, _ note: String) async throws {
        let reasoning = QueueNote.adding(note, to: row.aiReasoning)
        try await context.store.update(
            where: \MessageQueue.id == row.id, set: SendJournal.draft(status, reasoning))
    }

    /// OU-21. The interaction has the message's id: logged twice it is one row. Its direction keeps it from being taken for
    /// something that the contact did (K6).
    private func log(_ row: Row<MessageQueue>, handle: String, remark: String?, at sentAt: Instant) async throws {
        let isMail = OutreachPlatform(named: row.platform) == .gmail
        let entry = Draft<Interactions> {
            $0.id = row.id
            $0.contactID = row.contactID
            $0.type = isMail ? "email" : "dm"
            $0.platform = isMail ? "gmail" : row.platform
            $0.direction = "outbound"
            $0.content = row.messageBody
            $0.metadata = [
                "queue_id": .string(row.id.text), "handle": .string(handle), "remark": remark.map(JSON.string) ?? nil,
                "sender": "actpd",
            ]
            $0.createdAt = sentAt
        }
        try await context.store.insert([entry], onConflict: .ignore)
    }

    private func moveNextTouch(_ contact: RowID, _ stage: FunnelStage?, after sentAt: Instant) async throws {
        guard let stage else { return }
        let rhythm = rules.settings.rhythm(of: stage)
        let next = rhythm.nextWindow(from: sentAt + rhythm.cooldown)
        try await context.store.update(
            where: \ProspectScores.contactID == contact, set: Draft { $0.nextTouchAt = next })
    }
}
