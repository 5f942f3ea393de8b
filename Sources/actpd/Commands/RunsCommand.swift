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

    @Option(help: "Only this domain.")
    var domain: String?
    @Option(help: "Only runs that ended so: \(Outcome.allCases.map(\.rawValue).joined(separator: ", ")).")
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
            filter.since = try since.map(instant)
            if let outcome {
                guard let known = Outcome(rawValue: outcome) else {
                    let words = Outcome.allCases.map(\.rawValue).joined(separator: ", ")
                    throw ExitStatus.usage.exit("\"\(outcome)\" is no outcome; there are \(words)")
                }
                filter.outcome = known
            }
            let runs = try Workplace(options, as: .reader).ledger.runs(filter)
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
            let late = run.latenessUsec.map { "\($0 / 1_000) ms" } ?? ""
            let took = run.durationMs.map { "\($0) ms" } ?? ""
            let caughtUp = run.missed > 0 && run.outcome != .missed ? "\(run.missed) missed before" : nil
            let why = [run.reason, caughtUp].compactMap { $0 }.joined(separator: "; ")
            return [
                (run.planned ?? run.claimedAt).iso8601, run.schedule ?? run.trigger.rawValue,
                "\(run.domain) \(run.task)", run.outcome?.rawValue ?? "running", late, took, why,
            ]
        }
        return TextTable.render(["PLANNED", "BY", "TASK", "OUTCOME", "LATE", "TOOK", "WHY"], rows)
    }
}

extension RunRecord {
    var json: JSON {
        [
            "id": .string(id.text), "trigger": .string(trigger.rawValue), "schedule": schedule.map(JSON.string) ?? nil,
            "planned_at": planned.map { .string($0.iso8601Precise) } ?? nil, "domain": .string(domain),
            "task": .string(task), "claimed_at": .string(claimedAt.iso8601Precise),
            "started_at": startedAt.map { .string($0.iso8601Precise) } ?? nil,
            "finished_at": finishedAt.map { .string($0.iso8601Precise) } ?? nil,
            "outcome": .string(outcome?.rawValue ?? "running"), "reason": reason.map(JSON.string) ?? nil,
            "missed": JSON(missed), "duration_ms": durationMs.map(JSON.init) ?? nil,
            "lateness_usec": latenessUsec.map(JSON.init) ?? nil,
        ]
    }
}
