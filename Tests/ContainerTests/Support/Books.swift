import Cron
import Foundation
import JSON
import Scheduling
import Time

/// The three books of a machine, as whoever looks after it reads them: the ledger by `actpd runs`, the journal by
/// `journalctl`, the task rows by `actpd export`.
struct Books {
    /// The oldest first.
    let runs: [JSON]
    private let journal: [JSON]
    private let rows: [JSON]

    init(of machine: Container) async throws {
        runs = try JSON(parsing: await machine.run("actpd", "runs", "--json", "-n", "100000")).array?.reversed() ?? []
        journal = try await machine.journal()
        let table = try await machine.run("actpd", "export", "actp_agent_tasks", "--format", "ndjson")
        rows = try table.split(separator: "\n").map { try JSON(parsing: String($0)) }
    }

    /// What they do not say alike, in words: every run that began has an outcome, the journal's last word on it is the same,
    /// and so is its one row.
    var contradictions: [String] {
        let began = runs.filter { $0["started_at"] != .null }
        let ledger = Dictionary(began.map { ($0["id"]?.string ?? "", $0["outcome"]?.string ?? "") }) { $1 }
        let lastWords = Dictionary(
            journal.compactMap { entry in
                entry["ACTP_RUN_ID"]?.string.flatMap { id in entry["ACTP_OUTCOME"]?.string.map { (id, $0) } }
            }
        ) { $1 }
        var faults = ledger.isEmpty ? ["nothing ran"] : []
        for (id, outcome) in ledger {
            if outcome == "running" { faults.append("run \(id) has no outcome") }
            let word = lastWords[id] ?? "nothing"
            if word != outcome { faults.append("run \(id): \(outcome), in the journal: \(word)") }
        }
        let ids = rows.compactMap { $0["id"]?.string }
        faults += Set(ledger.keys).symmetricDifference(ids).map { "run \($0) is in one of ledger and table alone" }
        for row in rows where (row["status"] == "ok") != (ledger[row["id"]?.string ?? ""] == "ok") {
            faults.append("the row says otherwise than the ledger: \(row.text)")
        }
        return faults
    }

    /// Every slot once: a row of its own, or part of one missed span.
    ///
    /// - Parameter end: slots are expected up to here; `nil`: up to the last that the ledger has of these schedules.
    func slots(of versions: [SlotAudit.Version], through end: Instant? = nil) -> SlotAudit {
        let names = Set(versions.map(\.schedule))
        let rows = runs.enumerated().compactMap { SlotAudit.Row($1, order: Int64($0)) }
            .filter { names.contains($0.schedule) }
        let last = rows.map(\.end).max() ?? Instant(seconds: 0)
        return SlotAudit(versions, rows, through: end ?? last)
    }

    /// The same for a schedule `each_second`, from its first slot to its last.
    func slotsEachSecond() throws -> SlotAudit {
        let rows = runs.filter { $0["schedule"] == "each_second" }
        let first = rows.compactMap { $0["planned_at"]?.string.flatMap { Instant(iso8601: $0) } }.min()
        let version = SlotAudit.Version(
            schedule: "each_second", cron: try CronExpression("* * * * * *", name: "each_second"),
            zone: try ZoneDatabase().zone("UTC"), since: (first ?? Instant(seconds: 0)) - .microseconds(1))
        return slots(of: [version])
    }

    /// Missed spans by schedule, as the ledger has them and as the journal told them.
    var missedSpans: (ledger: [String: Int], journal: [String: Int]) {
        func count(_ entries: [JSON], _ outcome: String, _ schedule: String) -> [String: Int] {
            Dictionary(grouping: entries.filter { $0[outcome] == "missed" }) { $0[schedule]?.string ?? "" }
                .mapValues(\.count)
        }
        return (count(runs, "outcome", "schedule"), count(journal, "ACTP_OUTCOME", "ACTP_SCHEDULE"))
    }
}

extension SlotAudit.Row {
    /// `nil` for what no schedule planned.
    fileprivate init?(_ run: JSON, order: Int64) {
        func instant(_ key: String) -> Instant? { run[key]?.string.flatMap { Instant(iso8601: $0) } }
        guard run["trigger"] == "schedule", let schedule = run["schedule"]?.string,
            let planned = instant("planned_at"), let claimedAt = instant("claimed_at")
        else { return nil }
        self.init(
            order: order, schedule: schedule, planned: planned, through: instant("missed_through"),
            missed: Int(run["missed"]?.integer ?? 0), outcome: run["outcome"]?.string.flatMap(Outcome.init),
            claimedAt: claimedAt)
    }
}
