import Cron
public import Time

/// What became of one slot, or will, and why: the answer to `actpd why`.
///
/// A value computed from what the ledger and `schedules.json` say; it asks nobody.
public struct SlotExplanation: Hashable, Sendable {
    /// The kind of answer, for scripts; the outcome of a slot that ran is in ``record``.
    public enum Verdict: String, CaseIterable, Hashable, Sendable {
        /// It was started and has ended.
        case ran
        case running
        /// It is claimed and starts when it may.
        case waiting
        case skipped
        /// Its time passed without a start.
        case missed
        /// The schedule has no instant there.
        case noSlot = "no-slot"
        /// The schedule did not exist then, was removed or disabled, or lay outside its start and end.
        case notInForce = "not-in-force"
        /// It lies ahead.
        case planned
        /// It lies ahead and will not run, because of a pause.
        case heldBack = "held-back"
        /// Its time has come and the daemon has not recorded it yet, or the daemon is not running.
        case owed
        /// It should have a record and has none.
        case noRecord = "no-record"
    }

    public let schedule: String
    /// The second that was asked for.
    public let at: Instant
    /// The zone in which the schedule read its cron line then.
    public let zone: Zone
    public let verdict: Verdict
    /// For people, the answer first and what to do next last.
    public let sentences: [String]
    /// The slot's row, or the row of the span it was missed in.
    public let record: RunRecord?
    /// Later runs of the slot, the newest first.
    public let backfills: [RunRecord]
    /// The schedule's instants around the one asked for.
    public let before: Instant?
    public let after: Instant?

    /// The sentences as one paragraph.
    public var text: String { sentences.joined(separator: " ") }

    /// - Parameters:
    ///   - instant: what was asked for; its fraction of a second is ignored.
    ///   - file: the schedule as `schedules.json` has it now; `nil` when it is not there.
    ///   - zones: a zone by its name; `nil` for one that is not known.
    public init(
        of name: String, at instant: Instant, history: SlotHistory, file: Schedule?, isDaemonUp: Bool, now: Instant,
        zones: (String) -> Zone?
    ) {
        let at = Instant(seconds: instant.seconds)
        let isAhead = at > now
        let readings = ScheduleReading.all(history.changes, history.registered)
        let reading = readings.last { $0.covers(at) && (!isAhead || isDaemonUp) }
        var series = reading.flatMap { SlotSeries($0, name: name, file: file, zones: zones) }
        if isAhead, series == nil, let file, file.isEnabled, !isDaemonUp || history.registered == nil {
            series = SlotSeries(file, anchor: history.registered?.state.anchor ?? now)
        }
        let zone = series?.zone ?? file?.zone ?? .utc
        let inquiry = SlotInquiry(
            name: name, at: at, now: now, isDaemonUp: isDaemonUp, history: history, file: file, readings: readings,
            series: series, zone: zone)
        let (verdict, sentences) = inquiry.answer()
        schedule = name
        self.at = at
        self.zone = zone
        self.verdict = verdict
        self.sentences = sentences + inquiry.remarks(on: verdict)
        record = history.record ?? (verdict == .missed ? history.span : nil)
        backfills = history.backfills
        before = series?.before(at)
        after = series?.after(at)
    }
}

/// The facts of one question, and the way from them to the answer.
struct SlotInquiry {
    let name: String
    let at: Instant
    let now: Instant
    let isDaemonUp: Bool
    let history: SlotHistory
    let file: Schedule?
    let readings: [ScheduleReading]
    /// How the schedule read at the instant; `nil` when it was not in force.
    let series: SlotSeries?
    let zone: Zone

    typealias Answer = (verdict: SlotExplanation.Verdict, sentences: [String])

    func answer() -> Answer {
        // What is on record is true, whatever the schedule says now.
        if let record = history.record { return recorded(record) }
        guard let series else { return notInForce() }
        if series.cron.isReboot { return (.noSlot, [noSlotAtStart]) }
        guard series.contains(at) else { return outside(series) ?? (.noSlot, noSlot(series)) }
        if at > now { return ahead(series) }
        if let span = history.span { return (.missed, missed(span)) }
        if let state = history.registered?.state, at > state.cursor { return owed(series) }
        return (.noRecord, noRecord)
    }

    private func recorded(_ record: RunRecord) -> Answer {
        switch record.outcome {
        case nil: record.isWaiting ? (.waiting, waits(record)) : (.running, runs(record))
        case .skipped: (.skipped, skipped(record))
        default: (.ran, ran(record))
        }
    }

    private func ahead(_ series: SlotSeries) -> Answer {
        if let pause = history.pause, pause.covers(at) { return (.heldBack, heldBack(by: pause)) }
        return (.planned, planned(series))
    }

    /// Outside the schedule's start and end.
    private func outside(_ series: SlotSeries) -> Answer? {
        if let start = series.start, at < start { return (.notInForce, beforeStart(start, series)) }
        if let end = series.end, at > end { return (.notInForce, afterEnd(end)) }
        return nil
    }

    private func notInForce() -> Answer {
        if at > now { return (.notInForce, notInForceAhead) }
        // The reading that ended last before the instant, and the first one after it.
        let before = readings.last { $0.end.map { $0.at < at } ?? false }
        let after = readings.first { at <= $0.since }
        return (.notInForce, notInForce(since: before, until: after))
    }

    private func owed(_ series: SlotSeries) -> Answer {
        (.owed, isDaemonUp ? owedByDaemon(series) : owedWhileDown)
    }
}
