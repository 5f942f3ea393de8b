import Glibc
import Records
import Scheduling
import Stores
import Time

/// Runs slots of the past one after the other, each under the ledger and the rules of a one-shot.
struct BackfillRunner {
    /// Why it ended before its last slot.
    enum Stop: Sendable {
        /// The same work is held by another run, or the task declines for now.
        case held(String)
        /// By a signal.
        case asked
    }

    private let workplace: Workplace
    private let oneShot: OneShot

    init(_ workplace: Workplace) {
        self.workplace = workplace
        var performer = workplace.performer
        performer.announce = workplace.announceAtOnce
        oneShot = OneShot(
            ledger: workplace.ledger,
            execution: Execution(performer: performer, time: workplace.time, workers: workplace.workers),
            time: workplace.time)
    }

    /// - Parameter report: told of each slot as it ends, in order.
    func run(
        _ slots: [BackfillPlan.Slot], of schedule: Schedule, report: (BackfillPlan.Slot, OneShot.End) -> Void
    ) throws -> Stop? {
        _ = try workplace.ledger.recover(at: workplace.time.now())
        let stop = StopFlag()
        let watch = SignalWatch([SIGINT, SIGTERM]) { _ in stop.set() }
        defer { watch.end() }
        for slot in slots {
            guard !stop.isSet else { return .asked }
            let request = RunRequest(trigger: .backfill, slot: slot.planned, of: schedule)
            let (oneShot, courier) = (oneShot, workplace.courier)
            let end = try workplace.wait {
                let work = Task { try await oneShot.run(request) }
                stop.onSet { work.cancel() }
                return try await work.value
            }
            report(slot, end)
            do {
                _ = try workplace.wait { try await courier.deliverTaskRows() }
            } catch {
                // The row is safe in the outbox; the daemon or the next command delivers it.
                Terminal.error("actpd: the task row waits in the outbox: \(error)")
            }
            if let reason = end.refusal { return .held(reason) }
        }
        return stop.isSet ? .asked : nil
    }
}

extension OneShot.End {
    /// Why the work may not run now; `nil` for an end that says nothing about the slots that follow.
    fileprivate var refusal: String? {
        switch self {
        case .skipped(let reason): reason.hasPrefix(OneShot.duplicate) ? nil : reason
        case .completed(let completion): completion.outcome == .skipped ? completion.reason ?? "declined" : nil
        }
    }
}
