import Agents
import Dispatch
import Glibc
import HTTP
import Records
import Scheduling
import Stores
import Systemd
import Time

extension Workplace {
    /// What the daemon works with. A disk that is full is waited for: a start that ends for lack of room would be tried
    /// again by the service manager until that gives the unit up, and then nothing would go on when there is room.
    ///
    /// - Returns: `nil` when the daemon was told to stop while it waited.
    /// - Throws: what ``Workplace/init(_:as:)`` throws for every other trouble.
    static func waitingForRoom(_ settings: LoadedSettings) throws -> Workplace? {
        var wait: RoomWait?
        while true {
            do {
                let workplace = try Workplace(settings, as: .daemon)
                wait?.ended()
                return workplace
            } catch let error as StoreError where error.code == .full {
                let waiting = wait ?? RoomWait(settings)
                wait = waiting
                guard waiting.shallTryAgain(after: error) else { return nil }
            }
        }
    }
}

/// The state of a daemon that has no room to open its ledger: it says so, tells the owner once, and looks every second.
private final class RoomWait {
    private static let pause: Duration = .seconds(1)

    private let settings: LoadedSettings
    private let manager = ServiceManager()
    private let time = SystemTime()
    private let log: DaemonLog
    private let signals: SignalWatch
    private let isToldToStop = DispatchSemaphore(value: 0)
    private var hasTold = false

    init(_ settings: LoadedSettings) {
        self.settings = settings
        log = DaemonLog(DaemonLog.logger(level: settings.logLevel, time: time))
        // A reload means nothing yet.
        signals = SignalWatch(Daemon.signals) { [isToldToStop] number in
            if number != SIGHUP { isToldToStop.signal() }
        }
    }

    /// Waits a moment. False when the daemon is to stop instead.
    func shallTryAgain(after error: StoreError) -> Bool {
        manager.status("NOT STARTING ANYTHING: \(error)")
        manager.extendTimeout(by: RoomWait.pause + .seconds(30))
        if !hasTold {
            hasTold = true
            log.write(.ledgerFailed(error))
            tellOwner(error)
        }
        return isToldToStop.wait(timeout: .now() + RoomWait.pause.inSeconds) == .timedOut
    }

    func ended() {
        signals.end()
        log.write(.ledgerRecovered)
    }

    private func tellOwner(_ error: StoreError) {
        let logger = DaemonLog.logger(level: settings.logLevel, time: time)
        let http = HTTPClient(time: time, options: .init(userAgent: "actpd/\(Actpd.version)"))
        let route = settings.ownerRoute(http, logger: logger)
        let workers = WorkerPool(limit: settings.tunables.limits.workers)
        Task(executorPreference: workers) {
            await route.sendAtOnce(Alert.ledgerRefuses("\(error)"), logger: logger)
        }
    }
}
