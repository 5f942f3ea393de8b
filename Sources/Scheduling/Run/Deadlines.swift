@preconcurrency public import Dispatch
import Time

/// Calls back when elapsed time has passed: the time limits and waits of runs. Clock changes do not matter to it.
public protocol Deadlines: Sendable {
    /// Does the work once, after so long, unless it is cancelled before.
    func after(_ duration: Duration, _ work: DispatchWorkItem)
}

extension Deadlines {
    func after(_ duration: Duration, _ work: @escaping @Sendable () -> Void) {
        after(duration, DispatchWorkItem(block: work))
    }
}

/// Real time. One serial queue for all, so that waiting for one wakes nobody.
public struct DispatchDeadlines: Deadlines {
    private static let queue = DispatchQueue(label: "actpd.deadlines")

    public init() {}

    public func after(_ duration: Duration, _ work: DispatchWorkItem) {
        DispatchDeadlines.queue.asyncAfter(deadline: .now() + duration.inSeconds, execute: work)
    }
}
