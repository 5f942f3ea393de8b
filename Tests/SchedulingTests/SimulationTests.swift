import ActpTesting
import Cron
import Scheduling
import Testing
import Time

/// `simulate`: what the schedules would fire, computed a second at a time.
@Suite struct SimulationTests {
    private static let zones = ZoneDatabase()

    private func fires(
        _ schedules: [Schedule], from: String, to: String, pauses: [String: Pause] = [:]
    ) -> [SimulatedFire] {
        Simulation(schedules, from: .at(from), to: .at(to), pauses: pauses).flatMap { $0 }
    }

    @Test("starts come in order, jitter included; the beginning counts, the end does not; disabled ones fire nothing")
    func order() {
        let jittered = Schedule.made("late", cron: "0 * * * *", jitter: .seconds(600))
        let found = fires(
            [
                jittered, .made("plain", cron: "5 * * * *"), .made("off", isEnabled: false),
                .made("boot", cron: "@reboot"),
            ],
            from: "2026-03-02T09:00:00Z", to: "2026-03-02T11:00:00Z")
        #expect(found.map(\.start) == found.map(\.start).sorted())
        #expect(found.count { $0.schedule.name == "late" } == 2 && found.count { $0.schedule.name == "plain" } == 2)
        #expect(found.first { $0.schedule.name == "late" }?.start == .at("2026-03-02T09:00:00Z") + jittered.delay)
    }

    @Test("starts in one second, and starts of the same work, are named; what is paused holds nobody up")
    func collisions() {
        let schedules = [
            Schedule.made("a", cron: "0 9 * * *"), .made("b", cron: "0 9 * * *"),
            .made("c", cron: "0 9 * * *", task: "other"), .made("d", cron: "1 9 * * *"),
        ]
        let found = fires(schedules, from: "2026-03-02T00:00:00Z", to: "2026-03-03T00:00:00Z")
        #expect(found.map(\.sameSecond) == [2, 2, 2, 0])
        #expect(found.map(\.sameWork) == [nil, "a", nil, nil])
        let pause = Pause(schedule: "a", since: .at("2026-03-01T00:00:00Z"), until: nil, note: "x")
        let paused = fires(
            schedules, from: "2026-03-02T00:00:00Z", to: "2026-03-03T00:00:00Z", pauses: ["a": pause])
        #expect(paused.map(\.isPaused) == [true, false, false, false] && paused.allSatisfy { $0.sameWork == nil })
        var summary = SimulationSummary(of: schedules)
        for together in Simulation(schedules, from: .at("2026-03-02T00:00:00Z"), to: .at("2026-03-03T00:00:00Z")) {
            summary.add(together)
        }
        #expect(summary.fires == 4 && summary.crowdedSeconds == 1 && summary.busiest == 3 && summary.sameWork == 1)
        #expect(summary.perSchedule == ["a": 1, "b": 1, "c": 1, "d": 1])
    }

