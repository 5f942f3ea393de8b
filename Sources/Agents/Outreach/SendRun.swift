import JSON
import Records
import Time

/// What one run of send did with each message, and what the owner has to know.
struct SendRun {
    struct Line: Hashable, Sendable {
        let row: RowID
        let contact: RowID
        let name: String
        let platform: String
        let outcome: String
        let detail: String
        let body: String

        var json: JSON {
            [
                "id": .string(row.text), "contact_id": .string(contact.text), "name": .string(name),
                "platform": .string(platform), "outcome": .string(outcome), "detail": .string(detail),
                "message_body": .string(body),
            ]
        }
    }

    private(set) var lines: [Line] = []
    /// Messages whose fate nobody knows, with how to settle them.
    private(set) var unknown: [String] = []
    /// Platforms that are left alone for the rest of the run, and why.
    private(set) var stopped: [OutreachPlatform: String] = [:]
    var remarks: [String] = []

    mutating func add(
        _ row: Row<MessageQueue>, _ person: OutreachCase?, _ outcome: String, _ detail: String = ""
    ) {
        let name = person.map { RankedContact($0.contact, stage: "", score: 0).name } ?? row.contactID.text
        lines.append(
            Line(
                row: row.id, contact: row.contactID, name: name, platform: row.platform, outcome: outcome,
                detail: detail, body: row.messageBody))
    }

    mutating func addUnknown(_ row: RowID, _ name: String, _ platform: String, _ reason: String) {
        unknown.append("\(row.text) to \(name) on \(platform): \(reason)")
    }

    mutating func stop(_ platform: OutreachPlatform, _ reason: String) { stopped[platform] = reason }

    func result(isDryRun: Bool) -> TaskResult {
        let counts = Dictionary(grouping: lines, by: \.outcome).mapValues(\.count)
        let shown = counts.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
        var text = [shown.isEmpty ? "no message's time has come" : shown.joined(separator: ", ")]
        text += lines.map { line in
            let head =
                "\(line.outcome): \(line.name) on \(line.platform)\(line.detail.isEmpty ? "" : " (\(line.detail))")"
            return isDryRun ? "\n\(head)\n\(line.body)" : head
        }
        let stops = stopped.sorted { $0.key.rawValue < $1.key.rawValue }.map { "\($0.key.shown): \($0.value)" }
        var data: [String: JSON] = ["messages": .array(lines.map(\.json)), "unknown": JSON(unknown)]
        for outcome in ["sent", "failed", "cancelled", "postponed", "waiting"] {
            data[outcome] = JSON(counts[outcome] ?? 0)
        }
        var alerts: [Alert] = []
        if !isDryRun {
            if !unknown.isEmpty { alerts.append(.outreachUnknown(unknown)) }
            if !stops.isEmpty { alerts.append(.outreachStopped(stops)) }
        }
        return TaskResult(text.joined(separator: "\n"), data: data, degraded: stops + remarks, alerts: alerts)
    }
}
