import Dispatch
import Scheduling
import Synchronization
import Systemd
import Time

/// Keeps the one line of `systemctl status` fresh, at most once a second and only when something happened.
final class StatusLine: Sendable {
    private let manager: ServiceManager
    private let queue: DispatchQueue
    private let time: any TimeSource
    private let isPending = Mutex(false)
    private let text = Mutex<(@Sendable () -> String)?>(nil)

    init(manager: ServiceManager, queue: DispatchQueue, time: any TimeSource) {
        self.manager = manager
        self.queue = queue
        self.time = time
    }

    /// - Parameter text: called on the queue.
    func describe(_ text: @escaping @Sendable () -> String) { self.text.withLock { $0 = text } }

    func changed() {
        let isFirst = isPending.withLock { pending in
            defer { pending = true }
            return !pending
        }
        guard isFirst else { return }
        queue.asyncAfter(deadline: .now() + 1) { [self] in
            isPending.withLock { $0 = false }
            if let text = text.withLock({ $0 }) { manager.status(text()) }
        }
    }
}

extension SchedulerState {
    /// A start that is later than this is called so.
    private static let punctual: Duration = .seconds(10)

    /// `12 schedules, 1 running (youtube analyze), next remotion_job_poll at 12:05:00Z in 3min 2s`, what is wrong first.
    ///
    /// - Parameters:
    ///   - undelivered: what cannot be delivered now, as in `12 task rows`.
    ///   - leftAlone: services that are not asked for a while.
    func text(at now: Instant, undelivered: [String] = [], leftAlone: [String] = []) -> String {
        var parts: [String] = []
        if let trouble { parts.append("NOT STARTING ANYTHING: \(trouble)") }
        if let next, now - next.due > SchedulerState.punctual {
            parts.append("OVERDUE: \(next.name) since \(next.due.iso8601.dropFirst(11))")
        }
        if !leftAlone.isEmpty { parts.append("DEGRADED: no answer from \(leftAlone.joined(separator: ", "))") }
        if !undelivered.isEmpty { parts.append("not delivered: \(undelivered.joined(separator: ", "))") }
        parts.append("\(schedules) schedule\(schedules == 1 ? "" : "s")")
        if !running.isEmpty {
            let names = running.prefix(3).map { "\($0.domain) \($0.task)" }.joined(separator: ", ")
            parts.append("\(running.count) running (\(names)\(running.count > 3 ? ", …" : ""))")
        }
        if waiting > 0 { parts.append("\(waiting) waiting") }
        if let next, next.due > now - SchedulerState.punctual {
            parts.append("next \(next.name) at \(next.due.iso8601.dropFirst(11)) in \((next.due - now).rough)")
        }
        return parts.joined(separator: ", ")
    }
}