    @Test("the daylight-saving cases are named: moved, twice for what follows the clock, once for a fixed time")
    func daylightSaving() throws {
        let zone = try SimulationTests.zones.zone("Europe/Berlin")
        let spring = fires(
            [.made(cron: "30 2 * * *", zone: zone)], from: "2026-03-29T00:00:00Z", to: "2026-03-30T00:00:00Z")
        #expect(spring.map(\.planned) == [.at("2026-03-29T01:00:00Z")] && spring[0].isShifted && spring[0].pass == nil)
        let autumn = fires(
            [.made("every", cron: "30 * * * *", zone: zone), .made("fixed", cron: "30 2 * * *", zone: zone)],
            from: "2026-10-25T00:00:00Z", to: "2026-10-25T02:00:00Z")
        #expect(
            autumn.map { "\($0.schedule.name) \($0.planned) \($0.pass?.rawValue ?? "-")" } == [
                "every 2026-10-25T00:30:00Z first", "fixed 2026-10-25T00:30:00Z only",
                "every 2026-10-25T01:30:00Z second",
            ])
    }

    /// Forty zones with every kind of change: none, an hour, half an hour, at midnight, backwards in winter, with a fast.
    static let fortyZones = [
        "UTC", "Europe/Berlin", "Europe/London", "Europe/Dublin", "Europe/Lisbon", "Europe/Istanbul", "Europe/Moscow",
        "Europe/Chisinau", "America/New_York", "America/Chicago", "America/Denver", "America/Phoenix",
        "America/Los_Angeles", "America/Anchorage", "America/St_Johns", "America/Halifax", "America/Havana",
        "America/Santiago", "America/Asuncion", "America/Sao_Paulo", "America/Mexico_City", "America/Caracas",
        "America/Nuuk", "Africa/Cairo", "Africa/Casablanca", "Africa/Lagos", "Asia/Jerusalem", "Asia/Beirut",
        "Asia/Gaza", "Asia/Kolkata", "Asia/Kathmandu", "Asia/Tokyo", "Asia/Tehran", "Australia/Sydney",
        "Australia/Lord_Howe", "Australia/Adelaide", "Pacific/Auckland", "Pacific/Chatham", "Pacific/Apia",
        "Antarctica/Troll",
    ]

    /// The cron lines of the schedules that are shipped, the most frequent one at a sixth of its pace, and some that the
    /// change of the clocks meets.
    private static let lines = [
        "0 5 * * *", "30 */6 * * *", "0 */2 * * *", "0 3 * * 0", "15 4 * * *", "0 3 * * 1,4", "0,30 13,17 * * 1-5",
        "*/30 * * * *", "30 7 * * 1", "30 1 * * *", "15 2 * * *", "0 0 * * *", "45 1,2 * * *", "@every 7h",
    ]

    @Test("a year in forty zones: no slot lost or doubled", arguments: fortyZones)
    func year(_ identifier: String) throws {
        let zone = try SimulationTests.zones.zone(identifier)
        let schedules = SimulationTests.lines.enumerated().map { Schedule.made("job\($0)", cron: $1, zone: zone) }
        let (start, end) = (Instant.at("2024-01-01T00:00:00Z"), Instant.at("2025-01-01T00:00:00Z"))
        let states = Dictionary(
            schedules.map { ($0.name, ScheduleState(anchor: start, cursor: start - .microseconds(1))) },
            uniquingKeysWith: { $1 })
        var found: [String: [Instant]] = [:]
        for together in Simulation(schedules, from: start, to: end, states: states) {
            for fire in together { found[fire.schedule.name, default: []].append(fire.planned) }
        }
        // The daemon's own plan, woken at each of its alarms.
        var ticked: [String: [Instant]] = [:]
        var plan = Plan(schedules, states: states, at: start - .seconds(1), isBoot: false)
        while let due = plan.nextDue, due < end {
            for slot in plan.tick(at: due) {
                #expect(slot.missed == nil)
                if let planned = slot.planned { ticked[slot.schedule.name, default: []].append(planned) }
            }
        }
        for schedule in schedules {
            let slots = found[schedule.name] ?? []
            #expect(slots == ticked[schedule.name], "\(schedule.cron.text)")
            #expect(zip(slots, slots.dropFirst()).allSatisfy { $0 < $1 })
            // Counted by arithmetic, not by searching.
            let count = schedule.cron.count(
                after: start - .microseconds(1), through: end - .microseconds(1), in: zone, anchor: start)
            #expect(slots.count == count, "\(schedule.cron.text)")
            if schedule.cron.interval == nil { walk(schedule, slots) }
        }
    }

    /// Looks at every minute of the days around each change of the clocks, with nothing but the fields' own matching: a
    /// fixed time comes when the clock first shows its reading or has jumped over it, all else whenever it is shown.
    private func walk(_ schedule: Schedule, _ slots: [Instant]) {
        let (zone, cron) = (schedule.zone, schedule.cron)
        let utc = Zone.utc
        var from = Instant.at("2024-01-02T00:00:00Z").seconds
        while let change = zone.transition(after: from), change.seconds < Instant.at("2024-12-30T00:00:00Z").seconds {
            from = change.seconds
            let window = (change.seconds - 93_600)..<(change.seconds + 93_600)
            var expected: [Instant] = []
            // All readings before the window have had their turn.
            var seen = window.lowerBound - 60 + Int64(zone.offset(at: window.lowerBound - 60))
            for second in stride(from: window.lowerBound, to: window.upperBound, by: 60) {
                let local = second + Int64(zone.offset(at: second))
                let isDue: Bool
                if cron.isFixedTime {
                    let passed = stride(from: seen + 60, through: local, by: 60)
                    isDue = passed.contains { cron.matches(Instant(seconds: $0), in: utc) }
                    seen = max(seen, local)
                } else {
                    isDue = cron.matches(Instant(seconds: local), in: utc)
                }
                if isDue { expected.append(Instant(seconds: second)) }
            }
            let here = slots.filter { window.contains($0.seconds) }
            #expect(here == expected, "\(cron.text) in \(zone.identifier) around \(Instant(seconds: change.seconds))")
        }
    }
}
