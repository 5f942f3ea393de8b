internal import GRDB
import JSON
public import Records
public import Scheduling
public import Time

/// Reloads that somebody waits for: the one who asks writes a row and sends SIGHUP, the daemon writes its answer there.
extension SQLiteLedger {
    /// Asks for a reload and returns the request's number.
    public func requestReload(at now: Instant) throws(StoreError) -> Int64 {
        try perform { db in
            try db.execute(sql: "INSERT INTO reload (requested_at) VALUES (?)", arguments: [now.microseconds])
            return db.lastInsertedRowID
        }
    }

    /// The newest request without an answer; `nil` when nobody waits. To be asked before the file is read: what comes
    /// later is for the next reload.
    public func openReload() throws(StoreError) -> Int64? {
        try perform { db in try Int64.fetchOne(db, sql: "SELECT max(number) FROM reload WHERE answered_at IS NULL") }
    }

    /// Answers all open requests up to a number, and forgets those of more than a day ago.
    public func answerReloads(through number: Int64, _ verdict: ReloadVerdict, at now: Instant) throws(StoreError) {
        try perform { db in
            try db.execute(
                sql:
                    "UPDATE reload SET answered_at = ?, accepted = ?, answer = ? WHERE answered_at IS NULL AND number <= ?",
                arguments: [now.microseconds, verdict.isAccepted, verdict.json.text, number])
            try db.execute(
                sql: "DELETE FROM reload WHERE requested_at < ?",
                arguments: [(now - .seconds(86_400)).microseconds])
        }
    }

    /// The answer to a request; `nil` until there is one.
    public func reloadVerdict(_ number: Int64) throws(StoreError) -> ReloadVerdict? {
        try perform { db in
            try String.fetchOne(db, sql: "SELECT answer FROM reload WHERE number = ?", arguments: [number])
                .flatMap { try ReloadVerdict(JSON(parsing: $0)) }
        }
    }

    /// Takes back a request that nobody will answer any more.
    public func withdrawReload(_ number: Int64) throws(StoreError) {
        try perform { db in
            try db.execute(
                sql: "DELETE FROM reload WHERE number = ? AND answered_at IS NULL", arguments: [number])
        }
    }

    /// The process id of the daemon that holds this ledger now; `nil` when there is none.
    public func daemonProcess() throws(StoreError) -> Int32? {
        guard try isDaemonUp() else { return nil }
        let found = try perform { db in
            try GRDB.Row.fetchOne(
                db, sql: "SELECT number, pid FROM generation WHERE kind = 'daemon' ORDER BY number DESC LIMIT 1"
            ).map { row -> (number: Int64, process: Int32) in (row[0], row[1]) }
        }
        // A daemon that is just starting holds its byte before it has its row.
        guard let found, try isAlive(generation: found.number) else { return nil }
        return found.process
    }
}
