import ActpTesting
import Scheduling
import Stores
import Time

let zones = ZoneDatabase()

extension Schedule {
    /// - Parameter zone: an IANA name.
    static func made(_ name: String = "job", cron: String, in zone: String) throws -> Schedule {
        .made(name, cron: cron, zone: try zones.zone(zone), overlap: .allow)
    }
}

extension SchedulerDesk {
    /// Lets time pass from alarm to alarm, as a machine does that never sleeps.
    func walk(through end: Instant) async {
        while let alarm = await scheduler.state.nextAlarm, alarm <= end { await advance(to: max(alarm, time.now())) }
    }

    /// The slots of a schedule that were started, in their order.
    func started(_ schedule: String = "job") throws -> [Instant] {
        try ledger.runs(RunFilter(limit: 100_000)).filter { $0.schedule == schedule && $0.outcome != .missed }
            .compactMap(\.planned).sorted()
    }
}

extension Plan {
    /// A plan whose schedules begin at `now`, or after the cursor given.
    static func made(
        _ schedules: Schedule..., cursor: Instant? = nil, at now: Instant, settle: Duration = .zero
    ) -> Plan {
        let state = ScheduleState(anchor: cursor ?? now, cursor: cursor ?? now)
        return Plan(
            schedules, states: Dictionary(uniqueKeysWithValues: schedules.map { ($0.name, state) }), at: now,
            isBoot: true, settle: settle)
    }

    /// Everything that is due until `end`, each with the instant at which it is handed out.
    mutating func walk(through end: Instant) -> [(at: Instant, slot: DueSlot)] {
        var found: [(at: Instant, slot: DueSlot)] = []
        while let due = nextDue, due <= end { found += tick(at: due).map { (due, $0) } }
        return found
    }
}

/// Texts of instants, for tables.
func instants(_ texts: [String]) -> [Instant] { texts.map { .at($0) } }
