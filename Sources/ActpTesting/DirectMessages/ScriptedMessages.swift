public import Agents
internal import Synchronization
public import Time

/// Direct messages without a network: every delivery is as a test says, and what was sent is remembered.
public final class ScriptedMessages: DirectMessages {
    private struct Turn: SendingTurn {
        let messages: ScriptedMessages

        func end() { messages.state.withLock { $0.isTaken = false } }
    }

    private struct State {
        var sent: [DirectMessage] = []
        var deliveries: [Delivery] = []
        var away: Set<OutreachPlatform> = []
        var isTaken = false
        var pauses: [Duration] = []
    }

    private let time: ManualTime
    private let state = Mutex(State())
    private let onSend: @Sendable (DirectMessage, Delivery) -> Void

    /// - Parameter onSend: called in the middle of every send with what becomes of it.
    public init(at time: ManualTime, onSend: @escaping @Sendable (DirectMessage, Delivery) -> Void = { _, _ in }) {
        self.time = time
        self.onSend = onSend
    }

    /// Every message that was handed over, in order, whatever became of it.
    public var sent: [DirectMessage] { state.withLock { $0.sent } }
    /// The pauses before messages.
    public var pauses: [Duration] { state.withLock { $0.pauses } }

    /// What becomes of the next messages; afterwards each one is sent.
    public func answer(with deliveries: Delivery...) { state.withLock { $0.deliveries += deliveries } }

    /// Nobody answers for these platforms.
    public func goAway(_ platforms: OutreachPlatform...) { state.withLock { $0.away.formUnion(platforms) } }

    public func now() -> Instant { time.now() }

    public func takeTurn() throws(ServiceError) -> (any SendingTurn)? {
        let isFree = state.withLock { state in
            defer { state.isTaken = true }
            return !state.isTaken
        }
        return isFree ? Turn(messages: self) : nil
    }

    public func confirm(_ platform: OutreachPlatform, after pause: Duration) async throws(ServiceError) {
        time.advance(by: pause)
        state.withLock { $0.pauses.append(pause) }
        if state.withLock({ $0.away.contains(platform) }) {
            throw ServiceError("the \(platform.shown) DM service", "away", isAway: true, isSafeToRepeat: true)
        }
    }

    public func send(_ message: DirectMessage) async -> Delivery {
        let delivery = state.withLock { state in
            state.sent.append(message)
            return state.deliveries.isEmpty ? Delivery.sent(remark: nil) : state.deliveries.removeFirst()
        }
        onSend(message, delivery)
        return delivery
    }
}
