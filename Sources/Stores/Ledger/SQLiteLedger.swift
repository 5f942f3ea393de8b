import Cron
internal import GRDB
import Glibc
import JSON
public import Records
public import Scheduling
import Synchronization
public import Time

/// The ledger in `ledger.db`: one row a run, unique by slot, and the outbox beside it in the same transactions.
public final class SQLiteLedger: Ledger {
    /// What the process that opens the ledger is.
    public enum Opener: Hashable, Sendable {
        /// The daemon: only one may hold the ledger at a time.
        case daemon
        /// A command that runs a task.
        case oneShot
        /// A command that only looks; it owns no runs.
        case reader
    }

    /// The lock of the daemon; generations lock the bytes after it.
    private static let daemonByte: Int64 = 0

    private let queue: DatabaseQueue
    private let locks: ProcessLocks
    private let generation: Int64
    /// The rows of the registered schedules, by name.
    private let numbers = Mutex<[String: Int64]>([:])

    /// Opens `ledger.db` in a state directory, creating or migrating it as needed.
    ///
    /// - Throws: ``StoreError``; for a second daemon with code `unavailable` and the holder's process id.
    public init(directory: String, as opener: Opener, at now: Instant) throws(StoreError) {
        locks = try ProcessLocks(path: directory + "/ledger.lock")
        queue = try SQLiteFile.open(path: directory + "/ledger.db", migrator: LedgerMigrations.migrator)
        guard opener != .reader else {
            generation = 0
            return
        }
        if opener == .daemon, try !locks.take(SQLiteLedger.daemonByte) {
            let holder = try? SQLiteLedger.perform(queue) { db in
                try Int.fetchOne(db, sql: "SELECT pid FROM generation WHERE kind = 'daemon' ORDER BY number DESC")
            }
            let process = holder.flatMap { $0 }.map { " (process \($0))" } ?? ""
            throw StoreError(.unavailable, table: nil, "\(directory) is held by another actpd daemon\(process)")
        }
        generation = try SQLiteLedger.perform(queue) { db in
            try db.execute(
                sql: "INSERT INTO generation (kind, pid, started_at) VALUES (?, ?, ?)",
                arguments: [opener == .daemon ? "daemon" : "one-shot", Int64(getpid()), now.microseconds])
            return db.lastInsertedRowID
        }
        guard try locks.take(generation) else {
            throw StoreError(
                .failed, table: nil, "\(directory)/ledger.lock: generation \(generation) is locked already")
        }
    }

    /// Whether a daemon holds this ledger now.
    public func isDaemonUp() throws(StoreError) -> Bool { try locks.isTaken(SQLiteLedger.daemonByte) }

    /// SQLite's `synchronous` setting: 2 is FULL, without which a power cut takes the last transactions with it.
    public var synchronousMode: Int {
        get throws(StoreError) {
            try perform { db in try Int.fetchOne(db, sql: "PRAGMA synchronous") ?? 0 }
        }
    }

    public func register(_ schedules: [Schedule], at now: Instant) throws(StoreError) -> [String: ScheduleState] {
        try perform { db in
            var known = try KnownSchedule.all(db)
            var states: [String: ScheduleState] = [:]
            let inForce = schedules.filter(\.isEnabled)
            // What is not in force owes nothing: should it come back, it starts then.
            for name in Set(known.keys).subtracting(inForce.map(\.name)) {
                try known.removeValue(forKey: name)?.delete(db)
            }
            let writer = try ScheduleWriter(db)
            for schedule in inForce {
                let (cron, zone) = (schedule.cron.text, schedule.zone.identifier)
                if let before = known[schedule.name], before.cron == cron, before.zone == zone {
                    states[schedule.name] = before.state
                } else {
                    let new = try writer.insert(schedule.name, cron: cron, zone: zone, at: now)
                    known[schedule.name] = new
                    states[schedule.name] = new.state
                }
            }
            numbers.withLock { $0 = known.mapValues(\.number) }
            return states
        }
    }

    public func states() throws(StoreError) -> [String: ScheduleState] {
        try perform { db in try KnownSchedule.all(db).mapValues(\.state) }
    }

    public func claim(_ claims: [Claim], at now: Instant) throws(StoreError) -> [ClaimResult] {
        let (generation, locks, numbers) = (generation, locks, numbers.withLock { $0 })
        return try perform { db in
            var writer = try ClaimWriter(db, generation: generation, locks: locks, schedules: numbers, now: now)
            return try claims.map { try writer.write($0) }
        }
    }

    public func finish(_ endings: [RunEnding]) throws(StoreError) {
        try perform { db in
            var writer = try EndingWriter(db)
            for ending in endings { try writer.write(ending) }
        }
    }

