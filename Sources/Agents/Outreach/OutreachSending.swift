import JSON
import Records
import Statistics
import Time

/// Sends what is queued (OU-10…OU-13, OU-21): one message at a time, each at most once.
///
/// Check → note the attempt → claim the row → ask the service → keep the books. A process that dies anywhere leaves a note
/// from which the next run tells what may have been sent; that is never sent again by itself (K20).
struct OutreachSending: Sendable {
    let context: TaskContext
    let journal: SendJournal
    let check: SendCheck
    private let desk: OutreachDesk

    init(_ context: TaskContext) {
        self.context = context
        desk = OutreachDesk(context)
        journal = SendJournal(context, desk.rules)
        check = SendCheck(rules: desk.rules)
    }

    // MARK: send

    static func send(_ context: TaskContext) async throws -> TaskResult {
        let sending = OutreachSending(context)
        if context.isDryRun || context.arguments.boolean("dry_run") == true { return try await sending.preview() }
        guard context.settings.outreach.enabled else {
            throw TaskRefusal("outreach is switched off (outreach.enabled)")
        }
        guard let messages = context.services.messages else {
            throw ServiceError(
                "the direct message services", "none is configured", isAway: true, isSafeToRepeat: true)
        }
        guard let turn = try messages.takeTurn() else { throw TaskRefusal("another process is sending") }
        defer { turn.end() }
        var run = SendRun()
        try await sending.recover(&run)
        let recovered = run.unknown
        try await sending.deliver(&run, messages)
        let unknown = run.unknown.dropFirst(recovered.count)
        // Only what this run did decides its outcome; what a dead one did was its own.
        guard unknown.isEmpty else { throw OutcomeUnknown(OutreachSending.words(run.unknown)) }
        return run.result(isDryRun: false)
    }

    private static func words(_ unknown: [String]) -> String {
        let first = unknown.first ?? ""
        let rest = unknown.count > 1 ? " (and \(unknown.count - 1) more: actpd outreach stats)" : ""
        return "\(first). Look there, then: actpd outreach resolve ID --sent or --failed\(rest)"
    }

    private func deliver(_ run: inout SendRun, _ messages: any DirectMessages) async throws {
        var budgets: [OutreachPlatform: SendBudget] = [:]
        var isFirst = true
        let rows = try await due(until: messages.now(), &run)
        for (index, row) in rows.enumerated() {
            try Task.checkCancellation()
            context.progress("messages", index, rows.count)
            guard let platform = OutreachPlatform(named: row.platform) else { continue }
            if let reason = run.stopped[platform] {
                run.add(row, nil, "waiting", reason)
                continue
            }
            guard messages.now() < context.now + context.settings.outreach.limits.runMax else {
                run.add(row, nil, "waiting", "the run has lasted long enough (limits.runMax)")
                continue
            }
            do throws(ServiceError) {
                try await messages.confirm(platform, after: isFirst ? .zero : pause(before: row.id))
            } catch {
                run.stop(platform, error.message)
                run.add(row, nil, "waiting", error.message)
                continue
            }
            let now = messages.now()
            var budget = budgets[platform]
            if budget == nil { budget = try await journal.budget(platform, at: now) }
            let wasAsked = try await attempt(row, platform, &budget, &run, messages, at: now)
            budgets[platform] = budget
            isFirst = isFirst && !wasAsked
        }
    }

    /// Between the gap and half as much again; the same for a row each time, so that nothing here is left to chance.
    private func pause(before row: RowID) -> Duration {
        let gap = context.settings.outreach.limits.gap
        return gap + gap * Int(Xoshiro256.seed(of: row.text) % 1_000) / 2_000
    }

    /// Messages whose time has come, the most urgent first (OU-05). The shared queue's other senders mark theirs by types and
    /// priorities of their own; those are left to them (D4).
    private func due(until now: Instant, _ run: inout SendRun) async throws -> [Row<MessageQueue>] {
        var rows: [Row<MessageQueue>] = []
        var others = 0
        let waiting: Predicate<MessageQueue> = \.status == "pending" && \.scheduledFor <= now
        try await context.store.eachPage(of: MessageQueue.self, where: waiting) { page in
            for row in page {
                if OutreachSending.isOurs(row) { rows.append(row) } else { others += 1 }
            }
        }
        if others > 0 {
            run.remarks.append("\(others) messages that are due are not ours to send (type, priority or platform)")
        }
        return rows.sorted { OutreachSending.goesFirst($0, $1) }
    }

    static func isOurs(_ row: Row<MessageQueue>) -> Bool {
        guard let platform = OutreachPlatform(named: row.platform), platform != .gmail else { return false }
        return ["outreach", "follow_up", "value_add"].contains(row.messageType)
            && FunnelStage(priority: row.priority) != nil
    }

    static func goesFirst(_ a: Row<MessageQueue>, _ b: Row<MessageQueue>) -> Bool {
        let (first, second) = (a.scheduledFor?.microseconds ?? 0, b.scheduledFor?.microseconds ?? 0)
        return (a.priority ?? 9, first, a.contactID, a.id) < (b.priority ?? 9, second, b.contactID, b.id)
    }

