import Records
import Scheduling
import Stores
import Synchronization
import Time

/// What the runs of each schedule left behind last, and what is wrong with the schedules: kept in memory, so that a scrape
/// asks nobody.
final class RunBook: Sendable {
    private struct State {
        var last: [String: LastRun] = [:]
        var quarantined: [String] = []
        var reload: (isAccepted: Bool, at: Instant)?
        var schemaTrouble: [String] = []
    }

    private let state = Mutex(State())

    var last: [String: LastRun] { state.withLock { $0.last } }
    /// Names of entries that are left out.
    var quarantined: [String] { state.withLock { $0.quarantined } }
    var reload: (isAccepted: Bool, at: Instant)? { state.withLock { $0.reload } }
    /// What is wrong with the live tables, where it stops agents.
    var schemaTrouble: [String] { state.withLock { $0.schemaTrouble } }

    /// What the ledger remembers of before; what happened meanwhile stays.
    func load(_ runs: [String: LastRun]) { state.withLock { $0.last.merge(runs) { known, _ in known } } }

    func ended(_ ending: RunEnding) {
        guard let schedule = ending.request.schedule else { return }
        let (outcome, at) = (ending.completion.outcome, ending.completion.finishedAt)
        state.withLock { state in
            let before = state.last[schedule]?.succeededAt
            state.last[schedule] = LastRun(
                finishedAt: at, outcome: outcome, succeededAt: outcome == .ok ? at : before)
        }
    }

    func started(quarantined: [String], at now: Instant) {
        state.withLock { state in
            state.quarantined = quarantined
            state.reload = (quarantined.isEmpty, now)
        }
    }

    func reloaded(_ verdict: ReloadVerdict, at now: Instant) {
        state.withLock { state in
            state.reload = (verdict.isAccepted, now)
            if verdict.isAccepted { state.quarantined = [] }
        }
    }

    func compared(_ report: SchemaReport) {
        state.withLock { $0.schemaTrouble = report.lines.filter { !$0.stops.isEmpty }.map(\.sentence) }
    }
}
