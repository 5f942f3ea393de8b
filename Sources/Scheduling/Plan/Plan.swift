import Cron
import HeapModule
public import Time

/// What the ledger remembers of a schedule.
public struct ScheduleState: Hashable, Sendable {
    /// The instant at which the schedule, as it now reads, was first seen: `@every` counts from here, and nothing before
    /// it is owed.
    public let anchor: Instant
    /// The latest planned instant that is accounted for; slots after it are still owed.
    public let cursor: Instant

    public init(anchor: Instant, cursor: Instant) {
        self.anchor = anchor
        self.cursor = cursor
    }
}

/// A slot whose time has come, and what the plan says about it.
public struct DueSlot: Hashable, Sendable {
    public let schedule: Schedule
    /// The slot to start: its planned instant, before any delay by jitter. `nil`: nothing of what was due may start any
    /// more, only ``missed`` is to be recorded.
    public let planned: Instant?
    /// Earlier slots of the schedule whose time passed without a start.
    public let missed: MissedSlots?
}

/// Slots that passed without a start, as one span.
public struct MissedSlots: Hashable, Sendable {
    public let first: Instant
    public let last: Instant
    /// At most ``Plan/countLimit``, which then means "that many or more".
    public let count: Int

    public init(first: Instant, last: Instant, count: Int) {
        self.first = first
        self.last = last
        self.count = count
    }
}

/// When each schedule fires next: a value that answers with what is due and never acts.
///
/// Every entry has at most one slot in the heap. A slot is planned from the schedule's previous planned instant, never
/// from the time at which a timer happened to fire, so neither lateness nor a clock change shifts the series. All
/// methods take the time as an argument; none takes longer than its entries times a few microseconds.
public struct Plan: Sendable {
    /// Missed slots of one schedule are counted up to here, so that no outage makes a tick long.
    public static let countLimit = 10_000

    /// Slots that a schedule with `catchUp: all` is handed at one tick; the rest follow at the next, so that others get
    /// their turn.
    public static let catchUpBatch = 100

    /// A clock that is off by less than this, or a tick that is as late, is nothing out of the ordinary.
    static let unnoticed: Duration = .seconds(1)

    /// A start that is late by less than this is not a missed one, whatever `catchUp` says.
    public static let grace: Duration = .seconds(60)

    /// An entry's place in the heap. One whose entry has moved on is left behind as a dead letter.
    struct Letter: Comparable {
        let at: Instant
        let entry: Int32

        static func < (a: Letter, b: Letter) -> Bool { (a.at, a.entry) < (b.at, b.entry) }
    }

    var entries: [PlanEntry]
    /// What few entries have, by their positions.
    var exceptions: [Int: PlanException] = [:]
    var heap = Heap<Letter>()
    var lastTick: Instant
    let settle: Duration

    /// - Parameters:
    ///   - states: what the ledger remembers; a schedule without an entry starts now.
    ///   - isBoot: whether `@reboot` schedules fire now; a reload is no reboot.
    ///   - settle: slots that are caught up start between this and twice this after the plan finds them late, each
    ///     schedule at its own instant, so that neither a boot nor a wake-up is a stampede.
    public init(
        _ schedules: [Schedule], states: [String: ScheduleState], at now: Instant, isBoot: Bool,
        settle: Duration = .zero
    ) {
        lastTick = now
        self.settle = settle
        entries = []
        entries.reserveCapacity(schedules.count)
        for schedule in schedules where schedule.isEnabled {
            append(schedule, states[schedule.name] ?? ScheduleState(anchor: now, cursor: now), at: now)
            if isBoot, schedule.cron.isReboot { entries[entries.count - 1].next = now }
        }
        refill()
    }

    /// Puts other schedules in force: a reload. Entries that fire as before go on where they are.
    ///
    /// - Parameter states: of the schedules that are new or fire otherwise than before.
    public mutating func adopt(_ schedules: [Schedule], states: [String: ScheduleState], at now: Instant) {
        let before = Dictionary(
            entries.indices.map { (entries[$0].schedule.name, $0) }, uniquingKeysWith: { first, _ in first })
        let (old, oldExceptions) = (entries, exceptions)
        entries = []
        entries.reserveCapacity(schedules.count)
        exceptions = [:]
        for schedule in schedules where schedule.isEnabled {
            if let state = states[schedule.name] {
                append(schedule, state, at: now)
            } else if let index = before[schedule.name] {
                exceptions[entries.count] = oldExceptions[index]
                entries.append(old[index].carrying(schedule))
            } else {
                append(schedule, ScheduleState(anchor: now, cursor: now), at: now)
            }
        }
        refill()
    }

    /// The instant of the next start, or `nil` when nothing will ever be due.
    public var nextDue: Instant? {
        // Dead letters only make a tick come early, and that tick removes them.
        heap.min?.at
    }

    /// How many schedules have a slot ahead.
    public var count: Int { entries.count { $0.next != nil } }

    /// The planned instant and the start of each schedule's next slot, in no order.
    public var slots: [(schedule: Schedule, planned: Instant, due: Instant)] {
        entries.indices.compactMap { index in
            guard let letter = letter(for: index), let planned = entries[index].next else { return nil }
            return (entries[index].schedule, planned, letter.at)
        }
    }

