internal import DequeModule
public import JSON
internal import NIOCore
internal import Synchronization
internal import Time

/// Hands what happens to everybody who listens, and remembers the last of it for those who come back.
///
/// Whoever takes events more slowly than they come is let go, and may come back with the id of the last one it saw.
public final class EventHub: Sendable {
    /// What `Last-Event-ID` can reach back over.
    private static let remembered = 512
    /// Events that may wait for one listener.
    private static let backlog = 512
    /// Tells a listener that it has missed something.
    private static let resync = "event: resync\ndata: {}\n\n"

    private struct State {
        var number: UInt64 = 0
        var past: Deque<(number: UInt64, frame: String)> = []
        var listeners: [Int: AsyncStream<String>.Continuation] = [:]
        var nextListener = 0
        var waiters: [String: [Int: CheckedContinuation<Bool, Never>]] = [:]
        var nextWaiter = 0
        var heart: RepeatedTask?
        var isClosed = false
    }

    private let state = Mutex(State())
    private let loop: any EventLoop
    private let limits: WebLimits
    /// Tells the numbers of this process from those of another.
    private let epoch: String
    private let attend: @Sendable (EventHub) -> Void

    /// - Parameter attend: called when somebody begins to listen and then with each sign of life, while anybody listens.
    init(
        loop: any EventLoop, limits: WebLimits, at now: Instant, attend: @escaping @Sendable (EventHub) -> Void
    ) {
        self.loop = loop
        self.limits = limits
        self.attend = attend
        epoch = String(now.microseconds, radix: 36)
    }

    /// Hands an event to all listeners; never waits for one.
    public func publish(_ kind: String, _ data: JSON) {
        let body = "event: \(kind)\ndata: \(data.text)\n\n"
        state.withLock { state in
            guard !state.isClosed else { return }
            state.number += 1
            let frame = "id: \(epoch)-\(state.number)\n\(body)"
            state.past.append((state.number, frame))
            if state.past.count > EventHub.remembered { state.past.removeFirst() }
            send(frame, &state)
        }
    }

    /// Wakes those who wait for the end of a run.
    public func ended(_ run: String) {
        let waiters = state.withLock { $0.waiters.removeValue(forKey: run) }
        for (_, waiter) in waiters ?? [:] { waiter.resume(returning: true) }
    }

    /// Ends all streams; nobody is let in from now on.
    func close() {
        let (listeners, waiters) = state.withLock { state in
            state.isClosed = true
            state.heart?.cancel()
            state.heart = nil
            defer { (state.listeners, state.waiters) = ([:], [:]) }
            return (state.listeners, state.waiters)
        }
        for (_, listener) in listeners { listener.finish() }
        for (_, waiter) in waiters.flatMap(\.value) { waiter.resume(returning: false) }
    }

    // MARK: Listening

    /// Whether anybody listens.
    var isHeard: Bool { state.withLock { !$0.listeners.isEmpty } }

    /// The frames from now on, before them those that came after the given id, and what ends them; `nil` when there are too
    /// many listeners.
    func listen(after lastID: String?) -> (frames: AsyncStream<String>, leave: @Sendable () -> Void)? {
        let (stream, continuation) = AsyncStream.makeStream(
            of: String.self, bufferingPolicy: .bufferingOldest(EventHub.remembered + EventHub.backlog))
        let number = state.withLock { state -> Int? in
            guard !state.isClosed, state.listeners.count < limits.streams else { return nil }
            for frame in frames(after: lastID, state) { continuation.yield(frame) }
            state.nextListener += 1
            state.listeners[state.nextListener] = continuation
            if state.heart == nil { state.heart = startHeart() }
            return state.nextListener
        }
        guard let number else { return nil }
        // Also when nobody takes the frames, as after HEAD.
        continuation.onTermination = { [weak self] _ in self?.leave(number) }
        attend(self)
        return (stream, { [weak self] in self?.leave(number) })
    }

    private func frames(after lastID: String?, _ state: State) -> [String] {
        // A first sign, so that whoever listens sees that it is let in.
        guard let lastID else { return [":\n\n"] }
        let parts = lastID.split(separator: "-")
        guard parts.count == 2, parts[0] == epoch, let seen = UInt64(parts[1]), seen <= state.number,
            seen + 1 >= (state.past.first?.number ?? state.number + 1)
        else { return [EventHub.resync] }
        return [":\n\n"] + state.past.filter { $0.number > seen }.map(\.frame)
    }

    private func leave(_ number: Int) {
        let listener = state.withLock { state in
            let listener = state.listeners.removeValue(forKey: number)
            if state.listeners.isEmpty {
                state.heart?.cancel()
                state.heart = nil
            }
            return listener
        }
        listener?.finish()
    }

    private func startHeart() -> RepeatedTask {
        let pause = TimeAmount.microseconds(limits.heartbeat.microseconds)
        return loop.scheduleRepeatedTask(initialDelay: pause, delay: pause) { [weak self] _ in
            guard let self else { return }
            self.state.withLock { self.send(":\n\n", &$0) }
            self.attend(self)
        }
    }

    private func send(_ frame: String, _ state: inout State) {
        for (number, listener) in state.listeners {
            guard case .dropped = listener.yield(frame) else { continue }
            state.listeners[number] = nil
            // Out of the lock: its end calls back.
            loop.execute { listener.finish() }
        }
    }

    // MARK: Waiting for one run

    /// Returns when the run has ended or the time is up; at once when `hasEnded` says so.
    ///
    /// - Parameter hasEnded: asked when nothing can be missed any more.
    func waitForEnd(of run: String, atMost time: Duration, unless hasEnded: () -> Bool) async {
        _ = await withCheckedContinuation { (continuation: CheckedContinuation<Bool, Never>) in
            let number = state.withLock { state -> Int? in
                guard !state.isClosed else { return nil }
                state.nextWaiter += 1
                state.waiters[run, default: [:]][state.nextWaiter] = continuation
                return state.nextWaiter
            }
            guard let number else { return continuation.resume(returning: false) }
            if hasEnded() { return giveUp(number, on: run) }
            loop.scheduleTask(in: .microseconds(time.microseconds)) { self.giveUp(number, on: run) }
        }
    }

    private func giveUp(_ number: Int, on run: String) {
        let waiter = state.withLock { state in
            let waiter = state.waiters[run]?.removeValue(forKey: number)
            if state.waiters[run]?.isEmpty == true { state.waiters[run] = nil }
            return waiter
        }
        waiter?.resume(returning: false)
    }
}
