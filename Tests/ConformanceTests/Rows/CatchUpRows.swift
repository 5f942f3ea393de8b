import ActpTesting
import Scheduling
import Stores
import Testing
import Time

/// What is owed after a stall, a sleep, an outage or a restart.
@Suite(.timeLimit(.minutes(5)))
struct CatchUpRows {
    private let start = Instant.at("2026-03-02T09:00:00Z")

    private func minute(_ number: Int) -> Instant { start + .seconds(60 * number) }

    @Test("a start that comes 30 seconds late happens all the same, and its lateness is recorded", .shows(8))
    func stall() async throws {
        for catchUp in CatchUp.allCases {
            let desk = try SchedulerDesk(at: start)
            try await desk.start(.made(catchUp: catchUp))
            await desk.advance(to: start + .seconds(90))
            _ = await desk.events(untilEnds: 1)
            let run = try #require(try desk.ledger.runs(RunFilter(limit: 2)).first)
            #expect(run.outcome == .ok && run.planned == minute(1) && run.missed == 0, "\(catchUp)")
            #expect(run.latenessUsec == 30_000_000, "\(catchUp)")
        }
    }

    @Test("after eight hours of sleep a minutely job runs once, and the slots it slept through are counted", .shows(9))
    func sleep() async throws {
        let desk = try SchedulerDesk(at: start, limits: SchedulerLimits(settle: .seconds(30)))
        try await desk.start(.made())
        let awake = minute(480) + .seconds(5)
        await desk.advance(to: awake)
        #expect(try desk.history().isEmpty, "nothing starts the moment the machine wakes")
        await desk.walk(through: minute(481) - .seconds(1))
        _ = await desk.events(untilEnds: 1)
        let runs = try desk.ledger.runs(RunFilter(limit: 9))
        #expect(runs.count { $0.outcome == .ok } == 1)
        #expect(runs.first { $0.outcome == .ok }?.planned == minute(480))
        #expect(runs.first { $0.outcome == .missed }?.missed == 479)
        #expect(await desk.scheduler.state.nextAlarm == minute(481), "and the series goes on")
    }

    @Test("jobs that were missed together do not start together when the machine wakes", .shows(9, 11))
    func spread() {
        let jobs = (0..<200).map { Schedule.made("job\($0)", cron: "0 12 * * *") }
        let states = jobs.map { ($0.name, ScheduleState(anchor: start, cursor: start)) }
        let awake = Instant.at("2026-03-02T13:00:00Z")
        var plan = Plan(
            jobs, states: Dictionary(uniqueKeysWithValues: states), at: start, isBoot: true, settle: .seconds(30))
        #expect(plan.tick(at: awake).isEmpty)
        let starts = plan.walk(through: awake + .seconds(60)).map(\.at)
        #expect(starts.count == 200)
        #expect(starts.allSatisfy { $0 >= awake + .seconds(30) && $0 <= awake + .seconds(60) })
        let bySecond = Dictionary(grouping: starts) { $0.seconds }
        #expect(bySecond.count >= 25, "all over the time, not in one place")
        #expect(bySecond.values.allSatisfy { $0.count <= 20 })
    }

    @Test("a slot whose process died between claim and start is still owed, and the next process runs it", .shows(10))
    func claimIsNoRun() async throws {
        let directory = try TemporaryDirectory()
        let schedule = Schedule.made(cron: "0 * * * *")
        let slot = start + .seconds(3_600)
        var dying: SQLiteLedger? = try .opened(in: directory, at: start)
        _ = try dying?.register([schedule], at: start)
        let request = RunRequest(slot: slot, of: schedule)
        #expect(try dying?.claim([Claim(request)], at: slot) == [.won])
        dying = nil
        let desk = try SchedulerDesk(at: slot + .seconds(20), in: directory)
        try await desk.start(schedule)
        #expect(await desk.events(untilEnds: 1) == ["took over work", "started work", "ended work ok"])
        #expect(try desk.started() == [slot])
        #expect(desk.performer.requests.map(\.id) == [request.id])
    }

    @Test("a claimed slot that is too old when the next process starts counts as one missed slot", .shows(10, 14))
    func staleClaim() async throws {
        let directory = try TemporaryDirectory()
        var dying: SQLiteLedger? = try .opened(in: directory, at: start)
        _ = try dying?.register([.made()], at: start)
        // It was about to make up for five slots when its process died.
        let five = MissedSlots(first: minute(1), last: minute(5), count: 5)
        let claim = Claim(RunRequest(slot: minute(6), of: .made(), missed: five))
        #expect(try dying?.claim([claim], at: minute(6)) == [.won])
        dying = nil
        let desk = try SchedulerDesk(at: minute(10), in: directory)
        try await desk.start(.made())
        _ = await desk.events(untilEnds: 1)
        let missed = try desk.ledger.runs(RunFilter(limit: 9)).filter { $0.outcome == .missed }
            .sorted { $0.due < $1.due }
        #expect(missed.map(\.planned) == [minute(1), minute(6), minute(7)])
        #expect(missed.map(\.missed) == [5, 1, 3])
        #expect(missed.map(\.missedThrough) == [minute(5), minute(6), minute(9)])
    }

