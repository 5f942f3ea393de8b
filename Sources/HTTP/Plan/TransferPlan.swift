internal import DequeModule
internal import HeapModule
internal import Time

/// Decides what happens to each request and when: pauses, places per host, repetitions, the circuit breaker.
///
/// A value without input or output: events go in with the uptime, actions come out, the engine carries them out. Times are
/// uptimes.
struct TransferPlan {
    typealias ID = UInt64

    enum Action: Hashable {
        /// Begin an attempt that may take so long.
        case start(ID, limit: Duration)
        /// Stop the attempt that is under way; its request is over.
        case abort(ID)
        /// The last attempt's result is the request's.
        case deliver(ID)
        /// The request ends without an attempt of its own.
        case refuse(ID, Refusal)
    }

    enum Refusal: Hashable {
        case circuitOpen(Duration)
        /// No place at the host came free in time.
        case waitedTooLong
        case cancelled
    }

    private enum Phase { case pausing, queued, running(isProbe: Bool), over }

    private struct Entry {
        let host: String
        let repetition: HTTPRequest.Repetition
        let limits: HTTPRequest.Limits
        var phase: Phase
        /// The uptime at which the total limit ends.
        let deadline: Duration
        var attempts = 0
        /// Whether any attempt may have reached the service.
        var hasLeft = false
    }

    private struct Host {
        var breaker: CircuitBreaker
        var queue: Deque<ID> = []
        var running = 0
        var waiting = 0
        var attempts = 0
        var failures = 0
    }

    /// An uptime at which something must be looked at. Left where it is when it no longer matters.
    private struct Alarm: Comparable {
        let at: Duration
        let id: ID
        static func < (a: Alarm, b: Alarm) -> Bool { (a.at, a.id) < (b.at, b.id) }
    }

    private let retry: RetryPolicy
    private let breaker: CircuitBreaker.Policy
    private let perHost: Int
    private var entries: [ID: Entry] = [:]
    private var hosts: [String: Host] = [:]
    private var alarms = Heap<Alarm>()

    /// - Parameter perHost: attempts under way to one host at most.
    init(retry: RetryPolicy, breaker: CircuitBreaker.Policy, perHost: Int) {
        self.retry = retry
        self.breaker = breaker
        self.perHost = max(perHost, 1)
    }

    /// Attempts made so far, and whether any of them may have reached the service.
    func history(of id: ID) -> (attempts: Int, hasLeft: Bool) {
        entries[id].map { ($0.attempts, $0.hasLeft) } ?? (0, false)
    }

    // MARK: Events

    mutating func requested(_ id: ID, _ request: HTTPRequest, at now: Duration) -> [Action] {
        let host = request.host
        let start = now + max(request.delay, .zero)
        hosts[host, default: Host(breaker: CircuitBreaker(breaker))].waiting += 1
        entries[id] = Entry(
            host: host, repetition: request.repetition, limits: request.limits, phase: .queued,
            deadline: start + request.limits.total)
        alarms.insert(Alarm(at: start + request.limits.total, id: id))
        if start > now {
            pause(id, until: start)
            return []
        }
        return enqueue(id, at: now)
    }

    /// An attempt ended. `.deliver` and `.refuse` end the request; the caller then ``forget(_:)``s it.
    mutating func ended(_ id: ID, _ result: AttemptResult, at now: Duration, chance: Double) -> [Action] {
        guard var entry = entries[id], case .running(let isProbe) = entry.phase else { return [] }
        if case .failed(_, let left) = result { entry.hasLeft = entry.hasLeft || left } else { entry.hasLeft = true }
        entries[id] = entry
        hosts[entry.host]?.running -= 1
        hosts[entry.host]?.breaker.record(result.health, isProbe: isProbe, at: now)
        hosts[entry.host]?.attempts += 1
        if result.health == .bad { hosts[entry.host]?.failures += 1 }
        let pause = retry.pause(
            after: result, attempt: entry.attempts, repetition: entry.repetition, remaining: entry.deadline - now,
            chance: chance)
        if let pause {
            hosts[entry.host]?.waiting += 1
            self.pause(id, until: now + pause)
            return serve(entry.host, at: now)
        }
        entries[id]?.phase = .over
        return [.deliver(id)] + serve(entry.host, at: now)
    }

    mutating func cancelled(_ id: ID, at now: Duration) -> [Action] {
        guard let entry = entries[id] else { return [] }
        switch entry.phase {
        case .running(let isProbe):
            hosts[entry.host]?.running -= 1
            hosts[entry.host]?.breaker.record(.none, isProbe: isProbe, at: now)
            entries[id]?.phase = .over
            return [.abort(id)] + serve(entry.host, at: now)
        case .queued, .pausing:
            leaveQueue(id, entry.host)
            return [.refuse(id, .cancelled)]
        case .over: return []
        }
    }