    // MARK: One message

    /// - Returns: whether the service was asked.
    private func attempt(
        _ queued: Row<MessageQueue>, _ platform: OutreachPlatform, _ budget: inout SendBudget?, _ run: inout SendRun,
        _ messages: any DirectMessages, at now: Instant
    ) async throws -> Bool {
        guard let (row, person) = try await look(at: queued.id, now) else {
            run.add(queued, nil, "waiting", "somebody else has it")
            return false
        }
        switch check.verdict(row, person, at: now) {
        case .wait(let reason): run.add(row, person, "waiting", reason)
        case .cancel(let reason):
            let isDone = try await journal.cancel(row, reason: reason, from: "pending", at: now)
            run.add(row, person, isDone ? "cancelled" : "waiting", reason)
        case .postpone(let reason, let later):
            try await journal.postpone(row, until: later)
            run.add(row, person, "postponed", "\(reason); until \(later.iso8601)")
        case .send(let address):
            if let obstacle = budget?.obstacle(at: now) {
                try await postpone(row, person, "limit of the account: \(obstacle)", &run, at: now)
                return false
            }
            SendStep.checked.pass()
            guard try await journal.claim(row, address, at: now) else {
                run.add(row, person, "waiting", "somebody else has it")
                return false
            }
            budget?.add(row.id, at: now)
            SendStep.claimed.pass()
            let delivery = await messages.send(DirectMessage(address.platform, to: address.handle, row.messageBody))
            SendStep.answered.pass()
            if try await settle(row, person, address, delivery, &run, at: now) { budget?.takeBack(row.id) }
            return true
        }
        return false
    }

    /// The row as it is now, if it still waits, and its contact with everything that has happened since.
    private func look(at id: RowID, _ now: Instant) async throws -> (row: Row<MessageQueue>, person: OutreachCase?)? {
        let waiting: Predicate<MessageQueue> = \.id == id && \.status == "pending"
        guard let row = try await context.store.first(Query<MessageQueue>(limit: 1).filter(waiting)) else { return nil }
        return (row, try await person(of: row, now))
    }

    func person(of row: Row<MessageQueue>, _ now: Instant) async throws -> OutreachCase? {
        guard
            let contact = try await context.store.first(Query<Contacts>(limit: 1).filter(\.id == row.contactID))
        else { return nil }
        let score = try await context.store.first(
            Query<ProspectScores>(limit: 1).filter(\.contactID == row.contactID))
        return try await OutreachPage(contact, FunnelFacts(of: row, score), desk, at: now).cases.first
    }

    private func postpone(
        _ row: Row<MessageQueue>, _ person: OutreachCase?, _ reason: String, _ run: inout SendRun, at now: Instant
    ) async throws {
        guard let later = nextSlot(person, after: now) else { return run.add(row, person, "waiting", reason) }
        try await journal.postpone(row, until: later)
        run.add(row, person, "postponed", "\(reason); until \(later.iso8601)")
    }

    /// The next window after the one that is open now.
    private func nextSlot(_ person: OutreachCase?, after now: Instant) -> Instant? {
        guard let person, let stage = person.stage else { return nil }
        return desk.rules.slot(person, stage, from: now + Rhythm.windowLength)
    }

    /// Keeps the books of an attempt.
    /// - Returns: whether it is certain that the account sent nothing.
    private func settle(
        _ row: Row<MessageQueue>, _ person: OutreachCase?, _ address: Address, _ delivery: Delivery,
        _ run: inout SendRun,
        at now: Instant
    ) async throws -> Bool {
        switch delivery {
        case .sent(let remark):
            try await journal.completeSent(row, person?.stage, handle: address.handle, remark: remark, at: now)
            run.add(row, person, "sent", remark ?? "")
            return false
        case .skipped(let reason):
            _ = try await journal.cancel(row, reason: reason, from: "sending", at: now)
            try journal.forget(row.id, sendOn: address.platform, at: now)
            run.add(row, person, "cancelled", reason)
            return true
        case .refused(let reason):
            try await journal.completeFailed(row, reason: reason, at: now)
            run.add(row, person, "failed", reason)
            return false
        case .postponed(let reason, let pause):
            // A short pause lies within the window; without one the next window is soon enough.
            let later = pause.map { now + max($0, .seconds(60)) } ?? nextSlot(person, after: now)
            try await journal.giveBack(row, address.platform, reason: reason, until: later, at: now)
            run.stop(address.platform, reason)
            run.add(row, person, "postponed", later.map { "\(reason); until \($0.iso8601)" } ?? reason)
            return true
        case .unavailable(let reason):
            try await journal.giveBack(row, address.platform, reason: reason, until: nil, at: now)
            run.stop(address.platform, reason)
            run.add(row, person, "waiting", reason)
            return true
        case .unknown(let reason):
            try await journal.completeUnknown(row, handle: address.handle, reason: reason, at: now)
            run.add(row, person, "unknown", reason)
            run.addUnknown(row.id, run.lines.last?.name ?? "", address.platform.shown, reason)
            run.stop(address.platform, "an outcome is unknown: \(reason)")
            return false
        }
    }
}
