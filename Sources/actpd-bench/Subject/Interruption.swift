@preconcurrency import Dispatch
import Glibc
import Synchronization

/// Kills what was started and removes the scratch directory when the benchmark itself is stopped.
enum Interruption {
    private static let processes = Mutex<Set<pid_t>>([])
    private static let sources = Mutex<[any DispatchSourceSignal]>([])

    static func add(_ process: pid_t) { processes.withLock { _ = $0.insert(process) } }

    static func remove(_ process: pid_t) { processes.withLock { _ = $0.remove(process) } }

    static func watch(removing scratch: Scratch) {
        let queue = DispatchQueue(label: "actpd-bench.signals")
        for number in [SIGINT, SIGTERM, SIGHUP] {
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler { @Sendable in
                for process in processes.withLock({ $0 }) { kill(process, SIGKILL) }
                scratch.remove()
                exit(128 + number)
            }
            source.activate()
            sources.withLock { $0.append(source) }
        }
    }
}
