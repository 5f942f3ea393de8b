internal import GRDB
public import JSON
public import Records
public import Scheduling
public import Time

/// What a process last found of the world outside, kept for those who look later: a service that is left alone, why a
/// delivery fails, what the live tables lack.
public struct LedgerFinding: Hashable, Sendable {
    public let subject: String
    public let body: JSON
    public let at: Instant
}

extension SQLiteLedger {
    /// Remembers what was found of a subject in place of what was known; `nil`: there is nothing to know any more.
    public func note(_ subject: String, _ body: JSON?, at now: Instant) throws(StoreError) {
        try perform { db in
            guard let body else {
                return try db.execute(sql: "DELETE FROM finding WHERE subject = ?", arguments: [subject])
            }
            try db.execute(
                sql: "INSERT OR REPLACE INTO finding (subject, body, at) VALUES (?, ?, ?)",
                arguments: [subject, body.text, now.microseconds])
        }
    }

    /// By subject.
    public func findings() throws(StoreError) -> [LedgerFinding] {
        try look { db in
            try GRDB.Row.fetchAll(db, sql: "SELECT subject, body, at FROM finding ORDER BY subject").map { row in
                LedgerFinding(
                    subject: row["subject"], body: try JSON(parsing: row["body"] as String),
                    at: Instant(microseconds: row["at"]))
            }
        }
    }

    // MARK: Deliveries that must not be made twice

    /// Takes the oldest messages for a destination in hand: while this process lives nobody else gets them, nor any that
    /// came after them, until they are ``delivered(_:)`` or ``putBack(_:)``.
    ///
    /// - Returns: nothing while another process has some in hand; it will see those that came meanwhile.
    public func take(_ destination: OutboxEntry.Destination, limit: Int) throws(StoreError) -> [OutboxEntry] {
        let (generation, locks) = (generation, locks)
        return try perform { db in
            let holders = try Int64.fetchAll(
                db, sql: "SELECT DISTINCT holder FROM outbox WHERE destination = ? AND holder IS NOT NULL",
                arguments: [destination.rawValue])
            for holder in holders where holder != generation {
                if try locks.isTaken(holder) { return [] }
            }
            let entries = try OutboxEntry.pending(destination, limit: limit, db)
            try OutboxEntry.hold(entries, by: generation, db)
            return entries
        }
    }

    /// Leaves messages that were taken to whoever comes next.
    public func putBack(_ entries: [OutboxEntry]) throws(StoreError) {
        try perform { db in try OutboxEntry.hold(entries, by: nil, db) }
    }
}

extension OutboxEntry {
    fileprivate static func hold(_ entries: [OutboxEntry], by generation: Int64?, _ db: Database) throws {
        let hold = try db.cachedStatement(sql: "UPDATE outbox SET holder = ? WHERE sequence = ?")
        for entry in entries { try hold.execute(arguments: [generation, entry.sequence]) }
    }
}
