import HTTP
import Scheduling
import Time
import Web

extension WebDesk {
    /// A start that is later than this is called so.
    private static let punctual = Duration.seconds(10)

    var health: Health {
        let (state, now) = (view()?.state, workplace.time.now())
        var reasons: [Health.Reason] = []
        if stopping.isSet { reasons.append(.init(.stopping, "the daemon stops and waits for running tasks")) }
        if let state {
            if let trouble = state.trouble {
                reasons.append(.init(.ledger, "nothing is started, the ledger refuses: \(trouble)"))
            } else if let alarm = state.nextAlarm, now - alarm > WebDesk.punctual {
                reasons.append(.init(.overdue, "the scheduler is behind its alarm of \(alarm)"))
            }
        } else {
            reasons.append(.init(.stuck, "the scheduler's loop does not answer"))
        }
        reasons += delivery.undelivered.map { .init(.delivery, "not delivered: \($0)") }
        reasons += workplace.http.hosts.compactMap(\.trouble).map { .init(.service, $0) }
        reasons += book.schemaTrouble.map { .init(.schema, $0) }
        reasons += book.quarantined.map {
            .init(.schedules, "the schedule \"\($0)\" is left out: actpd check says why")
        }
        if let (isAccepted, at) = book.reload, !isAccepted, book.quarantined.isEmpty {
            reasons.append(.init(.reload, "the reload at \(at) was refused: actpd check says why"))
        }
        return Health(
            isLive: state != nil, isReady: state != nil && state?.trouble == nil && !stopping.isSet,
            reasons: reasons, version: Actpd.version, startedAt: startedAt, schedules: state?.schedules ?? 0,
            running: state?.running.count ?? 0, waiting: state?.waiting ?? 0)
    }
}
