import ActpTesting
import Cron
import JSON
import Scheduling
import Time

/// A ledger as another program reads it, for the audit.
struct LedgerDump {
    let versions: [SlotAudit.Version]
    let rows: [SlotAudit.Row]

    /// Reads the file with Python's SQLite, not with the code under test.
    init(of installation: Installation) async throws {
        let script = """
            import json, sqlite3, sys
            db = sqlite3.connect("file:%s?mode=ro" % sys.argv[1], uri=True)
            def all(sql): return [list(row) for row in db.execute(sql)]
            print(json.dumps({
              "rows": all("SELECT rowid, schedule, planned_at, missed_through, missed, outcome, claimed_at FROM run "
                          "WHERE trigger = 'schedule'"),
              "now": all("SELECT name, cron, zone, anchor FROM schedule"),
              "before": all("SELECT schedule, detail, at FROM change WHERE kind IN ('replaced', 'removed')")}))
            """
        let process = try ChildProcess(
            Installation.python, ["-c", script, installation.state + "/ledger.db"],
            environment: installation.environment, directory: installation.directory.path)
        guard try await process.ended(within: .seconds(300)) == .exited(0) else {
            throw ChildProcess.Failure(description: "the ledger cannot be read: \(process.standardError)")
        }
        let dump = try JSON(parsing: process.standardOutput)
        rows = try LedgerDump.list(dump["rows"]).map { try SlotAudit.Row($0) }
        versions =
            try LedgerDump.list(dump["now"]).map { columns in
                try SlotAudit.Version(
                    columns[0].string, cron: columns[1].string, zone: columns[2].string,
                    since: LedgerDump.instant(columns[3]), until: nil)
            }
            + LedgerDump.list(dump["before"]).map { columns in
                let detail = try JSON(parsing: columns[1].string ?? "")
                return try SlotAudit.Version(
                    columns[0].string, cron: detail["cron"]?.string, zone: detail["timezone"]?.string,
                    since: detail["since"]?.string.flatMap { Instant(iso8601: $0) },
                    until: LedgerDump.instant(columns[2]))
            }
    }

    private static func list(_ json: JSON?) -> [[JSON]] { (json?.array ?? []).compactMap(\.array) }

    fileprivate static func instant(_ json: JSON) -> Instant? { json.integer.map { Instant(microseconds: $0) } }
}

extension SlotAudit.Version {
    fileprivate init(_ name: String?, cron: String?, zone: String?, since: Instant?, until: Instant?) throws {
        guard let name, let cron, let zone, let since else {
            throw ChildProcess.Failure(description: "a version of \(name ?? "a schedule") cannot be read")
        }
        self.init(
            schedule: name, cron: try CronExpression(cron, name: name), zone: try zones.zone(zone), since: since,
            until: until)
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
