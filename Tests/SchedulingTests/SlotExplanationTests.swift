import ActpTesting
import JSON
import Records
import Scheduling
import Testing
import Time

/// `why`: every case of what a slot can have become, from values alone.
@Suite struct SlotExplanationTests {
    private let zones = ZoneDatabase()

    /// A daily job of which the daemon knows since the beginning of March.
    private func daily(_ cron: String = "0 4 * * *", in timezone: String = "UTC", cursor: String) -> SlotHistory {
        SlotHistory(
            registered: RegisteredSchedule(
                name: "job", cron: cron, timezone: timezone,
                state: ScheduleState(anchor: .at("2026-03-01T00:00:00Z"), cursor: .at(cursor))),
            oldest: .at("2026-03-01T04:00:00Z"))
    }

    private func explain(
        _ at: String, _ history: SlotHistory, file: Schedule? = .made(cron: "0 4 * * *"), isDaemonUp: Bool = true,
        now: String = "2026-03-10T12:00:00Z"
    ) -> SlotExplanation {
        SlotExplanation(
            of: "job", at: .at(at), history: history, file: file, isDaemonUp: isDaemonUp, now: .at(now),
            zones: { try? zones.zone($0) })
    }

    private func record(
        _ planned: String, _ outcome: Outcome?, reason: String? = nil, started: Duration? = .milliseconds(12),
        missed: Int = 0, through: String? = nil, attempts: Int = 1, isOnce: Bool = false, trigger: Trigger = .schedule
    ) -> RunRecord {
        let slot = Instant.at(planned)
        return RunRecord(
            id: RowID("00000000-0000-7000-8000-000000000001") ?? .random(), trigger: trigger, schedule: "job",
            planned: slot, due: slot, domain: "test", task: "work", params: [:], claimedAt: slot + .seconds(1),
            startedAt: started.map { slot + $0 }, finishedAt: outcome.map { _ in slot + .seconds(2) },
            outcome: outcome, reason: reason, missed: missed, missedThrough: through.map { .at($0) },
            durationMs: outcome != nil && started != nil ? 431 : nil, attempts: attempts, isOnce: isOnce)
    }

