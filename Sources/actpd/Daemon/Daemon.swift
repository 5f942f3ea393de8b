import Agents
import Configuration
@preconcurrency import Dispatch
import Glibc
import HTTP
import Logging
import Records
import Scheduling
import Services
import Stores
import Systemd
import Time
import Web

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
    private let logger: Logger
    private let log: DaemonLog
    private let delivery: Delivery
    private let status: StatusLine
    private let scheduler: Scheduler
    private let zones: ZoneDatabase
    // The members below are set once by `start()`, before any of them can call back, and only kept alive afterwards.
    private var alarm: DispatchAlarm?
    private var signals: SignalWatch?
    private var clockWatch: ClockWatch?
    private var zoneWatch: DirectoryWatch?
    private var watchdog: (any DispatchSourceTimer)?
    private var tidying: (any DispatchSourceTimer)?
    private var deadMan: DeadMan?
    /// Only when the daemon answers over HTTP.
    private let web = Late<WebDesk>()
    private let cache = ScheduleCache()
    private let newerSecrets = NewerSecrets()
    /// On the scheduler's queue only.
    private var isStopping = false

    init(_ workplace: Workplace) throws {
        self.workplace = workplace
        zones = ZoneDatabase()
        addresses = workplace.settings.webAddresses + ActivationSockets.take().map { .inherited(descriptor: $0) }
        let logger = DaemonLog.logger(level: workplace.settings.logLevel, time: workplace.time)
        self.logger = logger
        let delivery = Delivery(workplace, logger: logger)
        let log = DaemonLog(logger)
        self.delivery = delivery
        self.log = log
        let web = web
        let status = StatusLine(manager: manager, queue: queue.queue, time: workplace.time)
        self.status = status
        scheduler = Scheduler(
            ledger: workplace.ledger,
            execution: workplace.execution(
                announce: { delivery.wake() }, observe: { log.write($0) }, sweeping: { log.write($0) }),
            workers: workplace.workers, time: workplace.time, executor: queue,
            limits: workplace.settings.tunables.ofScheduler
        ) { event in
            log.write(event)
            web.value?.note(event)
            if case .ledgerFailed(let error) = event {
                if error.code == .corrupt {
                    // Nothing can be recorded any more, so nothing may run; the next start begins a new ledger.
                    workplace.ledger.noteDamage()
                    exit(ExitStatus.badData.rawValue)
                }
                delivery.tellAtOnce(Alert.ledgerRefuses("\(error)"))
            }
            delivery.wake()
            status.changed()
        }
        status.describe { [scheduler, workplace] in
            scheduler.assumeIsolated { $0.state }
                .text(at: workplace.time.now(), undelivered: delivery.undelivered, leftAlone: workplace.hostsLeftAlone)
        }
    }

    /// Loads the schedules, puts them in force and reports readiness.
    ///
    /// - Throws: ``ConfigurationError`` for a bad file, ``StoreError`` when the ledger refuses.
    func start() throws {
        if let path = workplace.ledger.setAside {
            log.ledgerSetAside(path)
            try workplace.ledger.tell([Alert.ledgerSetAside(path).html], at: workplace.time.now())
        }
        if let half = workplace.settings.halfSupabase { logger.warning("\(half)") }
        try listenToTheEdge()
        let loaded = try LoadedSchedules(atStart: workplace.settings, zones: zones, cache: cache)
        let schedules = loaded.schedules
        try report(loaded.quarantined)
        let desk = try makeDesk(quarantined: loaded.quarantined)
        let recovery = try workplace.ledger.recover(at: workplace.time.now())
        for run in recovery.ended { log.recovered(run) }
        let alarm = DispatchAlarm(queue: queue) { [scheduler] in scheduler.assumeIsolated { $0.wake() } }
        self.alarm = alarm
        try queue.queue.sync {
            try scheduler.assumeIsolated { scheduler in
                try scheduler.start(
                    schedules, orphans: recovery.orphans, keeping: Set(loaded.quarantined.compactMap(\.name)),
                    alarm: alarm)
            }
        }
        watchHost()
        signals = SignalWatch(Daemon.signals, on: queue.queue) { [weak self] number in
            if number == SIGHUP { self?.reload() } else { self?.stop() }
        }
        startWatchdog()
        startTidying()
        try startDeadMan()
        delivery.wake()
        compareSchema()
        desk?.open(on: addresses)
        queue.queue.sync {
            manager.ready(status: statusText)
            log.ready(schedules, next: scheduler.assumeIsolated { $0.upcoming(limit: 10) }, at: workplace.time.now())
        }
        registerAgents()
    }

    /// Where the settings and the service manager want it to answer over HTTP.
    private let addresses: [WebAddress]

    /// The desk of callers over HTTP, if there may be any: nothing of it exists otherwise.
    private func makeDesk(quarantined: [QuarantinedEntry]) throws(StoreError) -> WebDesk? {
        guard !addresses.isEmpty else { return nil }
        let desk = try WebDesk(workplace, scheduler: scheduler, delivery: delivery, logger: logger) { [weak self] in
            self?.reload() ?? .failed("the daemon stops")
        }
        desk.book.started(quarantined: quarantined.map { $0.name ?? "without a name" }, at: workplace.time.now())
        web.set(desk)
        return desk
    }

    /// Hears of services that are left alone and of columns that are done without: in their order, and without holding up
    /// the thread that all requests share.
    private func listenToTheEdge() throws(StoreError) {
        try Outside.forgetHosts(in: workplace.ledger, at: workplace.time.now())
        let edge = DispatchQueue(label: "actpd.edge")
        workplace.notices.listen { [weak self] notice in
            guard let self else { return }
            edge.async { self.noticed(notice) }
        }
    }

    /// Into the log, and into the ledger for `--status`.
    private func noticed(_ notice: Notices.Notice) {
        switch notice {
        case .host(let state):
            log.write(state)
            try? Outside.note(state, in: workplace.ledger, at: workplace.time.now())
            status.changed()
            // It may have been away when the tables were to be compared.
            if state.trouble == nil {
                compareSchema()
                registerAgents()
            }
            web.value?.noteEdge()
        case .switchedOff(let columns): log.switchedOff(columns)
        }
    }

    /// Looks whether the live tables are what they should be; nobody waits for it.
    private func compareSchema() {
        guard let store = workplace.tables.supabase else { return }
        Task(executorPreference: workplace.workers) { [workplace, log, web] in
            let report = await SchemaReport.make(store, workplace.ledger, time: workplace.time)
            log.write(report)
            web.value?.note(report)
        }
    }

    /// The nine agents as rows of the registry; nobody waits for it, and nothing depends on it.
    private func registerAgents() {
        Task(executorPreference: workplace.workers) { [workplace, log] in
            do throws(StoreError) {
                log.registered(try await ServiceRegistry().register(in: workplace.store))
            } catch {
                log.notRegistered(error)
            }
        }
    }

    private var statusText: String {
        scheduler.assumeIsolated { $0.state }
            .text(at: workplace.time.now(), undelivered: delivery.undelivered, leftAlone: workplace.hostsLeftAlone)
    }

    /// Says which entries do not run and why, to the log and to the owner.
    private func report(_ quarantined: [QuarantinedEntry]) throws(StoreError) {
        guard !quarantined.isEmpty else { return }
        for entry in quarantined { log.quarantined(entry) }
        let alert = Alert.schedulesQuarantined(
            quarantined.map { ($0.name, $0.problems.first?.description ?? "") })
        try workplace.ledger.tell([alert.html], at: workplace.time.now())
    }

    /// Looks once an hour for history that is kept no longer, and gives back the memory of code that is not needed; what only
    /// the start needed, soon after it.
    private func startTidying() {
        // Beside the scheduler's queue: reading the list of all mappings takes ten milliseconds. And no global queue: Dispatch
        // counts the threads of those once a second from their first use on.
        let pages = DispatchQueue(label: "actpd.pages")
        let timer = DispatchSource.makeTimerSource(queue: queue.queue)
        timer.schedule(deadline: .now() + 60, repeating: 3_600, leeway: .seconds(60))
        timer.setEventHandler { [scheduler] in
            scheduler.assumeIsolated { $0.tidy() }
            pages.async { ProgramPages.release() }
        }
        timer.activate()
        tidying = timer
        pages.asyncAfter(deadline: .now() + 5) { ProgramPages.release() }
    }

    private func startDeadMan() throws(HTTPError) {
        let alerts = workplace.settings.tunables.alerts
        guard !alerts.deadManURL.isEmpty else { return }
        let ping = try DeadManPing(url: alerts.deadManURL, client: workplace.http)
        deadMan = DeadMan(ping, workers: workplace.workers, logger: logger)
        deadMan?.start(every: alerts.deadManEvery, on: queue.queue) { [scheduler, time = workplace.time] in
            let state = scheduler.assumeIsolated { $0.state }
            if let trouble = state.trouble { return "nothing is started: \(trouble)" }
            guard let alarm = state.nextAlarm, time.now() - alarm > alerts.deadManEvery else { return nil }
            return "the scheduler is behind its alarm of \(alarm)"
        }
    }

    // MARK: On the scheduler's queue

    /// All or nothing: a file with a problem changes nothing and every problem is logged.
    @discardableResult
    private func reload() -> ReloadVerdict {
        manager.reloading(at: workplace.time.uptime())
        let request = (try? workplace.ledger.openReload()) ?? nil
        let files = workplace.settings.files
        // Also when the schedules are refused: what lies there would be old at the next reload.
        let handed = newerSecrets.handed()
        let verdict: ReloadVerdict
        do {
            let schedules = try LoadedSchedules(workplace.settings, zones: zones, cache: cache).schedules
            let rotation = try newerSecrets.rotation(workplace.settings, handed: handed, at: workplace.time.now())
            let difference = try scheduler.assumeIsolated { try $0.reload(schedules) }
            zoneWatch?.add(zones.directories)
            log.reloaded(difference)
            let secrets = take(rotation)
            verdict = .accepted(difference, secrets: secrets, restartFor: files.changed)
            compareSchema()
        } catch {
            log.reloadRejected(error)
            verdict = ReloadVerdict(error)
        }
        let untaken = files.changed
        if !untaken.isEmpty { log.restartNeeded(for: untaken) }
        if let error = workplace.ledger.answer(request, verdict, at: workplace.time.now()) {
            log.reloadUnanswered(error)
        }
        web.value?.note(verdict, at: workplace.time.now())
        manager.ready(status: statusText)
        return verdict
    }

    /// Puts replaced secrets to use, and tries what the old ones held up.
    ///
    /// - Returns: their settings.
    private func take(_ rotation: Keyring.Rotation?) -> [String] {
        guard let rotation else { return [] }
        workplace.settings.keyring.take(rotation)
        workplace.settings.files.secretsTaken(except: rotation.left)
        guard !rotation.replaced.isEmpty else { return [] }
        let names = rotation.replaced.keys.map(\.rawValue).sorted()
        log.secretsReplaced(names)
        delivery.retry()
        web.value?.takeTokens()
        return names
    }

    private func stop() {
        guard !isStopping else { return }
        isStopping = true
        web.value?.close()
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
        clockWatch = ClockWatch(queue: queue.queue) { [scheduler, log, web] in
            log.clockSet()
            web.value?.noteClockSet()
            scheduler.assumeIsolated { $0.wake() }
        }
        zoneWatch = DirectoryWatch(queue: queue.queue) { [scheduler, zones, log] in
            let changed = zones.refresh()
            guard !changed.isEmpty else { return }
            log.zonesChanged(changed)
            scheduler.assumeIsolated { scheduler in scheduler.zonesChanged { try? zones.zone($0) } }
        }
        zoneWatch?.add(zones.directories)
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
