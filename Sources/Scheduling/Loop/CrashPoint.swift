import Glibc

/// Instants in a run's life at which a test lets the process die, to see what the next one makes of it. Debug builds only:
/// what is installed has no such thing.
enum CrashPoint: String {
    case beforeClaim = "before-claim"
    case afterClaim = "after-claim"
    case beforeStart = "before-start"
    case afterWork = "after-work"
    case afterLedger = "after-ledger"

    /// Kills the process when `ACTPD_CRASH_AT` names this point: no handler runs, nothing is flushed.
    @inline(__always)
    func pass() {
        #if DEBUG
            guard let name = getenv("ACTPD_CRASH_AT"), String(cString: name) == rawValue else { return }
            kill(getpid(), SIGKILL)
            pause()
        #endif
    }
}
