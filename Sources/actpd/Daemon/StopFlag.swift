import Synchronization

/// Set once by a signal; whoever is at work then is told.
final class StopFlag: Sendable {
    private struct State {
        var isSet = false
        var handler: (@Sendable () -> Void)?
    }

    private let state = Mutex(State())

    var isSet: Bool { state.withLock { $0.isSet } }

    func set() {
        let handler = state.withLock { state in
            state.isSet = true
            return state.handler
        }
        handler?()
    }

    /// Replaces what is called; at once when the flag is set already.
    func onSet(_ handler: @escaping @Sendable () -> Void) {
        let isSet = state.withLock { state in
            state.handler = handler
            return state.isSet
        }
        if isSet { handler() }
    }
}