    /// The planned instant and the start of each schedule's next slot, soonest first.
    public func upcoming(limit: Int) -> [(schedule: Schedule, planned: Instant, due: Instant)] {
        // Keeps the soonest ones seen so far, sorted: asked for one or ten of ten thousand, it sorts ten.
        var soonest: [Letter] = []
        for index in entries.indices {
            guard let letter = letter(for: index) else { continue }
            if soonest.count == limit, let last = soonest.last, !comes(letter, before: last) { continue }
            let place = soonest.firstIndex { comes(letter, before: $0) } ?? soonest.endIndex
            soonest.insert(letter, at: place)
            if soonest.count > limit { soonest.removeLast() }
        }
        return soonest.compactMap { letter in
            let entry = entries[Int(letter.entry)]
            return entry.next.map { (schedule: entry.schedule, planned: $0, due: letter.at) }
        }
    }

    private func comes(_ a: Letter, before b: Letter) -> Bool {
        guard a.at == b.at else { return a.at < b.at }
        return entries[Int(a.entry)].schedule.name < entries[Int(b.entry)].schedule.name
    }

    /// Hands out everything that is due at `now`, slots of higher priority first, and plans what follows.
    ///
    /// A clock that went backwards since the last tick is noticed here: every schedule is planned anew from `now`, and
    /// slots that were started before the step are recognised by the ledger. What was accounted for comes up again only while
    /// the clock is behind it: once it is set past all of that, nothing there is caught up.
    public mutating func tick(at now: Instant) -> [DueSlot] {
        if now < lastTick - Plan.unnoticed { rewind(to: now) }
        lastTick = now
        var due: [DueSlot] = []
        // Entries with more to catch up than one batch, due again at once.
        var unfinished: [Int] = []
        while let letter = heap.min, letter.at <= now {
            heap.removeMin()
            let index = Int(letter.entry)
            guard self.letter(for: index) == letter else { continue }
            if passOver(index, at: now) || mustSettle(index, at: now) {
                push(index)
            } else if entries[index].takesEach {
                if takeEach(index, at: now, into: &due) { unfinished.append(index) } else { push(index) }
            } else {
                due.append(take(index, at: now))
                push(index)
            }
        }
        for index in unfinished { push(index) }
        if due.contains(where: { $0.schedule.policy.priority != 0 }) {
            // Stable: slots of one priority stay in the order in which they were due.
            due = due.enumerated().sorted {
                ($1.element.schedule.policy.priority, $0.offset) < ($0.element.schedule.policy.priority, $1.offset)
            }.map(\.element)
        }
        return due
    }

    /// Takes back slots that could not be recorded, so that the next tick hands them out again.
    public mutating func putBack(_ slots: [DueSlot]) {
        let indices = Dictionary(
            entries.enumerated().map { ($1.schedule.name, $0) }, uniquingKeysWith: { first, _ in first })
        // The latest first, so that of several slots of one schedule the earliest decides.
        for slot in slots.reversed() {
            guard let index = indices[slot.schedule.name], let first = slot.missed?.first ?? slot.planned else {
                continue
            }
            entries[index].cursor = first - .microseconds(1)
            entries[index].next = first
            push(index)
        }
    }

    /// Plans the schedules of zones that changed anew, from their cursors: after a change of the zone data.
    public mutating func replan(zones: (String) -> Zone?) {
        for index in entries.indices {
            let schedule = entries[index].schedule
            guard let zone = zones(schedule.zone.identifier), zone != schedule.zone else { continue }
            entries[index] = entries[index].carrying(schedule.moved(to: zone))
        }
        refill()
    }

    // MARK: -

    private mutating func append(_ schedule: Schedule, _ state: ScheduleState, at now: Instant) {
        var exception = PlanException()
        if schedule.cron.interval != nil { exception.anchor = state.anchor }
        if state.cursor > now { exception.accounted = state.cursor }
        if !exception.isEmpty { exceptions[entries.count] = exception }
        entries.append(PlanEntry(schedule, cursor: min(state.cursor, now)))
    }

    private mutating func rewind(to now: Instant) {
        for index in entries.indices {
            let cursor = entries[index].cursor
            var exception = exceptions[index] ?? PlanException()
            if cursor > now { exception.accounted = max(exception.accounted ?? cursor, cursor) }
            exception.settled = nil
            exceptions[index] = exception.isEmpty ? nil : exception
            entries[index].cursor = min(cursor, now)
            if !entries[index].schedule.cron.isReboot { entries[index].next = nil }
        }
        refill()
    }

    /// Fills the heap anew, and plans the entries that have no slot.
    private mutating func refill() {
        var letters: [Letter] = []
        letters.reserveCapacity(entries.count)
        for index in entries.indices {
            if entries[index].next == nil { entries[index].next = next(of: index) }
            if let letter = letter(for: index) { letters.append(letter) }
        }
        heap = Heap(letters)
    }

    /// What `@every` counts from; of no meaning to others.
    func anchor(of index: Int) -> Instant { exceptions[index]?.anchor ?? entries[index].cursor }

    func next(of index: Int) -> Instant? {
        entries[index].schedule.slot(after: entries[index].cursor, anchor: anchor(of: index))
    }

    func letter(for index: Int) -> Letter? {
        entries[index].next.map { planned in
            let start = planned + entries[index].delay
            return Letter(at: exceptions[index]?.settled.map { max($0, start) } ?? start, entry: Int32(index))
        }
    }

    mutating func push(_ index: Int) {
        if let letter = letter(for: index) { heap.insert(letter) }
    }
}

extension Schedule {
    /// The same schedule with another version of its zone.
    func moved(to zone: Zone) -> Schedule {
        Schedule(
            name: name, cron: cron, zone: zone, domain: domain, task: task, params: params, isEnabled: isEnabled,
            policy: policy, isOnce: isOnce, start: start, end: end)
    }
}
