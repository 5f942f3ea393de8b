/// What a zone is made of: every stretch of constant offset, as one immutable table that all copies of the zone share.
///
/// A rule that goes on for ever needs no computing: the Gregorian calendar repeats itself to the weekday after 400 years,
/// so the table holds one such cycle of the rule and later instants are looked up that many cycles earlier.
final class ZoneTable: Sendable {
    let identifier: String

    private struct Row: Hashable, Sendable {
        /// The first second of the stretch; it lasts until the next row's.
        let start: Int64
        /// Seconds east of UTC.
        let offset: Int32
    }

    /// The first row starts at `Int64.min`; a last one, at `Int64.max`, ends the search and is never an answer.
    private let rows: [Row]
    /// From here on the rows repeat; `Int64.max` when the last offset holds for ever.
    private let end: Int64
    /// For each 2²³ s (97 days) since 1970 the row at its start: a lookup begins there and has one or two steps to go.
    private let buckets: [UInt16]

    /// One offset for ever.
    init(identifier: String, offset: Int32) {
        self.identifier = identifier
        rows = [Row(start: .min, offset: offset), Row(start: .max, offset: offset)]
        end = .max
        buckets = [0]
    }

    init(identifier: String, file: ZoneFile) {
        var rows = [Row(start: .min, offset: file.offsets[0])]
        for (start, offset) in zip(file.transitions, file.offsets.dropFirst()) {
            rows.append(Row(start: start, offset: offset))
        }
        var end = Int64.max
        if let rule = file.rule, rule.daylight != nil {
            ZoneTable.extend(&rows, by: rule)
            end = rows[rows.count - 1].start
        }
        self.identifier = identifier
        self.end = end
        buckets = ZoneTable.buckets(for: rows)
        rows.append(Row(start: .max, offset: rows[rows.count - 1].offset))
        self.rows = rows
    }

    /// Adds the changes of one cycle and a year: the year after the file's last change may still mix both.
    private static func extend(_ rows: inout [Row], by rule: ZoneRule) {
        // A file without transitions has had its rule for ever; from 1900 is ever enough.
        let last = rows[rows.count - 1].start
        let lastYear = last == .min ? 1900 : CivilDate(daysSinceEpoch: Int(last.floorDivided(by: 86_400))).year
        // Only a damaged file goes on for longer than instants have a text.
        let firstYear = min(max(lastYear, 1900), 9_999)
        for year in firstYear...(firstYear + 401) {
            guard let (first, second) = rule.changes(in: year) else { return }
            for change in [first, second] where change.seconds > rows[rows.count - 1].start {
                guard change.offsetAfter != Int(rows[rows.count - 1].offset) else { continue }
                rows.append(Row(start: change.seconds, offset: Int32(change.offsetAfter)))
            }
        }
    }

    /// 400 years, in seconds.
    private static let cycle: Int64 = 146_097 * 86_400
    private static let bucketShift: Int64 = 23

    private static func buckets(for rows: [Row]) -> [UInt16] {
        var buckets: [UInt16] = []
        var index = 0
        // A thousand years at most: behind the last bucket the lookup walks on, whatever a damaged file says.
        for bucket in 0...min(max(rows[rows.count - 1].start >> bucketShift, 0), 4_095) {
            while index + 1 < rows.count, rows[index + 1].start <= bucket << bucketShift { index += 1 }
            buckets.append(UInt16(min(index, Int(UInt16.max))))
        }
        return buckets
    }
}

// MARK: - Looking up

extension ZoneTable {
    /// The stretch of constant offset that contains a second since the epoch.
    @inline(__always)
    func span(at seconds: Int64) -> ZoneSpan {
        guard seconds >= end else {
            let index = index(at: seconds)
            return ZoneSpan(start: rows[index].start, end: rows[index + 1].start, offset: Int(rows[index].offset))
        }
        let shift = shift(of: seconds)
        let index = index(at: seconds - shift)
        return ZoneSpan(
            start: rows[index].start + shift, end: rows[index + 1].start + shift, offset: Int(rows[index].offset))
    }

    @inline(__always)
    func offset(at seconds: Int64) -> Int {
        Int(rows[index(at: seconds >= end ? seconds - shift(of: seconds) : seconds)].offset)
    }

    /// How far back the table has the same, for an instant behind its end.
    private func shift(of seconds: Int64) -> Int64 { ((seconds - end) / ZoneTable.cycle + 1) * ZoneTable.cycle }

    @inline(__always)
    private func index(at seconds: Int64) -> Int {
        guard seconds >= 0 else { return indexBefore1970(at: seconds) }
        var index = Int(buckets[Int(min(seconds &>> ZoneTable.bucketShift, Int64(buckets.count - 1)))])
        let sought = min(seconds, .max - 1)
        while rows[index + 1].start <= sought { index &+= 1 }
        return index
    }

    private func indexBefore1970(at seconds: Int64) -> Int {
        var low = 0
        var high = rows.count - 1
        while high - low > 1 {
            let middle = (low + high) / 2
            if rows[middle].start <= seconds { low = middle } else { high = middle }
        }
        return low
    }
}

extension ZoneTable: Equatable {
    static func == (a: ZoneTable, b: ZoneTable) -> Bool {
        a === b || a.identifier == b.identifier && a.end == b.end && a.rows == b.rows
    }
}
