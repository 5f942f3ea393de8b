import Records
import Scheduling
import Stores
import Time

/// What the ledger remembers of the schedules, for commands that only foretell: they work without a ledger too, and leave
/// none behind.
struct LedgerMemory {
    var states: [String: ScheduleState] = [:]
    var pauses: [String: Pause] = [:]

    /// A ledger that is there and cannot be read is named on standard error; the command goes on without it.
    init(_ settings: LoadedSettings) {
        guard Files.exists(settings.locations.state + "/ledger.db") else { return }
        do {
            let ledger = try Workplace(settings, as: .reader).ledger
            (states, pauses) = (try ledger.states(), try ledger.pauses())
        } catch {
            Terminal.error("actpd: pauses and anchors are left out: \(error)")
        }
    }
}
