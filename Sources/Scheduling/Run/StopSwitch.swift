import Synchronization

/// Stops a run from outside, with a reason; turned on once, it stays on.
public final class StopSwitch: Sendable {
    private struct State {
        var reason: String?
        var handler: (@Sendable (String) -> Void)?
        var sleeper: CheckedContinuation<Void, Never>?
        /// Counts the waits, so that a timer of an earlier one wakes nobody.
        var waits = 0
    }

    private let state = Mutex(State())

    public init() {}

    public var isOn: Bool { state.withLock { $0.reason != nil } }

    /// The first reason stays.
    public func turnOn(_ reason: String) {
        let (handler, sleeper) = state.withLock { state in
            guard state.reason == nil else {
                return (nil as (@Sendable (String) -> Void)?, nil as CheckedContinuation<Void, Never>?)
            }
            state.reason = reason
            defer { state.sleeper = nil }
            return (state.handler, state.sleeper)
        }
        handler?(reason)
        sleeper?.resume()
    }

    /// Replaces what is called when the switch is turned; at once when it is on already.
    func onTurn(_ handler: @escaping @Sendable (String) -> Void) {
        let reason = state.withLock { state in
            state.handler = handler
            return state.reason
        }
        if let reason { handler(reason) }
    }

    /// Returns after the duration, or as soon as the switch is on.
    func wait(atMost duration: Duration, _ deadlines: any Deadlines) async {
        await withCheckedContinuation { continuation in
            let wait = state.withLock { state -> Int? in
                guard state.reason == nil else { return nil }
                state.sleeper = continuation
                state.waits += 1
                return state.waits
            }
            guard let wait else { return continuation.resume() }
            deadlines.after(duration) { self.wake(wait) }
        }
    }

    private func wake(_ wait: Int) {
        let sleeper = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard state.waits == wait else { return nil }
            defer { state.sleeper = nil }
            return state.sleeper
        }
        sleeper?.resume()
    }
}

/// The first of several endings wins; one task waits for it.
final class Ending: Sendable {
    /// Why the work was told to stop.
    enum Note {
        case timeout
        case cancelled(String)
    }

    enum End {
        case finished(Performance)
        case failed(Failure)
        case abandoned
    }

    typealias Value = (note: Note?, end: End)

    private struct State {
        var note: Note?
        var end: End?
        var waiter: CheckedContinuation<Value, Never>?
        var abandonments: [Deadline] = []
    }

    private let state = Mutex(State())

    /// The first reason stays.
    func note(_ note: Note) { state.withLock { $0.note = $0.note ?? note } }

    /// False when there is an end already, which stays.
    func settle(_ end: End) -> Bool {
        let (isFirst, waiter, note, abandonments) = state.withLock { state in
            guard state.end == nil else {
                return (false, nil as CheckedContinuation<Value, Never>?, nil as Note?, [] as [Deadline])
            }
            state.end = end
            defer { state.abandonments = [] }
            return (true, state.waiter, state.note, state.abandonments)
        }
        for abandonment in abandonments { abandonment.cancel() }
        waiter?.resume(returning: (note, end))
        return isFirst
    }

    /// Takes what would give the work up after a while; it is cancelled when there is an end.
    func keep(_ abandonment: Deadline) {
        let isOver = state.withLock { state in
            if state.end == nil { state.abandonments.append(abandonment) }
            return state.end != nil
        }
        if isOver { abandonment.cancel() }
    }

    var value: Value {
        get async {
            await withCheckedContinuation { continuation in
                let settled = state.withLock { state -> Value? in
                    guard let end = state.end else {
                        state.waiter = continuation
                        return nil
                    }
                    return (state.note, end)
                }
                if let settled { continuation.resume(returning: settled) }
            }
        }
    }
}
