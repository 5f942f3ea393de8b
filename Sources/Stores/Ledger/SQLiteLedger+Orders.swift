internal import GRDB
public import JSON
public import Records
public import Scheduling
public import Time

/// What became of an order's key.
public enum KeyedOrder: Hashable, Sendable {
    /// Nobody had used it; from now on it stands for the run.
    case new
    /// The same order came before, and is this run, which may not be in the ledger yet.
    case known(RowID)
    /// Another order came with it.
    case other
}

/// What a schedule's runs left behind last.
public struct LastRun: Hashable, Sendable {
    public var finishedAt: Instant
    public var outcome: Outcome
    /// When the last one ended that went well.
    public var succeededAt: Instant?

    public init(finishedAt: Instant, outcome: Outcome, succeededAt: Instant?) {
        self.finishedAt = finishedAt
        self.outcome = outcome
        self.succeededAt = succeededAt
    }
}

/// For those who ask over HTTP.
extension SQLiteLedger {
    /// How long keys are known.
    public static let keyMaxAge = Duration.seconds(86_400)

    /// Remembers that an order with this key is the run; the first order that has a key keeps it.
    ///
    /// - Parameter body: the order, in a form in which equal orders read the same.
    public func order(
        _ key: String, _ body: String, run: RowID, at now: Instant
    ) throws(StoreError) -> KeyedOrder {
        try perform { db in
            try db.execute(
                sql: "DELETE FROM keyed_order WHERE at < ?", arguments: [(now - SQLiteLedger.keyMaxAge).microseconds])
            let row = try GRDB.Row.fetchOne(
                db, sql: "SELECT body, run FROM keyed_order WHERE key = ?", arguments: [key])
            if let row {
                guard row["body"] as String == body, let known = RowID(row["run"] as String) else { return .other }
                return .known(known)
            }
            try db.execute(
                sql: "INSERT INTO keyed_order (key, body, run, at) VALUES (?, ?, ?, ?)",
                arguments: [key, body, run.text, now.microseconds])
            return .new
        }
    }

    /// A run and its result; `nil` when the ledger does not know it.
    public func run(_ id: RowID) throws(StoreError) -> (record: RunRecord, result: JSON?)? {
        try look { db in
            guard let row = try GRDB.Row.fetchOne(db, sql: "SELECT * FROM run WHERE id = ?", arguments: [id.text])
            else { return nil }
            return (try RunRecord(row), try (row["result"] as String?).map { try JSON(parsing: $0) })
        }
    }

    /// The last runs of schedules, by name; those that never ran are left out.
    public func lastRuns(of schedules: [String]) throws(StoreError) -> [String: LastRun] {
        try look { db in
            let sql = """
                SELECT finished_at, outcome FROM run
                WHERE schedule = ? AND started_at IS NOT NULL AND outcome IS NOT NULL
                """
            let newest = try db.makeStatement(sql: sql + " ORDER BY planned_at DESC LIMIT 1")
            let success = try db.makeStatement(sql: sql + " AND outcome = 'ok' ORDER BY planned_at DESC LIMIT 1")
            var runs: [String: LastRun] = [:]
            for schedule in schedules {
                guard let row = try GRDB.Row.fetchOne(newest, arguments: [schedule]),
                    let outcome = Outcome(rawValue: row[1])
                else { continue }
                let succeeded =
                    outcome == .ok ? row[0] as Int64 : try Int64.fetchOne(success, arguments: [schedule])
                runs[schedule] = LastRun(
                    finishedAt: Instant(microseconds: row[0]), outcome: outcome,
                    succeededAt: succeeded.map { Instant(microseconds: $0) })
            }
            return runs
        }
    }
}
