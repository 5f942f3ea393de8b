import Glibc
import Records
import Scheduling
import Stores
import Time

/// Asks the running daemon for a reload and waits for its answer in the ledger.
struct ReloadRequest {
    /// Why there is no answer.
    struct Silence: Error {
        let text: String
    }

    /// Between two looks at the ledger.
    private static let look: Duration = .milliseconds(20)

    private let ledger: SQLiteLedger
    private let time: any TimeSource
    private let state: String

    init(_ workplace: Workplace) {
        ledger = workplace.ledger
        time = workplace.time
        state = workplace.settings.locations.state
    }

    func answer(within limit: Duration) throws(StoreError) -> Result<ReloadVerdict, Silence> {
        guard let process = try ledger.daemonProcess() else {
            return .failure(Silence(text: "no daemon runs on \(state); it reads schedules.json when it starts"))
        }
        let number = try ledger.requestReload(at: time.now())
        guard kill(process, SIGHUP) == 0 else {
            let reason = String(cString: strerror(errno))
            try ledger.withdrawReload(number)
            return .failure(Silence(text: "the daemon, process \(process), cannot be told: \(reason)"))
        }
        let end = time.uptime() + limit
        while true {
            if let verdict = try ledger.reloadVerdict(number) { return .success(verdict) }
            guard try ledger.isDaemonUp() else {
                try ledger.withdrawReload(number)
                return .failure(Silence(text: "the daemon, process \(process), ended before it answered"))
            }
            guard time.uptime() < end else {
                try ledger.withdrawReload(number)
                return .failure(
                    Silence(
                        text: "the daemon, process \(process), did not answer within \(limit.text); "
                            + "systemctl status actpd and its journal say what it does"))
            }
            usleep(UInt32(ReloadRequest.look.microseconds))
        }
    }
}

extension SQLiteLedger {
    /// The daemon's side: answers whoever asked before the reload began. A ledger that cannot be written leaves them to
    /// their own patience; the log has the verdict in any case, and what this returns.
    func answer(_ request: Int64?, _ verdict: ReloadVerdict, at now: Instant) -> StoreError? {
        guard let request else { return nil }
        do {
            try answerReloads(through: request, verdict, at: now)
            return nil
        } catch {
            return error
        }
    }
}
