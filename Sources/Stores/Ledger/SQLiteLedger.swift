import Cron
internal import GRDB
import GRDBSQLite
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

    /// The log is moved into the file when it is this long: SQLite's own default.
    private static let checkpointPages: Int32 = 1_000

    /// The lock of the daemon; generations lock the bytes after it.
    private static let daemonByte: Int64 = 0

    private let queue: DatabaseQueue
    let locks: ProcessLocks
    let generation: Int64
    private let file: LedgerFile
    private let texts: any AlertTexts
    /// Where a damaged ledger was put when this one was begun; `nil` in the usual case.
    public let setAside: String?
    /// The rows of the registered schedules, by name.
    let numbers = Mutex<[String: Int64]>([:])

    /// Opens `ledger.db` in a state directory, creating or migrating it as needed.
    ///
    /// - Parameter texts: what the owner is told of failures.
    /// A damaged ledger is set aside by the daemon alone, and ``setAside`` says where; anybody else is told that it is
    /// damaged.
    ///
    /// - Throws: ``StoreError``; for a second daemon with code `busy` and the holder's process id.
    public init(
        directory: String, as opener: Opener, texts: any AlertTexts, at now: Instant
    ) throws(StoreError) {
        self.texts = texts
        locks = try ProcessLocks(path: directory + "/ledger.lock")
        file = LedgerFile(directory: directory)
        // The daemon's lock first: who may set a damaged ledger aside must be alone.
        if opener == .daemon, try !locks.take(SQLiteLedger.daemonByte) {
            let process = file.daemonProcess.map { " (process \($0))" } ?? ""
            throw StoreError(.busy, table: nil, "\(directory) is held by another actpd daemon\(process)")
        }
        if opener == .daemon {
            (queue, setAside) = try file.openOrReplace(at: now)
        } else {
            (queue, setAside) = (try file.open(), nil)
        }
        guard opener != .reader else {
            generation = 0
            return
        }
        generation = try SQLiteLedger.perform(queue) { db in
            try db.execute(
                sql: "INSERT INTO generation (kind, pid, started_at, boot) VALUES (?, ?, ?, ?)",
                arguments: [
                    opener == .daemon ? "daemon" : "one-shot", Int64(getpid()), now.microseconds, HostBoot.identifier,
                ])
            return db.lastInsertedRowID
        }
        guard try locks.take(generation) else {
            throw StoreError(
                .failed, table: nil, "\(directory)/ledger.lock: generation \(generation) is locked already")
        }
    }

    /// Has the ledger set aside at the next start: called by a daemon that found damage while it ran, before it ends.
    public func noteDamage() { file.noteDamage() }

    /// Whether a daemon holds this ledger now.
    public func isDaemonUp() throws(StoreError) -> Bool { try locks.isTaken(SQLiteLedger.daemonByte) }

    /// Whether the process with this number in the table of generations lives.
    func isAlive(generation number: Int64) throws(StoreError) -> Bool { try locks.isTaken(number) }

    /// SQLite's `synchronous` setting: 2 is FULL, without which a power cut takes the last transactions with it.
    public var synchronousMode: Int {
        get throws(StoreError) {
            try perform { db in try Int.fetchOne(db, sql: "PRAGMA synchronous") ?? 0 }
        }
    }

    public func claim(_ claims: [Claim], limits: RunLimits, at now: Instant) throws(StoreError) -> ClaimReceipt {
        let (generation, locks, numbers) = (generation, locks, numbers.withLock { $0 })
        return try hurry(isDurable: true) { db in
            var writer = try ClaimWriter(
                db, generation: generation, open: OpenRun.all(db, own: generation, locks), limits: limits,
                schedules: numbers, now: now)
            for claim in claims { try writer.write(claim) }
            return writer.receipt
        }
    }

    public func launch(_ runs: [RowID], at now: Instant) throws(StoreError) -> Set<RowID> {
        let generation = generation
        return try hurry(isDurable: false) { db in
            let mark = try HotStatement(
                db,
                """
                UPDATE run SET started_at = ?, reason = NULL
                WHERE id = ? AND generation = ? AND outcome IS NULL AND started_at IS NULL
                """)
            let outbox = try OutboxWriter(db)
            var launched: Set<RowID> = []
            for id in runs {
                try mark.run([.integer(now.microseconds), .text(id.text), .integer(generation)])
                guard db.changesCount == 1 else { continue }
                try outbox.writeStart(of: id, at: now)
                launched.insert(id)
            }
            return launched
        }
    }

    public func release(limits: RunLimits) throws(StoreError) -> (runs: [RowID], mustAskAgain: Bool) {
        let (generation, locks) = (generation, locks)
        return try perform { db in
            var admission = Admission(try OpenRun.all(db, own: generation, locks).runs, limits: limits)
            let runs = admission.release()
            return (runs, admission.mustAskAgain)
        }
    }

    public func finish(_ endings: [RunEnding]) throws(StoreError) -> [FinishNotice] {
        let texts = texts
        return try perform { db in
            var writer = try EndingWriter(db, texts: texts)
            for ending in endings { try writer.write(ending) }
            return writer.notices
        }
    }

    public func recover(at now: Instant) throws(StoreError) -> Recovery {
        let (generation, locks, texts) = (generation, locks, texts)
        return try perform { db in
            let open = try GRDB.Row.fetchAll(
                db,
                sql: """
                    SELECT run.*, boot FROM run INDEXED BY run_open JOIN generation ON generation = number
                    WHERE outcome IS NULL ORDER BY claimed_at, run.rowid
                    """)
            var recovery = Recovery()
            var writer = try EndingWriter(db, texts: texts)
            for row in open {
                let owner: Int64 = row["generation"]
                guard owner != generation, try !locks.isTaken(owner) else { continue }
                var record = try RunRecord(row)
                guard let (outcome, reason) = record.fate(isSameBoot: HostBoot.isThis(row["boot"])) else {
                    recovery.orphans.append(record)
                    continue
                }
                try writer.write(record, outcome, reason, row: row, at: now)
                (record.outcome, record.reason, record.finishedAt) = (outcome, reason, now)
                recovery.ended.append(record)
            }
            return recovery
        }
    }

    public func adopt(_ orphans: [RowID]) throws(StoreError) {
        let generation = generation
        try perform { db in
            for id in orphans {
                try db.execute(
                    sql: "UPDATE run SET generation = ? WHERE id = ? AND outcome IS NULL",
                    arguments: [generation, id.text])
            }
        }
    }

    public func dismiss(_ dismissals: [Dismissal], at now: Instant) throws(StoreError) {
        try perform { db in
            for dismissal in dismissals {
                try db.execute(
                    // A missed row counts slots: this one alone, not those that its run would have made up for.
                    sql: """
                        UPDATE run SET finished_at = ?, outcome = ?, reason = ?, missed = ?,
                            missed_through = iif(?, planned_at, NULL)
                        WHERE id = ? AND outcome IS NULL AND started_at IS NULL
                        """,
                    arguments: [
                        now.microseconds, dismissal.outcome.rawValue, dismissal.reason,
                        dismissal.outcome == .missed ? 1 : 0, dismissal.outcome == .missed, dismissal.id.text,
                    ])
            }
        }
    }

    public func pause(_ pause: Pause) throws(StoreError) { try perform { db in try pause.save(db) } }

    public func resume(_ schedule: String, at now: Instant) throws(StoreError) -> Pause? {
        try perform { db in
            guard let pause = try Pause.all(db)[schedule] else { return nil }
            try pause.delete(db, at: now)
            try FailureStreak.forget(schedule, db)
            return pause
        }
    }

    public func tell(_ alerts: [String], at now: Instant) throws(StoreError) {
        try perform { db in
            let outbox = try OutboxWriter(db)
            for alert in alerts { try outbox.write(alert: alert, at: now) }
        }
    }

    public func prune(_ kept: HistoryLimits, limit: Int, at now: Instant) throws(StoreError) -> Int {
        let oldest = (now - kept.age).microseconds
        return try perform { db in
            // By age, and by number: rows are numbered in the order of their claims. Each in a way that an index answers.
            let conditions = [
                ("claimed_at < ?", "claimed_at", oldest),
                ("rowid <= (SELECT max(rowid) FROM run) - ?", "rowid", Int64(kept.runs)),
            ]
            var forgotten = 0
            for (condition, order, bound) in conditions where forgotten < limit {
                // A start that is still to be delivered reads its run.
                try db.execute(
                    sql: """
                        DELETE FROM run WHERE rowid IN (
                            SELECT rowid FROM run WHERE \(condition) AND outcome IS NOT NULL
                                AND id NOT IN (SELECT body FROM outbox WHERE kind = 'task_started')
                            ORDER BY \(order) LIMIT ?)
                        """, arguments: [bound, limit - forgotten])
                forgotten += db.changesCount
            }
            if forgotten < limit {
                for table in ["change WHERE at", "reload WHERE requested_at"] {
                    try db.execute(sql: "DELETE FROM \(table) < ?", arguments: [oldest])
                }
                try db.execute(
                    sql: """
                        DELETE FROM generation WHERE started_at < ? AND number <> ?
                            AND NOT EXISTS (SELECT 1 FROM run WHERE generation = number)
                        """, arguments: [oldest, generation])
            }
            return forgotten
        }
    }

    public func pauses() throws(StoreError) -> [String: Pause] { try look { db in try Pause.all(db) } }

    public func runs(_ filter: RunFilter) throws(StoreError) -> [RunRecord] {
        var conditions = ["TRUE"]
        var arguments: [(any DatabaseValueConvertible)?] = []
        if let domain = filter.domain {
            conditions.append("domain = ?")
            arguments.append(domain)
        }
        if let schedule = filter.schedule {
            conditions.append("schedule = ?")
            arguments.append(schedule)
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
        // Few are open: by themselves they are found at once, among all runs after a million.
        let table = filter.onlyOpen ? "run INDEXED BY run_open" : "run"
        if let place = filter.before {
            // The oldest are forgotten first: when the place itself is, so is all that came before it.
            conditions.append("(claimed_at, rowid) < (?, coalesce((SELECT rowid FROM run WHERE id = ?), 0))")
            arguments += [place.claimedAt.microseconds, place.id.text]
        }
        arguments.append(filter.limit)
        let sql =
            "SELECT * FROM \(table) WHERE \(conditions.joined(separator: " AND ")) ORDER BY claimed_at DESC, rowid DESC LIMIT ?"
        let values = StatementArguments(arguments)
        return try look { db in try GRDB.Row.fetchAll(db, sql: sql, arguments: values).map { try RunRecord($0) } }
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
        try look { db in
            let row = try GRDB.Row.fetchOne(
                db, sql: "SELECT count(*) AS n, min(created_at) AS oldest FROM outbox WHERE destination = ?",
                arguments: [destination.rawValue])
            return (row?["n"] ?? 0, (row?["oldest"] as Int64?).map { Instant(microseconds: $0) })
        }
    }

    // MARK: -

    func perform<Result>(_ work: (Database) throws -> Result) throws(StoreError) -> Result {
        try SQLiteLedger.perform(queue, work)
    }

    /// For what only looks: takes no write lock, so that it holds up nobody.
    func look<Result>(_ work: (Database) throws -> Result) throws(StoreError) -> Result {
        do {
            // Not `read`: the pragma by which that forbids writing has SQLite compile every statement anew.
            return try queue.unsafeRead { db in try db.transaction(.deferred) { try work(db) } }
        } catch {
            throw StoreError(error, table: "ledger", file: queue.path)
        }
    }

    /// A transaction for which starts wait. The next one that nobody waits for moves the log into the file instead of it,
    /// which takes as long as several claims.
    ///
    /// - Parameter isDurable: whether it outlives a power cut, and not only the process.
    private func hurry<Result>(
        isDurable: Bool, _ work: (Database) throws -> Result
    ) throws(StoreError) -> Result {
        do {
            return try queue.writeWithoutTransaction { db in
                sqlite3_wal_autocheckpoint(db.sqliteConnection, 0)
                defer { sqlite3_wal_autocheckpoint(db.sqliteConnection, SQLiteLedger.checkpointPages) }
                guard !isDurable else { return try db.transaction(.immediate) { try work(db) } }
                try db.cachedStatement(sql: "PRAGMA synchronous = NORMAL").execute()
                defer {
                    // Were this to fail, every later claim would be less than durable: better not to go on.
                    do { try db.cachedStatement(sql: "PRAGMA synchronous = FULL").execute() } catch {
                        preconditionFailure("ledger.db stays without full synchronization: \(error)")
                    }
                }
                return try db.transaction(.immediate) { try work(db) }
            }
        } catch {
            throw StoreError(error, table: "ledger", file: queue.path)
        }
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

extension Database {
    /// Does the work as one transaction of that kind.
    fileprivate func transaction<Result>(_ kind: TransactionKind, _ work: () throws -> Result) throws -> Result {
        var result: Result?
        try inTransaction(kind) {
            result = try work()
            return .commit
        }
        guard let result else { preconditionFailure("a transaction ended without a result") }
        return result
    }
}
