import ArgumentParser
import Configuration
import Glibc
import JSON
import Records
import Scheduling
import Stores
import Time

struct ReloadCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reload", abstract: "Tells the daemon to reload schedules.json and prints what it made of it.",
        discussion: """
            Exits 0 when the new file is in force, 78 with every reason when it was rejected and the old one stays, 69 when \
            there is no daemon or it does not answer. Of secrets.env those secrets are taken that have a new value; as root \
            may read it alone, systemctl reload actpd hands it over. Tunables and addresses are read at a start alone: \
            which of their files changed since is said, and systemctl restart actpd takes them.
            """)

    @Option(help: "How long to wait for the answer.")
    var timeout = "30s"
    @Flag(help: "Print JSON.")
    var json = false
    @OptionGroup var options: ConfigurationOptions

    func run() throws {
        try reporting {
            guard let limit = Duration(text: timeout), limit > .zero else {
                throw ExitStatus.usage.exit("--timeout \"\(timeout)\" is not \(Duration.textForm)")
            }
            let environment = Environment.variables
            let settings = try LoadedSettings(options, environment: environment)
            // Before root becomes somebody else, who may not read it.
            if let problem = try NewerSecrets.handOver(settings.locations, environment: environment) {
                Terminal.error("secrets are not reloaded: \(problem)")
            }
            switch try ReloadRequest(Workplace(settings, as: .reader)).answer(within: limit) {
            case .failure(let reason): throw ExitStatus.unavailable.exit(reason.text)
            case .success(let verdict):
                if json { Terminal.out(verdict.json.text) }
                if let exit = show(verdict) { throw exit }
            }
        }
    }

    /// - Returns: the exit of a reload that changed nothing.
    private func show(_ verdict: ReloadVerdict) -> ExitCode? {
        switch verdict {
        case .accepted(let difference, let secrets, let files):
            if !json {
                Terminal.out("\(difference)")
                if !secrets.isEmpty { Terminal.out("secrets replaced: \(secrets.joined(separator: ", "))") }
            }
            if !files.isEmpty { Terminal.error(SettingsFiles.sentence(files)) }
            return nil
        case .rejected(let problems):
            for problem in problems { Terminal.error("\(problem)") }
            let count = "\(problems.count) problem\(problems.count == 1 ? "" : "s")"
            return ExitStatus.configuration.exit("the new file has \(count); the schedules in force stay")
        case .failed(let reason):
            return ExitStatus.unavailable.exit("the daemon could not reload, the schedules in force stay: \(reason)")
        }
    }
}
