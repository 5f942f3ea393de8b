import ActpTesting
import Scheduling
import Testing
import Time

@Suite struct PlanTests {
    private let nine = Instant.at("2026-03-02T09:00:00Z")

    private func plan(
        _ schedules: Schedule..., cursor: Instant? = nil, at now: Instant? = nil, isBoot: Bool = false
    ) -> Plan {
        let now = now ?? nine
        let states = Dictionary(
            uniqueKeysWithValues: schedules.map {
                ($0.name, ScheduleState(anchor: cursor ?? now, cursor: cursor ?? now))
            })
        return Plan(schedules, states: states, at: now, isBoot: isBoot)
    }

    private func after(_ duration: Duration) -> Instant { nine + duration }

    @Test("nothing is due before the minute; at the minute one slot is, and the next minute is planned")
    func oneMinute() {
        var plan = plan(.made())
        #expect(plan.nextDue == after(.seconds(60)))
        #expect(plan.tick(at: after(.seconds(59))).isEmpty)
        let due = plan.tick(at: after(.seconds(60)))
        #expect(due.map(\.planned) == [after(.seconds(60))])
        #expect(due.allSatisfy { $0.missed == nil })
        #expect(plan.nextDue == after(.seconds(120)))
        #expect(plan.tick(at: after(.seconds(60))).isEmpty)
    }

    @Test("a timer that fires late does not shift the series")
    func lateTimer() {
        var plan = plan(.made())
        #expect(plan.tick(at: after(.seconds(89))).map(\.planned) == [after(.seconds(60))])
        #expect(plan.nextDue == after(.seconds(120)))
    }

    @Test(
        "a stall of 30 seconds runs the slot late instead of losing it, even without catching up",
        arguments: [CatchUp.latest, .none])
    func stall(catchUp: CatchUp) {
        var plan = plan(.made(catchUp: catchUp))
        let due = plan.tick(at: after(.seconds(90)))
        #expect(due.map(\.planned) == [after(.seconds(60))])
    }

    @Test("eight hours of sleep are one run of the latest slot, and the 479 before it are counted")
    func suspend() {
        var plan = plan(.made())
        let due = plan.tick(at: after(.seconds(8 * 3_600)))
        #expect(due.map(\.planned) == [after(.seconds(8 * 3_600))])
        #expect(due.first?.missed?.count == 479)
        #expect(due.first?.missed?.first == after(.seconds(60)))
        #expect(due.first?.missed?.last == after(.seconds(8 * 3_600 - 60)))
        #expect(plan.nextDue == after(.seconds(8 * 3_600 + 60)))
    }

    @Test("after three days down a minutely job goes on and knows of 4,320 slots")
    func threeDays() {
        var plan = plan(.made(), cursor: nine - .seconds(3 * 86_400))
        let due = plan.tick(at: nine)
        #expect(due.first?.planned == nine)
        #expect((due.first?.missed?.count ?? 0) + 1 == 4_320)
    }

