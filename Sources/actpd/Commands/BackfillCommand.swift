import ArgumentParser
import Cron
import JSON
import Records
import Scheduling
import Stores
import Time

struct BackfillCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backfill", abstract: "Runs slots of the past that did not run, the oldest first.",
        discussion: """
            Slots that were missed, skipped, interrupted or cancelled, and those without a record, run one after the other \
            in this process. Those that went well, failed or are unknown are listed and left alone, as are slots that the \
            daemon still owes. Ctrl-C cancels the run under way and ends.
            """)

    @Argument(help: "The schedule.")
    var name: String
    @Option(help: "The beginning: ISO 8601; without Z or offset on the clock of the schedule's zone.")
    var from: String
    @Option(help: "The end, not included; as --from.")
    var to: String
    @Option(name: .customShort("n"), help: "Run no more than so many slots.")
    var count = 1_000
    @Flag(help: "List the slots and run nothing.")
    var dryRun = false
    @Flag(help: "Print JSON.")
    var json = false
    @OptionGroup var options: ConfigurationOptions

    func run() throws {
        try reporting {
            try ExitStatus.check(count: count)
            let workplace = try Workplace(options, as: dryRun ? .reader : .oneShot)
            let schedules = try LoadedSchedules(workplace.settings, zones: ZoneDatabase()).schedules
            guard let schedule = schedules.first(where: { $0.name == name }) else {
                throw Asked.unknown(name, among: schedules.map(\.name))
            }
            let plan = try plan(schedule, workplace)
            let report = BackfillReport(schedule, plan, isJSON: json)
            if dryRun { return report.showPlan() }
            report.showLeft()
            let stop = try BackfillRunner(workplace).run(plan.due, of: schedule) { report.show($0, $1) }
            report.end()
            if let status = report.status(stop) { throw status }
        }
    }

    private func plan(_ schedule: Schedule, _ workplace: Workplace) throws -> BackfillPlan {
        guard !schedule.isOnce else {
            throw ExitStatus.usage.exit(
                "\(schedule.domain) \(schedule.task) sends, posts or pays (effect once): its slots are never backfilled"
            )
        }
        guard !schedule.cron.isReboot else {
            throw ExitStatus.usage.exit(
                "\(name) runs at the daemon's start (@reboot) and has no slots to be backfilled")
        }
        let now = workplace.time.now()
        let (start, end) = try Asked.span(from: from, to: to, in: schedule.zone)
        guard start <= now else {
            throw ExitStatus.usage.exit("--from \(start.iso8601) lies ahead; it is \(now.iso8601)")
        }
        return BackfillPlan(
            schedule, state: try workplace.ledger.registered(name)?.state, from: start, to: end,
            records: try workplace.ledger.slots(
                of: name, from: start, before: min(end, now), limit: 2 * BackfillPlan.lookLimit),
            limit: count, now: now)
    }
}

/// What a backfill prints, and what it comes to.
private final class BackfillReport {
    private let schedule: Schedule
    private let plan: BackfillPlan
    private let isJSON: Bool
    private var ran: [JSON] = []
    private var (good, bad) = (0, 0)

    init(_ schedule: Schedule, _ plan: BackfillPlan, isJSON: Bool) {
        self.schedule = schedule
        self.plan = plan
        self.isJSON = isJSON
    }

    private func line(_ slot: BackfillPlan.Slot, _ what: String) -> String {
        "\(slot.planned.iso8601)  \(schedule.zone.localText(slot.planned))  \(what)"
    }

    private var cutLine: String? {
        plan.continuesAt.map { "cut off after \(plan.due.count) slots; go on with --from \($0.iso8601)" }
    }

    func showPlan() {
        guard !isJSON else {
            return Terminal.out(json(plan.slots.map { slot in json(slot, slot.isDue ? "run" : "leave") }))
        }
        for slot in plan.slots {
            Terminal.out(line(slot, slot.isDue ? "\(slot.state), would run" : "\(slot.state), left alone"))
        }
        let left = plan.slots.count - plan.due.count
        Terminal.out("\(plan.due.count) slots of \(schedule.name) would run, \(left) would be left alone")
        if let cutLine { Terminal.out(cutLine) }
    }

    func showLeft() {
        let left = plan.slots.filter { !$0.isDue }
        if isJSON {
            ran += left.map { json($0, "left") }
        } else {
            for slot in left { Terminal.out(line(slot, "\(slot.state), left alone")) }
        }
    }

    func show(_ slot: BackfillPlan.Slot, _ end: OneShot.End) {
        switch end {
        case .skipped(let reason):
            isJSON
                ? ran.append(json(slot, "skipped", ["reason": .string(reason)]))
                : Terminal.out(line(slot, "\(slot.state), not run: \(reason)"))
        case .completed(let completion):
            if completion.outcome == .ok { good += 1 } else { bad += 1 }
            let reason = completion.reason.map { ": \($0)" } ?? ""
            let took = "\(completion.duration.milliseconds) ms"
            isJSON
                ? ran.append(
                    json(
                        slot, completion.outcome.rawValue,
                        [
                            "reason": completion.reason.map(JSON.string) ?? nil, "run": .string(completion.id.text),
                            "duration_ms": .integer(completion.duration.milliseconds),
                        ]))
                : Terminal.out(line(slot, "\(slot.state), now \(completion.outcome.rawValue) in \(took)\(reason)"))
        }
    }

    func end() {
        guard !isJSON else { return Terminal.out(json(ran)) }
        let left = plan.slots.count - plan.due.count
        let undone = plan.due.count - good - bad
        let rest = undone > 0 ? ", \(undone) not run" : ""
        Terminal.out("\(schedule.name): \(good) slots ok, \(bad) not ok, \(left) left alone\(rest)")
        if let cutLine { Terminal.out(cutLine) }
    }

    /// The exit that says how it went; `nil` when all went well.
    func status(_ stop: BackfillRunner.Stop?) -> ExitCode? {
        switch stop {
        case .held(let reason): ExitStatus.temporary.exit("\(schedule.name) is not backfilled further: \(reason)")
        case .asked: ExitStatus.taskFailed.exit("stopped; what has not run can be backfilled again")
        case nil: bad > 0 ? ExitStatus.taskFailed.exit("\(bad) slots of \(schedule.name) did not end well") : nil
        }
    }

    private func json(_ slot: BackfillPlan.Slot, _ verdict: String, _ more: [String: JSON] = [:]) -> JSON {
        let basic: [String: JSON] = [
            "planned": .string(slot.planned.iso8601), "was": .string(slot.state), "verdict": .string(verdict),
        ]
        return .object(basic.merging(more) { $1 })
    }

    private func json(_ slots: [JSON]) -> String {
        ([
            "schedule": .string(schedule.name), "slots": .array(slots), "ok": JSON(good), "not_ok": JSON(bad),
            "left": JSON(plan.slots.count - plan.due.count),
            "continues_at": plan.continuesAt.map { .string($0.iso8601) } ?? nil,
        ] as JSON).text
    }
}
