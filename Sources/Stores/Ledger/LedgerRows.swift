internal import GRDB
import JSON
import Records
import Scheduling
import Time

/// Writes the claims of one tick.
struct ClaimWriter {
    /// A run that has not ended, whichever process it belongs to.
    private struct Open {
        let id: RowID
        let generation: Int64
    }

    private let db: Database
    private let generation: Int64
    private let locks: ProcessLocks
    /// The rows of the registered schedules, by name.
    private let schedules: [String: Int64]
    private let now: Instant
    /// The oldest open run of each work. There are few, and one query for all costs less than one for each claim.
    private var open: [String: Open]
    private let insert: HotStatement
    private let cursor: HotStatement
    private let outbox: OutboxWriter

    init(
        _ db: Database, generation: Int64, locks: ProcessLocks, schedules: [String: Int64], now: Instant
    ) throws {
        self.schedules = schedules
        self.db = db
        self.generation = generation
        self.locks = locks
        self.now = now
        insert = try HotStatement(
            db,
            """
            INSERT INTO run (id, generation, trigger, schedule, planned_at, due_at, domain, task, params, overlap_key,
                claimed_at, finished_at, outcome, reason, missed, missed_through)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
            """)
        cursor = try HotStatement(db, "UPDATE cursor SET slot = max(slot, ?) WHERE schedule = ?")
        outbox = try OutboxWriter(db)
        open = [:]
        let rows = try GRDB.Row.fetchCursor(
            db, sql: "SELECT overlap_key, id, generation FROM run WHERE outcome IS NULL ORDER BY claimed_at DESC")
        while let row = try rows.next() {
            open[row[0]] = RowID(row[1] as String).map { Open(id: $0, generation: row[2]) }
        }
    }

    mutating func write(_ claim: Claim) throws -> ClaimResult {
        if let missed = claim.missed, let schedule = claim.schedule { try write(missed, of: claim, schedule) }
        guard let request = claim.request else { return .won }
        let key = request.overlapKey
        let holder = request.overlap == .skip ? try holder(of: key) : nil
        let end = holder == nil ? nil : now.microseconds
        try insert.run([
            .text(request.id.text), .integer(generation), .text(request.trigger.rawValue), .init(request.schedule),
            .init(request.planned?.microseconds), .integer(request.due.microseconds), .text(request.domain),
            .text(request.task), .text(request.recordedParams.text), .text(key), .integer(now.microseconds), .init(end),
            .init(holder == nil ? nil : Outcome.skipped.rawValue), .init(holder.map { "overlap, holder=\($0)" }),
            .integer(Int64(request.missed?.count ?? 0)), .null,
        ])
        guard db.changesCount == 1 else { return .taken }
        if let schedule = request.schedule, let planned = request.planned { try move(schedule, past: planned) }
        if let holder { return .overlaps(holder: holder) }
        if open[key] == nil { open[key] = Open(id: request.id, generation: generation) }
        try outbox.writeStart(of: request.id, at: now)
        return .won
    }

    /// The open run of the same work whose process is alive.
    private func holder(of key: String) throws -> RowID? {
        guard let open = open[key] else { return nil }
        // A dead process holds nothing: its run is about to be recovered.
        guard try open.generation == generation || locks.isTaken(open.generation) else { return nil }
        return open.id
    }

    /// One row for the whole span, at its first slot.
    private func write(_ missed: MissedSlots, of claim: Claim, _ schedule: String) throws {
        try insert.run([
            .text(RowID(orderedAt: now).text), .integer(generation), .text(Trigger.schedule.rawValue), .text(schedule),
            .integer(missed.first.microseconds), .integer(missed.first.microseconds), .text(claim.domain),
            .text(claim.task), .text("{}"), .text(""), .integer(now.microseconds), .integer(now.microseconds),
            .text(Outcome.missed.rawValue), .text("\(missed.count) slots passed, the last at \(missed.last)"),
            .integer(Int64(missed.count)), .integer(missed.last.microseconds),
        ])
        try move(schedule, past: missed.last)
    }

    /// Everything up to the slot is accounted for. A schedule that was never registered has no cursor.
    private func move(_ schedule: String, past slot: Instant) throws {
        guard let number = schedules[schedule] else { return }
        try cursor.run([.integer(slot.microseconds), .integer(number)])
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
        let row = ending.request.finishedRow(
            completion.outcome, completion.result, durationMs: Int(completion.duration.milliseconds),
            claimedAt: Instant(microseconds: claimedAt), at: completion.finishedAt)
        try outbox.writeEnd(row, at: completion.finishedAt)
        for alert in completion.alerts { try outbox.write(alert: alert, at: completion.finishedAt) }
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
        try OutboxWriter(db).writeEnd(draft, at: now)
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
