import ArgumentParser
import JSON
import Scheduling
import Stores
import Time

struct SweepCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "all",
        abstract: "Runs the daily sweep: nine domains in order, one failing does not stop the others.")

    @Flag(help: "Print JSON only.")
    var json = false
    @Flag(help: "Show what the tasks would do; write only their task rows.")
    var dryRun = false
    @OptionGroup var options: ConfigurationOptions

    func run() throws {
        try reporting { try SweepCommand.perform(options, json: json, dryRun: dryRun) }
    }

    static func perform(_ options: ConfigurationOptions, json: Bool, dryRun: Bool) throws {
        let workplace = try Workplace(options, as: .oneShot)
        let request = RunRequest(
            trigger: .manual, due: workplace.time.now(), domain: Sweep.domain, task: Sweep.task, isDryRun: dryRun,
            policy: Policy(timeout: Sweep.timeout))
        var agents = workplace.performer
        agents.announce = workplace.announceAtOnce
        let performer = ReportingSweep(performer: agents, isQuiet: json)
        let execution = Execution(performer: performer, time: workplace.time, workers: workplace.workers)
        switch try OneShotRunner(workplace, execution: execution).run(request) {
        case .skipped(let reason): throw ExitStatus.temporary.exit("the sweep is skipped: \(reason)")
        case .completed(let completion):
            if json {
                Terminal.out(completion.result.text)
            } else {
                Terminal.out(completion.result["stdout"]?.string ?? completion.reason ?? "")
            }
            guard completion.outcome == .ok, completion.result["returncode"] == 0 else {
                throw ExitCode(ExitStatus.taskFailed.rawValue)
            }
        }
    }
}

/// The sweep with a line on the terminal for each task as it ends.
private struct ReportingSweep: TaskPerformer {
    let performer: AgentPerformer
    let isQuiet: Bool

    func perform(_ request: RunRequest, startedAt: Instant) async throws -> Performance {
        guard request.domain == Sweep.domain else { return try await performer.perform(request, startedAt: startedAt) }
        var sweep = Sweep(performer: performer)
        if !isQuiet {
            sweep.report = { line in
                let task = "\(line.domain) \(line.task)".padding(to: 24)
                Terminal.out(
                    "\(task) \(line.outcome.rawValue.padding(to: 8)) \(line.duration.milliseconds) ms  \(line.text)")
            }
        }
        return try await sweep.perform(request)
    }

    func failure(of error: any Error) -> Failure { performer.failure(of: error) }
}
