internal import GRDB
import JSON
import Records
import Scheduling
import Time

extension RunRecord {
    init(_ row: GRDB.Row) throws {
        guard let id = RowID(row["id"] as String), let trigger = Trigger(rawValue: row["trigger"]) else {
            throw StoreError(.malformed, table: "run", "a row's id or trigger cannot be read")
        }
        func instant(_ column: String) -> Instant? { (row[column] as Int64?).map { Instant(microseconds: $0) } }
        self.init(
            id: id, trigger: trigger, schedule: row["schedule"], planned: instant("planned_at"),
            due: Instant(microseconds: row["due_at"]), domain: row["domain"], task: row["task"],
            params: try JSON(parsing: row["params"] as String).object ?? [:],
            claimedAt: Instant(microseconds: row["claimed_at"]), startedAt: instant("started_at"),
            finishedAt: instant("finished_at"), outcome: (row["outcome"] as String?).flatMap(Outcome.init),
            reason: row["reason"], missed: row["missed"], missedThrough: instant("missed_through"),
            durationMs: row["duration_ms"], attempts: row["attempts"], isOnce: row["once"])
    }
}

extension RunRecord {
    /// The rows of `:schedule` for which the condition holds: what has ended has an index by schedule, and of what is open
    /// there is little.
    static func rows(_ condition: String) -> String {
        """
        SELECT rowid, * FROM run WHERE schedule = :schedule AND outcome IS NOT NULL AND \(condition)
        UNION ALL
        SELECT rowid, * FROM run INDEXED BY run_open WHERE outcome IS NULL AND schedule = :schedule AND \(condition)
        """
    }
}

extension Pause {
    static func all(_ db: Database) throws -> [String: Pause] {
        let statement = try db.cachedStatement(sql: "SELECT schedule, since, until, note FROM pause")
        let pauses = try GRDB.Row.fetchAll(statement).map { row in
            Pause(
                schedule: row[0], since: Instant(microseconds: row[1]),
                until: (row[2] as Int64?).map { Instant(microseconds: $0) }, note: row[3])
        }
        return Dictionary(pauses.map { ($0.schedule, $0) }, uniquingKeysWith: { $1 })
    }

    func save(_ db: Database) throws {
        try db.execute(
            sql: "INSERT OR REPLACE INTO pause (schedule, since, until, note) VALUES (?, ?, ?, ?)",
            arguments: [schedule, since.microseconds, until?.microseconds, note])
        var detail: [String: JSON] = ["note": .string(note)]
        if let until { detail["until"] = .string(until.iso8601Precise) }
        try ScheduleChange(schedule: schedule, at: since, kind: .paused, detail: .object(detail)).save(db)
    }

    func delete(_ db: Database, at now: Instant) throws {
        try db.execute(sql: "DELETE FROM pause WHERE schedule = ?", arguments: [schedule])
        try ScheduleChange(schedule: schedule, at: now, kind: .resumed, detail: ["note": .string(note)]).save(db)
    }
}

extension ScheduleChange {
    func save(_ db: Database) throws {
        // A reload may change thousands of schedules.
        try HotStatement(db, "INSERT INTO change (schedule, at, kind, detail) VALUES (?, ?, ?, ?)")
            .run([.text(schedule), .integer(at.microseconds), .text(kind.rawValue), .text(detail.text)])
    }

    static func all(of schedule: String, _ db: Database) throws -> [ScheduleChange] {
        try GRDB.Row.fetchAll(
            db, sql: "SELECT at, kind, detail FROM change WHERE schedule = ? ORDER BY at, rowid", arguments: [schedule]
        ).compactMap { row in
            guard let kind = Kind(rawValue: row[1]) else { return nil }
            return ScheduleChange(
                schedule: schedule, at: Instant(microseconds: row[0]), kind: kind,
                detail: try JSON(parsing: row[2] as String))
        }
    }
}