    /// What a schedule does with slots of the past.
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let cron: String
        let catchUp: CatchUp
        let windowHours: Int
        let downHours: Int
        /// Slots started and slots recorded as missed.
        let starts: Int
        let missed: Int
    }

    static let cases: [Case] = [
        Case(
            testDescription: "latest: one for all", cron: "0 * * * *", catchUp: .latest, windowHours: 6, downHours: 5,
            starts: 1, missed: 4),
        Case(
            testDescription: "latest: too old for the window", cron: "0 10 * * *", catchUp: .latest, windowHours: 6,
            downHours: 8, starts: 0, missed: 1),
        Case(
            testDescription: "latest: a wider window", cron: "0 10 * * *", catchUp: .latest, windowHours: 24,
            downHours: 8, starts: 1, missed: 0),
        Case(
            testDescription: "all: each of them", cron: "0 * * * *", catchUp: .all, windowHours: 6, downHours: 5,
            starts: 5, missed: 0),
        Case(
            testDescription: "all: within the window", cron: "0 * * * *", catchUp: .all, windowHours: 2, downHours: 5,
            starts: 2, missed: 3),
        Case(
            testDescription: "none: nothing", cron: "0 * * * *", catchUp: .none, windowHours: 6, downHours: 5,
            starts: 0, missed: 5),
    ]

    @Test(
        "what is caught up is for each schedule to say, and nothing of it before things have settled", .shows(11),
        arguments: cases)
    func policy(_ c: Case) {
        let schedule = Schedule.made(
            cron: c.cron, catchUp: c.catchUp, catchUpWindow: .seconds(c.windowHours * 3_600))
        let now = start + .seconds(c.downHours * 3_600 + 120)
        var plan = Plan.made(schedule, cursor: start, at: now, settle: .seconds(30))
        var found = plan.tick(at: now).map { (at: now, slot: $0) }
        found += plan.walk(through: now + .seconds(120))
        #expect(found.count { $0.slot.planned != nil } == c.starts)
        #expect(found.reduce(0) { $0 + ($1.slot.missed?.count ?? 0) } == c.missed)
        #expect(found.allSatisfy { $0.slot.planned == nil || $0.at >= now + .seconds(30) })
    }

    @Test("a minutely job that was down for three days goes on, and all 4,320 slots are accounted for", .shows(14))
    func threeDays() async throws {
        let directory = try TemporaryDirectory()
        do { try await SchedulerDesk(at: start, in: directory).start(.made()) }
        let now = start + .seconds(3 * 86_400)
        let desk = try SchedulerDesk(at: now, in: directory)
        try await desk.start(.made())
        _ = await desk.events(untilEnds: 1)
        let runs = try desk.ledger.runs(RunFilter(limit: 9))
        #expect(runs.count == 2)
        let run = try #require(runs.first { $0.outcome == .ok })
        let missed = try #require(runs.first { $0.outcome == .missed })
        // The run stands for the last slot; the row beside it for the 4,319 before.
        #expect(run.planned == now && run.missed == 4_319)
        #expect(missed.missed == 4_319 && missed.planned == minute(1) && missed.missedThrough == now - .seconds(60))
        #expect(await desk.scheduler.state.nextAlarm == now + .seconds(60))
    }

    @Test("a restart across the slot: exactly one run, whether it was down before or after", .shows(20))
    func restart() async throws {
        let directory = try TemporaryDirectory()
        let noon = Instant.at("2026-03-02T12:00:00Z")
        let schedule = Schedule.made(cron: "0 12 * * *")
        do { try await SchedulerDesk(at: noon - .seconds(10), in: directory).start(schedule) }
        do {
            let desk = try SchedulerDesk(at: noon + .seconds(5), in: directory)
            try await desk.start(schedule)
            #expect(await desk.events(untilEnds: 1) == ["started work", "ended work ok"])
        }
        let desk = try SchedulerDesk(at: noon + .seconds(9), in: directory)
        try await desk.start(schedule)
        #expect(await desk.scheduler.state.nextAlarm == noon + .seconds(86_400))
        #expect(try desk.started() == [noon])
    }

    @Test(
        "a weekly interval fires on time however often the daemon is restarted, and nothing runs at a restart",
        .shows(21))
    func weekly() throws {
        let directory = try TemporaryDirectory()
        let ledger = try SQLiteLedger.opened(in: directory, at: start)
        let weekly = Schedule.made("weekly", cron: "@every 7d", overlap: .allow)
        let daily = Schedule.made("daily", cron: "0 3 * * *", overlap: .allow)
        var fired: [String: [Instant]] = [:]
        for restart in 0..<(8 * 144) {
            let now = start + .seconds(restart * 600)
            var plan = Plan(
                [weekly, daily], states: try ledger.register([weekly, daily], at: now), at: now, isBoot: true)
            for (_, slot) in plan.walk(through: now + .seconds(599)) {
                let planned = try #require(slot.planned)
                #expect(try ledger.begin(RunRequest(slot: planned, of: slot.schedule), at: planned))
                fired[slot.schedule.name, default: []].append(planned)
                #expect(slot.missed == nil)
            }
        }
        #expect(fired["weekly"] == [start + .seconds(7 * 86_400)])
        #expect(fired["daily"]?.count == 8)
    }
}
