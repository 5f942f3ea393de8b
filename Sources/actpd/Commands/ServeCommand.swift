import ArgumentParser
import Configuration
import Glibc
import Records
import Stores

struct ServeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "serve", abstract: "The daemon, in the foreground.")

    @OptionGroup var options: ConfigurationOptions

    func run() throws {
        SignalWatch.hold(Daemon.signals)
        try reporting {
            let settings = try LoadedSettings(options, environment: Environment.variables)
            guard let workplace = try Workplace.waitingForRoom(settings) else { throw ExitCode.success }
            let daemon = try Daemon(workplace)
            try daemon.start()
            // The process ends in the daemon's signal handler.
            // No dispatchMain(): it takes every signal back from the signalfd(2) that SignalWatch reads, and loses some.
            withExtendedLifetime(daemon) { while true { pause() } }
        }
    }
}
