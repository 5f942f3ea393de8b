import ArgumentParser
import Glibc

@main
struct Actpd: ParsableCommand {
    static let version = "0.1.0"

    static let configuration = CommandConfiguration(
        commandName: "actpd",
        abstract: "Runs a growth operation: nine domain agents on schedules, each run recorded.",
        discussion: """
            Also spelled:
              actpd --run-now DOMAIN TASK        actpd run DOMAIN TASK
              actpd --domain D --task T          actpd run D T
              actpd DOMAIN TASK [--NAME VALUE …] actpd run DOMAIN TASK --NAME VALUE …
              actpd --list, --all, --status      actpd list, all, status
            """,
        version: version,
        subcommands: [
            ServeCommand.self, RunCommand.self, SweepCommand.self, ListCommand.self, StatusCommand.self,
            CheckCommand.self, NextCommand.self, WhyCommand.self, SimulateCommand.self, RunsCommand.self,
            PauseCommand.self, ResumeCommand.self, BackfillCommand.self, ReloadCommand.self, ImportCommand.self,
            ExportCommand.self, SampleCommand.self, SchemaCommand.self, AlertCommand.self, DocsCommand.self,
        ])

    static func main() {
        // A closed pipe is an error to be handled, not a reason to die.
        signal(SIGPIPE, SIG_IGN)
        let commands = configuration.subcommands.compactMap { $0.configuration.commandName } + ["help"]
        let given = Array(CommandLine.arguments.dropFirst())
        let arguments: [String]
        do {
            arguments = try Spelling.canonical(given, commands: commands)
        } catch {
            exit(withError: ExitStatus.usage.exit(error.description))
        }
        main(arguments)
    }
}

/// The options that every command takes.
struct ConfigurationOptions: ParsableArguments {
    @Option(help: "Folder of schedules.json, actpd.json and actpd.env.")
    var configDir: String?
    @Option(help: "The file actpd.json.")
    var config: String?
    @Option(help: "The file schedules.json.")
    var schedules: String?
    @Option(help: "The file actpd.env.")
    var envFile: String?
    @Option(help: "Folder of ledger.db and actp.db.")
    var stateDir: String?
}
