import ArgumentParser
import Cron
import JSON
import Records
import Scheduling
import Stores
import Time

struct SimulateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate", abstract: "Prints every start that the schedules would make in a stretch of time.",
        discussion: """
            In the order of the starts, jitter included, with the daylight-saving cases, pauses, starts in the same second \
            and starts of the same work. Slots planned at --from count, those at --to do not.
            """)

    @Option(help: "The beginning: ISO 8601.")
    var from: String
    @Option(help: "The end, not included: ISO 8601.")
    var to: String
    @Option(help: "Only this schedule.")
    var name: String?
    @Option(name: .customShort("n"), help: "Print only so many starts; the summary counts all.")
    var count: Int?
    @Flag(help: "Print JSON.")
    var json = false
    @OptionGroup var options: ConfigurationOptions

    func run() throws {
        try reporting {
            if let count { try ExitStatus.check(count: count) }
            let (start, end) = try Asked.span(from: from, to: to)
            let settings = try LoadedSettings(options, environment: Environment.variables)
            var schedules = try LoadedSchedules(settings, zones: ZoneDatabase()).schedules
            if let name {
                let names = schedules.map(\.name)
                schedules.removeAll { $0.name != name }
                guard !schedules.isEmpty else { throw Asked.unknown(name, among: names) }
            }
            let memory = LedgerMemory(settings)
            let simulation = Simulation(
                schedules, from: start, to: end, states: memory.states, pauses: memory.pauses)
            show(simulation, of: schedules)
        }
    }

    private func show(_ simulation: Simulation, of schedules: [Schedule]) {
        var summary = SimulationSummary(of: schedules)
        let output = LineOutput()
        if json { output.write(#"{"fires":["#) }
        var shown = 0
        for together in simulation {
            summary.add(together)
            for fire in together where shown < count ?? .max {
                if json {
                    output.write((shown > 0 ? "," : "") + fire.json.text)
                } else {
                    output.write(fire.line + "\n")
                }
                shown += 1
            }
            // A reader that has seen enough needs no more.
            if output.isClosed { return }
        }
        if json {
            output.write(#"],"summary":"# + summary.json(shown: shown).text + "}\n")
        } else {
            output.write(summary.text(shown: shown, of: schedules))
        }
        output.flush()
    }
}

extension SimulatedFire {
    /// `2026-03-29T01:00:11Z  Sun 2026-03-29 03:00:00 +02:00  name  domain task  notes`
    fileprivate var line: String {
        let start = start.iso8601
        let notes = notes.isEmpty ? "" : "  " + notes.joined(separator: "; ")
        return
            "\(start)  \(schedule.zone.localText(planned))  \(schedule.name)  \(schedule.domain) \(schedule.task)\(notes)"
    }

    private var notes: [String] {
        var notes: [String] = []
        if schedule.delay > .zero { notes.append("\(schedule.delay.text) after its slot by jitter") }
        if isShifted { notes.append("moved by the daylight-saving change") }
        switch pass {
        case .first: notes.append("this hour comes twice: the first time")
        case .second: notes.append("this hour comes twice: the second time")
        case .only: notes.append("this hour comes twice: runs the first time only")
        case nil: break
        }
        if isPaused { notes.append("paused, will be skipped") }
        if let sameWork {
            notes.append("same work as \(sameWork), overlap \(schedule.policy.overlap.rawValue) decides")
        }
        if sameSecond > 0 { notes.append("\(sameSecond) more in this second") }
        return notes
    }

    fileprivate var json: JSON {
        [
            "schedule": .string(schedule.name), "domain": .string(schedule.domain), "task": .string(schedule.task),
            "planned": .string(planned.iso8601), "start": .string(start.iso8601Precise),
            "local": .string(schedule.zone.localText(planned)), "dst_shifted": .bool(isShifted),
            "dst_pass": pass.map { .string($0.rawValue) } ?? nil, "paused": .bool(isPaused),
            "same_second": JSON(sameSecond), "same_work": sameWork.map(JSON.string) ?? nil,
        ]
    }
}

extension SimulationSummary {
    fileprivate func text(shown: Int, of schedules: [Schedule]) -> String {
        var lines: [String] = fires == 0 ? [] : [""]
        var facts = ["\(fires) starts"]
        if shown < fires { facts[0] += " (\(shown) shown)" }
        facts.append("more than one in \(crowdedSeconds) of the seconds, \(busiest) at most")
        facts.append("\(sameWork) of work that another starts in the same second")
        if shifted > 0 { facts.append("\(shifted) moved by daylight saving") }
        if repeated > 0 { facts.append("\(repeated) in an hour that comes twice") }
        if paused > 0 { facts.append("\(paused) paused") }
        lines.append(facts.joined(separator: "; "))
        let width = schedules.map(\.name.count).max() ?? 0
        for schedule in schedules {
            let note =
                !schedule.isEnabled ? "disabled" : schedule.cron.isReboot ? "at the start of the daemon only" : nil
            let found = note ?? "\(perSchedule[schedule.name] ?? 0)"
            lines.append("  \(schedule.name.padding(to: width))  \(found)")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    fileprivate func json(shown: Int) -> JSON {
        [
            "fires": JSON(fires), "shown": JSON(shown), "crowded_seconds": JSON(crowdedSeconds),
            "busiest_second": JSON(busiest), "same_work": JSON(sameWork), "dst_shifted": JSON(shifted),
            "dst_repeated": JSON(repeated), "paused": JSON(paused),
            "schedules": .object(perSchedule.mapValues { JSON($0) }),
        ]
    }
}
