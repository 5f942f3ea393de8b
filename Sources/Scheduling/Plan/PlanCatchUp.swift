import Cron
public import Time

/// Taking slots that are due, and what to make of those whose time has passed.
extension Plan {
    /// Takes the slot of a schedule whose planned instant has passed and whose start is put off by jitter: before the
    /// schedule is replaced by one that knows nothing of it.
    public mutating func takePutOff(_ names: some Sequence<String>, at now: Instant) -> [DueSlot] {
        let wanted = Set(names)
        guard !wanted.isEmpty else { return [] }
        return entries.indices.compactMap { index in
            let entry = entries[index]
            guard let next = entry.next, next <= now, exceptions[index]?.settled == nil,
                wanted.contains(entry.schedule.name)
            else { return nil }
            entries[index].cursor = next
            entries[index].next = self.next(of: index)
            push(index)
            return DueSlot(schedule: entry.schedule, planned: next, missed: nil)
        }
    }

    /// Moves an entry past slots that are accounted for and that the clock has left behind: slots of a time that was lived
    /// before, maybe of one before the schedule's beginning.
    ///
    /// - Returns: whether there were such slots.
    mutating func passOver(_ index: Int, at now: Instant) -> Bool {
        let entry = entries[index]
        guard let accounted = exceptions[index]?.accounted, let next = entry.next, next <= accounted,
            accounted < now - entry.delay - Plan.unnoticed, !entry.schedule.cron.isReboot
        else { return false }
        entries[index].cursor = accounted
        entries[index].next = self.next(of: index)
        settled(index)
        return true
    }

    /// Whether an entry is late enough to be a catch-up that has to wait; if so its start is put off, once.
    mutating func mustSettle(_ index: Int, at now: Instant) -> Bool {
        let entry = entries[index]
        guard settle > .zero, !entry.schedule.cron.isReboot, entry.schedule.policy.catchUp != .none,
            let next = entry.next, now - (next + entry.delay) > Plan.grace, exceptions[index]?.settled == nil
        else { return false }
        var start = now + settle + settle.share(of: entry.schedule.name)
        if entry.schedule.policy.catchUp == .latest,
            let coming = entry.schedule.slot(after: now - entry.delay, anchor: anchor(of: index))
        {
            // The regular slot comes first, and stands for those before it.
            start = min(start, coming + entry.delay)
        }
        exceptions[index, default: PlanException()].settled = start
        return true
    }

    /// Takes the slots of an entry one by one, those too old for the window as one span.
    ///
    /// - Returns: whether there are more than one batch.
    mutating func takeEach(_ index: Int, at now: Instant, into due: inout [DueSlot]) -> Bool {
        let entry = entries[index]
        let horizon = now - entry.delay
        let window = max(entry.schedule.policy.catchUpWindow, Plan.grace)
        guard var next = entry.next else { return false }
        var missed: MissedSlots?
        if horizon - next > window {
            let end = horizon + .microseconds(1)
            let oldest = entry.schedule.slot(after: horizon - window - .microseconds(1), anchor: anchor(of: index))
            missed = self.missed(of: index, from: next, before: min(oldest ?? end, end))
            guard let oldest, oldest <= horizon else {
                entries[index].cursor = horizon
                entries[index].next = self.next(of: index)
                settled(index)
                due.append(DueSlot(schedule: entry.schedule, planned: nil, missed: missed))
                return false
            }
            next = oldest
        }
        for _ in 0..<Plan.catchUpBatch {
            due.append(DueSlot(schedule: entry.schedule, planned: next, missed: missed))
            missed = nil
            entries[index].cursor = next
            entries[index].next = self.next(of: index)
            guard let following = entries[index].next, following <= horizon else {
                settled(index)
                return false
            }
            next = following
        }
        return true
    }

    /// Takes all slots of an entry up to `now` and moves its cursor past them.
    mutating func take(_ index: Int, at now: Instant) -> DueSlot {
        let entry = entries[index]
        let first = entry.next ?? now
        // Slots whose delayed start still lies ahead are not due yet.
        let horizon = now - entry.delay
        let last = latest(of: index, from: first, through: horizon)
        let age = horizon - last
        let mayStart =
            switch entry.schedule.policy.catchUp {
            case .none: age <= Plan.grace
            case .latest, .all: age <= max(entry.schedule.policy.catchUpWindow, Plan.grace)
            }
        let missed =
            mayStart ? missed(of: index, from: first, before: last) : missed(of: index, from: first, through: last)
        entries[index].cursor = last
        settled(index)
        entries[index].next = next(of: index)
        return DueSlot(schedule: entry.schedule, planned: mayStart ? last : nil, missed: missed)
    }

    /// The entry has caught up.
    private mutating func settled(_ index: Int) {
        guard var exception = exceptions[index] else { return }
        exception.settled = nil
        exceptions[index] = exception.isEmpty ? nil : exception
    }

    /// The latest slot from `first` on whose time has come; usually `first` itself.
    private func latest(of index: Int, from first: Instant, through horizon: Instant) -> Instant {
        let schedule = entries[index].schedule
        let anchor = anchor(of: index)
        guard let second = schedule.slot(after: first, anchor: anchor), second <= horizon else { return first }
        let end = schedule.end.map { min($0, horizon) } ?? horizon
        return schedule.cron.latest(atOrBefore: end, notBefore: first, in: schedule.zone, anchor: anchor) ?? first
    }

    private func missed(of index: Int, from first: Instant, before last: Instant) -> MissedSlots? {
        guard first < last else { return nil }
        let schedule = entries[index].schedule
        let final =
            schedule.cron.latest(
                atOrBefore: last - .microseconds(1), notBefore: first, in: schedule.zone, anchor: anchor(of: index))
            ?? first
        return missed(of: index, from: first, through: final)
    }

    /// `nil` when all of them are accounted for: a row at a slot that has one already would not be written, and those after
    /// it would be lost with it.
    private func missed(of index: Int, from first: Instant, through last: Instant) -> MissedSlots? {
        let schedule = entries[index].schedule
        let anchor = anchor(of: index)
        var first = first
        if let accounted = exceptions[index]?.accounted, first <= accounted {
            guard let open = schedule.slot(after: accounted, anchor: anchor) else { return nil }
            first = open
        }
        guard first <= last else { return nil }
        let more = schedule.cron.count(
            after: first, through: last, limit: Plan.countLimit - 1, in: schedule.zone, anchor: anchor)
        return MissedSlots(first: first, last: last, count: 1 + more)
    }
}
