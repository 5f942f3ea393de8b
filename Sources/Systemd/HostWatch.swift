internal import CLinux
@preconcurrency public import Dispatch
import Glibc

/// Tells when somebody sets the wall clock, so that nothing sleeps on a time that no longer holds.
public final class ClockWatch: @unchecked Sendable {
    /// Used on the queue alone after its creation.
    private let source: any DispatchSourceRead

    /// `nil` when the kernel has no such timer; steps are then noticed at the next tick.
    public init?(queue: DispatchQueue, handler: @escaping @Sendable () -> Void) {
        let descriptor = timerfd_create(CLOCK_REALTIME, Int32(TFD_NONBLOCK | TFD_CLOEXEC))
        guard descriptor >= 0, ClockWatch.arm(descriptor) else {
            if descriptor >= 0 { close(descriptor) }
            return nil
        }
        source = DispatchSource.makeReadSource(fileDescriptor: descriptor, queue: queue)
        source.setEventHandler {
            var expirations: UInt64 = 0
            // ECANCELED is the message: the clock was set. The timer must be armed anew to tell it again.
            _ = read(descriptor, &expirations, MemoryLayout<UInt64>.size)
            _ = ClockWatch.arm(descriptor)
            handler()
        }
        // Closed only here: Dispatch loses track of a descriptor that is closed earlier and used again.
        source.setCancelHandler { close(descriptor) }
        source.activate()
    }

    deinit { source.cancel() }

    private static func arm(_ descriptor: Int32) -> Bool {
        // Far enough away never to expire by itself, near enough for every kernel's arithmetic.
        var timer = itimerspec()
        timer.it_value.tv_sec = 4_102_444_800
        return timerfd_settime(
            descriptor, Int32(TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET), &timer, nil) == 0
    }
}

/// Tells when files in directories are replaced: the time zone data, by a package upgrade.
public final class DirectoryWatch: @unchecked Sendable {
    /// Used on the queue alone after its creation.
    private let source: any DispatchSourceRead
    private let descriptor: Int32

    /// Watches nothing yet; `nil` when nothing can be watched.
    public init?(queue: DispatchQueue, handler: @escaping @Sendable () -> Void) {
        let descriptor = inotify_init1(Int32(IN_NONBLOCK | IN_CLOEXEC))
        guard descriptor >= 0 else { return nil }
        self.descriptor = descriptor
        source = DispatchSource.makeReadSource(fileDescriptor: descriptor, queue: queue)
        source.setEventHandler {
            // What changed does not matter, only that something did; the events are read to be rid of them.
            withUnsafeTemporaryAllocation(byteCount: 4_096, alignment: 8) { buffer in
                while read(descriptor, buffer.baseAddress, buffer.count) > 0 {}
            }
            handler()
        }
        source.setCancelHandler { close(descriptor) }
        source.activate()
    }

    deinit { source.cancel() }

    /// Watches the directories, not what lies in folders below them. One that is watched already or cannot be is passed
    /// over.
    public func add(_ directories: some Sequence<String>) {
        let events = UInt32(IN_MOVED_TO | IN_CLOSE_WRITE | IN_CREATE | IN_DELETE)
        for directory in directories { _ = inotify_add_watch(descriptor, directory, events) }
    }
}
