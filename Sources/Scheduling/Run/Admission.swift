public import Records
public import Time

/// How many runs there may be at once.
public struct RunLimits: Hashable, Sendable {
    /// Of the daemon's schedules together.
    public var total: Int
    /// Of one domain.
    public var perDomain: Int
    /// Slots of one schedule that may wait with `overlap: bufferAll`.
    public var buffered: Int

    public init(total: Int = 10_000, perDomain: Int = 10_000, buffered: Int = 1_000) {
        self.total = total
        self.perDomain = perDomain
        self.buffered = buffered
    }
}

/// A run that has not ended, as the rules for others see it.
public struct OpenRun: Hashable, Sendable {
    public let id: RowID
    public let overlapKey: String
    public let domain: String
    public let schedule: String?
    /// It was claimed and has not begun.
    public var isWaiting: Bool
    /// It belongs to this process.
    public let isOwn: Bool
    public let overlap: Overlap
    public let priority: Int
    public let due: Instant

    public init(
        id: RowID, overlapKey: String, domain: String, schedule: String?, isWaiting: Bool, isOwn: Bool,
        overlap: Overlap, priority: Int, due: Instant
    ) {
        self.id = id
        self.overlapKey = overlapKey
        self.domain = domain
        self.schedule = schedule
        self.isWaiting = isWaiting
        self.isOwn = isOwn
        self.overlap = overlap
        self.priority = priority
        self.due = due
    }
}

/// Decides what becomes of a slot while other work is going on: the overlap policies and the limits. A value without
/// effects; the ledger asks it inside the transaction that writes the answer down.
public struct Admission: Sendable {
    /// What becomes of a slot.
    public enum Verdict: Hashable, Sendable {
        case start
        /// It is claimed and starts when it may; why it waits.
        case wait(String)
        /// It does not run, and why.
        case skip(String)
    }

    private let limits: RunLimits
    /// The oldest open run of each work.
    private var holders: [String: OpenRun] = [:]
    private var waiting: [OpenRun] = []
    private var running: [OpenRun] = []
    private var runningOfDomain: [String: Int] = [:]
    private var waitingOfSchedule: [String: Int] = [:]

    /// - Parameter open: the oldest first, without runs of processes that are gone.
    public init(_ open: [OpenRun], limits: RunLimits) {
        self.limits = limits
        for run in open { note(run) }
    }

    /// Decides about one request and counts it among the open runs from then on.
    ///
    /// - Returns: the verdict; the own running work that is to be cancelled for it; the waiting slots it replaces.
    public mutating func admit(_ request: RunRequest) -> (verdict: Verdict, cancels: [RowID], replaces: [RowID]) {
        let key = request.overlapKey
        let overlap = request.policy.overlap
        var verdict = Verdict.start
        var cancels: [RowID] = []
        var replaces: [RowID] = []
        if overlap != .allow, let holder = holders[key] {
            let waits = request.schedule.map { waitingOfSchedule[$0, default: 0] } ?? 0
            switch overlap {
            case .skip, .allow: verdict = .skip("overlap, holder=\(holder.id)")
            case .bufferOne:
                verdict =
                    waits == 0
                    ? .wait("overlap, holder=\(holder.id)")
                    : .skip("overlap, one slot waits already, holder=\(holder.id)")
            case .bufferAll:
                verdict =
                    waits < limits.buffered
                    ? .wait("overlap, holder=\(holder.id)")
                    : .skip("overlap, \(waits) slots wait already, holder=\(holder.id)")
            case .cancelOther:
                cancels = running.filter { $0.overlapKey == key && $0.isOwn }.map(\.id)
                replaces = waiting.filter { $0.overlapKey == key && $0.isOwn }.map(\.id)
                for id in replaces { forget(waiting: id) }
                verdict = .wait("overlap, cancels \(holder.id)")
            }
        }
        // Limits are for schedules: a person who asks for a run, and a sweep inside a run, do not wait for others.
        if verdict == .start, request.trigger == .schedule, let reason = limit(on: request.domain) {
            verdict = .wait(reason)
        }
        switch verdict {
        case .skip: break
        case .start: note(OpenRun(request, isWaiting: false))
        case .wait: note(OpenRun(request, isWaiting: true))
        }
        return (verdict, cancels, replaces)
    }

    /// The waiting runs of this process that may start now: by priority, then by the time they were due.
    public mutating func release() -> [RowID] {
        var busy = Set(running.map(\.overlapKey))
        var released: [RowID] = []
        let candidates = waiting.filter(\.isOwn).sorted {
            ($1.priority, $0.due, $0.id.text) < ($0.priority, $1.due, $1.id.text)
        }
        for run in candidates {
            guard run.overlap == .allow || !busy.contains(run.overlapKey), limit(on: run.domain) == nil else {
                continue
            }
            busy.insert(run.overlapKey)
            forget(waiting: run.id)
            var started = run
            started.isWaiting = false
            note(started)
            released.append(run.id)
        }
        return released
    }

    /// Whether something waits that no run of this process holds up: nobody will tell when it may start.
    public var mustAskAgain: Bool {
        let own = Set(running.filter(\.isOwn).map(\.overlapKey))
        return waiting.contains { $0.isOwn && !own.contains($0.overlapKey) && limit(on: $0.domain) == nil }
    }

    private func limit(on domain: String) -> String? {
        if running.count >= limits.total { return "limit of \(limits.total) runs at once" }
        if runningOfDomain[domain, default: 0] >= limits.perDomain {
            return "limit of \(limits.perDomain) runs of \(domain) at once"
        }
        return nil
    }

    private mutating func note(_ run: OpenRun) {
        if holders[run.overlapKey] == nil { holders[run.overlapKey] = run }
        if run.isWaiting {
            waiting.append(run)
            if let schedule = run.schedule { waitingOfSchedule[schedule, default: 0] += 1 }
        } else {
            running.append(run)
            runningOfDomain[run.domain, default: 0] += 1
        }
    }

    private mutating func forget(waiting id: RowID) {
        guard let index = waiting.firstIndex(where: { $0.id == id }) else { return }
        let run = waiting.remove(at: index)
        if let schedule = run.schedule { waitingOfSchedule[schedule, default: 0] -= 1 }
    }
}

extension OpenRun {
    fileprivate init(_ request: RunRequest, isWaiting: Bool) {
        self.init(
            id: request.id, overlapKey: request.overlapKey, domain: request.domain, schedule: request.schedule,
            isWaiting: isWaiting, isOwn: true, overlap: request.policy.overlap, priority: request.policy.priority,
            due: request.due)
    }
}
