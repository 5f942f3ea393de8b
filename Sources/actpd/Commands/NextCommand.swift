import ArgumentParser
import Configuration
import Cron
import JSON
import Scheduling
import Stores
import Suggestion
import Time

struct NextCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "next", abstract: "Prints the next instants of the schedules, or of an expression alone.")

    @Argument(help: "The schedule; all of them when left out.")
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
            guard (1...10_000).contains(count) else { throw ExitStatus.usage.exit("-n \(count) is outside 1…10000") }
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

    private func showSchedules(after start: Instant) throws {
        let settings = try LoadedSettings(options, environment: Environment.variables)
        var schedules = try LoadedSchedules(settings, zones: ZoneDatabase()).schedules
        if let name {
            let names = schedules.map(\.name)
            schedules = schedules.filter { $0.name == name }
            guard !schedules.isEmpty else {
                let hint = name.nearest(in: names).map { ", did you mean \($0)?" } ?? ""
                throw ExitStatus.usage.exit("there is no schedule \"\(name)\"\(hint)")
            }
        }
        if json {
            Terminal.out((["schedules": .array(schedules.map { $0.json(after: start, count: count) })] as JSON).text)
        } else {
            Terminal.out(schedules.map { $0.text(after: start, count: count) }.joined(separator: "\n\n"))
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

extension Zone {
    /// The wall clock's reading at an instant, with weekday and offset.
    func localText(_ instant: Instant) -> String {
        let offset = offset(at: instant.seconds)
        let local = Instant(seconds: instant.seconds + Int64(offset))
        let weekday = CivilDate.weekday(daysSinceEpoch: Int(local.seconds.floorDivided(by: 86_400)))
        let text = local.iso8601.dropLast().replacing("T", with: " ")
        let minutes = abs(offset) / 60
        let sign = offset < 0 ? "-" : "+"
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return
            "\(["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"][weekday]) \(text) \(sign)\(two(minutes / 60)):\(two(minutes % 60))"
    }
}

extension Schedule {
    /// The planned instants after `start`, as the daemon would plan them from now on.
    private func planned(after start: Instant, count: Int) -> [Instant] {
        var instants: [Instant] = []
        var instant = start
        while isEnabled, instants.count < count, let slot = slot(after: instant, anchor: start) {
            instants.append(slot)
            instant = slot
        }
        return instants
    }

    fileprivate func text(after start: Instant, count: Int) -> String {
        var lines = ["\(name)  \(cron.text)  \(zone.identifier)  \(domain) \(task)"]
        if !isEnabled { lines[0] += "  disabled" }
        if delay > .zero { lines.append("  each start \(delay.text) later by jitter") }
        if cron.isReboot { lines.append("  at the start of the daemon") }
        lines += cron.warnings.map { "  warning: \($0)" }
        lines += planned(after: start, count: count).map { "  \(cron.line($0, zone))" }
        return lines.joined(separator: "\n")
    }

    fileprivate func json(after start: Instant, count: Int) -> JSON {
        let next = planned(after: start, count: count).map { slot -> JSON in
            [
                "planned": .string(slot.iso8601), "start": .string((slot + delay).iso8601),
                "local": .string(zone.localText(slot)), "dst_shifted": .bool(cron.isShifted(slot, in: zone)),
            ]
        }
        return [
            "name": .string(name), "cron": .string(cron.text), "timezone": .string(zone.identifier),
            "domain": .string(domain), "task": .string(task), "enabled": .bool(isEnabled),
            "jitter_delay": .string(delay.text),
            "warnings": JSON(cron.warnings), "next": .array(next),
        ]
    }
}
