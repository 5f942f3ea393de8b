public import Time

/// Which slots of the past a backfill runs, and which it leaves alone: a value that decides and does nothing.
public struct BackfillPlan: Hashable, Sendable {
    /// One slot, and what is to be done about it.
    public struct Slot: Hashable, Sendable {
        public let planned: Instant
        /// What became of it so far: an outcome, `missed`, `running`, `waiting`, `owed` or `no record`.
        public let state: String
        /// False for a slot that is left alone.
        public let isDue: Bool
        /// The row that says so.
        public let record: RunRecord?
    }

    /// Slots that are looked at in one go: a bound on time and memory, whatever the time asked for.
    public static let lookLimit = 100_000

    /// The oldest first.
    public let slots: [Slot]
    /// The first slot beyond the bound; `nil` when nothing was cut off.
    public let continuesAt: Instant?

    /// Those to be run.
    public var due: [Slot] { slots.filter(\.isDue) }

    /// - Parameters:
    ///   - state: what the ledger remembers of the schedule: slots after its cursor are the daemon's, which runs them or
    ///     records them as missed; `nil` when the daemon does not have the schedule.
    ///   - records: the rows of the slots in `start ..< end`, and the span that reaches in.
    ///   - limit: of slots to be run.
    public init(
        _ schedule: Schedule, state: ScheduleState?, from start: Instant, to end: Instant, records: [RunRecord],
        limit: Int, now: Instant
    ) {
        let rows = Dictionary(
            grouping: records.filter { $0.outcome != .missed }, by: { $0.planned?.seconds ?? .min })
        var spans = records.filter { $0.outcome == .missed && $0.planned != nil }
            .sorted { ($0.planned ?? $0.due) < ($1.planned ?? $1.due) }[...]
        let anchor = state?.anchor ?? start
        var slots: [Slot] = []
        var dueCount = 0
        var cut: Instant?
        var instant = start - .microseconds(1)
        while let slot = schedule.slot(after: instant, anchor: anchor), slot < end, slot <= now {
            instant = slot
            guard dueCount < limit, slots.count < BackfillPlan.lookLimit else {
                cut = slot
                break
            }
            while let span = spans.first, (span.missedThrough ?? span.planned ?? slot) < slot { spans.removeFirst() }
            let span = spans.first.flatMap { ($0.planned ?? slot) <= slot ? $0 : nil }
            let isOwed = state.map { $0.cursor < slot } ?? false
            let found = Slot(slot, rows: rows[slot.seconds] ?? [], span: span, isOwed: isOwed)
            if found.isDue { dueCount += 1 }
            slots.append(found)
        }
        self.slots = slots
        continuesAt = cut
    }
}

extension BackfillPlan.Slot {
    /// - Parameter rows: the slot's own rows, of the schedule and of earlier backfills.
    fileprivate init(_ planned: Instant, rows: [RunRecord], span: RunRecord?, isOwed: Bool) {
        self.planned = planned
        // What went well stays so; what goes on is waited for; else the latest attempt counts.
        let decisive =
            rows.first { $0.outcome == .ok } ?? rows.first { $0.outcome == nil }
            ?? rows.max { $0.claimedAt < $1.claimedAt }
        if let decisive {
            record = decisive
            state = decisive.outcome?.rawValue ?? (decisive.isWaiting ? "waiting" : "running")
            switch decisive.outcome {
            case .skipped, .interrupted, .cancelled, .missed: isDue = true
            case .ok, .error, .timeout, .unknown, nil: isDue = false
            }
        } else if let span {
            (record, state, isDue) = (span, "missed", true)
        } else {
            (record, state, isDue) = (nil, isOwed ? "owed" : "no record", !isOwed)
        }
    }
}
