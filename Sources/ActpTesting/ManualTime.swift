import Synchronization
public import Time

/// A clock that a test sets. Uptime follows the wall clock's advances, not its jumps.
public final class ManualTime: TimeSource {
    private struct State {
        var now: Instant
        var uptime: Duration = .zero
    }

    private let state: Mutex<State>

    public init(_ now: Instant) { state = Mutex(State(now: now)) }

    /// - Parameter text: ISO 8601; a test with another text fails at once.
    public convenience init(_ text: String) {
        guard let instant = Instant(iso8601: text) else { preconditionFailure("\(text) is not ISO 8601") }
        self.init(instant)
    }

    public func now() -> Instant { state.withLock { $0.now } }
    public func uptime() -> Duration { state.withLock { $0.uptime } }

    /// Time passes.
    public func advance(by duration: Duration) {
        state.withLock {
            $0.now = $0.now + duration
            $0.uptime += duration
        }
    }

    /// Somebody sets the wall clock; uptime does not notice.
    public func jump(to instant: Instant) { state.withLock { $0.now = instant } }
}
