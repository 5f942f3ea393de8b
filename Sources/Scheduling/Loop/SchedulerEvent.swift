public import Records
public import Time

/// What happened, for the log, the service manager and tests.
public enum SchedulerEvent: Sendable {
    case started(RunRequest)
    /// The slot is claimed and starts when it may; why it waits.
    case waits(RunRequest, String)
    /// A slot that a dead process had claimed and never begun starts now.
    case tookOver(RunRequest)
    case ended(RunEnding)
    /// A slot that did not run, and why.
    case skipped(RunRequest, String)
    /// The slot was claimed before; nothing happens.
    case taken(RunRequest)
    case missed(String, MissedSlots)
    case noticed(FinishNotice)
    /// The ledger cannot be written: nothing starts until it can.
    case ledgerFailed(StoreError)
    case ledgerRecovered
    /// The process stops and waits for these.
    case draining([RunRequest])
}

/// What bounds the scheduler.
public struct SchedulerLimits: Hashable, Sendable {
    public var runs: RunLimits
    /// How long after a boot or a wake-up slots that are caught up wait at least; they spread over the same time again.
    public var settle: Duration

    public init(runs: RunLimits = RunLimits(), settle: Duration = .zero) {
        self.runs = runs
        self.settle = settle
    }
}

/// A look at the scheduler.
public struct SchedulerState: Sendable {
    /// Schedules with a slot ahead.
    public let schedules: Int
    public let running: [RunRequest]
    /// Slots that are claimed and not begun.
    public let waiting: Int
    /// The soonest start.
    public let next: (name: String, due: Instant)?
    /// When the loop means to wake.
    public let nextAlarm: Instant?
    /// Why nothing is being started, if so.
    public let trouble: StoreError?
}

/// What a reload changes, by name.
public struct ScheduleDifference: Hashable, Sendable, CustomStringConvertible {
    public let added: [String]
    public let removed: [String]
    public let changed: [String]

    /// The names as they were found before.
    public init(added: [String], removed: [String], changed: [String]) {
        (self.added, self.removed, self.changed) = (added, removed, changed)
    }

    public init(from old: [Schedule], to new: [Schedule]) {
        // Positions rather than schedules: a schedule is large, and a reload has ten thousand of them to look at.
        var before = Dictionary(zip(old.map(\.name), old.indices), uniquingKeysWith: { $1 })
        var (added, changed): ([String], [String]) = ([], [])
        for index in new.indices {
            if let position = before.removeValue(forKey: new[index].name) {
                if old[position] != new[index] { changed.append(new[index].name) }
            } else {
                added.append(new[index].name)
            }
        }
        (self.added, self.changed) = (added.sorted(), changed.sorted())
        removed = before.keys.sorted()
    }

    /// `2 added (a, b), 1 changed (c)`, or `no change`.
    public var description: String {
        let parts = [("added", added), ("removed", removed), ("changed", changed)].filter { !$0.1.isEmpty }
            .map { "\($0.1.count) \($0.0) (\($0.1.prefix(10).joined(separator: ", "))\($0.1.count > 10 ? ", …" : ""))" }
        return parts.isEmpty ? "no change" : parts.joined(separator: ", ")
    }
}

extension Instant {
    /// Later than anything that is ever planned.
    public static var distantFuture: Instant { Instant(seconds: 253_402_300_799) }
}
