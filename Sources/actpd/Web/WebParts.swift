@preconcurrency import Dispatch
import Synchronization
import Web

/// A part that is made later than what tells it of events, if at all.
final class Late<Part: Sendable>: Sendable {
    private let part = Mutex<Part?>(nil)

    var value: Part? { part.withLock { $0 } }

    func set(_ part: Part) { self.part.withLock { $0 = part } }
}

/// Carries an answer from one queue to a thread that waits for it.
final class AnswerBox<Answer: Sendable>: Sendable {
    private let answer = Mutex<Answer?>(nil)
    private let isThere = DispatchSemaphore(value: 0)

    func put(_ answer: Answer) {
        self.answer.withLock { $0 = answer }
        isThere.signal()
    }

    /// `nil` when it does not come in time.
    func wait(within limit: DispatchTimeInterval) -> Answer? {
        guard isThere.wait(timeout: .now() + limit) == .success else { return nil }
        return answer.withLock { $0 }
    }
}

/// Lets one piece of work through at a time, in no particular order.
actor AsyncTurn {
    /// - Parameter work: does not suspend, so that nobody comes between.
    func take<Result: Sendable>(_ work: @Sendable () throws -> Result) rethrows -> Result { try work() }
}
