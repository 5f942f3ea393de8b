public import Records
public import Time

/// What happened, for the log, the service manager and tests.
public enum SchedulerEvent: Sendable {
    case started(RunRequest)
    /// The slot is claimed and starts when it may; why it waits.
    case waits(RunRequest, String)
    /// A slot that a dead process had claimed and never begun starts now.
    case tookOver(RunRequest)
    /// A run of another process that died has its end.
    case recovered(RunRecord)
    case ended(RunEnding)
    /// A slot that did not run, and why.
    case skipped(RunRequest, String)
    /// The slot was claimed before; nothing happens.
    case taken(RunRequest)
    case missed(String, MissedSlots)
    case noticed(FinishNotice)
    /// The ledger cannot be written: nothing starts until it can.
    case ledgerFailed(StoreError)
    case ledgerRecovered
    /// The process stops and waits for these.
    case draining([RunRequest])
}

/// What bounds the scheduler.
public struct SchedulerLimits: Hashable, Sendable {
    public var runs: RunLimits
    /// How long after a boot or a wake-up slots that are caught up wait at least; they spread over the same time again.
    public var settle: Duration
    public var history: HistoryLimits

    public init(
        runs: RunLimits = RunLimits(), settle: Duration = .zero, history: HistoryLimits = HistoryLimits()
    ) {
        self.runs = runs
        self.settle = settle
        self.history = history
    }
}

/// A look at the scheduler.
public struct SchedulerState: Sendable {
    /// Schedules with a slot ahead.
    public let schedules: Int
    public let running: [RunRequest]
    /// Slots that are claimed and not begun.
    public let waiting: Int
    /// The soonest start.
    public let next: (name: String, due: Instant)?
    /// When the loop means to wake.
    public let nextAlarm: Instant?
    /// Why nothing is being started, if so.
    public let trouble: StoreError?
}

/// All that a scheduler knows at one moment.
public struct SchedulerView: Sendable {
    /// In no order.
    let running: [RunRequest]
    let waiting: Int
    let trouble: StoreError?
    public let schedules: [Schedule]
    /// With the slots ahead.
    public let plan: Plan
    /// When the loop last looked what is due.
    public let wokeAt: Instant

    /// A summary; it goes through the plan twice, so whoever needs several parts asks once.
    public var state: SchedulerState {
        SchedulerState(
            schedules: plan.count, running: running.sorted { $0.due < $1.due }, waiting: waiting,
            next: plan.upcoming(limit: 1).first.map { ($0.schedule.name, $0.due) }, nextAlarm: plan.nextDue,
            trouble: trouble)
    }
}

extension Instant {
    /// Later than anything that is ever planned.
    public static var distantFuture: Instant { Instant(seconds: 253_402_300_799) }
}
