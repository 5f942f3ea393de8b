import Dispatch
import Synchronization

/// Gathers what comes from another thread and lets a test wait for one of it, with a deadline instead of a sleep.
final class Mailbox<Message: Sendable>: Sendable {
    private struct Waiter {
        let id: Int
        let isWanted: @Sendable (Message) -> Bool
        let continuation: CheckedContinuation<Message?, Never>
    }

    private struct State {
        var messages: [Message] = []
        var waiters: [Waiter] = []
        var nextID = 0
        var isClosed = false
    }

    private let state = Mutex(State())

    /// Everything that came so far.
    var all: [Message] { state.withLock { $0.messages } }

    var count: Int { state.withLock { $0.messages.count } }

    func append(_ message: Message) {
        let waiting = state.withLock { state in
            state.messages.append(message)
            let waiting = state.waiters.filter { $0.isWanted(message) }
            state.waiters.removeAll { $0.isWanted(message) }
            return waiting
        }
        for waiter in waiting { waiter.continuation.resume(returning: message) }
    }

    /// Nothing will come any more: whoever waits, waits in vain.
    func close() {
        let waiting = state.withLock { state in
            state.isClosed = true
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiting { waiter.continuation.resume(returning: nil) }
    }

    /// The first message that is wanted, of those from position `start` on and of those to come; `nil` when none came in
    /// time.
    func first(
        from start: Int = 0, within limit: Duration, where isWanted: @escaping @Sendable (Message) -> Bool
    ) async -> Message? {
        await withCheckedContinuation { continuation in
            let (answer, id) = state.withLock { state -> (Message??, Int) in
                if let known = state.messages.dropFirst(start).first(where: isWanted) { return (.some(known), 0) }
                if state.isClosed { return (.some(nil), 0) }
                state.nextID += 1
                state.waiters.append(Waiter(id: state.nextID, isWanted: isWanted, continuation: continuation))
                return (nil, state.nextID)
            }
            if let answer { return continuation.resume(returning: answer) }
            DispatchQueue.global().asyncAfter(deadline: .now() + limit.inSeconds) { self.giveUp(id) }
        }
    }

    private func giveUp(_ id: Int) {
        let waiter = state.withLock { state -> Waiter? in
            guard let index = state.waiters.firstIndex(where: { $0.id == id }) else { return nil }
            return state.waiters.remove(at: index)
        }
        waiter?.continuation.resume(returning: nil)
    }
}

extension Duration {
    var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}

/// Lets a few through at a time: two hundred processes at once on two cores would only wait for each other.
final class Turnstile: Sendable {
    private struct State {
        var free: Int
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state: Mutex<State>

    init(_ places: Int) { state = Mutex(State(free: places)) }

    func pass<Result: Sendable>(_ work: () async throws -> Result) async rethrows -> Result {
        await withCheckedContinuation { continuation in
            let isFree = state.withLock { state in
                guard state.free > 0 else {
                    state.waiting.append(continuation)
                    return false
                }
                state.free -= 1
                return true
            }
            if isFree { continuation.resume() }
        }
        defer {
            let next = state.withLock { state -> CheckedContinuation<Void, Never>? in
                guard !state.waiting.isEmpty else {
                    state.free += 1
                    return nil
                }
                return state.waiting.removeFirst()
            }
            next?.resume()
        }
        return try await work()
    }
}
