@preconcurrency import Dispatch
import Glibc
import Logging
import Records
import Scheduling
import Stores
import Synchronization
import Time

/// Runs a request for the command line: recovers what a dead process left, stops on a signal, delivers the task row.
struct OneShotRunner {
    private let workplace: Workplace
    private let oneShot: OneShot

    init(_ workplace: Workplace, progress: @escaping @Sendable (String, Int, Int?) -> Void = { _, _, _ in }) {
        self.workplace = workplace
        var performer = workplace.performer
        performer.progress = progress
        performer.announce = workplace.announceAtOnce
        oneShot = OneShot(
            ledger: workplace.ledger,
            execution: Execution(performer: performer, time: workplace.time, workers: workplace.workers),
            time: workplace.time)
    }

    init(_ workplace: Workplace, execution: Execution) {
        self.workplace = workplace
        oneShot = OneShot(ledger: workplace.ledger, execution: execution, time: workplace.time)
    }

    func run(_ request: RunRequest) throws -> OneShot.End {
        try workplace.recover()
        let (oneShot, courier) = (oneShot, workplace.courier)
        let end = try workplace.wait {
            let work = Task { try await oneShot.run(request) }
            let watch = SignalWatch([SIGINT, SIGTERM]) { _ in work.cancel() }
            defer { watch.end() }
            return try await work.value
        }
        let record = workplace.record(of: .taskLog)
        do {
            if try workplace.wait({ try await courier.deliverTaskRows() }) > 0 { record.succeeded() }
        } catch {
            // The row is safe in the outbox; the daemon or the next command delivers it.
            record.failed(error)
            Terminal.error("actpd: the task row waits in the outbox: \(error)")
        }
        tellOwner()
        return end
    }

    /// The alerts of the run, where there is a way to the owner; the daemon delivers what fails here.
    private func tellOwner() {
        guard workplace.telegram != nil else { return }
        let owner = OwnerMessages(
            workplace, logger: Logger(label: "actpd") { _ in TextLogHandler(level: .error, time: workplace.time) })
        do {
            _ = try workplace.wait { try await owner.deliver() }
        } catch {
            workplace.record(of: .owner).failed(error)
            Terminal.error("actpd: a message to the owner waits in the outbox: \(error)")
        }
    }
}

extension Workplace {
    /// Gives the runs of dead processes their outcomes, and says so.
    func recover() throws {
        for run in try ledger.recover(at: time.now()).ended {
            Terminal.error(
                "actpd: run \(run.id) of \(run.domain) \(run.task) is \(run.outcome?.rawValue ?? ""): \(run.reason ?? "")"
            )
        }
    }
}

/// Calls a handler when one of the signals arrives, instead of what the signal would do.
final class SignalWatch: Sendable {
    private let sources: [any DispatchSourceSignal]
    private let signals: [Int32]

    init(
        _ signals: [Int32], on queue: DispatchQueue = DispatchQueue(label: "actpd.signals"),
        handler: @escaping @Sendable (Int32) -> Void
    ) {
        self.signals = signals
        sources = signals.map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler { handler(number) }
            source.activate()
            return source
        }
    }

    /// Keeps signals waiting for a watch instead of interrupting the calling thread and those it starts from now on.
    ///
    /// To be called on the main thread before there are others, which then blocks them for good. Dispatch reads signals
    /// from a signalfd(2) and cannot do so reliably while any thread still lets them through: of SIGTERMs sent right after
    /// READY=1, one in ten was lost.
    static func hold(_ signals: [Int32]) {
        var set = sigset_t()
        sigemptyset(&set)
        for number in signals { sigaddset(&set, number) }
        pthread_sigmask(SIG_BLOCK, &set, nil)
    }

    /// Gives the signals their usual meaning back.
    func end() {
        for source in sources { source.cancel() }
        for number in signals { signal(number, SIG_DFL) }
    }
}
