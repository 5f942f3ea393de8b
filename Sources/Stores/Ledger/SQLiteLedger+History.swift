internal import GRDB
public import Records
public import Scheduling
public import Time

/// Looking back: what commands ask the ledger about one schedule.
extension SQLiteLedger {
    /// The schedule as the daemon has it, or had it when it stopped; `nil` when it was not in force.
    public func registered(_ schedule: String) throws(StoreError) -> RegisteredSchedule? {
        try perform { db in try RegisteredSchedule.of(schedule, db) }
    }

    /// Everything about one second of a schedule.
    public func history(of schedule: String, at instant: Instant) throws(StoreError) -> SlotHistory {
        let second = Instant(seconds: instant.seconds)
        return try perform { db in
            let rows = try RunRecord.slots(of: schedule, from: second, before: second + .seconds(1), limit: 1_000, db)
            let own = rows.first { $0.trigger == .schedule }
            let span = try own?.outcome == .missed ? own : RunRecord.span(of: schedule, over: second, db)
            return SlotHistory(
                registered: try RegisteredSchedule.of(schedule, db), changes: try ScheduleChange.all(of: schedule, db),
                pause: try Pause.all(db)[schedule], record: own?.outcome == .missed ? nil : own, span: span,
                successor: try span?.missedThrough.flatMap { try RunRecord.successor(of: schedule, after: $0, db) },
                backfills: rows.filter { $0.trigger == .backfill }.sorted { $0.claimedAt > $1.claimedAt },
                oldest: try Int64.fetchOne(db, sql: "SELECT min(claimed_at) FROM run").map {
                    Instant(microseconds: $0)
                })
        }
    }

    /// The rows of the slots in `from ..< end`, by slot and then by age, and before them the span that reaches in from
    /// before; at most `limit`.
    public func slots(
        of schedule: String, from start: Instant, before end: Instant, limit: Int
    ) throws(StoreError) -> [RunRecord] {
        try perform { db in
            let span = try RunRecord.span(of: schedule, over: start, db)
            let rows = try RunRecord.slots(of: schedule, from: start, before: end, limit: limit, db)
            return (span.map { [$0] } ?? []) + rows.filter { $0.id != span?.id }
        }
    }

    /// Whether the ledger remembers a run or a change of the schedule, in force or not.
    public func isRemembered(_ schedule: String) throws(StoreError) -> Bool {
        try perform { db in
            try Bool.fetchOne(
                db,
                sql: """
                    SELECT EXISTS (\(RunRecord.rows("TRUE"))) OR EXISTS (SELECT 1 FROM change WHERE schedule = :schedule)
                    """, arguments: ["schedule": schedule]) ?? false
        }
    }
}

extension RegisteredSchedule {
    fileprivate static func of(_ name: String, _ db: Database) throws -> RegisteredSchedule? {
        let row = try GRDB.Row.fetchOne(
            db,
            sql: """
                SELECT cron, zone, anchor, slot FROM schedule LEFT JOIN cursor ON schedule = number WHERE name = ?
                """, arguments: [name])
        guard let row else { return nil }
        let anchor = Instant(microseconds: row[2])
        let cursor = (row[3] as Int64?).map { Instant(microseconds: $0) } ?? anchor
        return RegisteredSchedule(
            name: name, cron: row[0], timezone: row[1], state: ScheduleState(anchor: anchor, cursor: cursor))
    }
}

extension RunRecord {
    fileprivate static func slots(
        of schedule: String, from start: Instant, before end: Instant, limit: Int, _ db: Database
    ) throws -> [RunRecord] {
        try GRDB.Row.fetchAll(
            db,
            sql: """
                \(rows("planned_at >= :start AND planned_at < :end"))
                ORDER BY planned_at, claimed_at, rowid LIMIT :limit
                """,
            arguments: [
                "schedule": schedule, "start": start.microseconds, "end": end.microseconds, "limit": limit,
            ]
        ).map { try RunRecord($0) }
    }

    /// The missed slots among which the instant is. The nearest span is looked at first, so that the search ends there.
    fileprivate static func span(of schedule: String, over instant: Instant, _ db: Database) throws -> RunRecord? {
        try GRDB.Row.fetchOne(
            db,
            sql: """
                SELECT * FROM run INDEXED BY run_missed
                WHERE schedule = ? AND outcome = 'missed' AND planned_at <= ? AND missed_through >= ?
                ORDER BY planned_at DESC LIMIT 1
                """, arguments: [schedule, instant.microseconds, instant.microseconds]
        ).map { try RunRecord($0) }
    }

    /// The run for which the slots up to the instant were missed.
    fileprivate static func successor(
        of schedule: String, after instant: Instant, _ db: Database
    ) throws -> RunRecord? {
        let next = try GRDB.Row.fetchOne(
            db, sql: "\(rows("planned_at > :instant AND trigger = 'schedule'")) ORDER BY planned_at LIMIT 1",
            arguments: ["schedule": schedule, "instant": instant.microseconds]
        ).map { try RunRecord($0) }
        return next.flatMap { $0.missed > 0 && $0.outcome != .missed ? $0 : nil }
    }
}
