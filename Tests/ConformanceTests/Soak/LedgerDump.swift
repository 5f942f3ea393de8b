import ActpTesting
import Cron
import JSON
import Scheduling
import Time

/// A ledger as another program reads it, for the audit.
struct LedgerDump {
    /// How far the ledger was at some moment: its highest numbers of changes and of runs.
    struct Mark {
        let change: Int64
        let run: Int64

        init(change: Int64, run: Int64) {
            self.change = change
            self.run = run
        }

        /// - Parameter directory: that of the state.
        init(of directory: String) async throws {
            let dump = try await LedgerDump.read(
                directory,
                "SELECT (SELECT coalesce(max(rowid), 0) FROM change), (SELECT coalesce(max(rowid), 0) FROM run)")
            (change, run) = (dump.first?[0].integer ?? 0, dump.first?[1].integer ?? 0)
        }
    }

    let versions: [SlotAudit.Version]
    let rows: [SlotAudit.Row]

    /// - Parameters:
    ///   - directory: that of the state.
    ///   - marks: one for each change of the schedules, taken right after it, in their order.
    init(of directory: String, marks: [Mark]) async throws {
        rows = try await LedgerDump.read(
            directory,
            """
            SELECT rowid, schedule, planned_at, missed_through, missed, outcome, claimed_at FROM run
            WHERE trigger = 'schedule'
            """
        ).map { try SlotAudit.Row($0) }
        let now = try await LedgerDump.read(directory, "SELECT name, cron, zone, anchor FROM schedule")
        let before = try await LedgerDump.read(
            directory, "SELECT schedule, detail, at, rowid FROM change WHERE kind IN ('replaced', 'removed')")
        versions =
            try now.map { columns in
                try SlotAudit.Version(
                    columns[0].string, cron: columns[1].string, zone: columns[2].string,
                    since: LedgerDump.instant(columns[3]))
            }
            + before.map { columns in
                let detail = try JSON(parsing: columns[1].string ?? "")
                var version = try SlotAudit.Version(
                    columns[0].string, cron: detail["cron"]?.string, zone: detail["timezone"]?.string,
                    since: detail["since"]?.string.flatMap { Instant(iso8601: $0) })
                version.until = LedgerDump.instant(columns[2])
                version.lastOrder = marks.first { $0.change >= columns[3].integer ?? .max }?.run
                return version
            }
    }

    /// Reads with Python's SQLite, not with the code under test.
    private static func read(_ directory: String, _ query: String) async throws -> [[JSON]] {
        let script = """
            import json, sqlite3, sys
            db = sqlite3.connect("file:%s?mode=ro" % sys.argv[1], uri=True, timeout=30)
            print(json.dumps([list(row) for row in db.execute(sys.argv[2])]))
            """
        let process = try ChildProcess(
            Installation.python, ["-c", script, directory + "/ledger.db", query], environment: [:], directory: directory
        )
        guard try await process.ended(within: .seconds(300)) == .exited(0) else {
            throw ChildProcess.Failure(description: "the ledger cannot be read: \(process.standardError)")
        }
        return try (JSON(parsing: process.standardOutput).array ?? []).compactMap(\.array)
    }

    fileprivate static func instant(_ json: JSON) -> Instant? { json.integer.map { Instant(microseconds: $0) } }
}

extension SlotAudit.Version {
    fileprivate init(_ name: String?, cron: String?, zone: String?, since: Instant?) throws {
        guard let name, let cron, let zone, let since else {
            throw ChildProcess.Failure(description: "a version of \(name ?? "a schedule") cannot be read")
        }
        self.init(
            schedule: name, cron: try CronExpression(cron, name: name), zone: try zones.zone(zone), since: since)
    }
}

extension SlotAudit.Row {
    fileprivate init(_ columns: [JSON]) throws {
        guard let order = columns[0].integer, let schedule = columns[1].string,
            let planned = LedgerDump.instant(columns[2]), let claimedAt = LedgerDump.instant(columns[6])
        else { throw ChildProcess.Failure(description: "a row cannot be read: \(columns)") }
        self.init(
            order: order, schedule: schedule, planned: planned, through: LedgerDump.instant(columns[3]),
            missed: Int(columns[4].integer ?? 0), outcome: columns[5].string.flatMap { Outcome(rawValue: $0) },
            claimedAt: claimedAt)
    }
}
