import Cron
import Time

/// The instants of a schedule as it reads at one time, for looking back and ahead.
struct SlotSeries {
    let cron: CronExpression
    let zone: Zone
    /// A schedule made only to be asked for slots.
    private let schedule: Schedule
    /// `@every` counts from here.
    private let anchor: Instant
    /// Nothing is searched before this instant.
    private let floor: Instant

    /// - Parameter file: the schedule as `schedules.json` has it; its start, end and jitter count when it reads the same.
    init?(_ reading: ScheduleReading, name: String, file: Schedule?, zones: (String) -> Zone?) {
        guard let cron = try? CronExpression(reading.cron, name: name), let zone = zones(reading.timezone) else {
            return nil
        }
        let isCurrent = reading.end == nil && file.map { $0.reads(as: reading) } ?? false
        self.init(cron: cron, zone: zone, anchor: reading.since, floor: reading.since, file: isCurrent ? file : nil)
    }

    /// The series of `schedules.json`.
    init(_ schedule: Schedule, anchor: Instant) {
        self.init(
            cron: schedule.cron, zone: schedule.zone, anchor: anchor, floor: min(anchor, .distantPast), file: schedule)
    }

    private init(cron: CronExpression, zone: Zone, anchor: Instant, floor: Instant, file: Schedule?) {
        self.cron = cron
        self.zone = zone
        self.anchor = anchor
        self.floor = floor
        schedule = Schedule(
            name: file?.name ?? "", cron: cron, zone: zone, domain: "", task: "", policy: file?.policy ?? Policy(),
            start: file?.start, end: file?.end)
    }

    var delay: Duration { schedule.delay }
    var start: Instant? { schedule.start }
    var end: Instant? { schedule.end }

    func contains(_ instant: Instant) -> Bool { after(instant - .microseconds(1)) == instant }

    func after(_ instant: Instant) -> Instant? { schedule.slot(after: instant, anchor: anchor) }

    func before(_ instant: Instant) -> Instant? {
        let last = min(instant - .microseconds(1), schedule.end ?? instant)
        let first = max(floor, schedule.start.map { $0 - .microseconds(1) } ?? floor)
        guard first < last else { return nil }
        return cron.latest(atOrBefore: last, notBefore: first, in: zone, anchor: anchor)
    }

    func isShifted(_ instant: Instant) -> Bool { cron.isShifted(instant, in: zone) }

    /// Whether the clock shows this reading for the second time, which a fixed time leaves alone.
    func isRepeat(_ instant: Instant) -> Bool {
        cron.isFixedTime && cron.matches(instant, in: zone) && !contains(instant)
    }
}

extension Schedule {
    /// Whether cron line and zone are those of a reading.
    func reads(as reading: ScheduleReading) -> Bool {
        cron.text == reading.cron && zone.identifier == reading.timezone
    }

    func reads(as registered: RegisteredSchedule) -> Bool {
        cron.text == registered.cron && zone.identifier == registered.timezone
    }
}

extension Instant {
    /// Before anything that was ever planned: 1970.
    static var distantPast: Instant { Instant(seconds: 0) }
}
