internal import GRDB
import JSON
import Records
import Scheduling
import Time

/// Writes the claims of one tick.
struct ClaimWriter {
    private let db: Database
    private let generation: Int64
    private let locks: ProcessLocks
    /// The rows of the registered schedules, by name.
    private let schedules: [String: Int64]
    private let now: Instant
    private let holder: Statement
    private let insert: Statement
    private let cursor: Statement
    private let outbox: OutboxWriter

    init(
        _ db: Database, generation: Int64, locks: ProcessLocks, schedules: [String: Int64], now: Instant
    ) throws {
        self.schedules = schedules
        self.db = db
        self.generation = generation
        self.locks = locks
        self.now = now
        holder = try db.cachedStatement(
            sql: "SELECT id, generation FROM run WHERE overlap_key = ? AND outcome IS NULL ORDER BY claimed_at LIMIT 1")
        insert = try db.cachedStatement(
            sql: """
                INSERT INTO run (id, generation, trigger, schedule, planned_at, due_at, domain, task, params, overlap_key,
                    claimed_at, finished_at, outcome, reason, missed, missed_through)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
                """)
        cursor = try db.cachedStatement(sql: "UPDATE cursor SET slot = max(slot, ?) WHERE schedule = ?")
        outbox = try OutboxWriter(db)
    }

    mutating func write(_ claim: Claim) throws -> ClaimResult {
        if let missed = claim.missed, let schedule = claim.schedule { try write(missed, of: claim, schedule) }
        guard let request = claim.request else { return .won }
        let holder = request.overlap == .skip ? try self.holder(of: request) : nil
        try insert.execute(
            arguments: [
                request.id.text, generation, request.trigger.rawValue, request.schedule, request.planned?.microseconds,
                request.due.microseconds, request.domain, request.task, request.recordedParams.text, request.overlapKey,
                now.microseconds, holder == nil ? nil : now.microseconds,
                holder == nil ? nil : Outcome.skipped.rawValue,
                holder.map { "overlap, holder=\($0)" }, request.missed?.count ?? 0, nil,
            ])
        guard db.changesCount == 1 else { return .taken }
        if let schedule = request.schedule, let planned = request.planned { try move(schedule, past: planned) }
        if let holder { return .overlaps(holder: holder) }
        try outbox.write(.taskStarted(request.startedRow(at: now)), at: now)
        return .won
    }

    /// The open run of the same work whose process is alive.
    private func holder(of request: RunRequest) throws -> RowID? {
        guard let row = try GRDB.Row.fetchOne(holder, arguments: [request.overlapKey]) else { return nil }
        let owner: Int64 = row["generation"]
        // A dead process holds nothing: its run is about to be recovered.
        guard try owner == generation || locks.isTaken(owner) else { return nil }
        return RowID(row["id"] as String)
    }

    /// One row for the whole span, at its first slot.
    private func write(_ missed: MissedSlots, of claim: Claim, _ schedule: String) throws {
        try insert.execute(
            arguments: [
                RowID(orderedAt: now).text, generation, Trigger.schedule.rawValue, schedule, missed.first.microseconds,
                missed.first.microseconds, claim.domain, claim.task, "{}", "", now.microseconds, now.microseconds,
                Outcome.missed.rawValue, "\(missed.count) slots passed, the last at \(missed.last)", missed.count,
                missed.last.microseconds,
            ])
        try move(schedule, past: missed.last)
    }

    /// Everything up to the slot is accounted for. A schedule that was never registered has no cursor.
    private func move(_ schedule: String, past slot: Instant) throws {
        guard let number = schedules[schedule] else { return }
        try cursor.execute(arguments: [slot.microseconds, number])
    }
}

/// Writes the ends of runs, with their task rows and alerts.
struct EndingWriter {
    private let update: Statement
    private let outbox: OutboxWriter

