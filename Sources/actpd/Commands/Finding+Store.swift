import Records
import Scheduling
import Stores
import Supabase

extension Finding {
    /// Where the tables are, whether they can be reached and are what they should be.
    static func store(_ workplace: Workplace, offline: Bool) -> [Finding] {
        switch workplace.settings.store {
        case .sqlite(let path):
            return [Finding(.good, "store", "embedded, \(path)")]
                + (workplace.settings.halfSupabase.map { [Finding(.notable, "store", $0)] } ?? [])
        case .supabase:
            let place = "Supabase at \(workplace.settings[.supabaseURL] ?? "")"
            guard !offline, let store = workplace.tables.supabase else {
                return [Finding(.good, "store", place + ", not asked")]
            }
            let (ledger, time) = (workplace.ledger, workplace.time)
            do {
                return tables(
                    try workplace.wait { await SchemaReport.make(store, ledger, time: time) }, at: place)
            } catch {
                return [Finding(.bad, "store", "\(place): \(error)")]
            }
        }
    }

    private static func tables(_ report: SchemaReport, at place: String) -> [Finding] {
        if let failure = report.failure {
            guard failure.isRetryable else { return [Finding(.bad, "store", "\(place): \(failure.detail)")] }
            return [
                Finding(
                    .away, "store",
                    "\(place): \(failure.detail) Meanwhile runs end in error, and their rows wait in the outbox.")
            ]
        }
        let columns = Schema.tables.reduce(0) { $0 + $1.columns.count }
        let found = report.lines.isEmpty ? ", all \(columns) columns of \(Schema.tables.count) tables as expected" : ""
        return [Finding(.good, "store", place + found)]
            + report.lines.map { Finding($0.stops.isEmpty ? .notable : .bad, "tables", $0.sentence) }
    }

    /// What waits for delivery, and services that the running daemon leaves alone.
    static func outside(_ workplace: Workplace) -> [Finding] {
        do {
            let outside = try Outside(workplace.ledger)
            let waiting = outside.outboxes.filter { $0.count > 0 }
                .map { Finding($0.trouble == nil ? .good : .notable, "outbox", $0.text) }
            guard try workplace.ledger.isDaemonUp() else { return waiting }
            return waiting + outside.hosts.map { Finding(.notable, "services", "\($0.text), since \($0.at)") }
        } catch {
            return [Finding(.bad, "ledger", "\(error)")]
        }
    }
}
