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
    private let texts: any AlertTexts
    /// The rows of the registered schedules, by name.
    private let numbers = Mutex<[String: Int64]>([:])

    /// Opens `ledger.db` in a state directory, creating or migrating it as needed.
    ///
    /// - Parameter texts: what the owner is told of failures.
    /// - Throws: ``StoreError``; for a second daemon with code `busy` and the holder's process id.
    public init(
        directory: String, as opener: Opener, texts: any AlertTexts, at now: Instant
    ) throws(StoreError) {
        self.texts = texts
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
            throw StoreError(.busy, table: nil, "\(directory) is held by another actpd daemon\(process)")
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

    public func register(
        _ schedules: [Schedule], keeping kept: Set<String>, at now: Instant
    ) throws(StoreError) -> [String: ScheduleState] {
        try perform { db in
            var known = try KnownSchedule.all(db)
            var states: [String: ScheduleState] = [:]
            states.reserveCapacity(schedules.count)
            let inForce = schedules.filter(\.isEnabled)
            // What is not in force owes nothing: should it come back, it starts then.
            for name in Set(known.keys).subtracting(inForce.map(\.name)).subtracting(kept) {
                try known.removeValue(forKey: name)?.delete(name, at: now, db)
            }
            var writer = try ScheduleWriter(db)
            for schedule in inForce {
                let (cron, zone) = (schedule.cron.text, schedule.zone.identifier)
                let before = known[schedule.name]
                if let before, before.cron == cron, before.zone == zone {
                    states[schedule.name] = before.state
                } else {
                    try before?.change(.replaced, of: schedule.name, at: now).save(db)
                    let new = try writer.insert(
                        schedule.name, number: before?.number, cron: cron, zone: zone, at: now)
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

    public func claim(_ claims: [Claim], limits: RunLimits, at now: Instant) throws(StoreError) -> ClaimReceipt {
        let (generation, locks, numbers) = (generation, locks, numbers.withLock { $0 })
        return try perform { db in
            var writer = try ClaimWriter(
                db, generation: generation, open: OpenRun.all(db, own: generation, locks), limits: limits,
                schedules: numbers, now: now)
            for claim in claims { try writer.write(claim) }
            return writer.receipt
        }
    }

    public func launch(_ runs: [RowID], at now: Instant) throws(StoreError) -> Set<RowID> {
        let generation = generation
        do {
            return try queue.writeWithoutTransaction { db in
                try db.execute(sql: "PRAGMA synchronous = NORMAL")
                defer {
                    // Were this to fail, every later claim would be less than durable: better not to go on.
                    do { try db.execute(sql: "PRAGMA synchronous = FULL") } catch {
                        preconditionFailure("ledger.db stays without full synchronization: \(error)")
                    }
                }
                var launched: Set<RowID> = []
                try db.inTransaction {
                    let mark = try HotStatement(
                        db,
                        """
                        UPDATE run SET started_at = ?, reason = NULL
                        WHERE id = ? AND generation = ? AND outcome IS NULL AND started_at IS NULL
                        """)
                    let outbox = try OutboxWriter(db)
                    for id in runs {
                        try mark.run([.integer(now.microseconds), .text(id.text), .integer(generation)])
                        guard db.changesCount == 1 else { continue }
                        try outbox.writeStart(of: id, at: now)
                        launched.insert(id)
                    }
                    return .commit
                }
                return launched
            }
        } catch {
            throw StoreError(error, table: "ledger", file: queue.path)
        }
    }

    public func release(limits: RunLimits) throws(StoreError) -> (runs: [RowID], mustAskAgain: Bool) {
        let (generation, locks) = (generation, locks)
        return try perform { db in
            var admission = Admission(try OpenRun.all(db, own: generation, locks), limits: limits)
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
                    SELECT run.*, boot FROM run JOIN generation ON generation = number
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
                    sql: """
                        UPDATE run SET finished_at = ?, outcome = ?, reason = ?
                        WHERE id = ? AND outcome IS NULL AND started_at IS NULL
                        """,
                    arguments: [
                        now.microseconds, dismissal.outcome.rawValue, dismissal.reason, dismissal.id.text,
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

    public func pauses() throws(StoreError) -> [String: Pause] { try perform { db in try Pause.all(db) } }

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

    func perform<Result>(_ work: (Database) throws -> Result) throws(StoreError) -> Result {
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
            db, sql: "SELECT name, number, cron, zone, anchor, slot FROM schedule LEFT JOIN cursor ON schedule = number"
        )
        while let row = try rows.next() {
            // A schedule of which nothing was claimed yet has no cursor.
            let anchor = Instant(microseconds: row[4])
            let state = ScheduleState(
                anchor: anchor, cursor: (row[5] as Int64?).map { Instant(microseconds: $0) } ?? anchor)
            known[row[0]] = KnownSchedule(number: row[1], cron: row[2], zone: row[3], state: state)
        }
        return known
    }

    func delete(_ name: String, at now: Instant, _ db: Database) throws {
        try change(.removed, of: name, at: now).save(db)
        try db.execute(sql: "DELETE FROM cursor WHERE schedule = ?", arguments: [number])
        try db.execute(sql: "DELETE FROM schedule WHERE number = ?", arguments: [number])
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
    private let cursor: HotStatement
    private var nextNumber: Int64

    init(_ db: Database) throws {
        schedule = try HotStatement(
            db, "INSERT OR REPLACE INTO schedule (number, name, cron, zone, anchor) VALUES (?, ?, ?, ?, ?)")
        cursor = try HotStatement(db, "DELETE FROM cursor WHERE schedule = ?")
        nextNumber = (try Int64.fetchOne(db, sql: "SELECT max(number) FROM schedule") ?? 0) + 1
    }

    /// The schedule starts now. A known one keeps its number.
    mutating func insert(
        _ name: String, number: Int64?, cron: String, zone: String, at now: Instant
    ) throws -> KnownSchedule {
        let own = number ?? nextNumber
        if number == nil { nextNumber += 1 } else { try self.cursor.run([.integer(own)]) }
        try schedule.run([.integer(own), .text(name), .text(cron), .text(zone), .integer(now.microseconds)])
        return KnownSchedule(number: own, cron: cron, zone: zone, state: ScheduleState(anchor: now, cursor: now))
    }
}
