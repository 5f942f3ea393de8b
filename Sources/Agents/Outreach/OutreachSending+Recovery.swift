import JSON
import Records
import Time

extension OutreachSending {
    // MARK: What a dead run left

    /// Brings attempts of dead processes to their end: books that were not finished are finished, and a message that may
    /// have left is `failed` with a note (K20). None is sent again.
    func recover(_ run: inout SendRun) async throws {
        for attempt in try journal.openAttempts() {
            guard
                let row = try await context.store.first(Query<MessageQueue>(limit: 1).filter(\.id == attempt.row)),
                let platform = OutreachPlatform(named: row.platform)
            else {
                try journal.forget(attempt.row, at: context.now)
                continue
            }
            let person = try await person(of: row, context.now)
            switch (attempt.state, row.status ?? "pending") {
            case (.sent, _):
                try await journal.completeSent(
                    row, person?.stage, handle: attempt.handle, remark: attempt.remark, at: attempt.at)
                run.remarks.append("the books of message \(row.id) were finished: a process died after sending it")
            case (.unsent, "sending"):
                try await journal.giveBack(row, platform, reason: attempt.remark ?? "", until: nil, at: context.now)
            case (.begun, "sending"), (.unknown, "sending"):
                let reason = attempt.remark ?? "the process died while the message was on its way"
                try await journal.completeUnknown(row, handle: attempt.handle, reason: reason, at: attempt.at)
                run.add(row, person, "unknown", reason)
                run.addUnknown(row.id, run.lines.last?.name ?? "", platform.shown, reason)
            case (.begun, "pending"), (.unsent, _): try journal.forget(row.id, sendOn: platform, at: context.now)
            case (.begun, _), (.unknown, _): try journal.forget(row.id, at: context.now)
            }
        }
    }

    // MARK: resolve

    /// A person says what became of a message: one of unknown fate, one that nobody brought to its end, or an e-mail that
    /// was sent by hand (readings 1, K17).
    static func resolve(_ context: TaskContext) async throws -> TaskResult {
        let sending = OutreachSending(context)
        let (isSent, isFailed) = (
            context.arguments.boolean("sent") ?? false, context.arguments.boolean("failed") ?? false
        )
        guard isSent != isFailed else { throw TaskError("say which: --sent or --failed") }
        guard let id = context.arguments.id("id"),
            let row = try await context.store.first(Query<MessageQueue>(limit: 1).filter(\.id == id))
        else { throw TaskError("crm_message_queue has no message \(context.arguments.id("id")?.text ?? "")") }
        let at = try sending.resolvable(row)
        // Nobody may be in the middle of it.
        let turn = try context.services.messages?.takeTurn()
        if turn == nil, context.services.messages != nil { throw TaskRefusal("another process is sending") }
        defer { turn?.end() }
        let word = isSent ? "sent" : "not sent"
        if !context.isDryRun {
            if isSent {
                let person = try await sending.person(of: row, context.now)
                try await sending.journal.completeSent(
                    row, person?.stage, handle: "", remark: "said by hand to have been sent", at: at)
            } else {
                try await sending.journal.free(row, at: context.now)
            }
        }
        return TaskResult(
            "message \(id) is \(word)\(context.isDryRun ? " (dry run: nothing written)" : "")",
            data: ["id": .string(id.text), "resolved": .string(word)])
    }

    /// When the message was tried, or now.
    private func resolvable(_ row: Row<MessageQueue>) throws -> Instant {
        switch QueueStatus(row) {
        case .unknown(let at): return at
        case .sending: return context.now
        case .pending where OutreachPlatform(named: row.platform) == .gmail: return context.now
        case let status:
            throw TaskError(
                "message \(row.id) is \(status.name); only unknown ones, those under way and e-mails are resolved")
        }
    }
}
