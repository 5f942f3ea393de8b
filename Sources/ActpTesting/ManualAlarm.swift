public import Scheduling
import Synchronization
public import Time

/// An alarm that a test watches and sets off. It shakes hands: ``next()`` waits until the scheduler has set it.
public final class ManualAlarm: Alarm {
    private struct State {
        var settings: [Instant?] = []
        var waiter: CheckedContinuation<Instant?, Never>?
    }

    private let state = Mutex(State())

    public init() {}

    public func set(for instant: Instant?) {
        let waiter = state.withLock { state -> CheckedContinuation<Instant?, Never>? in
            guard let waiter = state.waiter else {
                state.settings.append(instant)
                return nil
            }
            state.waiter = nil
            return waiter
        }
        waiter?.resume(returning: instant)
    }

    /// The next instant for which the alarm is set; each setting is handed out once, in order.
    public func next() async -> Instant? {
        await withCheckedContinuation { continuation in
            let setting = state.withLock { state -> Instant?? in
                guard !state.settings.isEmpty else {
                    state.waiter = continuation
                    return nil
                }
                return .some(state.settings.removeFirst())
            }
            if let setting { continuation.resume(returning: setting) }
        }
    }
}
