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

    /// A start that is late by less than this is not a missed one, whatever `catchUp` says.
    public static let grace: Duration = .seconds(60)

    private struct Entry {
        var schedule: Schedule
        let anchor: Instant
        var delay: Duration
        /// The latest planned instant that was handed out or passed over.
        var cursor: Instant
        /// Slots up to here have a row, though a clock that was set back may have moved the cursor before it.
        var accounted: Instant
        /// The slot in the heap; `nil` when there is none any more.
        var next: Instant?
        /// `@reboot` has one slot, the plan's own beginning.
        var bootSlot: Instant?
        /// Set while slots of the past are being caught up: no start before this instant.
        var settled: Instant?

        init(_ schedule: Schedule, _ state: ScheduleState, at now: Instant, bootSlot: Instant?) {
            self.schedule = schedule
            self.bootSlot = bootSlot
            anchor = state.anchor
            delay = schedule.delay
            cursor = min(state.cursor, now)
            accounted = state.cursor
        }

        private init(_ entry: Entry, carrying schedule: Schedule) {
            self = entry
            self.schedule = schedule
            delay = schedule.delay
            next = nil
        }

        /// The same place in the series, for another version of the schedule.
        func carrying(_ schedule: Schedule) -> Entry {
            schedule === self.schedule ? self : Entry(self, carrying: schedule)
        }
    }

    private struct Due: Comparable {
        let at: Instant
        let entry: Int32
        /// The planned instant that was pushed; an entry whose slot has moved on leaves this one behind as a dead letter.
        let planned: Instant

        static func < (a: Due, b: Due) -> Bool { (a.at, a.entry) < (b.at, b.entry) }
    }

    private var entries: [Entry]
    private var heap = Heap<Due>()
    private var lastTick: Instant
    private let settle: Duration

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
        entries = schedules.filter(\.isEnabled).map { schedule in
            Entry(
                schedule, states[schedule.name] ?? ScheduleState(anchor: now, cursor: now), at: now,
                bootSlot: isBoot && schedule.cron.isReboot ? now : nil)
        }
        refill()
    }

    /// Puts other schedules in force: a reload. Entries that fire as before go on where they are.
    ///
    /// - Parameter states: of the schedules that are new or fire otherwise than before.
    public mutating func adopt(_ schedules: [Schedule], states: [String: ScheduleState], at now: Instant) {
        let before = Dictionary(
            entries.indices.map { (entries[$0].schedule.name, $0) }, uniquingKeysWith: { first, _ in first })
        let old = entries
        entries = schedules.filter(\.isEnabled).map { schedule in
            if let state = states[schedule.name] { return Entry(schedule, state, at: now, bootSlot: nil) }
            guard let index = before[schedule.name] else {
                return Entry(schedule, ScheduleState(anchor: now, cursor: now), at: now, bootSlot: nil)
            }
            return old[index].carrying(schedule)
        }
        refill()
    }

    /// Takes the slot of a schedule whose planned instant has passed and whose start is put off by jitter: before the
    /// schedule is replaced by one that knows nothing of it.
    public mutating func takePutOff(_ names: some Sequence<String>, at now: Instant) -> [DueSlot] {
        let wanted = Set(names)
        guard !wanted.isEmpty else { return [] }
        return entries.indices.compactMap { index in
            let entry = entries[index]
            guard let next = entry.next, next <= now, entry.settled == nil, wanted.contains(entry.schedule.name) else {
                return nil
            }
            entries[index].cursor = next
            entries[index].next = self.next(of: entries[index])
            push(index)
            return DueSlot(schedule: entry.schedule, planned: next, missed: nil)
        }
    }

    /// The instant of the next start, or `nil` when nothing will ever be due.
    public var nextDue: Instant? {
        // Dead letters only make a tick come early, and that tick removes them.
        heap.min?.at
    }

    /// How many schedules have a slot ahead.
    public var count: Int { entries.count { $0.next != nil } }

    /// The planned instant and the start of each schedule's next slot, soonest first.
    public func upcoming(limit: Int) -> [(schedule: Schedule, planned: Instant, due: Instant)] {
        // Keeps the soonest ones seen so far, sorted: asked for one or ten of ten thousand, it sorts ten.
        var soonest: [Due] = []
        for index in entries.indices {
            guard let letter = letter(for: index) else { continue }
            if soonest.count == limit, let last = soonest.last, !comes(letter, before: last) { continue }
            let place = soonest.firstIndex { comes(letter, before: $0) } ?? soonest.endIndex
            soonest.insert(letter, at: place)
            if soonest.count > limit { soonest.removeLast() }
        }
        return soonest.map { (schedule: entries[Int($0.entry)].schedule, planned: $0.planned, due: $0.at) }
    }

    private func comes(_ a: Due, before b: Due) -> Bool {
        guard a.at == b.at else { return a.at < b.at }
        return entries[Int(a.entry)].schedule.name < entries[Int(b.entry)].schedule.name
    }

    /// Hands out everything that is due at `now`, slots of higher priority first, and plans what follows.
    ///
    /// A clock that went backwards since the last tick is noticed here: every schedule is planned anew from `now`, and
    /// slots that were started before the step are recognised by the ledger.
    public mutating func tick(at now: Instant) -> [DueSlot] {
        if now < lastTick - .seconds(1) { rewind(to: now) }
        lastTick = now
        var due: [DueSlot] = []
        // Entries with more to catch up than one batch, due again at once.
        var unfinished: [Int] = []
        while let letter = heap.min, letter.at <= now {
            heap.removeMin()
            let index = Int(letter.entry)
            guard entries[index].next == letter.planned else { continue }
            if mustSettle(index, at: now) {
                push(index)
                continue
            }
            if entries[index].schedule.policy.catchUp == .all, entries[index].bootSlot == nil {
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
            if slot.schedule.cron.isReboot { entries[index].bootSlot = slot.planned }
            entries[index].next = first
            push(index)
        }
    }

    /// Plans every schedule anew from its cursor: after a change of the zone data.
    public mutating func replan(zones: (String) -> Zone?) {
        for index in entries.indices {
            let old = entries[index]
            guard let zone = zones(old.schedule.zone.identifier) else { continue }
            entries[index] = old.carrying(old.schedule.moved(to: zone))
        }
        refill()
    }

    // MARK: -

    private mutating func rewind(to now: Instant) {
        for index in entries.indices {
            entries[index].accounted = max(entries[index].accounted, entries[index].cursor)
            entries[index].cursor = min(entries[index].cursor, now)
            entries[index].settled = nil
            entries[index].next = nil
        }
        refill()
    }

    /// Fills the heap anew, and plans the entries that have no slot.
    private mutating func refill() {
        var due: [Due] = []
        due.reserveCapacity(entries.count)
        for index in entries.indices {
            if entries[index].next == nil { entries[index].next = next(of: entries[index]) }
            if let letter = letter(for: index) { due.append(letter) }
        }
        heap = Heap(due)
    }

    private func next(of entry: Entry) -> Instant? {
        entry.bootSlot ?? entry.schedule.slot(after: entry.cursor, anchor: entry.anchor)
    }

    private func letter(for index: Int) -> Due? {
        entries[index].next.map { planned in
            let start = planned + entries[index].delay
            return Due(
                at: entries[index].settled.map { max($0, start) } ?? start, entry: Int32(index), planned: planned)
        }
    }

    private mutating func push(_ index: Int) {
        if let letter = letter(for: index) { heap.insert(letter) }
    }

    /// Whether an entry is late enough to be a catch-up that has to wait; if so its start is put off, once.
    private mutating func mustSettle(_ index: Int, at now: Instant) -> Bool {
        let entry = entries[index]
        guard settle > .zero, entry.settled == nil, entry.bootSlot == nil, entry.schedule.policy.catchUp != .none,
            let next = entry.next, now - (next + entry.delay) > Plan.grace
        else { return false }
        var start = now + settle + settle.share(of: entry.schedule.name)
        if entry.schedule.policy.catchUp == .latest,
            let coming = entry.schedule.slot(after: now - entry.delay, anchor: entry.anchor)
        {
            // The regular slot comes first, and stands for those before it.
            start = min(start, coming + entry.delay)
        }
        entries[index].settled = start
        return true
    }

    /// Takes the slots of an entry one by one, those too old for the window as one span.
    ///
    /// - Returns: whether there are more than one batch.
    private mutating func takeEach(_ index: Int, at now: Instant, into due: inout [DueSlot]) -> Bool {
        let entry = entries[index]
        let horizon = now - entry.delay
        let window = max(entry.schedule.policy.catchUpWindow, Plan.grace)
        guard var next = entry.next else { return false }
        var missed: MissedSlots?
        if horizon - next > window {
            let oldest = entry.schedule.slot(after: horizon - window - .microseconds(1), anchor: entry.anchor)
            missed = self.missed(
                of: entry, from: next, before: min(oldest ?? horizon + .microseconds(1), horizon + .microseconds(1)))
            guard let oldest, oldest <= horizon else {
                entries[index].cursor = horizon
                entries[index].next = self.next(of: entries[index])
                due.append(DueSlot(schedule: entry.schedule, planned: nil, missed: missed))
                return false
            }
            next = oldest
        }
        for _ in 0..<Plan.catchUpBatch {
            due.append(DueSlot(schedule: entry.schedule, planned: next, missed: missed))
            missed = nil
            entries[index].cursor = next
            entries[index].next = self.next(of: entries[index])
            guard let following = entries[index].next, following <= horizon else {
                entries[index].settled = nil
                return false
            }
            next = following
        }
        return true
    }

    /// Takes all slots of an entry up to `now` and moves its cursor past them.
    private mutating func take(_ index: Int, at now: Instant) -> DueSlot {
        let entry = entries[index]
        let first = entry.next ?? now
        // Slots whose delayed start still lies ahead are not due yet.
        let horizon = now - entry.delay
        let last = latest(of: entry, from: first, through: horizon)
        entries[index].cursor = last
        entries[index].bootSlot = nil
        entries[index].settled = nil
        entries[index].next = next(of: entries[index])
        let age = horizon - last
        let mayStart =
            switch entry.schedule.policy.catchUp {
            case .none: age <= Plan.grace
            case .latest, .all: age <= max(entry.schedule.policy.catchUpWindow, Plan.grace)
            }
        let missed =
            mayStart ? missed(of: entry, from: first, before: last) : missed(of: entry, from: first, through: last)
        return DueSlot(schedule: entry.schedule, planned: mayStart ? last : nil, missed: missed)
    }

    /// The latest slot from `first` on whose time has come; usually `first` itself.
    private func latest(of entry: Entry, from first: Instant, through horizon: Instant) -> Instant {
        guard entry.bootSlot == nil, let second = entry.schedule.slot(after: first, anchor: entry.anchor),
            second <= horizon
        else { return first }
        let end = entry.schedule.end.map { min($0, horizon) } ?? horizon
        return entry.schedule.cron.latest(
            atOrBefore: end, notBefore: first, in: entry.schedule.zone, anchor: entry.anchor) ?? first
    }

    private func missed(of entry: Entry, from first: Instant, before last: Instant) -> MissedSlots? {
        guard first < last else { return nil }
        let through = last - .microseconds(1)
        let cron = entry.schedule.cron
        let final =
            cron.latest(atOrBefore: through, notBefore: first, in: entry.schedule.zone, anchor: entry.anchor) ?? first
        return missed(of: entry, from: first, through: final)
    }

    /// `nil` when all of them are accounted for: a row at a slot that has one already would not be written, and those after
    /// it would be lost with it.
    private func missed(of entry: Entry, from first: Instant, through last: Instant) -> MissedSlots? {
        var first = first
        if first <= entry.accounted {
            guard let open = entry.schedule.slot(after: entry.accounted, anchor: entry.anchor) else { return nil }
            first = open
        }
        guard first <= last else { return nil }
        let more = entry.schedule.cron.count(
            after: first, through: last, limit: Plan.countLimit - 1, in: entry.schedule.zone, anchor: entry.anchor)
        return MissedSlots(first: first, last: last, count: 1 + more)
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
