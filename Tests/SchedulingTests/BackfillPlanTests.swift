import ActpTesting
import Records
import Scheduling
import Testing
import Time

/// Which slots a backfill runs, decided from rows alone.
@Suite struct BackfillPlanTests {
    private let now = Instant.at("2026-03-20T00:00:00Z")

    private func row(
        day: Int, _ outcome: Outcome?, trigger: Trigger = .schedule, claimed: Duration = .zero, through: Int? = nil
    ) -> RunRecord {
        let slot = self.slot(day)
        return RunRecord(
            id: .random(), trigger: trigger, schedule: "job", planned: slot, due: slot, domain: "test", task: "work",
            params: [:], claimedAt: slot + claimed, startedAt: slot, finishedAt: nil, outcome: outcome, reason: nil,
            missed: 0, missedThrough: through.map(self.slot), durationMs: nil, attempts: 1, isOnce: false)
    }

    private func slot(_ day: Int) -> Instant { .at("2026-03-01T04:00:00Z") + .seconds(86_400 * (day - 1)) }

    private func plan(
        _ records: [RunRecord], days: Range<Int>, state: ScheduleState? = nil, limit: Int = 1_000
    ) -> BackfillPlan {
        BackfillPlan(
            .made(cron: "0 4 * * *"), state: state, from: slot(days.lowerBound), to: slot(days.upperBound),
            records: records, limit: limit, now: now)
    }

    private func text(_ plan: BackfillPlan) -> [String] { plan.slots.map { "\($0.state)\($0.isDue ? " run" : "")" } }

    @Test("missed, skipped, interrupted, cancelled slots and those without a record run; the rest is left alone")
    func outcomes() {
        let records: [RunRecord] = [
            row(day: 1, .ok), row(day: 2, .error), row(day: 3, .timeout), row(day: 4, .unknown),
            row(day: 5, .skipped), row(day: 6, .interrupted), row(day: 7, .cancelled), row(day: 8, nil),
            row(day: 9, .missed, through: 10),
        ]
        #expect(
            text(plan(records, days: 1..<12)) == [
                "ok", "error", "timeout", "unknown", "skipped run", "interrupted run", "cancelled run", "running",
                "missed run", "missed run", "no record run",
            ])
    }

    @Test("a span of missed slots that began before the time asked for reaches in")
    func span() {
        let records = [row(day: 1, .missed, through: 4), row(day: 6, .missed, through: 6)]
        #expect(
            text(plan(records, days: 3..<7)) == ["missed run", "missed run", "no record run", "missed run"])
    }

    @Test("a slot that a backfill ran is judged by it: done, failed, or to be run again")
    func earlierBackfills() {
        let records = [
            row(day: 1, .skipped), row(day: 1, .ok, trigger: .backfill, claimed: .seconds(5)),
            row(day: 2, .skipped), row(day: 2, .error, trigger: .backfill, claimed: .seconds(5)),
            row(day: 3, .missed, through: 3), row(day: 3, .cancelled, trigger: .backfill, claimed: .seconds(5)),
            row(day: 4, .skipped), row(day: 4, nil, trigger: .backfill, claimed: .seconds(5)),
        ]
        #expect(text(plan(records, days: 1..<5)) == ["ok", "error", "cancelled run", "running"])
    }

    @Test("slots after the cursor are the daemon's, and those ahead are nobody's yet")
    func owed() {
        let state = ScheduleState(anchor: slot(1), cursor: slot(17))
        #expect(text(plan([], days: 16..<25, state: state)) == ["no record run", "no record run", "owed", "owed"])
    }

    @Test("no more than the limit, and where to go on is said")
    func limit() {
        let cut = plan([row(day: 2, .ok)], days: 1..<10, limit: 3)
        #expect(cut.due.map(\.planned) == [slot(1), slot(3), slot(4)] && cut.continuesAt == slot(5))
        #expect(plan([], days: 1..<4, limit: 3).continuesAt == nil)
    }
}
