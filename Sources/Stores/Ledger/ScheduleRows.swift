import Cron
internal import GRDB
import JSON
public import Records
public import Scheduling
import Synchronization
public import Time

extension SQLiteLedger {
    public func register(
        _ schedules: [Schedule], keeping kept: Set<String>, at now: Instant
    ) throws(StoreError) -> [String: ScheduleState] {
        try perform { db in
            let known = try KnownSchedule.all(db)
            let inForce = schedules.filter(\.isEnabled)
            // What is not in force owes nothing: should it come back, it starts then.
            for name in Set(known.keys).subtracting(inForce.map(\.name)).subtracting(kept) {
                try known[name]?.delete(name, at: now, db)
            }
            var registered: [String: KnownSchedule] = [:]
            registered.reserveCapacity(inForce.count)
            var writer = try ScheduleWriter(db, at: now)
            for schedule in inForce {
                registered[schedule.name] = try writer.write(schedule, known: known[schedule.name], at: now, db)
            }
            numbers.withLock { $0 = registered.mapValues(\.number) }
            return registered.mapValues(\.state)
        }
    }

    public func register(
        _ difference: ScheduleDifference, at now: Instant
    ) throws(StoreError) -> [String: ScheduleState] {
        guard !difference.started.isEmpty || !difference.ended.isEmpty else { return [:] }
        return try perform { db in
            let known = try KnownSchedule.all(db, only: difference.ended + difference.started.map(\.name))
            for name in difference.ended { try known[name]?.delete(name, at: now, db) }
            var registered: [String: KnownSchedule] = [:]
            var writer = try ScheduleWriter(db, at: now)
            for schedule in difference.started {
                registered[schedule.name] = try writer.write(schedule, known: known[schedule.name], at: now, db)
            }
            numbers.withLock { numbers in
                for name in difference.ended { numbers[name] = nil }
                numbers.merge(registered.mapValues(\.number)) { $1 }
            }
            return registered.mapValues(\.state)
        }
    }

    public func states() throws(StoreError) -> [String: ScheduleState] {
        try perform { db in try KnownSchedule.all(db).mapValues(\.state) }
    }
}

/// A schedule as the ledger has it.
private struct KnownSchedule {
    let number: Int64
    let cron: String
    let zone: String
    let state: ScheduleState

    init(number: Int64, cron: String, zone: String, state: ScheduleState) {
        self.number = number
        self.cron = cron
        self.zone = zone
        self.state = state
    }

    private init(_ row: GRDB.Row) {
        // A schedule of which nothing was claimed yet has no cursor; one whose clock was set back may have claimed slots
        // from before its start, and owes nothing of that time all the same.
        let anchor = Instant(microseconds: row[4])
        let cursor = (row[5] as Int64?).map { max(Instant(microseconds: $0), anchor) }
        self.init(
            number: row[1], cron: row[2], zone: row[3], state: ScheduleState(anchor: anchor, cursor: cursor ?? anchor))
    }

    /// - Parameter names: only these, or all.
    static func all(_ db: Database, only names: [String]? = nil) throws -> [String: KnownSchedule] {
        if let names {
            let statement = try db.cachedStatement(sql: "\(query) WHERE name = ?")
            return Dictionary(
                try names.compactMap { name in
                    try GRDB.Row.fetchOne(statement, arguments: [name]).map {
                        (name, KnownSchedule($0))
                    }
                }, uniquingKeysWith: { $1 })
        }
        var known: [String: KnownSchedule] = [:]
        // By position and one at a time: there may be ten thousand, and a start or a reload waits for them.
        let rows = try GRDB.Row.fetchCursor(db, sql: query)
        while let row = try rows.next() { known[row[0]] = KnownSchedule(row) }
        return known
    }

    private static let query =
        "SELECT name, number, cron, zone, anchor, slot FROM schedule LEFT JOIN cursor ON schedule = number"

    func delete(_ name: String, at now: Instant, _ db: Database) throws {
        try change(.removed, of: name, at: now).save(db)
        for sql in ["DELETE FROM cursor WHERE schedule = ?", "DELETE FROM schedule WHERE number = ?"] {
            try HotStatement(db, sql).run([.integer(number)])
        }
    }

    /// How it read until now.
    func change(_ kind: ScheduleChange.Kind, of name: String, at now: Instant) -> ScheduleChange {
        ScheduleChange(
            schedule: name, at: now, kind: kind,
            detail: [
                "cron": .string(cron), "timezone": .string(zone), "since": .string(state.anchor.iso8601Precise),
            ])
    }
}

/// Writes schedules that are new or read otherwise than before. Ten thousand may be, hence statements made once.
private struct ScheduleWriter {
    private let schedule: HotStatement
    private let forgetCursor: HotStatement
    private let setCursor: HotStatement
    private var nextNumber: Int64
    /// The clock was set back: there are rows of slots that are still to come.
    private let isBehind: Bool

    init(_ db: Database, at now: Instant) throws {
        schedule = try HotStatement(
            db, "INSERT OR REPLACE INTO schedule (number, name, cron, zone, anchor) VALUES (?, ?, ?, ?, ?)")
        forgetCursor = try HotStatement(db, "DELETE FROM cursor WHERE schedule = ?")
        setCursor = try HotStatement(db, "INSERT OR REPLACE INTO cursor (schedule, slot) VALUES (?, ?)")
        let latest = try Int64.fetchOne(db, sql: "SELECT max(planned_at) FROM run WHERE trigger = 'schedule'")
        isBehind = latest.map { $0 > now.microseconds } ?? false
        nextNumber = (try Int64.fetchOne(db, sql: "SELECT max(number) FROM schedule") ?? 0) + 1
    }

    /// A schedule that fires as it did goes on where it was; any other starts now.
    mutating func write(
        _ schedule: Schedule, known: KnownSchedule?, at now: Instant, _ db: Database
    ) throws -> KnownSchedule {
        let (cron, zone) = (schedule.cron.text, schedule.zone.identifier)
        if let known, known.cron == cron, known.zone == zone { return known }
        try known?.change(.replaced, of: schedule.name, at: now).save(db)
        return try insert(schedule.name, number: known?.number, cron: cron, zone: zone, at: now, db)
    }

    /// The schedule starts now. A known one keeps its number.
    private mutating func insert(
        _ name: String, number: Int64?, cron: String, zone: String, at now: Instant, _ db: Database
    ) throws -> KnownSchedule {
        let own = number ?? nextNumber
        if number == nil { nextNumber += 1 } else { try forgetCursor.run([.integer(own)]) }
        try schedule.run([.integer(own), .text(name), .text(cron), .text(zone), .integer(now.microseconds)])
        let cursor = isBehind ? max(try accounted(name, db) ?? now, now) : now
        if cursor > now { try setCursor.run([.integer(own), .integer(cursor.microseconds)]) }
        return KnownSchedule(number: own, cron: cron, zone: zone, state: ScheduleState(anchor: now, cursor: cursor))
    }

    /// Up to where the name has rows, from a time that the clock shows again. Nothing there is owed a second time: a span
    /// of missed slots that began there would meet the rows of the earlier version, and be lost with those after it.
    private func accounted(_ name: String, _ db: Database) throws -> Instant? {
        try Int64.fetchOne(
            db,
            sql: """
                SELECT max(max(planned_at, coalesce(missed_through, 0)))
                FROM (\(RunRecord.rows("trigger = 'schedule'")))
                """, arguments: ["schedule": name]
        ).map { Instant(microseconds: $0) }
    }
}
