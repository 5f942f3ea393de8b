internal import Glibc
public import Records
public import Scheduling
public import Stores
import Synchronization
public import Time

/// Everything that a dialogue with the scheduler needs: a real ledger on disk, a manual clock and scripted work.
public struct SchedulerDesk: Sendable {
    public let directory: TemporaryDirectory
    public let time: ManualTime
    public let ledger: SQLiteLedger
    public let alarm = ManualAlarm()
    public let performer: ScriptedPerformer
    public let scheduler: Scheduler
    public let events: AsyncStream<SchedulerEvent>
    /// Runs that ignored their cancellation and were given up.
    public let stuck = StuckRuns()

    /// - Parameters:
    ///   - directory: the state of an earlier desk, to go on where it ended.
    ///   - deadlines: time limits do not pass by themselves, however long a busy machine takes.
    public init(
        at now: Instant, in directory: TemporaryDirectory? = nil, performer: ScriptedPerformer = ScriptedPerformer(),
        limits: SchedulerLimits = SchedulerLimits(), deadlines: any Deadlines = ManualDeadlines()
    ) throws {
        self.directory = try directory ?? TemporaryDirectory()
        time = ManualTime(now)
        ledger = try SchedulerDesk.ledger(in: self.directory, at: now)
        self.performer = performer
        let workers = WorkerPool(limit: 4)
        let (events, continuation) = AsyncStream.makeStream(of: SchedulerEvent.self)
        self.events = events
        scheduler = Scheduler(
            ledger: ledger,
            execution: Execution(
                performer: performer, time: time, workers: workers, deadlines: deadlines,
                observe: { [stuck] in stuck.note($0) }),
            workers: workers, time: time, executor: QueueExecutor(label: "test"), limits: limits
        ) { continuation.yield($0) }
    }

    /// The ledger of an earlier desk is free as soon as that is gone, but for a moment in which a child that another test
    /// starts has our descriptors between its fork and its exec, and with them the lock.
    private static func ledger(in directory: TemporaryDirectory, at now: Instant) throws -> SQLiteLedger {
        for _ in 0..<500 {
            do throws(StoreError) {
                return try SQLiteLedger(directory: directory.path, as: .daemon, texts: PlainAlertTexts(), at: now)
            } catch {
                guard error.code == .busy else { throw error }
                var pause = timespec(tv_sec: 0, tv_nsec: 10_000_000)
                nanosleep(&pause, nil)
            }
        }
        return try SQLiteLedger(directory: directory.path, as: .daemon, texts: PlainAlertTexts(), at: now)
    }

    /// Starts as the daemon does: with what a dead process left.
    public func start(_ schedules: Schedule...) async throws {
        let recovery = try ledger.recover(at: time.now())
        try await scheduler.start(schedules, orphans: recovery.orphans, alarm: alarm)
    }

    /// Time passes, and the alarm goes off.
    public func advance(to instant: Instant) async {
        time.advance(by: instant - time.now())
        await scheduler.wake()
    }

    /// The events up to and including the n-th end of a run.
    public func events(untilEnds count: Int) async -> [String] {
        var seen: [String] = []
        var ends = 0
        for await event in events {
            seen.append(event.text)
            if case .ended = event { ends += 1 }
            if ends == count { break }
        }
        return seen
    }

    /// What the ledger has, the oldest first: `09:01 ok`, or `09:02 skipped overlap, …`.
    public func history() throws -> [String] {
        try ledger.runs(RunFilter(limit: 1_000)).reversed().map { run in
            let slot = run.planned.map { String($0.iso8601.dropFirst(11).prefix(5)) } ?? "-"
            let outcome = run.outcome?.rawValue ?? (run.isWaiting ? "waiting" : "running")
            return "\(slot) \(outcome)" + (run.reason.map { " \($0)" } ?? "")
        }
    }

    /// The texts for the owner that wait for delivery.
    public func alerts() throws -> [String] {
        try ledger.pending(.owner, limit: 100).compactMap { entry in
            guard case .alert(let text) = entry.message else { return nil }
            return text
        }
    }
}

/// The runs that were given up, as the execution told of them.
public final class StuckRuns: Sendable {
    private let runs = Mutex<[RowID]>([])

    public var all: [RowID] { runs.withLock { $0 } }

    func note(_ event: Execution.Event) {
        guard case .stuck(let request) = event else { return }
        runs.withLock { $0.append(request.id) }
    }
}

extension SchedulerEvent {
    /// `started work`, `ended work ok`, `skipped work overlap, …`.
    public var text: String {
        switch self {
        case .started(let request): "started \(request.task)"
        case .ended(let ending): "ended \(ending.request.task) \(ending.completion.outcome.rawValue)"
        case .skipped(let request, let reason): "skipped \(request.task) \(reason)"
        case .waits(let request, _): "waits \(request.task)"
        case .tookOver(let request): "took over \(request.task)"
        case .recovered(let run): "recovered \(run.task)"
        case .taken(let request): "taken \(request.task)"
        case .missed(let schedule, let missed): "missed \(schedule) \(missed.count)"
        case .noticed(.paused(let schedule, let failures)): "paused \(schedule) \(failures)"
        case .ledgerFailed: "ledger failed"
        case .ledgerRecovered: "ledger recovered"
        case .draining(let requests): "draining \(requests.count)"
        }
    }
}
