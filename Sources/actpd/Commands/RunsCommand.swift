import Agents
import ArgumentParser
import JSON
import Records
import Scheduling
import Stores
import Time

struct RunsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "runs", abstract: "Prints the run history of the ledger.")

    @Option(help: "Only this domain.", completion: .domains)
    var domain: String?
    @Option(help: "Only this schedule; also one that is no longer there.", completion: .scheduleNames)
    var schedule: String?
    @Option(
        help: "Only runs that ended so: \(Outcome.allCases.map(\.rawValue).joined(separator: ", ")).",
        completion: .list(Outcome.allCases.map(\.rawValue)))
    var outcome: String?
    @Option(help: "Only runs since this instant (ISO 8601) or for this long (as in 2h).")
    var since: String?
    @Option(name: .customShort("n"), help: "How many, newest first.")
    var count = 20
    @Flag(help: "Print JSON.")
    var json = false
    @OptionGroup var options: ConfigurationOptions

    func run() throws {
        try reporting {
            try ExitStatus.check(count: count)
            var filter = RunFilter(limit: count)
            filter.domain = domain
            filter.schedule = schedule
            filter.since = try since.map(instant)
            if let outcome {
                guard let known = Outcome(rawValue: outcome) else {
                    let words = Outcome.allCases.map(\.rawValue).joined(separator: ", ")
                    throw ExitStatus.usage.exit("\"\(outcome)\" is no outcome; there are \(words)")
                }
                filter.outcome = known
            }
            let workplace = try Workplace(options, as: .reader)
            // Only what the history does not know is looked up in the file, which may be under repair.
            if let schedule, try !workplace.ledger.isRemembered(schedule) {
                _ = try NamedSchedule(schedule, in: workplace, zones: ZoneDatabase())
            }
            let runs = try workplace.ledger.runs(filter)
            Terminal.out(json ? JSON.array(runs.map(\.json)).text : RunsCommand.table(runs))
        }
    }

    private func instant(_ text: String) throws -> Instant {
        if let duration = Duration(text: text) { return SystemTime().now() - duration }
        guard let instant = Instant(iso8601: text) else {
            throw ExitStatus.usage.exit("--since \"\(text)\" is neither an ISO 8601 instant nor a duration such as 2h")
        }
        return instant
    }

    static func table(_ runs: [RunRecord]) -> String {
        guard !runs.isEmpty else { return "no runs" }
        let rows = runs.map { run -> [String] in
            let late = run.shownLatenessUsec.map { "\($0 / 1_000) ms" }
            let took = run.durationMs.map { "\($0) ms" } ?? ""
            let caughtUp = run.missed > 0 && run.outcome != .missed ? "\(run.missed) missed before" : nil
            let why = [run.reason, caughtUp].compactMap { $0 }.joined(separator: "; ")
            return [
                (run.planned ?? run.claimedAt).iso8601, run.schedule ?? "-", run.trigger.rawValue,
                "\(run.domain) \(run.task)", run.stateText, run.startedAt == nil ? "" : "\(run.attempts)", late ?? "",
                took, why,
            ]
        }
        return TextTable.render(
            ["SLOT", "SCHEDULE", "TRIGGER", "TASK", "OUTCOME", "TRIES", "LATE", "TOOK", "WHY"], rows)
    }
}

extension RunRecord {
    /// What a person asks for afterwards is not late, whatever the slot's age.
    fileprivate var shownLatenessUsec: Int? { trigger == .backfill ? nil : latenessUsec }

    /// The outcome, or what it does instead of having one.
    var stateText: String { outcome?.rawValue ?? (isWaiting ? "waiting" : "running") }

    var json: JSON {
        [
            "id": .string(id.text), "trigger": .string(trigger.rawValue), "schedule": schedule.map(JSON.string) ?? nil,
            "planned_at": planned.map { .string($0.iso8601Precise) } ?? nil, "domain": .string(domain),
            "task": .string(task), "due_at": .string(due.iso8601Precise),
            "claimed_at": .string(claimedAt.iso8601Precise),
            "started_at": startedAt.map { .string($0.iso8601Precise) } ?? nil,
            "finished_at": finishedAt.map { .string($0.iso8601Precise) } ?? nil,
            "outcome": .string(stateText), "reason": reason.map(JSON.string) ?? nil,
            "missed": JSON(missed), "missed_through": missedThrough.map { .string($0.iso8601Precise) } ?? nil,
            "attempts": JSON(attempts), "duration_ms": durationMs.map(JSON.init) ?? nil,
            "lateness_usec": shownLatenessUsec.map(JSON.init) ?? nil,
        ]
    }
}
