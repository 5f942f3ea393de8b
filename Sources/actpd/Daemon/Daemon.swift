@preconcurrency import Dispatch
import Glibc
import Logging
import Records
import Scheduling
import Stores
import Systemd
import Time

/// The composition root of `actpd serve`: makes every part, in the order in which they start, and joins them.
///
/// All parts live on the scheduler's queue: signals, the alarm, clock and zone watches and the watchdog call in there, so
/// a queue that is stuck answers nobody, and the service manager notices.
final class Daemon: @unchecked Sendable {
    /// What it is told by signals: to stop, and to reload.
    static let signals = [SIGTERM, SIGINT, SIGHUP]

    private let workplace: Workplace
    private let queue = QueueExecutor(label: "actpd.scheduler")
    private let manager = ServiceManager()
    private let log: DaemonLog
    private let delivery: Delivery
    private let scheduler: Scheduler
    private let zones: ZoneDatabase
    // The members below are set once by `start()`, before any of them can call back, and only kept alive afterwards.
    private var alarm: DispatchAlarm?
    private var signals: SignalWatch?
    private var clockWatch: ClockWatch?
    private var zoneWatch: DirectoryWatch?
    private var watchdog: (any DispatchSourceTimer)?
    /// On the scheduler's queue only.
    private var isStopping = false

    init(_ workplace: Workplace) throws {
        self.workplace = workplace
        zones = ZoneDatabase()
        let logger = DaemonLog.logger(level: workplace.settings.logLevel, time: workplace.time)
        let delivery = Delivery(workplace, logger: logger)
        let log = DaemonLog(logger)
        self.delivery = delivery
        self.log = log
        let status = StatusLine(manager: manager, queue: queue.queue, time: workplace.time)
        scheduler = Scheduler(
            ledger: workplace.ledger,
            execution: workplace.execution(announce: { delivery.wake() }, observe: { log.write($0) }),
            workers: workplace.workers, time: workplace.time, executor: queue,
            limits: workplace.settings.tunables.limits.ofScheduler
        ) { event in
            log.write(event)
            delivery.wake()
            status.changed()
        }
        status.describe { [scheduler, workplace] in scheduler.assumeIsolated { $0.state }.text(at: workplace.time.now())
        }
    }

    /// Loads the schedules, puts them in force and reports readiness.
    ///
    /// - Throws: ``ConfigurationError`` for a bad file, ``StoreError`` when the ledger refuses.
    func start() throws {
        let schedules = try LoadedSchedules(workplace.settings, zones: zones).schedules
        let recovery = try workplace.ledger.recover(at: workplace.time.now())
        for run in recovery.ended { log.recovered(run) }
        let alarm = DispatchAlarm(queue: queue) { [scheduler] in scheduler.assumeIsolated { $0.wake() } }
        self.alarm = alarm
        try queue.queue.sync {
            try scheduler.assumeIsolated { try $0.start(schedules, orphans: recovery.orphans, alarm: alarm) }
        }
        watchHost()
        signals = SignalWatch(Daemon.signals, on: queue.queue) { [weak self] number in
            number == SIGHUP ? self?.reload() : self?.stop()
        }
        startWatchdog()
        delivery.wake()
        queue.queue.sync {
            manager.ready(status: statusText)
            log.ready(schedules, next: scheduler.assumeIsolated { $0.upcoming(limit: 10) }, at: workplace.time.now())
        }
    }

    private var statusText: String {
        scheduler.assumeIsolated { $0.state }.text(at: workplace.time.now())
    }

    // MARK: On the scheduler's queue

    /// All or nothing: a file with a problem changes nothing and every problem is logged.
    private func reload() {
        manager.reloading(at: workplace.time.uptime())
        let request = (try? workplace.ledger.openReload()) ?? nil
        let verdict: ReloadVerdict
        do {
            let schedules = try LoadedSchedules(workplace.settings, zones: zones).schedules
            let difference = try scheduler.assumeIsolated { try $0.reload(schedules) }
            log.reloaded(difference)
            verdict = .accepted(difference)
        } catch {
            log.reloadRejected(error)
            verdict = ReloadVerdict(error)
        }
        workplace.ledger.answer(request, verdict, at: workplace.time.now())
        manager.ready(status: statusText)
    }

    private func stop() {
        guard !isStopping else { return }
        isStopping = true
        manager.stopping(status: "stopping, waiting for running tasks")
        let limit = workplace.settings.tunables.limits.drain
        // Twice: for the tasks to end by themselves, and for cancelled ones to notice.
        manager.extendTimeout(by: limit + Execution.abandonAfter + .seconds(10))
        Task(executorPreference: workplace.workers) { [scheduler, delivery, log] in
            await scheduler.drain(limit: limit)
            await delivery.finish()
            log.stopped()
            exit(ExitStatus.ok.rawValue)
        }
    }

    private func watchHost() {
        clockWatch = ClockWatch(queue: queue.queue) { [scheduler, log] in
            log.clockSet()
            scheduler.assumeIsolated { $0.wake() }
        }
        zoneWatch = DirectoryWatch(directory: zones.directory, queue: queue.queue) { [scheduler, zones, log] in
            let changed = zones.refresh()
            guard !changed.isEmpty else { return }
            log.zonesChanged(changed)
            scheduler.assumeIsolated { scheduler in scheduler.zonesChanged { try? zones.zone($0) } }
        }
    }

    /// Pings at half the interval, from the scheduler's own queue, and only while the loop is not behind its alarm.
    private func startWatchdog() {
        guard let interval = manager.watchdogInterval else { return }
        let timer = DispatchSource.makeTimerSource(queue: queue.queue)
        let half = Int(interval.microseconds / 2)
        timer.schedule(deadline: .now(), repeating: .microseconds(half), leeway: .microseconds(half / 10))
        timer.setEventHandler { [manager, scheduler, time = workplace.time, log] in
            let state = scheduler.assumeIsolated { $0.state }
            if let alarm = state.nextAlarm, state.trouble == nil, time.now() - alarm > interval {
                log.overdue(alarm)
            } else {
                manager.watchdogPing()
            }
        }
        timer.activate()
        watchdog = timer
    }
}
