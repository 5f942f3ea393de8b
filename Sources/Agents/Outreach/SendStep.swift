import Glibc

/// Steps of a send at which a test lets the process die, to see that nothing is sent twice. Debug builds only: what is
/// installed has no such thing.
enum SendStep: String, CaseIterable {
    case checked, noted, claimed, answered, remembered, marked, logged, moved

    /// Kills the process when `ACTPD_CRASH_SEND` names this step: no handler runs, nothing is flushed.
    @inline(__always)
    func pass() {
        #if DEBUG
            guard let name = getenv("ACTPD_CRASH_SEND"), String(cString: name) == rawValue else { return }
            kill(getpid(), SIGKILL)
            pause()
        #endif
    }
}
