import ActpTesting
import Agents
import ArgumentParser
import JSON
import Logging
import Records
import Scheduling
import Stores
import Synchronization
import Testing
import Time
import Transfer

@testable import actpd

/// The daemon's own parts on a clock that is set: the shipped schedules, all nine agents, ledger and store on the disk, and
/// clients that talk to stand-ins over sockets.
final class Week: Sendable {
    /// A Monday.
    static let begin = Instant.at("2026-03-02T00:00:00Z")
    static let end = begin + .seconds(7 * 86_400)

    let time: ManualTime
    let standIns: StandIns
    let ledger: SQLiteLedger
    private let workplace: Workplace
    /// The tables themselves, also while they are out for the program.
    let store: Store
    let schedules: [Schedule]
    /// Every message for the owner that was ever written, by its place in the outbox.
    let told = Mutex<[Int64: String]>([:])
    private let scheduler: Scheduler
    private let traffic: Traffic
    private let world: WeekWorld
    private let owner: OwnerMessages

    init(_ installation: Installation, _ time: ManualTime, _ standIns: StandIns, _ addresses: StandIns.Addresses) throws
    {
        self.time = time
        self.standIns = standIns
        let options = try ConfigurationOptions.parse(["--schedules", Installation.repository + "/schedules.json"])
        let settings = try LoadedSettings(
            options, environment: installation.environment.merging(addresses) { $1 })
        let waker = Waker()
        var workplace = try Workplace(settings, as: .daemon, time: time) { pause in
            // Nobody waits for real: what a client would wait for passes, and what is due meanwhile is started.
            time.advance(by: pause)
            waker.wake()
        }
        let file = try SQLiteStore(path: installation.state + "/actp.db", time: time)
        store = Store(file)
        workplace.tables = Tables(
            store: Store(StoreWithOutages(inner: file, outages: standIns.outages, met: standIns.met)), supabase: nil)
        self.workplace = workplace
        ledger = workplace.ledger
        schedules = try LoadedSchedules(settings, zones: zones).schedules
        let traffic = Traffic()
        self.traffic = traffic
        scheduler = Scheduler(
            ledger: workplace.ledger, execution: workplace.execution(announce: {}, observe: { traffic.note($0) }),
            workers: workplace.workers, time: time, executor: QueueExecutor(label: "week"),
            limits: settings.tunables.ofScheduler
        ) { traffic.note($0) }
        waker.scheduler.withLock { [scheduler] in $0 = scheduler }
        world = WeekWorld(standIns, store: store)
        owner = OwnerMessages(workplace, logger: Logger(label: "week") { _ in SwiftLogNoOpLogHandler() })
    }

    /// The business as it stands on Sunday night: people, posts, videos with their matrix and research of the sample,
    /// nothing under way.
    func found() async throws {
        let underWay: Set = ["actp_ab_tests", "actp_gen_jobs", "actp_workflow_tasks", "crm_message_queue"]
        let statements = SampleBusiness(now: time.now()).statements().filter { !underWay.contains($0.table.name) }
        try await store.load(SampleBusiness.handingOut(statements))
        try await run("youtube", "full")
    }

    /// A test that the owner has posted.
    struct PostedTest {
        let at: Instant
        let topic: String
        let niche: String
        /// What goes wrong with it.
        var fault: SafariTwitterStandIn.Fault?
    }

    func live(through tests: [PostedTest]) async throws {
        try await scheduler.start(schedules, alarm: ManualAlarm())
        var tests = tests[...]
        while true {
            await traffic.rest()
            let now = time.now()
            try await world.live(until: now)
            if let test = tests.first, test.at <= now {
                tests = tests.dropFirst()
                if let fault = test.fault { standIns.twitter.fail(with: fault) }
                try await run(
                    "ab-tester", "create", ["topic": .string(test.topic), "niche": .string(test.niche)], isOnce: true)
            }
            await deliver()
            let alarm = await scheduler.state.nextAlarm
            guard let next = [alarm, tests.first?.at].compactMap(\.self).min(), next < Week.end else { break }
            time.advance(by: max(next - time.now(), .zero))
            await scheduler.wake()
        }
        await scheduler.drain(limit: .seconds(60))
        await deliver()
    }

    /// As the command line does it.
    private func run(
        _ domain: String, _ task: String, _ params: [String: JSON] = [:], isOnce: Bool = false
    ) async throws {
        let execution = Execution(performer: workplace.performer, time: time, workers: workplace.workers)
        _ = try await OneShot(ledger: ledger, execution: execution, time: time).run(
            RunRequest(
                trigger: .manual, due: time.now(), domain: domain, task: task, params: params,
                policy: Policy(timeout: .seconds(600)), isOnce: isOnce))
    }

    /// What the daemon's two pumps do; what cannot be delivered waits for the next time.
    private func deliver() async {
        let entries = (try? ledger.pending(.owner, limit: 10_000)) ?? []
        told.withLock { told in
            for entry in entries {
                if case .alert(let html) = entry.message { told[entry.sequence] = html }
            }
        }
        _ = try? await workplace.courier.deliverTaskRows()
        while let backlog = try? ledger.backlog(.owner), backlog.count > 0 {
            do { _ = try await owner.deliver() } catch { return }
        }
    }
}

/// Lets the client's thread wake the scheduler, which is made after the client.
private final class Waker: Sendable {
    let scheduler = Mutex<Scheduler?>(nil)

    func wake() {
        guard let scheduler = scheduler.withLock({ $0 }) else { return }
        Task { await scheduler.wake() }
    }
}

/// Runs that have begun and not ended.
private final class Traffic: Sendable {
    private struct State {
        var running = 0
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    func note(_ event: SchedulerEvent) {
        let waiters = state.withLock { state -> [CheckedContinuation<Void, Never>] in
            switch event {
            case .started: state.running += 1
            case .ended: state.running -= 1
            default: break
            }
            guard state.running == 0 else { return [] }
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume() }
    }

    func note(_ event: Execution.Event) {
        if case .stuck(let request) = event { Issue.record("\(request.domain) \(request.task) is stuck") }
    }

    /// Returns when nothing runs.
    func rest() async {
        await withCheckedContinuation { continuation in
            let isAtRest = state.withLock { state in
                guard state.running > 0 else { return true }
                state.waiters.append(continuation)
                return false
            }
            if isAtRest { continuation.resume() }
        }
    }
}