    /// Time passed: pauses end, waiting ends.
    mutating func tick(at now: Duration) -> [Action] {
        var actions: [Action] = []
        while let alarm = alarms.min, alarm.at <= now {
            alarms.removeMin()
            guard let entry = entries[alarm.id] else { continue }
            switch entry.phase {
            // An attempt under way has its own limit, which libcurl keeps.
            case .running, .over: break
            case .pausing where now < entry.deadline: actions += enqueue(alarm.id, at: now)
            case .pausing, .queued:
                guard now >= entry.deadline else { break }
                leaveQueue(alarm.id, entry.host)
                actions.append(entry.attempts > 0 ? .deliver(alarm.id) : .refuse(alarm.id, .waitedTooLong))
            }
        }
        return actions
    }

    /// The request is over and answered.
    mutating func forget(_ id: ID) {
        entries[id] = nil
        while let alarm = alarms.min, entries[alarm.id] == nil { alarms.removeMin() }
        // Limits of answered requests lie behind the first alarm for as long as they last.
        if alarms.count > 4 * entries.count + 256 {
            alarms = Heap(alarms.unordered.filter { entries[$0.id] != nil })
        }
    }

    /// When ``tick(at:)`` must be called next; `nil`: not before the next event.
    var nextAlarm: Duration? { alarms.min?.at }

    var isIdle: Bool { entries.isEmpty }

    /// Every request that is not over.
    var ids: [ID] { Array(entries.keys) }

    /// All hosts that were ever asked, by name.
    var states: [HTTPHostState] {
        hosts.map { name, host in
            HTTPHostState(
                host: name, breaker: host.breaker, running: host.running, waiting: host.waiting,
                attempts: host.attempts, failures: host.failures)
        }.sorted { $0.host < $1.host }
    }

    // MARK: Queues

    private mutating func pause(_ id: ID, until end: Duration) {
        entries[id]?.phase = .pausing
        alarms.insert(Alarm(at: end, id: id))
    }

    private mutating func enqueue(_ id: ID, at now: Duration) -> [Action] {
        guard let host = entries[id]?.host else { return [] }
        entries[id]?.phase = .queued
        hosts[host]?.queue.append(id)
        return serve(host, at: now)
    }

    private mutating func leaveQueue(_ id: ID, _ host: String) {
        hosts[host]?.waiting -= 1
        hosts[host]?.queue.removeAll { $0 == id }
        entries[id]?.phase = .over
    }

    /// Starts what has a place, in the order of arrival; refuses all that the breaker does not let through.
    private mutating func serve(_ name: String, at now: Duration) -> [Action] {
        guard var host = hosts[name] else { return [] }
        var actions: [Action] = []
        while host.running < perHost, let id = host.queue.first, var entry = entries[id] {
            host.queue.removeFirst()
            host.waiting -= 1
            guard now < entry.deadline else {
                entries[id]?.phase = .over
                actions.append(entry.attempts > 0 ? .deliver(id) : .refuse(id, .waitedTooLong))
                continue
            }
            let admission = host.breaker.admit(at: now)
            if case .refuse(let pause) = admission {
                entries[id]?.phase = .over
                // What the last attempt brought says more than that we gave up.
                actions.append(entry.attempts > 0 ? .deliver(id) : .refuse(id, .circuitOpen(pause)))
                continue
            }
            host.running += 1
            entry.attempts += 1
            entry.phase = .running(isProbe: admission == .probe)
            entries[id] = entry
            actions.append(.start(id, limit: min(entry.limits.attempt ?? entry.limits.total, entry.deadline - now)))
        }
        hosts[name] = host
        return actions
    }
}

/// What the client knows of a host that it has asked: for `check` and `--status`.
public struct HTTPHostState: Hashable, Sendable {
    /// Scheme, host and port, or `unix:` and a path.
    public let host: String
    public let breaker: CircuitBreaker
    /// Attempts under way.
    public let running: Int
    /// Requests that wait for a place or a pause's end.
    public let waiting: Int
    /// Attempts that have ended, repetitions among them.
    public let attempts: Int
    /// Those of them after which the service counts as away: no answer, or one that says so.
    public let failures: Int

    /// Whether the breaker opened or closed since; a probe under way is neither.
    func isNews(after before: HTTPHostState?) -> Bool {
        switch breaker.state {
        case .closed: before.map { $0.breaker.state != .closed } ?? false
        case .open: before?.breaker.state != breaker.state
        case .halfOpen: false
        }
    }
}