    @Test("slots older than the window are missed, not run")
    func window() {
        let daily = Schedule.made(cron: "0 2 * * *", catchUpWindow: .seconds(6 * 3_600))
        var plan = plan(daily, cursor: nine - .seconds(86_400))
        let due = plan.tick(at: nine)
        #expect(due.map(\.planned) == [nil])
        #expect(
            due.first?.missed
                == MissedSlots(first: .at("2026-03-02T02:00:00Z"), last: .at("2026-03-02T02:00:00Z"), count: 1))
        #expect(plan.nextDue == .at("2026-03-03T02:00:00Z"))
    }

    @Test("without catching up everything that passed is missed, and the series goes on")
    func noCatchUp() {
        var plan = plan(.made(cron: "*/10 * * * *", catchUp: .none))
        let due = plan.tick(at: after(.seconds(3_900)))
        #expect(due.map(\.planned) == [nil])
        #expect(due.first?.missed?.count == 6)
        #expect(plan.nextDue == after(.seconds(4_200)))
    }

    @Test("a clock that jumps ten years forward costs no time and no loop")
    func forwardJump() {
        var plan = plan(.made(), .made("seconds", cron: "* * * * * *"), .made("daily", cron: "0 2 * * *"))
        let later = nine + .seconds(10 * 365 * 86_400)
        let due = plan.tick(at: later)
        #expect(due.count == 3)
        #expect(due.first { $0.schedule.name == "job" }?.missed?.count == Plan.countLimit)
        #expect(plan.nextDue.map { $0 <= later + .seconds(1) } == true)
    }

    @Test(
        "slots from before a schedule's beginning come up while the clock is behind them, not when it is past them again",
        arguments: [CatchUp.latest, .all])
    func passedOver(catchUp: CatchUp) {
        // Began at 09:00, and its clock shows 08:30 again.
        func behind() -> Plan {
            var plan = plan(.made(cron: "46 * * * *", catchUp: catchUp))
            #expect(plan.tick(at: nine - .seconds(1_800)).isEmpty)
            return plan
        }
        var forward = behind()
        #expect(forward.tick(at: nine + .seconds(60)).isEmpty)
        #expect(forward.nextDue == nine + .seconds(46 * 60))
        var lived = behind()
        let slot = nine - .seconds(14 * 60)
        #expect(lived.tick(at: slot).map(\.planned) == [slot])
        #expect(lived.tick(at: nine + .seconds(60)).isEmpty)
    }

    @Test("a clock set back an hour plans the next minute on time")
    func backwardJump() {
        var plan = plan(.made())
        _ = plan.tick(at: after(.seconds(60)))
        let back = nine - .seconds(3_600 - 30)
        #expect(plan.tick(at: back).isEmpty)
        #expect(plan.nextDue == nine - .seconds(3_600 - 60))
    }

    @Test("jitter puts the start off, always by the same, and the slot keeps its planned instant")
    func jitter() {
        let schedule = Schedule.made("spread", jitter: .seconds(30))
        let delay = schedule.delay
        #expect(delay > .zero && delay < .seconds(30))
        #expect(Schedule.made("spread", cron: "0 0 * * *", jitter: .seconds(30)).delay == delay)
        var plan = plan(schedule)
        #expect(plan.nextDue == after(.seconds(60)) + delay)
        #expect(plan.tick(at: after(.seconds(60)) + delay - .milliseconds(1)).isEmpty)
        #expect(plan.tick(at: after(.seconds(60)) + delay).map(\.planned) == [after(.seconds(60))])
    }

    @Test("what could not be recorded is due again, with all that was missed")
    func putBack() {
        var plan = plan(.made())
        let due = plan.tick(at: after(.seconds(300)))
        plan.putBack(due)
        #expect(plan.nextDue == after(.seconds(60)))
        #expect(plan.tick(at: after(.seconds(300))) == due)
    }

    @Test("start and end bound the series, both included")
    func bounds() {
        var plan = plan(.made(start: after(.seconds(120)), end: after(.seconds(180))))
        #expect(plan.nextDue == after(.seconds(120)))
        #expect(plan.tick(at: after(.seconds(120))).count == 1)
        #expect(plan.tick(at: after(.seconds(180))).map(\.planned) == [after(.seconds(180))])
        #expect(plan.nextDue == nil)
    }

    @Test("a disabled schedule has no slots")
    func disabled() { #expect(plan(.made(isEnabled: false)).nextDue == nil) }

    @Test("@reboot fires at a boot and not at a reload")
    func reboot() {
        var boot = plan(.made(cron: "@reboot"), isBoot: true)
        #expect(boot.tick(at: nine).map(\.planned) == [nine])
        #expect(boot.nextDue == nil)
        #expect(plan(.made(cron: "@reboot")).nextDue == nil)
    }

    @Test("@every counts from the schedule's anchor, not from the restart")
    func every() {
        let anchor = nine - .seconds(3 * 86_400 + 100)
        let weekly = Schedule.made(cron: "@every 7d")
        let plan = Plan([weekly], states: ["job": ScheduleState(anchor: anchor, cursor: nine)], at: nine, isBoot: true)
        #expect(plan.nextDue == anchor + .seconds(7 * 86_400))
    }

    @Test("of ten thousand schedules each fires once a minute, at its own second")
    func crowd() {
        let schedules = (0..<10_000).map { Schedule.made("job\($0)", cron: "\($0 % 60) * * * * *") }
        var plan = Plan(schedules, states: [:], at: nine, isBoot: false)
        var fired: [String: Int] = [:]
        for second in 1...60 {
            for slot in plan.tick(at: after(.seconds(second))) { fired[slot.schedule.name, default: 0] += 1 }
        }
        #expect(fired.count == 10_000)
        #expect(fired.values.allSatisfy { $0 == 1 })
    }
}
