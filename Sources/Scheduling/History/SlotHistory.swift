public import Time

/// What the ledger has about one second of one schedule, read in one go.
public struct SlotHistory: Hashable, Sendable {
    /// The schedule as the daemon has it; `nil` when it is not in force.
    public var registered: RegisteredSchedule?
    /// Oldest first.
    public var changes: [ScheduleChange]
    public var pause: Pause?
    /// The row of the slot; `nil` when it has none of its own.
    public var record: RunRecord?
    /// The row of slots that were missed together, this one among them.
    public var span: RunRecord?
    /// The run that stood for the slots of ``span``, if there is one.
    public var successor: RunRecord?
    /// The newest first.
    public var backfills: [RunRecord]
    /// When the oldest run that is remembered was claimed; `nil` for an empty ledger.
    public var oldest: Instant?

    /// Nothing is known but what is given.
    public init(
        registered: RegisteredSchedule? = nil, changes: [ScheduleChange] = [], pause: Pause? = nil,
        record: RunRecord? = nil, span: RunRecord? = nil, successor: RunRecord? = nil, backfills: [RunRecord] = [],
        oldest: Instant? = nil
    ) {
        self.registered = registered
        self.changes = changes
        self.pause = pause
        self.record = record
        self.span = span
        self.successor = successor
        self.backfills = backfills
        self.oldest = oldest
    }

    /// Whether the ledger has ever heard of the schedule.
    public var isEmpty: Bool {
        registered == nil && changes.isEmpty && pause == nil && record == nil && span == nil && backfills.isEmpty
    }
}
