@preconcurrency import Dispatch
import Glibc
import HTTP
import JSON
import Logging
import Records
import Scheduling
import Stores
import Systemd
import Time
import Web

/// The daemon's side of the HTTP server: answers what it asks, and tells it what happens.
///
/// Nothing of it is on the scheduler's way: events are handed to a queue of their own, requests are answered on two
/// threads of their own with a connection of their own to the ledger, and of the scheduler they see a copy.
final class WebDesk: Sendable {
    /// Threads that answer requests.
    private static let threads = 2

    let workplace: Workplace
    let scheduler: Scheduler
    let delivery: Delivery
    let book = RunBook()
    let counts: RunCounts
    let startedAt: Instant
    /// Reads the ledger without holding up whoever writes it.
    let reader: SQLiteLedger
    /// Orders are taken one after the other, so that two with one key are one run.
    let orders = AsyncTurn()
    let stopping = StopFlag()
    /// Reads `schedules.json` again, on the scheduler's queue.
    let reloading: @Sendable () -> ReloadVerdict
    private let server = Late<WebServer>()
    private let registry: PrometheusRegistry
    private let queue = DispatchQueue(label: "actpd.web")
    private let workers = WorkerPool(limit: WebDesk.threads)
    private let logger: Logger

    /// - Parameter reloading: called on the scheduler's queue.
    /// - Throws: ``StoreError`` when the ledger cannot be opened once more.
    init(
        _ workplace: Workplace, scheduler: Scheduler, delivery: Delivery, logger: Logger,
        reloading: @escaping @Sendable () -> ReloadVerdict
    ) throws(StoreError) {
        self.workplace = workplace
        self.scheduler = scheduler
        self.delivery = delivery
        self.logger = logger
        self.reloading = reloading
        startedAt = workplace.time.now()
        reader = try SQLiteLedger(
            directory: workplace.settings.locations.state, as: .reader, texts: AgentAlertTexts(), at: startedAt)
        registry = PrometheusRegistry(RunCounts.descriptions + WebServer.descriptions)
        counts = RunCounts(registry)
    }

    /// Begins to answer. An address that cannot be had is said and left out: the schedules come first.
    func open(on addresses: [WebAddress]) {
        let settings = workplace.settings
        var limits = WebLimits()
        limits.requestsPerSecond = settings.tunables.http.requestsPerSecond
        let server = WebServer(
            WebSettings(
                tokens: tokens, tokenHelp: WebTokens.help(settings), limits: limits),
            machine: self, registry: registry, executor: workers, time: workplace.time, logger: logger)
        self.server.set(server)
        queue.async { [self] in
            let names = view(within: .seconds(10))?.schedules.map(\.name) ?? []
            if let runs = try? reader.lastRuns(of: names) { book.load(runs) }
        }
        for address in addresses {
            do {
                try server.listen(on: address)
                logger.notice("answers over HTTP on \(address)")
            } catch {
                logger.error("\(error)")
            }
        }
    }

    /// Accepts the tokens that the settings have now, and no others.
    func takeTokens() { server.value?.replaceTokens(tokens) }

    /// The tokens of the settings; one that can be guessed is said and left out.
    private var tokens: [Scope: String] {
        let tokens = WebTokens(workplace.settings)
        for name in tokens.tooShort {
            logger.error("\(name.rawValue) has fewer than \(WebTokens.bytesMin) characters and is not accepted")
        }
        return tokens.accepted
    }

    /// The process stops: nobody is let in any more, and whoever is there hears that it is not ready.
    func close() {
        stopping.set()
        server.value?.stopAccepting()
    }

    // MARK: What happens

    /// Called on the scheduler's queue; returns at once.
    func note(_ event: SchedulerEvent) {
        queue.async { [self] in
            counts.count(event)
            if case .ended(let ending) = event { book.ended(ending) }
            guard let events = server.value?.events else { return }
            if let (kind, run) = event.news(at: workplace.time.now()) { events.publish(kind, run.json) }
            switch event {
            case .ended(let ending): events.ended(ending.request.id.text)
            case .skipped(let request, _): events.ended(request.id.text)
            case .ledgerFailed, .ledgerRecovered: lookAtHealth()
            case .noticed(.paused(let schedule, _)):
                events.publish("schedule", ["schedule": .string(schedule), "paused": true])
            default: break
            }
        }
    }

    func note(_ verdict: ReloadVerdict, at now: Instant) {
        queue.async { [self] in
            book.reloaded(verdict, at: now)
            counts.reloaded(verdict.isAccepted)
            publish("reload", ["accepted": .bool(verdict.isAccepted)])
            lookAtHealth()
        }
    }

    func note(_ report: SchemaReport) {
        queue.async { [self] in
            book.compared(report)
            lookAtHealth()
        }
    }

    func noteClockSet() { queue.async { [self] in counts.clockSet() } }

    /// Something outside is left alone, or answers again.
    func noteEdge() { queue.async { [self] in lookAtHealth() } }

    func publish(_ kind: String, _ data: JSON) { server.value?.events.publish(kind, data) }

    private func lookAtHealth() { server.value?.lookAtHealth() }

    // MARK: The scheduler

    /// What the scheduler knows now; `nil` when its queue does not answer in time.
    func view(within limit: DispatchTimeInterval = .seconds(2)) -> SchedulerView? {
        ask(within: limit) { $0.view }
    }

    /// Something that is done on the scheduler's queue; `nil` when that does not answer in time.
    func ask<Answer: Sendable>(
        within limit: DispatchTimeInterval, _ question: @escaping @Sendable (isolated Scheduler) -> Answer
    ) -> Answer? {
        let box = AnswerBox<Answer>()
        scheduler.executor.queue.async { [scheduler] in
            box.put(scheduler.assumeIsolated { question($0) })
        }
        return box.wait(within: limit)
    }
}