    public func recover(at now: Instant) throws(StoreError) -> [RunRecord] {
        let (generation, locks) = (generation, locks)
        return try perform { db in
            let open = try GRDB.Row.fetchAll(db, sql: "SELECT * FROM run WHERE outcome IS NULL ORDER BY claimed_at")
            var recovered: [RunRecord] = []
            for row in open {
                let owner: Int64 = row["generation"]
                guard owner != generation, try !locks.isTaken(owner) else { continue }
                try EndingWriter.interrupt(row, at: now, db)
                recovered.append(try RunRecord(row))
            }
            return recovered
        }
    }

    public func runs(_ filter: RunFilter) throws(StoreError) -> [RunRecord] {
        var conditions = ["TRUE"]
        var arguments: [(any DatabaseValueConvertible)?] = []
        if let domain = filter.domain {
            conditions.append("domain = ?")
            arguments.append(domain)
        }
        if let outcome = filter.outcome {
            conditions.append("outcome = ?")
            arguments.append(outcome.rawValue)
        }
        if let since = filter.since {
            conditions.append("claimed_at >= ?")
            arguments.append(since.microseconds)
        }
        if filter.onlyOpen { conditions.append("outcome IS NULL") }
        arguments.append(filter.limit)
        let sql =
            "SELECT * FROM run WHERE \(conditions.joined(separator: " AND ")) ORDER BY claimed_at DESC, rowid DESC LIMIT ?"
        let values = StatementArguments(arguments)
        return try perform { db in try GRDB.Row.fetchAll(db, sql: sql, arguments: values).map { try RunRecord($0) } }
    }

    // MARK: Outbox

    public func pending(_ destination: OutboxEntry.Destination, limit: Int) throws(StoreError) -> [OutboxEntry] {
        try perform { db in try OutboxEntry.pending(destination, limit: limit, db) }
    }

    public func delivered(_ entries: [OutboxEntry]) throws(StoreError) {
        try perform { db in
            let delete = try db.cachedStatement(sql: "DELETE FROM outbox WHERE sequence = ?")
            for entry in entries { try delete.execute(arguments: [entry.sequence]) }
        }
    }

    public func backlog(_ destination: OutboxEntry.Destination) throws(StoreError) -> (count: Int, oldest: Instant?) {
        try perform { db in
            let row = try GRDB.Row.fetchOne(
                db, sql: "SELECT count(*) AS n, min(created_at) AS oldest FROM outbox WHERE destination = ?",
                arguments: [destination.rawValue])
            return (row?["n"] ?? 0, (row?["oldest"] as Int64?).map { Instant(microseconds: $0) })
        }
    }

    // MARK: -

    private func perform<Result>(_ work: (Database) throws -> Result) throws(StoreError) -> Result {
        try SQLiteLedger.perform(queue, work)
    }

    private static func perform<Result>(
        _ queue: DatabaseQueue, _ work: (Database) throws -> Result
    ) throws(StoreError) -> Result {
        do {
            return try queue.write { db in try work(db) }
        } catch {
            throw StoreError(error, table: "ledger", file: queue.path)
        }
    }
}

/// A schedule as the ledger has it.
private struct KnownSchedule {
    let number: Int64
    let cron: String
    let zone: String
    let state: ScheduleState

    static func all(_ db: Database) throws -> [String: KnownSchedule] {
        var known: [String: KnownSchedule] = [:]
        // By position and one at a time: there may be ten thousand, and a start or a reload waits for them.
        let rows = try GRDB.Row.fetchCursor(
            db, sql: "SELECT name, number, cron, zone, anchor, slot FROM schedule JOIN cursor ON schedule = number")
        while let row = try rows.next() {
            let state = ScheduleState(anchor: Instant(microseconds: row[4]), cursor: Instant(microseconds: row[5]))
            known[row[0]] = KnownSchedule(number: row[1], cron: row[2], zone: row[3], state: state)
        }
        return known
    }

    func delete(_ db: Database) throws {
        try db.execute(sql: "DELETE FROM cursor WHERE schedule = ?", arguments: [number])
        try db.execute(sql: "DELETE FROM schedule WHERE number = ?", arguments: [number])
    }
}

/// Writes schedules that are new or read otherwise than before. Ten thousand may be, hence statements made once.
private struct ScheduleWriter {
    private let schedule: Statement
    private let cursor: Statement

    init(_ db: Database) throws {
        schedule = try db.cachedStatement(
            sql: """
                INSERT INTO schedule (name, cron, zone, anchor) VALUES (?, ?, ?, ?)
                ON CONFLICT (name) DO UPDATE SET cron = excluded.cron, zone = excluded.zone, anchor = excluded.anchor
                RETURNING number
                """)
        cursor = try db.cachedStatement(sql: "INSERT OR REPLACE INTO cursor (schedule, slot) VALUES (?, ?)")
    }

    /// The schedule starts now.
    func insert(_ name: String, cron: String, zone: String, at now: Instant) throws -> KnownSchedule {
        let number = try Int64.fetchOne(schedule, arguments: [name, cron, zone, now.microseconds]) ?? 0
        try cursor.execute(arguments: [number, now.microseconds])
        return KnownSchedule(
            number: number, cron: cron, zone: zone, state: ScheduleState(anchor: now, cursor: now))
    }
}
