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

    public nonisolated let executor: QueueExecutor
    public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    private let ledger: any Ledger
    private let execution: Execution
    private let workers: WorkerPool
    private let time: any TimeSource
    private let observe: @Sendable (SchedulerEvent) -> Void

    private var alarm: (any Alarm)?
    private var plan: Plan
    private var schedules: [Schedule] = []
    private var running: [RowID: Running] = [:]
    /// Runs that ended and are not yet in the ledger; written together, so that a thousand ends cost one write.
    private var ended: [RunEnding] = []
    private var isStopping = false
    /// Set while the ledger refuses to be written.
    private var trouble: StoreError?
    private var drained: [CheckedContinuation<Void, Never>] = []

    private struct Running {
        let request: RunRequest
        let task: Task<Void, Never>
    }

    /// - Parameter observe: told of everything that happens, on the scheduler's queue; must return at once.
    public init(
        ledger: any Ledger, execution: Execution, workers: WorkerPool, time: any TimeSource, executor: QueueExecutor,
        observe: @escaping @Sendable (SchedulerEvent) -> Void
    ) {
        self.ledger = ledger
        self.execution = execution
        self.workers = workers
        self.time = time
        self.executor = executor
        self.observe = observe
        plan = Plan([], states: [:], at: time.now(), isBoot: false)
    }

    // MARK: What the outside tells it

    /// Puts the schedules in force and sets the first alarm.
    ///
    /// - Throws: ``StoreError`` when the ledger cannot be read or written: without it nothing may be started.
    public func start(_ schedules: [Schedule], alarm: any Alarm) throws(StoreError) {
        self.alarm = alarm
        try adopt(schedules, isBoot: true)
        wake()
    }

    /// Replaces the schedules; running work goes on as it was started.
    ///
    /// - Throws: ``StoreError`` when the ledger refuses; the schedules in force stay.
    public func reload(_ schedules: [Schedule]) throws(StoreError) -> ScheduleDifference {
        let difference = ScheduleDifference(from: self.schedules, to: schedules)
        try adopt(schedules, isBoot: false)
        wake()
        return difference
    }

    /// Called when the alarm goes off and when the clock was set: does everything that is due.
    public func wake() {
        guard !isStopping else { return }
        let now = time.now()
        let due = plan.tick(at: now)
        if !due.isEmpty { start(due, at: now) }
        alarm?.set(for: trouble == nil ? plan.nextDue : min(plan.nextDue ?? .distantFuture, now + Scheduler.retryAfter))
    }

    /// The zone data on disk changed: plans anew with the zones given.
    public func zonesChanged(_ zones: @Sendable (String) -> Zone?) {
        plan.replan(zones: zones)
        wake()
    }

    /// Starts nothing more, and returns when the running work has ended: by itself within `limit`, else cancelled.
    public func drain(limit: Duration) async {
        isStopping = true
        alarm?.set(for: nil)
        guard !running.isEmpty else { return flush() }
        observe(.draining(running.values.map(\.request)))
        executor.queue.asyncAfter(deadline: .now() + limit.inSeconds) {
            self.assumeIsolated { scheduler in
                for run in scheduler.running.values { run.task.cancel() }
            }
        }
        await withCheckedContinuation { drained.append($0) }
    }

    /// What is going on, for status lines and the watchdog.
    public var state: SchedulerState {
        SchedulerState(
            schedules: plan.count, running: running.values.map(\.request).sorted { $0.due < $1.due },
            next: plan.upcoming(limit: 1).first.map { ($0.schedule.name, $0.due) }, nextAlarm: plan.nextDue,
            trouble: trouble)
    }

    /// The next start of each schedule, soonest first.
    public func upcoming(limit: Int) -> [(name: String, due: Instant)] {
        plan.upcoming(limit: limit).map { ($0.schedule.name, $0.due) }
    }

    // MARK: -

    private func adopt(_ schedules: [Schedule], isBoot: Bool) throws(StoreError) {
        let now = time.now()
        let states = try ledger.register(schedules, at: now)
        plan = Plan(schedules, states: states, at: now, isBoot: isBoot)
        self.schedules = schedules
    }

    private func start(_ due: [DueSlot], at now: Instant) {
        let claims = due.compactMap(Claim.init)
        let results: [ClaimResult]
        do {
            results = try ledger.claim(claims, at: now)
        } catch {
            // Nothing was recorded, so nothing may start: the slots are due again when the ledger is back.
            plan.putBack(due)
            if trouble != error { observe(.ledgerFailed(error)) }
            trouble = error
            return
        }
        if trouble != nil {
            trouble = nil
            observe(.ledgerRecovered)
        }
        for (claim, result) in zip(claims, results) {
            if let missed = claim.missed, let schedule = claim.schedule { observe(.missed(schedule, missed)) }
            guard let request = claim.request else { continue }
            switch result {
            case .won: start(request)
            case .taken: observe(.taken(request))
            case .overlaps(let holder): observe(.skipped(request, "overlap, holder=\(holder)"))
            }
        }
    }

    private func start(_ request: RunRequest) {
        let execution = execution
        running[request.id] = Running(
            request: request,
            task: Task(executorPreference: workers, priority: .high) {
                let completion = await execution.run(request)
                await self.end(RunEnding(request: request, completion: completion))
            })
        observe(.started(request))
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
        do {
            try ledger.finish(endings)
        } catch {
            if trouble != error { observe(.ledgerFailed(error)) }
            trouble = error
            executor.queue.asyncAfter(deadline: .now() + Scheduler.retryAfter.inSeconds) {
                self.assumeIsolated { $0.flush() }
            }
            return
        }
        ended.removeFirst(endings.count)
        for ending in endings {
            running[ending.request.id] = nil
            observe(.ended(ending))
        }
        if running.isEmpty {
            for continuation in drained { continuation.resume() }
            drained = []
        }
    }
}

extension Claim {
    /// `nil` for a slot of which nothing is to be recorded.
    init?(_ slot: DueSlot) {
        let schedule = slot.schedule
        if let planned = slot.planned {
            self.init(
                RunRequest(
                    trigger: .schedule, schedule: schedule.name, planned: planned, due: planned + schedule.delay,
                    domain: schedule.domain, task: schedule.task, params: schedule.params,
                    timeout: schedule.policy.timeout,
                    overlap: schedule.policy.overlap, missed: slot.missed))
        } else if let missed = slot.missed {
            self.init(onlyMissed: missed, of: schedule)
        } else {
            return nil
        }
    }
}
