import Cron
import Scheduling
import Time

/// Holds a ledger against what its schedules planned: every slot has one row, is part of one missed span, or was given up
/// with the version of its schedule. A pure function of what is in the ledger; it trusts none of the code that wrote it.
struct SlotAudit: Equatable {
    /// A schedule as it read for some time.
    struct Version: Hashable, Sendable {
        let schedule: String
        let cron: CronExpression
        let zone: Zone
        let since: Instant
        /// `nil`: still in force.
        var until: Instant?
        /// Rows of a higher order were written when the version was no longer in force; `nil` when that is not known.
        var lastOrder: Int64?
    }

    /// A run's row, or that of a missed span.
    struct Row: Hashable, Sendable {
        /// In which rows were written, whatever the clock said.
        let order: Int64
        let schedule: String
        let planned: Instant
        /// The last slot of a missed span.
        var through: Instant?
        var missed = 0
        /// `nil`: open.
        var outcome: Outcome?
        let claimedAt: Instant

        var isSpan: Bool { outcome == .missed }
        var end: Instant { isSpan ? through ?? planned : planned }
    }

    /// How often a missed span may say less than it is: it counts up to a bound.
    static let countLimit = 10_000

    var runs = 0
    var skipped = 0
    var missed = 0
    /// Slots that no version lives to account for: it was replaced or removed before their turn.
    var givenUp = 0
    /// Slots of a missed span that ran after all, when the clock came back to them.
    var cameBack = 0
    /// What must not be, in words.
    var faults: [String] = []

    /// All rows in the order in which they were written.
    private let written: [Row]

    /// - Parameter end: slots of versions in force are expected up to here.
    init(_ versions: [Version], _ rows: [Row], through end: Instant) {
        written = rows.sorted { $0.order < $1.order }
        let rows = Dictionary(grouping: rows, by: \.schedule)
        let versions = Dictionary(grouping: versions, by: \.schedule)
        for (schedule, rows) in rows.sorted(by: { $0.key < $1.key }) {
            count(rows)
            findDoubles(rows)
            findStrangers(rows, versions[schedule] ?? [])
        }
        for (schedule, versions) in versions.sorted(by: { $0.key < $1.key }) {
            let rows = (rows[schedule] ?? []).sorted { $0.planned < $1.planned }
            for version in versions { findGaps(version, rows, through: end) }
        }
    }

    private mutating func count(_ rows: [Row]) {
        for row in rows {
            switch row.outcome {
            case .missed?: missed += row.missed
            case .skipped?: skipped += 1
            case nil: faults.append("\(row.schedule) \(row.planned): open")
            default: runs += 1
            }
        }
    }

    private mutating func findDoubles(_ rows: [Row]) {
        let sorted = rows.sorted { ($0.planned, $0.order) < ($1.planned, $1.order) }
        // The spans that reach furthest so far are those that a later row may lie in.
        var spans: [Row] = []
        for (index, row) in sorted.enumerated() {
            if index > 0, sorted[index - 1].planned == row.planned {
                faults.append("\(row.schedule) \(row.planned): two rows")
            }
            spans.removeAll { $0.end < row.planned }
            for span in spans where span.order != row.order {
                if row.planned == row.end, let back = setBack(after: span), back <= row.order {
                    cameBack += 1
                } else {
                    faults.append("\(row.schedule) \(row.planned): also in the span missed from \(span.planned)")
                }
            }
            if row.isSpan { spans.append(row) }
        }
    }

    /// The first row, of any schedule, that shows that the clock was set back behind a span after it was written: time that
    /// was passed over is then lived after all.
    private func setBack(after span: Row) -> Int64? {
        let start = written.partitioningIndex { $0.order > span.order }
        return written[start...].first { $0.claimedAt < span.claimedAt }?.order
    }

    /// Rows at instants that no version of the schedule plans, and spans that count wrongly.
    private mutating func findStrangers(_ rows: [Row], _ versions: [Version]) {
        for row in rows {
            let authors = versions.filter { $0.plans(row.planned) && (!row.isSpan || $0.plans(row.end)) }
            if authors.isEmpty {
                faults.append("\(row.schedule) \(row.planned): no slot of the schedule")
            } else if row.isSpan, !authors.contains(where: { $0.slots(row.planned, row.end) == row.missed }) {
                faults.append("\(row.schedule) \(row.planned): the span counts \(row.missed) slots")
            }
        }
    }

    /// - Parameter rows: sorted by their slot.
    private mutating func findGaps(_ version: Version, _ rows: [Row], through end: Instant) {
        let until = min(version.until ?? end, end)
        var reached = version.since
        for row in rows
        where row.end > version.since && row.planned <= until && row.order <= version.lastOrder ?? .max {
            note(version, after: reached, before: row.planned, isTail: false)
            reached = max(reached, row.end)
        }
        if reached < until { note(version, after: reached, before: until + .microseconds(1), isTail: true) }
    }

    private mutating func note(_ version: Version, after start: Instant, before end: Instant, isTail: Bool) {
        guard let first = version.next(after: start), first < end else { return }
        let count = version.slots(first, end - .microseconds(1))
        if isTail, version.until != nil {
            givenUp += count
        } else {
            faults.append("\(version.schedule) \(first): \(count) slots without a row, until \(end)")
        }
    }
}

extension SlotAudit.Version {
    func next(after instant: Instant) -> Instant? { cron.next(after: instant, in: zone, anchor: since) }

    func plans(_ instant: Instant) -> Bool { next(after: instant - .microseconds(1)) == instant }

    /// The number of slots from the first to the last, both included.
    func slots(_ first: Instant, _ last: Instant) -> Int {
        min(
            SlotAudit.countLimit,
            cron.count(after: first - .microseconds(1), through: last, in: zone, anchor: since))
    }
}

extension [SlotAudit.Row] {
    /// The first position whose row is beyond, in an array whose rows beyond all come last.
    fileprivate func partitioningIndex(where isBeyond: (SlotAudit.Row) -> Bool) -> Int {
        var (low, high) = (startIndex, endIndex)
        while low < high {
            let middle = (low + high) / 2
            if isBeyond(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
