import Records
import Time

extension OutreachSending {
    /// OU-13: what would be sent now, byte for byte, and what waits for what. Asks no service and writes nothing.
    func preview() async throws -> TaskResult {
        var run = SendRun()
        var rows: [Row<MessageQueue>] = []
        try await context.store.eachPage(of: MessageQueue.self, where: \.status == "pending") { page in
            rows += page.filter(OutreachSending.isOurs)
        }
        var budgets: [OutreachPlatform: SendBudget] = [:]
        for row in rows.sorted(by: OutreachSending.goesFirst) {
            guard let platform = OutreachPlatform(named: row.platform) else { continue }
            if let at = row.scheduledFor, at > context.now {
                run.add(row, nil, "waiting", "until \(at.iso8601)")
                continue
            }
            let person = try await person(of: row, context.now)
            var budget = budgets[platform]
            if budget == nil { budget = try await journal.budget(platform, at: context.now, isDryRun: true) }
            switch check.verdict(row, person, at: context.now) {
            case .send:
                if let obstacle = budget?.obstacle(at: context.now) {
                    run.add(row, person, "postponed", "limit of the account: \(obstacle)")
                } else {
                    budget?.add(row.id, at: context.now)
                    run.add(row, person, "would be sent")
                }
            case .cancel(let reason): run.add(row, person, "cancelled", reason)
            case .postpone(let reason, let later):
                run.add(row, person, "postponed", "\(reason); until \(later.iso8601)")
            case .wait(let reason): run.add(row, person, "waiting", reason)
            }
            budgets[platform] = budget
        }
        if !context.settings.outreach.enabled { run.remarks.append("outreach is switched off (outreach.enabled)") }
        return run.result(isDryRun: true)
    }
}
