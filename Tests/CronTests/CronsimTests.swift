import Cron
import Testing
import Time

@Suite struct CronsimTests {
    @Test("the recorded answers are there, and enough of them")
    func data() {
        #expect(CronsimZone.all.count >= 40)
        #expect(CronsimZone.all.reduce(0) { $0 + $1.rows.count } >= 3_000)
        #expect(CronsimZone.all.reduce(0) { $0 + $1.transitions.count } >= 1_500)
    }

    @Test("every instant is the one cronsim gives, around every change of the clock", arguments: CronsimZone.all)
    func agrees(recorded: CronsimZone) throws {
        let zone = try zones.zone(recorded.name)
        let known = TransitionTable(recorded, zone)
        var skipped = 0
        for row in recorded.rows where row.contradiction == nil {
            guard let last = row.results.last, known.isSame(from: row.start, through: last) else {
                skipped += 1
                continue
            }
            let expression = try CronExpression(row.expression)
            let found = answers(of: expression, after: row.start, count: row.results.count, in: zone)
            #expect(found == row.results, "line \(row.line): \(row.expression) after \(row.start) in \(recorded.name)")
        }
        report(skipped, of: recorded)
    }

    @Test("where cronsim contradicts its own rule, the rule holds", arguments: CronsimZone.all)
    func contradictions(recorded: CronsimZone) throws {
        let zone = try zones.zone(recorded.name)
        let known = TransitionTable(recorded, zone)
        var skipped = 0
        for row in recorded.rows where row.contradiction != nil {
            // A walk is slow: two days hold the change of the clock and what cronsim makes of it.
            let end = row.start + 2 * 86_400
            guard known.isSame(from: row.start, through: end) else {
                skipped += 1
                continue
            }
            let expression = try CronExpression(row.expression)
            let walk = ClockWalk(
                zone: zone, isFixedTime: expression.isFixedTime,
                step: row.expression.split(separator: " ").count == 6 ? 1 : 60
            ) { local in expression.matches(Instant(seconds: local), in: .utc) }
            let expected = walk.instants(after: row.start, through: end)
            let place = "line \(row.line): \(row.expression) after \(row.start) in \(recorded.name)"
            let found = answers(of: expression, after: row.start, count: expected.count + 1, in: zone)
            #expect(found.filter { $0 <= end } == expected, "\(place)")
            let same = answers(of: expression, after: row.start, count: row.results.count, in: zone)
            #expect(row.results.isEmpty || same != row.results, "\(place) is no contradiction")
        }
        report(skipped, of: recorded)
    }

    private func answers(of expression: CronExpression, after start: Int64, count: Int, in zone: Zone) -> [Int64] {
        var found: [Int64] = []
        while found.count < count,
            let next = expression.next(after: Instant(seconds: found.last ?? start), in: zone)
        {
            found.append(next.seconds)
        }
        return found
    }

    /// A newer or older time zone database is no fault of the program; but it must be seen that less was checked.
    private func report(_ skipped: Int, of recorded: CronsimZone) {
        guard skipped > 0 else { return }
        print("\(recorded.name): \(skipped) recorded answers skipped, this system's database has other transitions")
    }
}

/// The transitions that were in force when the answers were recorded, beside those of this system.
private struct TransitionTable {
    private let recorded: [CronsimZone.Transition]
    private let system: [CronsimZone.Transition]

    init(_ recorded: CronsimZone, _ zone: Zone) {
        self.recorded = recorded.transitions
        var system: [CronsimZone.Transition] = []
        // 2000-01-01 and 2038-01-01.
        var seconds: Int64 = 946_684_799
        while let next = zone.transition(after: seconds), next.seconds < 2_145_916_800 {
            system.append(
                .init(seconds: next.seconds, offsetBefore: next.offsetBefore, offsetAfter: next.offsetAfter))
            seconds = next.seconds
        }
        self.system = system
    }

    /// Whether both know the same changes of the clock around a stretch of time.
    func isSame(from start: Int64, through end: Int64) -> Bool {
        if recorded == system { return true }
        let range = (start - 3 * 86_400)...(end + 3 * 86_400)
        return recorded.filter { range.contains($0.seconds) } == system.filter { range.contains($0.seconds) }
    }
}
