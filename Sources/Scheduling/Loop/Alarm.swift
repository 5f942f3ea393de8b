@preconcurrency import Dispatch
import Glibc
public import Time

/// The one timer of the scheduler: goes off once, at a wall-clock instant.
public protocol Alarm: Sendable {
    /// Replaces the instant set before; `nil` sets none. An instant that has passed goes off at once.
    func set(for instant: Instant?)
}

/// An alarm on a Dispatch timer that follows the wall clock, also when it is set and while the machine is suspended.
///
/// Only the queue it was made for may call it and is called by it.
public final class DispatchAlarm: Alarm, @unchecked Sendable {
    /// Dispatch's timers may be used from any thread; the type is merely not marked so.
    private let timer: any DispatchSourceTimer

    /// - Parameter handler: runs on `queue` when the alarm goes off.
    public init(queue: QueueExecutor, handler: @escaping @Sendable () -> Void) {
        timer = DispatchSource.makeTimerSource(flags: .strict, queue: queue.queue)
        timer.setEventHandler(handler: handler)
        timer.schedule(wallDeadline: .distantFuture)
        timer.activate()
    }

    public func set(for instant: Instant?) {
        guard let instant else { return timer.schedule(wallDeadline: .distantFuture) }
        let seconds = instant.seconds
        let time = timespec(tv_sec: Int(seconds), tv_nsec: Int(instant.microseconds - seconds * 1_000_000) * 1_000)
        timer.schedule(wallDeadline: DispatchWallTime(timespec: time), leeway: .nanoseconds(0))
    }

    deinit { timer.cancel() }
}
