import HTTP
import JSON
import Records
import Scheduling
import Stores
import Time

/// What is known of the world outside: what waits for delivery and why, services that are left alone, what the live tables
/// lack. Processes write it into the ledger as they find it; `check` and `--status` show it.
struct Outside {
    /// The messages for one destination.
    struct Outbox {
        let destination: OutboxEntry.Destination
        let count: Int
        let oldest: Instant?
        /// What the last delivery failed for, since it has failed.
        let trouble: Trouble?
    }

    struct Trouble {
        let text: String
        /// Of the last failure.
        let at: Instant
    }

    let outboxes: [Outbox]
    /// Services that the daemon leaves alone for now.
    let hosts: [Trouble]
    /// `nil` when nobody has looked yet.
    let schema: SchemaReport?

    init(_ ledger: SQLiteLedger) throws(StoreError) {
        let findings = try ledger.findings()
        func trouble(_ subject: String) -> Trouble? {
            findings.first { $0.subject == subject }
                .map { Trouble(text: $0.body["error"]?.string ?? "", at: $0.at) }
        }
        var outboxes: [Outbox] = []
        for destination in [OutboxEntry.Destination.taskLog, .owner] {
            let (count, oldest) = try ledger.backlog(destination)
            outboxes.append(
                Outbox(
                    destination: destination, count: count, oldest: oldest,
                    trouble: trouble(Outside.subject(of: destination))))
        }
        self.outboxes = outboxes
        hosts = findings.filter { $0.subject.hasPrefix(Outside.hostPrefix) }.map {
            Trouble(text: $0.body["text"]?.string ?? "", at: $0.at)
        }
        schema = findings.first { $0.subject == SchemaReport.subject }.map { SchemaReport($0.body, at: $0.at) }
    }

    static func subject(of destination: OutboxEntry.Destination) -> String { "delivery " + destination.rawValue }

    private static let hostPrefix = "host "

    /// Remembers a service that is left alone, or that answers again.
    static func note(_ state: HTTPHostState, in ledger: SQLiteLedger, at now: Instant) throws(StoreError) {
        try ledger.note(hostPrefix + state.host, state.trouble.map { ["text": .string($0)] }, at: now)
    }

    /// Forgets what another process found of services: it had its own connections.
    static func forgetHosts(in ledger: SQLiteLedger, at now: Instant) throws(StoreError) {
        for finding in try ledger.findings() where finding.subject.hasPrefix(hostPrefix) {
            try ledger.note(finding.subject, nil, at: now)
        }
    }
}

extension Outside.Outbox {
    /// As in `5000 task rows wait, the oldest since 2026-03-01T04:00:00Z; last failure at …: …`.
    var text: String {
        let (row, waits) = (count == 1 ? "" : "s", count == 1 ? "waits" : "wait")
        let what = destination == .taskLog ? "task row\(row)" : "message\(row) to the owner"
        let since = oldest.map { ", the oldest since \($0.iso8601)" } ?? ""
        return "\(count) \(what) \(waits)\(since)"
            + (trouble.map { "; last failure at \($0.at.iso8601): \($0.text)" } ?? "")
    }

    var json: JSON {
        [
            "waiting": JSON(count), "oldest": oldest.map { .string($0.iso8601) } ?? nil,
            "last_error": trouble.map { .string($0.text) } ?? nil,
            "last_error_at": trouble.map { .string($0.at.iso8601) } ?? nil,
        ]
    }
}

extension HTTPHostState {
    /// Why it is left alone; `nil` while it is asked.
    var trouble: String? {
        if case .closed = breaker.state { return nil }
        return "\(host) is left alone for a while after \(breaker.failures) failures in a row"
    }
}

extension Workplace {
    /// The services that are left alone now, by host.
    var hostsLeftAlone: [String] { http.hosts.filter { $0.trouble != nil }.map(\.host) }
}
