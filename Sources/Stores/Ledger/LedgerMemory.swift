internal import GRDB
public import JSON
public import Records
public import Time

/// A domain's memory in `ledger.db`.
public struct LedgerMemory: DomainMemory {
    private let ledger: SQLiteLedger
    private let domain: String

    init(_ ledger: SQLiteLedger, domain: String) {
        self.ledger = ledger
        self.domain = domain
    }

    public func entry(_ topic: String, _ key: String) throws(StoreError) -> MemoryEntry? {
        try ledger.perform { db in
            try GRDB.Row.fetchOne(
                db, sql: "SELECT topic, key, value, at FROM memory WHERE domain = ? AND topic = ? AND key = ?",
                arguments: [domain, topic, key]
            ).map { try MemoryEntry($0) }
        }
    }

    public func entries(_ topic: String, since: Instant?, limit: Int) throws(StoreError) -> [MemoryEntry] {
        try ledger.perform { db in
            try GRDB.Row.fetchAll(
                db,
                sql: """
                    SELECT topic, key, value, at FROM memory WHERE domain = ? AND topic = ? AND at >= ?
                    ORDER BY at DESC, key DESC LIMIT ?
                    """,
                arguments: [domain, topic, since?.microseconds ?? .min, limit]
            ).reversed().map { try MemoryEntry($0) }
        }
    }

    public func remember(_ changes: some Sequence<MemoryChange>, at now: Instant) throws(StoreError) {
        guard changes.contains(where: { _ in true }) else { return }
        try ledger.perform { db in
            let write = try db.cachedStatement(
                sql: "INSERT OR REPLACE INTO memory (domain, topic, key, value, at) VALUES (?, ?, ?, ?, ?)")
            let delete = try db.cachedStatement(sql: "DELETE FROM memory WHERE domain = ? AND topic = ? AND key = ?")
            for change in changes {
                if let value = change.value {
                    try write.execute(arguments: [domain, change.topic, change.key, value.text, now.microseconds])
                } else {
                    try delete.execute(arguments: [domain, change.topic, change.key])
                }
            }
        }
    }

    public func claim(_ topic: String, _ key: String, _ value: JSON, at now: Instant) throws(StoreError) -> Bool {
        try ledger.perform { db in
            try db.execute(
                sql: "INSERT OR IGNORE INTO memory (domain, topic, key, value, at) VALUES (?, ?, ?, ?, ?)",
                arguments: [domain, topic, key, value.text, now.microseconds])
            return db.changesCount == 1
        }
    }

    public func forget(_ topic: String, before: Instant) throws(StoreError) -> Int {
        try ledger.perform { db in
            try db.execute(
                sql: "DELETE FROM memory WHERE domain = ? AND topic = ? AND at < ?",
                arguments: [domain, topic, before.microseconds])
            return db.changesCount
        }
    }
}

extension SQLiteLedger {
    /// What the domain remembers, in this ledger.
    public func memory(of domain: String) -> LedgerMemory { LedgerMemory(self, domain: domain) }
}

extension MemoryEntry {
    fileprivate init(_ row: GRDB.Row) throws {
        self.init(
            topic: row[0], key: row[1], value: try JSON(parsing: row[2] as String), at: Instant(microseconds: row[3]))
    }
}
