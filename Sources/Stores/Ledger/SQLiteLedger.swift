import Cron
internal import GRDB
import Glibc
import JSON
public import Records
public import Scheduling
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
            var known: [String: (cron: String, zone: String, state: ScheduleState)] = [:]
            // By position and one at a time: there may be ten thousand, and a start or a reload waits for them.
            let rows = try GRDB.Row.fetchCursor(db, sql: "SELECT name, cron, zone, anchor, cursor FROM schedule")
            while let row = try rows.next() {
                let state = ScheduleState(
                    anchor: Instant(microseconds: row[3]), cursor: Instant(microseconds: row[4]))
                known[row[0]] = (row[1], row[2], state)
            }
            var states: [String: ScheduleState] = [:]
            let insert = try db.cachedStatement(
                sql: "INSERT OR REPLACE INTO schedule (name, cron, zone, anchor, cursor) VALUES (?, ?, ?, ?, ?)")
            for schedule in schedules {
                let (cron, zone) = (schedule.cron.text, schedule.zone.identifier)
                if let before = known[schedule.name], before.cron == cron, before.zone == zone {
                    states[schedule.name] = before.state
                } else {
                    states[schedule.name] = ScheduleState(anchor: now, cursor: now)
                    try insert.execute(
                        arguments: [schedule.name, cron, zone, now.microseconds, now.microseconds])
                }
            }
            return states
        }
    }

    public func states() throws(StoreError) -> [String: ScheduleState] {
        try perform { db in
            let rows = try GRDB.Row.fetchAll(db, sql: "SELECT name, anchor, cursor FROM schedule")
            return Dictionary(rows.map { ($0["name"], ScheduleState($0)) }, uniquingKeysWith: { $1 })
        }
    }

    public func claim(_ claims: [Claim], at now: Instant) throws(StoreError) -> [ClaimResult] {
        let (generation, locks) = (generation, locks)
        return try perform { db in
            var writer = try ClaimWriter(db, generation: generation, locks: locks, now: now)
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
        try perform { db in
            try GRDB.Row.fetchAll(
                db, sql: "SELECT * FROM outbox WHERE destination = ? ORDER BY sequence LIMIT ?",
                arguments: [destination.rawValue, limit]
            ).map { row in
                OutboxEntry(
                    sequence: row["sequence"], message: try OutboxEntry.Message(kind: row["kind"], body: row["body"]),
                    createdAt: Instant(microseconds: row["created_at"]))
            }
        }
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

extension ScheduleState {
    fileprivate init(_ row: GRDB.Row) {
        self.init(anchor: Instant(microseconds: row["anchor"]), cursor: Instant(microseconds: row["cursor"]))
    }
}
