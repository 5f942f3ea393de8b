import Agents
import ArgumentParser
import Configuration
import JSON
import Records
import Scheduling
import Stores
import Time

struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Runs one task now, in this process, and prints its outcome and result.")

    @Argument(help: "The agent's domain.", completion: .domains)
    var domain: String
    @Argument(help: "The task.", completion: .tasks)
    var task: String
    @Option(help: "The task's parameters as a JSON object.")
    var params: String?
    @Flag(help: "Show what the task would do; write only its task row.")
    var dryRun = false
    @Flag(help: "Print JSON only.")
    var json = false
    @OptionGroup var options: ConfigurationOptions
    @Argument(parsing: .allUnrecognized, help: "Parameters as --NAME VALUE.")
    var parameters: [String] = []

    func run() throws {
        try reporting {
            if domain == Sweep.domain, task == Sweep.task {
                return try SweepCommand.perform(options, json: json, dryRun: dryRun)
            }
            let given: [String: JSON]
            let workplace: Workplace
            do {
                let (_, found) = try AgentCatalog.find(domain: domain, task: task)
                given = try found.typed(self.given(for: found))
                workplace = try Workplace(options, as: .oneShot)
            } catch let error as UnknownTask {
                throw ExitStatus.usage.exit("\(error)")
            }
            try perform(given, in: workplace)
        }
    }

    private func perform(_ given: [String: JSON], in workplace: Workplace) throws {
        let request = RunRequest(
            trigger: .manual, due: workplace.time.now(), domain: domain, task: task, params: given, isDryRun: dryRun,
            policy: Policy(timeout: .seconds(3_600)), isOnce: AgentTaskCatalog().isOnce(domain: domain, task: task))
        let line = ProgressLine()
        let end = try OneShotRunner(workplace, progress: line.show).run(request)
        line.clear()
        switch end {
        case .skipped(let reason): throw ExitStatus.temporary.exit("\(domain) \(task) skipped: \(reason)")
        case .completed(let completion): try show(completion)
        }
    }

    private func show(_ completion: Completion) throws {
        let duration = String(completion.duration.milliseconds)
        if json {
            Terminal.out(
                ([
                    "outcome": .string(completion.outcome.rawValue), "run": .string(completion.id.text),
                    "duration_ms": .integer(completion.duration.milliseconds), "result": completion.result,
                ] as JSON).text)
        } else {
            if let summary = completion.result["stdout"]?.string, !summary.isEmpty { Terminal.out(summary) }
            Terminal.out("\(domain) \(task): \(completion.outcome.rawValue) in \(duration) ms, run \(completion.id)")
            var data = completion.result.object ?? [:]
            data["stdout"] = nil
            Terminal.out(JSON.object(data).indentedText)
        }
        if completion.outcome == .skipped {
            throw ExitStatus.temporary.exit("\(domain) \(task) skipped: \(completion.reason ?? "")")
        }
        guard completion.outcome == .ok else {
            let status: ExitStatus = completion.isServiceAway ? .unavailable : .taskFailed
            throw status.exit(
                "\(domain) \(task) ended in \(completion.outcome.rawValue): \(completion.reason ?? "")")
        }
    }

    /// The parameters from `--params` and from `--NAME VALUE`, which win. The one parameter that a task must have may come
    /// first, without its name: `actpd outreach resolve ID --sent`.
    private func given(for found: AgentTask) throws -> [String: JSON] {
        var given: [String: JSON] = [:]
        if let params {
            do {
                guard let object = try JSON(parsing: params).object else {
                    throw ExitStatus.usage.exit("--params must be a JSON object such as '{\"limit\": 10}'")
                }
                given = object
            } catch let error as JSONError {
                throw ExitStatus.usage.exit("--params is no JSON: \(error)")
            }
        }
        var rest = parameters[...]
        let required = found.parameters.filter(\.isRequired)
        if required.count == 1, let value = rest.first, !value.hasPrefix("--") {
            given[required[0].name] = .string(rest.removeFirst())
        }
        while let argument = rest.popFirst() {
            guard argument.hasPrefix("--"), argument.count > 2 else {
                throw ExitStatus.usage.exit("\"\(argument)\" was not expected; parameters are given as --NAME VALUE")
            }
            let parts = argument.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = String(parts[0].replacing("-", with: "_"))
            if parts.count == 2 {
                given[name] = .string(String(parts[1]))
            } else if let value = rest.first, !value.hasPrefix("--") {
                given[name] = .string(String(rest.removeFirst()))
            } else {
                // A parameter without a value is a switch.
                given[name] = true
            }
        }
        return given
    }
}

extension AgentTask {
    /// The given parameters in their own types: a command line carries texts only, and the same work has to read the same
    /// in the overlap rule and in the task row, whoever asked for it.
    func typed(_ given: [String: JSON]) throws(ArgumentError) -> [String: JSON] {
        let arguments = try Arguments(given, for: parameters)
        var typed = given
        for parameter in parameters where given[parameter.name] != nil {
            switch parameter.kind {
            case .integer: typed[parameter.name] = arguments.integer(parameter.name).map { JSON($0) }
            case .boolean: typed[parameter.name] = arguments.boolean(parameter.name).map(JSON.bool)
            case .id: typed[parameter.name] = arguments.id(parameter.name).map { .string($0.text) }
            case .text, .word: break
            }
        }
        return typed
    }
}
