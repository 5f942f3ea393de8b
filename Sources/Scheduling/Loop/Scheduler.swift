import Dispatch
public import Records
public import Time

/// The loop around the plan: wakes when something is due, records it, starts it, and sets the alarm anew.
///
/// An actor on a serial queue of its own, which is the owner of the plan and of the list of running work. Nothing between
/// the alarm and a start waits for a network or for another job: the only thing it waits for is the ledger's disk.
public actor Scheduler {
    /// A tick that could not be recorded is tried again after this long.
    private static let retryAfter: Duration = .seconds(1)
    /// Runs forgotten at once: a few milliseconds' work.
    private static let tidyBatch = 200
    /// Seconds between two batches.
    private static let tidyPause = 0.1

    public nonisolated let executor: QueueExecutor
    public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    private let ledger: any Ledger
    private let execution: Execution
    private let workers: WorkerPool
    private let time: any TimeSource
    private let limits: SchedulerLimits
    private let observe: @Sendable (SchedulerEvent) -> Void

    private var alarm: (any Alarm)?
    private var plan: Plan
    private var schedules: [Schedule] = []
    /// Claimed and not begun: held up by other runs, by a limit, or by a ledger that could not be written.
    private var waiting: [RowID: RunRequest] = [:]
    private var running: [RowID: Running] = [:]
    /// Runs that ended and are not yet in the ledger; written together, so that a thousand ends cost one write.
    private var ended: [RunEnding] = []
    private var isStopping = false
    /// Something waits for work that does not end in this process.
    private var mustAskAgain = false
    /// Set while the ledger refuses to be written.
    private var trouble: StoreError?
    private var drained: [CheckedContinuation<Void, Never>] = []
    /// When the loop last looked what is due.
    private var wokeAt: Instant

    private struct Running {
        let request: RunRequest
        let stop: StopSwitch
    }

    /// - Parameter observe: told of everything that happens, on the scheduler's queue; must return at once.
    public init(
        ledger: any Ledger, execution: Execution, workers: WorkerPool, time: any TimeSource, executor: QueueExecutor,
        limits: SchedulerLimits = SchedulerLimits(), observe: @escaping @Sendable (SchedulerEvent) -> Void
    ) {
        self.ledger = ledger
        self.execution = execution
        self.workers = workers
        self.time = time
        self.executor = executor
        self.limits = limits
        self.observe = observe
        plan = Plan([], states: [:], at: time.now(), isBoot: false)
        wokeAt = time.now()
    }

    // MARK: What the outside tells it

    /// Puts the schedules in force, takes over what a dead process left, and sets the first alarm.
    ///
    /// - Parameters:
    ///   - orphans: slots that were claimed and never began; see ``Ledger/recover(at:)``.
    ///   - kept: schedules that are not in force for now and keep their place.
    /// - Throws: ``StoreError`` when the ledger cannot be read or written: without it nothing may be started.
    public func start(
        _ schedules: [Schedule], orphans: [RunRecord] = [], keeping kept: Set<String> = [], alarm: any Alarm
    ) throws(StoreError) {
        self.alarm = alarm
        let now = time.now()
        let states = try ledger.register(schedules, keeping: kept, at: now)
        plan = Plan(schedules, states: states, at: now, isBoot: true, settle: limits.settle)
        self.schedules = schedules
        try takeOver(orphans)
        wake()
    }

    /// Replaces the schedules; running work goes on as it was started.
    ///
    /// - Throws: ``StoreError`` when the ledger refuses; the schedules in force stay.
    public func reload(_ schedules: [Schedule]) throws(StoreError) -> ScheduleDifference {
        let difference = ScheduleDifference(from: self.schedules, to: schedules)
        // What is due under the old schedules is claimed under them, also what only jitter still holds back.
        wake()
        let now = time.now()
        let putOff = plan.takePutOff(difference.started.lazy.map(\.name), at: now)
        if !putOff.isEmpty { claim(putOff, at: now) }
        plan.adopt(schedules, states: try ledger.register(difference, at: now), at: now)
        self.schedules = schedules
        wake()
        return difference
    }

    /// Called when the alarm goes off and when the clock was set: does everything that is due.
    public func wake() {
        guard !isStopping else { return }
        let now = time.now()
        wokeAt = now
        let due = plan.tick(at: now)
        if !due.isEmpty { claim(due, at: now) }
        if !waiting.isEmpty, trouble != nil || mustAskAgain { releaseWaiting() }
        setAlarm(at: now)
    }

    /// Forgets history beyond what is kept, little by little, so that no start waits for it.
    public func tidy() {
        recover()
        do {
            let forgotten = try ledger.prune(limits.history, limit: Scheduler.tidyBatch, at: time.now())
            guard forgotten == Scheduler.tidyBatch, !isStopping else { return }
            executor.queue.asyncAfter(deadline: .now() + Scheduler.tidyPause) { self.assumeIsolated { $0.tidy() } }
        } catch {
            refused(error)
        }
    }

    /// The zone data on disk changed: plans anew with the zones given.
    public func zonesChanged(_ zones: @Sendable (String) -> Zone?) {
        plan.replan(zones: zones)
        wake()
    }

    /// Starts nothing more, and returns when the running work has ended: by itself within `limit`, else cancelled. What
    /// waits is taken over by the next daemon.
    public func drain(limit: Duration) async {
        isStopping = true
        alarm?.set(for: nil)
        guard !running.isEmpty else { return flush() }
        observe(.draining(running.values.map(\.request)))
        executor.queue.asyncAfter(deadline: .now() + limit.inSeconds) {
            self.assumeIsolated { scheduler in
                for run in scheduler.running.values { run.stop.turnOn("the process was asked to stop") }
            }
        }
        await withCheckedContinuation { continuation in
            // The last run may have ended on the way here: an await lets others onto the queue before it begins.
            if running.isEmpty { continuation.resume() } else { drained.append(continuation) }
        }
    }

    /// What is going on, for status lines and the watchdog.
    public var state: SchedulerState { view.state }

    /// Everything that there is to see, as it is now: a copy that shares its storage. It costs what runs, not what is
    /// planned; the plan is read wherever the copy is.
    public var view: SchedulerView {
        SchedulerView(
            running: running.values.map(\.request), waiting: waiting.count, trouble: trouble, schedules: schedules,
            plan: plan, wokeAt: wokeAt)
    }

    /// Runs what somebody else has claimed and launched for this process; what it is and how it ended is recorded and told
    /// as with every run.
    ///
    /// - Returns: false when nothing is begun any more, because the process stops.
    public func takeOn(_ request: RunRequest) -> Bool {
        guard !isStopping else { return false }
        begin(request)
        observe(.started(request))
        return true
    }

    /// Tells a run of this process to stop.
    ///
    /// - Returns: false when this process has no such run under way.
    /// - Throws: ``StoreError`` for one that waits, when the ledger cannot record its end; it then waits on.
    public func cancel(_ id: RowID, reason: String) throws(StoreError) -> Bool {
        if let run = running[id] {
            run.stop.turnOn(reason)
            return true
        }
        guard let request = waiting[id] else { return false }
        try ledger.dismiss([Dismissal(id: id, outcome: .cancelled, reason: reason)], at: time.now())
        waiting[id] = nil
        observe(.skipped(request, reason))
        return true
    }

    /// The next start of each schedule, soonest first.
    public func upcoming(limit: Int) -> [(name: String, due: Instant)] {
        plan.upcoming(limit: limit).map { ($0.schedule.name, $0.due) }
    }

    // MARK: -

    private func takeOver(_ orphans: [RunRecord]) throws(StoreError) {
        guard !orphans.isEmpty else { return }
        let now = time.now()
        let inForce = Dictionary(
            schedules.filter(\.isEnabled).map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        var dismissals: [Dismissal] = []
        for orphan in orphans {
            switch OrphanFate(of: orphan, schedule: orphan.schedule.flatMap { inForce[$0] }, at: now) {
            case .start(let request):
                waiting[request.id] = request
                observe(.tookOver(request))
            case .dismiss(let dismissal): dismissals.append(dismissal)
            }
        }
        try ledger.dismiss(dismissals, at: now)
        try ledger.adopt(Array(waiting.keys))
        releaseWaiting()
    }

    private func setAlarm(at now: Instant) {
        let mustRetry = trouble != nil || (mustAskAgain && !waiting.isEmpty)
        alarm?.set(for: mustRetry ? min(plan.nextDue ?? .distantFuture, now + Scheduler.retryAfter) : plan.nextDue)
    }

    private func claim(_ due: [DueSlot], at now: Instant) {
        let claims = due.compactMap(Claim.init)
        let receipt: ClaimReceipt
        CrashPoint.beforeClaim.pass()
        do {
            receipt = try ledger.claim(claims, limits: limits.runs, at: now)
        } catch {
            // Nothing was recorded, so nothing may start: the slots are due again when the ledger is back.
            plan.putBack(due)
            return refused(error)
        }
        CrashPoint.afterClaim.pass()
        recovered()
        var won: [RowID] = []
        for (claim, result) in zip(claims, receipt.results) {
            if let missed = claim.missed, let schedule = claim.schedule { observe(.missed(schedule, missed)) }
            guard let request = claim.request else { continue }
            switch result {
            case .won:
                waiting[request.id] = request
                won.append(request.id)
            case .waits(let reason):
                waiting[request.id] = request
                observe(.waits(request, reason))
            case .taken: observe(.taken(request))
            case .skipped(let reason): observe(.skipped(request, reason))
            }
        }
        for id in receipt.replaced {
            if let request = waiting.removeValue(forKey: id) { observe(.skipped(request, "replaced by a newer slot")) }
        }
        for id in receipt.cancels { running[id]?.stop.turnOn("cancelled by a newer slot (overlap is cancelOther)") }
        launch(won)
        if receipt.results.contains(where: \.waits) { releaseWaiting() }
        if receipt.sawDead { recover() }
    }

    /// Gives the runs of processes that died their ends: one-shots that were killed while this process runs.
    private func recover() {
        do {
            for record in try ledger.recover(at: time.now()).ended { observe(.recovered(record)) }
        } catch {
            refused(error)
        }
    }

    /// Starts what may start of the waiting runs.
    private func releaseWaiting() {
        do {
            let (runs, mustAskAgain) = try ledger.release(limits: limits.runs)
            self.mustAskAgain = mustAskAgain
            launch(runs)
        } catch {
            refused(error)
        }
    }

    /// Marks the runs as begun, and begins them. Runs that cannot be marked wait on.
    private func launch(_ runs: [RowID]) {
        guard !runs.isEmpty else { return }
        let launched: Set<RowID>
        do {
            launched = try ledger.launch(runs, at: time.now())
        } catch {
            return refused(error)
        }
        recovered()
        CrashPoint.beforeStart.pass()
        // All begin before the first is told of: of a thousand that are due at once, the last would wait for the log.
        let requests = runs.compactMap { waiting.removeValue(forKey: $0) }
        workers.together {
            for request in requests where launched.contains(request.id) { begin(request) }
        }
        for request in requests { observe(launched.contains(request.id) ? .started(request) : .taken(request)) }
    }

    private func begin(_ request: RunRequest) {
        let execution = execution
        let stop = StopSwitch()
        running[request.id] = Running(request: request, stop: stop)
        Task(executorPreference: workers, priority: .high) {
            let completion = await execution.run(request, stop: stop)
            await self.end(RunEnding(request: request, completion: completion))
        }
    }

    private func end(_ ending: RunEnding) {
        if ended.isEmpty {
            executor.queue.async { self.assumeIsolated { $0.flush() } }
        }
        ended.append(ending)
    }

    /// Writes the ends of runs. A run stays in the list, and its process stays its owner, until that has succeeded.
    private func flush() {
        let endings = ended
        guard !endings.isEmpty else { return }
        CrashPoint.afterWork.pass()
        let notices: [FinishNotice]
        do {
            notices = try ledger.finish(endings)
        } catch {
            refused(error)
            executor.queue.asyncAfter(deadline: .now() + Scheduler.retryAfter.inSeconds) {
                self.assumeIsolated { $0.flush() }
            }
            return
        }
        CrashPoint.afterLedger.pass()
        ended.removeFirst(endings.count)
        for ending in endings {
            running[ending.request.id] = nil
            observe(.ended(ending))
        }
        for notice in notices { observe(.noticed(notice)) }
        if !waiting.isEmpty, !isStopping {
            releaseWaiting()
            setAlarm(at: time.now())
        }
        if running.isEmpty {
            for continuation in drained { continuation.resume() }
            drained = []
        }
    }

    private func refused(_ error: StoreError) {
        if trouble != error { observe(.ledgerFailed(error)) }
        trouble = error
    }

    private func recovered() {
        guard trouble != nil else { return }
        trouble = nil
        observe(.ledgerRecovered)
    }
}

extension Claim {
    /// `nil` for a slot of which nothing is to be recorded.
    init?(_ slot: DueSlot) {
        let schedule = slot.schedule
        if let planned = slot.planned {
            self.init(RunRequest(slot: planned, of: schedule, missed: slot.missed))
        } else if let missed = slot.missed {
            self.init(onlyMissed: missed, of: schedule)
        } else {
            return nil
        }
    }
}
