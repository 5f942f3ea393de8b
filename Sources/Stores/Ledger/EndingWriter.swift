internal import GRDB
import JSON
import Records
import Scheduling
import Time

/// Writes the ends of runs, with their task rows, alerts and pauses.
struct EndingWriter {
    private let db: Database
    private let texts: any AlertTexts
    private let update: Statement
    private let outbox: OutboxWriter
    private(set) var notices: [FinishNotice] = []

    init(_ db: Database, texts: any AlertTexts) throws {
        self.db = db
        self.texts = texts
        // An outcome, once written, stays.
        update = try db.cachedStatement(
            sql: """
                UPDATE run SET started_at = ?, finished_at = ?, outcome = ?, reason = ?, duration_ms = ?, attempts = ?,
                    result = ?
                WHERE id = ? AND outcome IS NULL
                RETURNING claimed_at
                """)
        outbox = try OutboxWriter(db)
    }

    mutating func write(_ ending: RunEnding) throws {
        let (request, completion) = (ending.request, ending.completion)
        let claimedAt = try Int64.fetchOne(
            update,
            arguments: [
                completion.startedAt.microseconds, completion.finishedAt.microseconds, completion.outcome.rawValue,
                completion.reason, completion.duration.milliseconds, completion.attempts, completion.result.text,
                completion.id.text,
            ])
        guard let claimedAt else { return }
        let row = request.finishedRow(
            completion.outcome, completion.result, durationMs: Int(completion.duration.milliseconds),
            claimedAt: Instant(microseconds: claimedAt), at: completion.finishedAt)
        try outbox.writeEnd(row, at: completion.finishedAt)
        for alert in completion.alerts { try outbox.write(alert: alert, at: completion.finishedAt) }
        try tell(
            End(
                schedule: request.trigger == .schedule ? request.schedule : nil, domain: request.domain,
                task: request.task, outcome: completion.outcome, reason: completion.reason ?? "",
                alertAfter: request.alertAfter, pauseAfter: request.policy.pauseOnFailure, at: completion.finishedAt))
    }

    /// Ends a run of a dead process. How long it ran is not known, so its row says nothing about that.
    mutating func write(_ record: RunRecord, _ outcome: Outcome, _ reason: String, row: GRDB.Row, at now: Instant)
        throws
    {
        let result: JSON = ["error": .string("\(outcome.rawValue): \(reason)")]
        try db.execute(
            sql: "UPDATE run SET finished_at = ?, outcome = ?, reason = ?, result = ? WHERE id = ? AND outcome IS NULL",
            arguments: [now.microseconds, outcome.rawValue, reason, result.text, record.id.text])
        let task = Draft<AgentTasks> {
            $0.id = record.id
            $0.domain = record.domain
            $0.task = record.task
            $0.params = .object(record.params)
            $0.status = outcome.taskStatus
            $0.result = result
            $0.createdAt = record.claimedAt
            $0.completedAt = now
        }
        try outbox.writeEnd(task, at: now)
        try tell(
            End(
                schedule: record.trigger == .schedule ? record.schedule : nil, domain: record.domain, task: record.task,
                outcome: outcome, reason: reason, alertAfter: row["alert_after"], pauseAfter: row["pause_after"],
                at: now))
    }

    /// What an end means beside its row.
    private struct End {
        /// `nil` for a run that nobody scheduled: it has no streak.
        let schedule: String?
        let domain: String
        let task: String
        let outcome: Outcome
        let reason: String
        let alertAfter: Int?
        let pauseAfter: Int
        let at: Instant
    }

    private mutating func tell(_ end: End) throws {
        let before = try end.schedule.map { try FailureStreak.of($0, db) } ?? FailureStreak()
        var streak = before
        let notices = streak.record(end.outcome, alertAfter: end.alertAfter, pauseAfter: end.pauseAfter)
        if let schedule = end.schedule, streak != before { try streak.save(schedule, db) }
        for notice in notices {
            switch notice {
            case .failure:
                try outbox.write(
                    alert: texts.failure(
                        domain: end.domain, task: end.task, message: end.reason, failures: streak.failures), at: end.at)
            case .recovery:
                try outbox.write(
                    alert: texts.recovery(domain: end.domain, task: end.task, failures: before.failures), at: end.at)
            case .unknown:
                try outbox.write(
                    alert: texts.unknown(domain: end.domain, task: end.task, message: end.reason), at: end.at)
            case .pause:
                guard let schedule = end.schedule else { continue }
                let note = "after \(streak.failures) failures in a row, the last: \(end.reason)"
                try Pause(schedule: schedule, since: end.at, until: nil, note: note).save(db)
                try outbox.write(
                    alert: texts.paused(schedule: schedule, message: end.reason, failures: streak.failures), at: end.at)
                self.notices.append(.paused(schedule: schedule, failures: streak.failures))
            }
        }
    }
}

extension FailureStreak {
    fileprivate static func of(_ schedule: String, _ db: Database) throws -> FailureStreak {
        let statement = try db.cachedStatement(sql: "SELECT failures, alerted FROM streak WHERE schedule = ?")
        guard let row = try GRDB.Row.fetchOne(statement, arguments: [schedule]) else { return FailureStreak() }
        return FailureStreak(failures: row[0], isAlerted: row[1])
    }

    fileprivate func save(_ schedule: String, _ db: Database) throws {
        guard failures > 0 else { return try FailureStreak.forget(schedule, db) }
        try db.execute(
            sql: "INSERT OR REPLACE INTO streak (schedule, failures, alerted) VALUES (?, ?, ?)",
            arguments: [schedule, failures, isAlerted])
    }

    static func forget(_ schedule: String, _ db: Database) throws {
        try db.execute(sql: "DELETE FROM streak WHERE schedule = ?", arguments: [schedule])
    }
}

extension RunRequest {
    /// The whole task row at the end (DI-07), so that it also stands when the row of the start was never delivered.
    func finishedRow(
        _ outcome: Outcome, _ result: JSON, durationMs: Int, claimedAt: Instant, at finishedAt: Instant
    ) -> Draft<AgentTasks> {
        Draft {
            $0.id = id
            $0.domain = domain
            $0.task = task
            $0.params = recordedParams
            $0.status = outcome.taskStatus
            $0.result = result
            $0.durationMs = durationMs
            $0.createdAt = claimedAt
            $0.completedAt = finishedAt
        }
    }
}
