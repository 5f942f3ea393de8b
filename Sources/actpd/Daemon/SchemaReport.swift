import Agents
import JSON
import Records
import Scheduling
import Stores
import Supabase
import Time

/// How the live tables compare with the definitions, and what that means for the agents.
struct SchemaReport {
    static let subject = "schema"

    struct Line {
        let text: String
        /// Domains whose tasks end in error; empty for a column that is done without.
        let stops: [String]
    }

    let lines: [Line]
    /// Why the comparison could not be made.
    let failure: StoreError?
    let at: Instant

    /// - Parameter differences: in the order of the tables.
    init(_ differences: [SchemaDifference], at now: Instant) {
        lines = differences.map { difference in
            Line(
                text: "\(difference)",
                stops: difference.effect == .stops ? SchemaReport.users(of: difference.table) : [])
        }
        failure = nil
        at = now
    }

    /// The domains that declare the table; every run's row is the dispatcher's.
    private static func users(of table: String) -> [String] {
        if table == AgentTasks.definition.name { return [Sweep.domain] }
        return AgentCatalog.all.filter { $0.reads.union($0.writes).contains(table) }.map(\.domain.rawValue)
    }

    init(failure: StoreError, at now: Instant) {
        lines = []
        self.failure = failure
        at = now
    }

    /// As the ledger keeps it.
    init(_ json: JSON, at: Instant) {
        lines = (json["differences"]?.array ?? []).map { line in
            Line(
                text: line["text"]?.string ?? "", stops: (line["stops"]?.array ?? []).compactMap(\.string))
        }
        failure = json["failure"]?.string.map {
            StoreError(json["code"]?.string.flatMap(StoreError.Code.init) ?? .failed, table: nil, $0)
        }
        self.at = at
    }

    var json: JSON {
        [
            "differences": .array(
                lines.map { ["text": .string($0.text), "stops": JSON($0.stops)] }),
            "failure": failure.map { .string($0.detail) } ?? nil,
            "code": failure.map { .string($0.code.rawValue) } ?? nil, "checked_at": .string(at.iso8601),
        ]
    }

    /// Whether some task cannot do its work.
    var stopsTasks: Bool { lines.contains { !$0.stops.isEmpty } }

    /// In one line, for `--status`.
    var summary: String {
        if let failure { return "not compared: \(failure.detail)" }
        guard !lines.isEmpty else { return "as expected" }
        let stopped = Set(lines.flatMap(\.stops)).sorted()
        let stops = stopped.isEmpty ? "all done without" : "stops tasks of \(stopped.joined(separator: ", "))"
        return "\(lines.count) difference\(lines.count == 1 ? "" : "s"), \(stops); actpd schema check lists them"
    }
}

extension SchemaReport.Line {
    var sentence: String { stops.isEmpty ? text : "\(text): stops tasks of \(stops.joined(separator: ", "))" }
}

extension SchemaReport {
    /// Compares now, has the store do without what can be done without, and remembers the result.
    static func make(_ store: PostgRESTStore, _ ledger: SQLiteLedger, time: any TimeSource) async -> SchemaReport {
        let report: SchemaReport
        do {
            report = SchemaReport(try await store.checkSchema(), at: time.now())
        } catch {
            report = SchemaReport(failure: error, at: time.now())
        }
        // A ledger that cannot be written says so elsewhere; the comparison holds all the same.
        try? ledger.note(subject, report.json, at: time.now())
        return report
    }
}
