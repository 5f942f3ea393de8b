internal import Synchronization

/// Hands out numbers, downwards to 1.
final class Countdown: Sendable {
    private let rest: Mutex<Int>

    init(_ start: Int) { rest = Mutex(start) }

    func next() -> Int? {
        rest.withLock { rest in
            guard rest > 0 else { return nil }
            defer { rest -= 1 }
            return rest
        }
    }
}
