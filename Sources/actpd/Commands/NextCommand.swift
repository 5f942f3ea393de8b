import ArgumentParser
import Configuration
import Cron
import JSON
import Records
import Scheduling
import Stores
import Time

struct NextCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "next", abstract: "Prints the next instants of the schedules, or of an expression alone.")

    @Argument(help: "The schedule; all of them when left out.", completion: .scheduleNames)
    var name: String?
    @Option(name: .customShort("n"), help: "How many instants.")
    var count = 5
    @Option(help: "An expression instead of the schedules.")
    var cron: String?
    @Option(help: "The expression's IANA time zone.")
    var timezone = "UTC"
    @Option(help: "Instants after this one (ISO 8601); now when left out.")
    var after: String?
    @Flag(help: "Print JSON.")
    var json = false
    @OptionGroup var options: ConfigurationOptions

    func run() throws {
        try reporting {
            try ExitStatus.check(count: count)
            let start = try after.map(instant) ?? SystemTime().now()
            if let cron { try showExpression(cron, after: start) } else { try showSchedules(after: start) }
        }
    }

    private func instant(_ text: String) throws -> Instant {
        guard let instant = Instant(iso8601: text) else {
            throw ExitStatus.usage.exit(
                "--after \"\(text)\" is no instant; ISO 8601 with a zone is, as in 2024-03-10T00:10:00-05:00")
        }
        return instant
    }

    private func showExpression(_ text: String, after start: Instant) throws {
        let expression: CronExpression
        let zone: Zone
        do {
            expression = try CronExpression(text)
            zone = try ZoneDatabase().zone(timezone)
        } catch {
            throw ExitStatus.usage.exit("\(error)")
        }
        let instants = expression.instants(after: start, anchor: start, in: zone, count: count)
        if json {
            Terminal.out((["next": JSON(instants.map(\.iso8601))] as JSON).text)
            return
        }
        for warning in expression.warnings { Terminal.error("warning: \(warning)") }
        if instants.isEmpty { Terminal.out("none") }
        for instant in instants { Terminal.out(expression.line(instant, zone)) }
    }

    /// Good entries are shown beside bad ones, as a daemon that starts with this file would have them.
    private func showSchedules(after start: Instant) throws {
        let settings = try LoadedSettings(options, environment: Environment.variables)
        let file = try LoadedSchedules(atStart: settings, zones: ZoneDatabase())
        var (schedules, quarantined) = (file.schedules, file.quarantined)
        if let name {
            let names = schedules.map(\.name) + quarantined.compactMap(\.name)
            schedules.removeAll { $0.name != name }
            quarantined.removeAll { $0.name != name }
            guard !schedules.isEmpty || !quarantined.isEmpty else { throw Asked.unknown(name, among: names) }
        }
        let memory = LedgerMemory(settings)
        let outlooks = schedules.map { schedule in
            Outlook(
                schedule: schedule, start: start, count: count,
                anchor: memory.states[schedule.name]?.anchor ?? start,
                pause: memory.pauses[schedule.name].flatMap { $0.until.map { start < $0 } ?? true ? $0 : nil })
        }
        if json {
            Terminal.out(
                ([
                    "schedules": .array(outlooks.map(\.json)), "quarantined": .array(quarantined.map(\.json)),
                ] as JSON).text)
        } else {
            Terminal.out((outlooks.map(\.text) + quarantined.map(\.text)).joined(separator: "\n\n"))
        }
        guard quarantined.isEmpty else {
            let count = quarantined.count
            throw ExitStatus.configuration.exit(
                "\(count) \(count == 1 ? "entry is" : "entries are") quarantined; a reload of this file would be rejected"
            )
        }
    }
}

extension CronExpression {
    fileprivate func instants(after start: Instant, anchor: Instant, in zone: Zone, count: Int) -> [Instant] {
        var instants: [Instant] = []
        var instant = start
        while instants.count < count, let next = next(after: instant, in: zone, anchor: anchor) {
            instants.append(next)
            instant = next
        }
        return instants
    }

    /// `2024-03-10T07:00:00Z  Sun 2024-03-10 03:00:00 -04:00  moved: …`
    fileprivate func line(_ instant: Instant, _ zone: Zone) -> String {
        let note = isShifted(instant, in: zone) ? "  moved by the daylight-saving change" : ""
        return "\(instant.iso8601)  \(zone.localText(instant))\(note)"
    }
}

/// What lies ahead of one schedule.
private struct Outlook {
    let schedule: Schedule
    let start: Instant
    let count: Int
    let anchor: Instant
    /// `nil` when it is not paused from the start on.
    let pause: Pause?

    /// The planned instants, as the daemon would plan them.
    private var planned: [Instant] {
        var instants: [Instant] = []
        var instant = start
        while schedule.isEnabled, instants.count < count, let slot = schedule.slot(after: instant, anchor: anchor) {
            instants.append(slot)
            instant = slot
        }
        return instants
    }

    private func isHeld(_ slot: Instant) -> Bool { pause?.covers(slot) ?? false }

    var text: String {
        let (cron, zone) = (schedule.cron, schedule.zone)
        var lines = ["\(schedule.name)  \(cron.text)  \(zone.identifier)  \(schedule.domain) \(schedule.task)"]
        if !schedule.isEnabled { lines[0] += "  disabled" }
        if let pause { lines.append("  \(pause.text)") }
        if schedule.delay > .zero { lines.append("  each start \(schedule.delay.text) later by jitter") }
        if cron.isReboot { lines.append("  at the start of the daemon") }
        lines += cron.warnings.map { "  warning: \($0)" }
        lines += planned.map { "  \(cron.line($0, zone))\(isHeld($0) ? "  paused, will be skipped" : "")" }
        return lines.joined(separator: "\n")
    }

    var json: JSON {
        let (cron, zone, delay) = (schedule.cron, schedule.zone, schedule.delay)
        let next = planned.map { slot -> JSON in
            [
                "planned": .string(slot.iso8601), "start": .string((slot + delay).iso8601),
                "local": .string(zone.localText(slot)), "dst_shifted": .bool(cron.isShifted(slot, in: zone)),
                "paused": .bool(isHeld(slot)),
            ]
        }
        return [
            "name": .string(schedule.name), "cron": .string(cron.text), "timezone": .string(zone.identifier),
            "domain": .string(schedule.domain), "task": .string(schedule.task), "enabled": .bool(schedule.isEnabled),
            "jitter_delay": .string(delay.text), "pause": pause?.json ?? nil,
            "warnings": JSON(cron.warnings), "next": .array(next),
        ]
    }
}

extension QuarantinedEntry {
    fileprivate var text: String {
        ([(name ?? "an entry without a name") + "  quarantined"] + problems.map { "  \($0)" }).joined(separator: "\n")
    }

    fileprivate var json: JSON {
        ["name": name.map(JSON.string) ?? nil, "problems": JSON(problems.map(\.description))]
    }
}
