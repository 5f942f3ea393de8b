import Cron
import HeapModule
public import Time

/// One start that a simulation found.
public struct SimulatedFire: Hashable, Sendable {
    public let schedule: Schedule
    /// The slot.
    public let planned: Instant
    /// The slot comes where it does because the clocks skip its usual time.
    public let isShifted: Bool
    /// The wall clock shows the slot's reading twice.
    public let pass: Pass?
    /// The schedule is paused then, so the slot would be skipped.
    public let isPaused: Bool
    /// How many others start in the same second.
    public let sameSecond: Int
    /// An earlier start of the same second that does the same work: the schedule's overlap policy decides about this one.
    public let sameWork: String?

    /// Of a reading that the clock shows twice.
    public enum Pass: String, Hashable, Sendable {
        case first
        case second
        /// A fixed time runs the first time only.
        case only
    }

    /// When it starts: the slot and its delay by jitter.
    public var start: Instant { planned + schedule.delay }
}

/// What the schedules would fire between two instants, in the order of the starts, one second's starts at a time: nothing
/// is kept but each schedule's next slot, however long the time.
public struct Simulation: Sequence, IteratorProtocol, Sendable {
    private struct Next: Comparable {
        let start: Instant
        let planned: Instant
        let index: Int

        static func < (a: Next, b: Next) -> Bool { (a.start, a.index) < (b.start, b.index) }
    }

    private let schedules: [Schedule]
    private let anchors: [Instant]
    private let end: Instant
    private let pauses: [String: Pause]
    /// Keys of the work, made once: equal work has an equal key.
    private let works: [String]
    private var heap = Heap<Next>()

    /// Slots planned in `start ..< end`. Disabled schedules fire nothing, nor does `@reboot`.
    ///
    /// - Parameter states: what the ledger remembers; `@every` of a schedule that it does not know counts from `start`.
    public init(
        _ schedules: [Schedule], from start: Instant, to end: Instant, states: [String: ScheduleState] = [:],
        pauses: [String: Pause] = [:]
    ) {
        self.schedules = schedules.filter(\.isEnabled)
        self.end = end
        self.pauses = pauses
        anchors = self.schedules.map { states[$0.name]?.anchor ?? start }
        works = self.schedules.map { RunRequest(slot: start, of: $0).overlapKey }
        for index in self.schedules.indices { push(index, after: start - .microseconds(1)) }
    }

    private mutating func push(_ index: Int, after instant: Instant) {
        let schedule = schedules[index]
        guard let slot = schedule.slot(after: instant, anchor: anchors[index]), slot < end else { return }
        heap.insert(Next(start: slot + schedule.delay, planned: slot, index: index))
    }

    /// The starts of the next second that has any.
    public mutating func next() -> [SimulatedFire]? {
        guard let first = heap.min else { return nil }
        var together: [Next] = []
        while let one = heap.min, one.start.seconds == first.start.seconds {
            heap.removeMin()
            together.append(one)
            push(one.index, after: one.planned)
        }
        var holders: [String: String] = [:]
        return together.map { one in
            let schedule = schedules[one.index]
            let isPaused = pauses[schedule.name]?.covers(one.planned) ?? false
            let holder = together.count > 1 ? holders[works[one.index]] : nil
            // What is paused holds nobody up.
            if holder == nil, !isPaused { holders[works[one.index]] = schedule.name }
            return SimulatedFire(
                schedule: schedule, planned: one.planned,
                isShifted: schedule.cron.isShifted(one.planned, in: schedule.zone),
                pass: schedule.pass(one.planned), isPaused: isPaused, sameSecond: together.count - 1,
                sameWork: isPaused ? nil : holder)
        }
    }
}

extension Schedule {
    /// Which showing of its reading a slot is, where the clock shows it twice.
    fileprivate func pass(_ slot: Instant) -> SimulatedFire.Pass? {
        // `@every` has no readings.
        guard cron.interval == nil else { return nil }
        let local = slot.seconds + Int64(zone.offset(at: slot.seconds))
        guard case .ambiguous(let first, _) = zone.resolve(local: local) else { return nil }
        if cron.isFixedTime { return .only }
        return slot.seconds == first ? .first : .second
    }
}

/// What a simulation adds up to.
public struct SimulationSummary: Hashable, Sendable {
    public private(set) var fires = 0
    public private(set) var paused = 0
    /// Starts moved because the clocks skip their usual time.
    public private(set) var shifted = 0
    /// Starts at the second showing of an hour that comes twice.
    public private(set) var repeated = 0
    /// Seconds with more than one start.
    public private(set) var crowdedSeconds = 0
    /// The most starts in one second.
    public private(set) var busiest = 0
    /// Starts of work that another schedule starts in the same second.
    public private(set) var sameWork = 0
    /// Starts of each schedule, those without any included.
    public private(set) var perSchedule: [String: Int]

    /// - Parameter schedules: those that are simulated.
    public init(of schedules: [Schedule]) {
        perSchedule = Dictionary(
            schedules.filter(\.isEnabled).map { ($0.name, 0) }, uniquingKeysWith: { first, _ in first })
    }

    /// Counts the starts of one second.
    public mutating func add(_ together: [SimulatedFire]) {
        for fire in together {
            fires += 1
            perSchedule[fire.schedule.name, default: 0] += 1
            if fire.isPaused { paused += 1 }
            if fire.isShifted { shifted += 1 }
            if fire.pass == .second { repeated += 1 }
            if fire.sameWork != nil { sameWork += 1 }
        }
        if together.count > 1 { crowdedSeconds += 1 }
        busiest = Swift.max(busiest, together.count)
    }
}