    @Test(
        "a slot that ran: outcome, lateness, duration, attempts, run id, and what it stood for; within the same second")
    func ran() {
        var history = daily(cursor: "2026-03-10T04:00:00Z")
        history.record = record("2026-03-05T04:00:00Z", .ok, missed: 3, attempts: 2)
        let found = explain("2026-03-05T04:00:00.7Z", history)
        #expect(found.verdict == .ran && found.at == .at("2026-03-05T04:00:00Z") && found.record?.outcome == .ok)
        #expect(
            found.text == """
                The slot of job at 2026-03-05T04:00:00Z ran and ended in ok. It was due at 2026-03-05T04:00:00Z and \
                started 12ms late, at 2026-03-05T04:00:00Z. It took 431ms, was tried 2 times, is run \
                00000000-0000-7000-8000-000000000001. It also stood for 3 slots before it that passed without a start.
                """)
        #expect(found.before == .at("2026-03-04T04:00:00Z") && found.after == .at("2026-03-06T04:00:00Z"))
    }

    static let endings: [(outcome: Outcome, reason: String, says: String)] = [
        (.error, "no luck", "ended in error: no luck"),
        (.timeout, "cancelled after its time limit of 1m", "ended in timeout: cancelled after its time limit of 1m"),
        (.unknown, "no answer", "Look whether its work was done before you run it again."),
        (
            .interrupted, "the process died while it ran",
            "actpd backfill job --from 2026-03-05T04:00:00Z --to 2026-03-05T04:00:01Z"
        ),
        (.cancelled, "by hand", "To run it after all: actpd backfill job"),
    ]

    @Test("a slot that ended badly says why and what to do", arguments: endings)
    func endedBadly(_ outcome: Outcome, _ reason: String, _ says: String) {
        var history = daily(cursor: "2026-03-10T04:00:00Z")
        history.record = record("2026-03-05T04:00:00Z", outcome, reason: reason)
        let found = explain("2026-03-05T04:00:00Z", history)
        #expect(found.verdict == .ran)
        #expect(found.text.contains(says), "\(found.text)")
    }

    @Test("a slot that waits, and one that runs now")
    func open() {
        var history = daily(cursor: "2026-03-10T04:00:00Z")
        history.record = record("2026-03-10T04:00:00Z", nil, reason: "overlap, holder=x", started: nil)
        let waiting = explain("2026-03-10T04:00:00Z", history, now: "2026-03-10T04:01:00Z")
        #expect(waiting.verdict == .waiting && waiting.text.contains("waits: overlap, holder=x"))
        history.record = record("2026-03-10T04:00:00Z", nil, started: .zero)
        let running = explain("2026-03-10T04:00:00Z", history, now: "2026-03-10T04:01:00Z")
        #expect(running.verdict == .running && running.text.contains("is running since 2026-03-10T04:00:00Z, for 1m"))
    }

    @Test("a slot that was skipped, with the reason; what sends is not offered for a backfill")
    func skipped() {
        var history = daily(cursor: "2026-03-10T04:00:00Z")
        history.record = record("2026-03-05T04:00:00Z", .skipped, reason: "overlap, holder=x", started: nil)
        let found = explain("2026-03-05T04:00:00Z", history)
        #expect(found.verdict == .skipped)
        #expect(found.text.contains("was skipped: overlap, holder=x.") && found.text.contains("actpd backfill job"))
        history.record = record("2026-03-05T04:00:00Z", .skipped, reason: "quiet hours", started: nil, isOnce: true)
        #expect(!explain("2026-03-05T04:00:00Z", history).text.contains("backfill"))
        history.record = record("2026-03-05T04:00:00Z", .skipped, reason: "paused: by anna", started: nil)
        history.pause = Pause(schedule: "job", since: .at("2026-03-05T00:00:00Z"), until: nil, note: "by anna")
        #expect(explain("2026-03-05T04:00:00Z", history).text.contains("actpd resume job"))
    }

    @Test("a slot inside a span of missed ones: of how many it is one, and which run stood for them")
    func missed() {
        var history = daily(cursor: "2026-03-10T04:00:00Z")
        history.span = record("2026-03-03T04:00:00Z", .missed, started: nil, missed: 4, through: "2026-03-06T04:00:00Z")
        history.successor = record("2026-03-07T04:00:00Z", .ok, missed: 4)
        let found = explain("2026-03-05T04:00:00Z", history)
        #expect(found.verdict == .missed && found.record?.missed == 4)
        #expect(found.text.contains("one of 4 slots from 2026-03-03T04:00:00Z to 2026-03-06T04:00:00Z"))
        #expect(found.text.contains("The run of the slot at 2026-03-07T04:00:00Z stood for them"))
        history.backfills = [record("2026-03-05T04:00:00Z", .ok, trigger: .backfill)]
        let filled = explain("2026-03-05T04:00:00Z", history)
        #expect(filled.text.contains("A backfill ran the slot at 2026-03-05T04:00:01Z and ended in ok"))
        #expect(!filled.text.contains("To run it after all"))
        #expect(explain("2026-03-05T05:00:00Z", history).verdict == .noSlot, "the span has no slot there")
    }

    @Test("no instant of the schedule: the ones before and after, in its zone, with the daylight-saving note")
    func noSlot() {
        let history = daily("30 2 * * *", in: "Europe/Berlin", cursor: "2026-03-31T00:00:00Z")
        let file = Schedule.made(cron: "30 2 * * *", zone: (try? zones.zone("Europe/Berlin")) ?? .utc)
        let found = explain("2026-03-29T00:30:00Z", history, file: file, now: "2026-04-10T00:00:00Z")
        #expect(found.verdict == .noSlot)
        #expect(found.before == .at("2026-03-28T01:30:00Z") && found.after == .at("2026-03-29T01:00:00Z"))
        #expect(
            found.text == """
                job (30 2 * * * in Europe/Berlin) has no slot at 2026-03-29T00:30:00Z (Sun 2026-03-29 01:30:00 +01:00 in \
                Europe/Berlin). Of its slots the one before is 2026-03-28T01:30:00Z (Sat 2026-03-28 02:30:00 +01:00 in \
                Europe/Berlin), the one after is 2026-03-29T01:00:00Z (Sun 2026-03-29 03:00:00 +02:00 in Europe/Berlin), \
                moved by the daylight-saving change.
                """)
        let autumn = explain("2026-10-25T01:30:00Z", history, file: file, now: "2026-11-10T00:00:00Z")
        #expect(autumn.verdict == .noSlot && autumn.text.contains("The clock shows this time twice on that day"))
    }

    @Test("before the schedule existed, while it read otherwise, while it was gone")
    func readings() {
        var history = daily(cursor: "2026-03-10T04:00:00Z")
        history.registered = RegisteredSchedule(
            name: "job", cron: "0 4 * * *", timezone: "UTC",
            state: ScheduleState(anchor: .at("2026-03-08T10:00:00Z"), cursor: .at("2026-03-10T04:00:00Z")))
        history.changes = [
            ScheduleChange(
                schedule: "job", at: .at("2026-03-04T10:00:00Z"), kind: .replaced,
                detail: ["cron": "0 9 * * *", "timezone": "UTC", "since": "2026-03-02T00:00:00.000000Z"]),
            ScheduleChange(
                schedule: "job", at: .at("2026-03-06T10:00:00Z"), kind: .removed,
                detail: ["cron": "0 5 * * *", "timezone": "UTC", "since": "2026-03-04T10:00:00.000000Z"]),
        ]
        let early = explain("2026-03-01T04:00:00Z", history)
        #expect(early.verdict == .notInForce)
        #expect(early.text.contains("saw it first at 2026-03-02T00:00:00Z, when it read \"0 9 * * *\" in UTC"))
        let otherwise = explain("2026-03-03T04:00:00Z", history)
        #expect(otherwise.verdict == .noSlot && otherwise.text.contains("job (0 9 * * * in UTC) has no slot"))
        #expect(otherwise.after == .at("2026-03-03T09:00:00Z"))
        let gone = explain("2026-03-07T04:00:00Z", history)
        #expect(gone.verdict == .notInForce)
        #expect(gone.text.contains("Until 2026-03-06T10:00:00Z it read \"0 5 * * *\" in UTC; then it was removed"))
        #expect(gone.text.contains("had it again at 2026-03-08T10:00:00Z"))
        history.registered = nil
        let disabled = explain("2026-03-09T04:00:00Z", history, file: .made(cron: "0 4 * * *", isEnabled: false))
        #expect(disabled.verdict == .notInForce && disabled.text.contains("It is disabled there now."))
    }

    @Test("outside start and end, and disabled ahead")
    func outside() {
        let history = daily(cursor: "2026-03-10T04:00:00Z")
        let file = Schedule.made(
            cron: "0 4 * * *", start: .at("2026-03-05T00:00:00Z"), end: .at("2026-03-20T00:00:00Z"))
        let early = explain("2026-03-04T04:00:00Z", history, file: file)
        #expect(early.verdict == .notInForce && early.text.contains("Its first slot is at 2026-03-05T04:00:00Z."))
        let late = explain("2026-03-25T04:00:00Z", history, file: file)
        #expect(late.verdict == .notInForce && late.text.contains("was in force until 2026-03-20T00:00:00Z"))
        let disabled = explain(
            "2026-03-25T04:00:00Z", SlotHistory(), file: .made(cron: "0 4 * * *", isEnabled: false))
        #expect(disabled.verdict == .notInForce && disabled.text.contains("disabled in schedules.json"))
    }

    @Test("ahead: when it starts, with jitter and the daylight-saving note, or what will hold it back")
    func ahead() throws {
        let berlin = try zones.zone("Europe/Berlin")
        let history = daily("30 2 * * *", in: "Europe/Berlin", cursor: "2026-03-10T01:30:00Z")
        let file = Schedule.made(cron: "30 2 * * *", zone: berlin, jitter: .seconds(60))
        let found = explain("2026-03-29T01:00:00Z", history, file: file)
        #expect(found.verdict == .planned)
        #expect(found.text.contains("\(file.delay.text) later by its jitter"), "\(found.text)")
        #expect(found.text.contains("leaves out its usual time"))
        #expect(!found.text.contains("systemctl start"))
        #expect(
            explain("2026-03-29T01:00:00Z", history, file: file, isDaemonUp: false).text.contains("systemctl start"))
        var paused = history
        paused.pause = Pause(schedule: "job", since: .at("2026-03-09T00:00:00Z"), until: nil, note: "holiday")
        let held = explain("2026-03-29T01:00:00Z", paused, file: file)
        #expect(
            held.verdict == .heldBack && held.text.contains("paused since 2026-03-09T00:00:00Z")
                && held.text.contains("(holiday)"))
        let edited = explain("2026-03-29T01:00:00Z", history, file: .made(cron: "0 9 * * *"))
        #expect(edited.text.contains("counts from the next reload on"))
    }

    @Test("due and not recorded: the daemon's, or owed until it starts again, as its policy says")
    func owed() {
        let history = daily(cursor: "2026-03-08T04:00:00Z")
        let up = explain("2026-03-10T04:00:00Z", history, now: "2026-03-10T04:00:00.2Z")
        #expect(up.verdict == .owed && up.text.contains("is due and the daemon has not recorded it yet"))
        let down = explain("2026-03-10T04:00:00Z", history, isDaemonUp: false)
        #expect(down.verdict == .owed && down.text.contains("the daemon is not running"))
        #expect(down.text.contains("not older than 6h") && down.text.contains("systemctl start actpd"))
        let file = Schedule.made(cron: "0 4 * * *", jitter: .seconds(600))
        let jittered = explain("2026-03-10T04:00:00Z", history, file: file, now: "2026-03-10T04:00:00.01Z")
        #expect(jittered.text.contains("by its jitter"))
    }

    @Test("past and without a record: older than the history, or lost")
    func noRecord() {
        var history = daily(cursor: "2026-03-10T04:00:00Z")
        #expect(explain("2026-03-05T04:00:00Z", history).verdict == .noRecord)
        history.oldest = .at("2026-03-06T00:00:00Z")
        let pruned = explain("2026-03-05T04:00:00Z", history)
        #expect(pruned.verdict == .noRecord && pruned.text.contains("goes back to 2026-03-06T00:00:00Z only"))
    }
}