    init(_ db: Database) throws {
        // An outcome, once written, stays.
        update = try db.cachedStatement(
            sql: """
                UPDATE run SET started_at = ?, finished_at = ?, outcome = ?, reason = ?, duration_ms = ?, result = ?
                WHERE id = ? AND outcome IS NULL
                RETURNING claimed_at
                """)
        outbox = try OutboxWriter(db)
    }

    mutating func write(_ ending: RunEnding) throws {
        let completion = ending.completion
        let claimedAt = try Int64.fetchOne(
            update,
            arguments: [
                completion.startedAt.microseconds, completion.finishedAt.microseconds, completion.outcome.rawValue,
                completion.reason, completion.duration.milliseconds, completion.result.text, completion.id.text,
            ])
        guard let claimedAt else { return }
        try outbox.write(
            .taskFinished(
                ending.request.finishedRow(
                    completion.outcome, completion.result, durationMs: Int(completion.duration.milliseconds),
                    claimedAt: Instant(microseconds: claimedAt), at: completion.finishedAt)), at: completion.finishedAt)
        for alert in completion.alerts { try outbox.write(.alert(alert), at: completion.finishedAt) }
    }

    /// Ends a run whose process died. How long it ran is not known, so its row says nothing about that.
    static func interrupt(_ row: GRDB.Row, at now: Instant, _ db: Database) throws {
        let reason = "the process died while it ran"
        let id: String = row["id"]
        let result: JSON = ["error": .string("interrupted: \(reason)")]
        try db.execute(
            sql: "UPDATE run SET finished_at = ?, outcome = ?, reason = ?, result = ? WHERE id = ? AND outcome IS NULL",
            arguments: [now.microseconds, Outcome.interrupted.rawValue, reason, result.text, id])
        var draft = Draft<AgentTasks>()
        draft.id = RowID(id)
        draft.domain = row["domain"]
        draft.task = row["task"]
        draft.params = try JSON(parsing: row["params"] as String)
        draft.status = Outcome.interrupted.taskStatus
        draft.result = result
        draft.createdAt = Instant(microseconds: row["claimed_at"])
        draft.completedAt = now
        try OutboxWriter(db).write(.taskFinished(draft), at: now)
    }
}

extension RunRequest {
    /// The task row at the start (K71): `running`, never `pending`.
    func startedRow(at now: Instant) -> Draft<AgentTasks> {
        Draft {
            $0.id = id
            $0.domain = domain
            $0.task = task
            $0.params = recordedParams
            $0.status = "running"
            $0.createdAt = now
        }
    }

    /// The whole task row at the end (DI-07), so that it also stands when the row of the start was never delivered.
    func finishedRow(
        _ outcome: Outcome, _ result: JSON, durationMs: Int, claimedAt: Instant, at finishedAt: Instant
    ) -> Draft<AgentTasks> {
        var row = startedRow(at: claimedAt)
        row.status = outcome.taskStatus
        row.result = result
        row.durationMs = durationMs
        row.completedAt = finishedAt
        return row
    }
}

extension RunRecord {
    init(_ row: GRDB.Row) throws {
        guard let id = RowID(row["id"] as String), let trigger = Trigger(rawValue: row["trigger"]) else {
            throw StoreError(.malformed, table: "run", "a row's id or trigger cannot be read")
        }
        func instant(_ column: String) -> Instant? { (row[column] as Int64?).map { Instant(microseconds: $0) } }
        let due = Instant(microseconds: row["due_at"])
        self.init(
            id: id, trigger: trigger, schedule: row["schedule"], planned: instant("planned_at"), domain: row["domain"],
            task: row["task"], claimedAt: Instant(microseconds: row["claimed_at"]), startedAt: instant("started_at"),
            finishedAt: instant("finished_at"), outcome: (row["outcome"] as String?).flatMap(Outcome.init),
            reason: row["reason"], missed: row["missed"], durationMs: row["duration_ms"],
            latenessUsec: instant("started_at").map { Int(($0 - due).microseconds) })
    }
}
