import ArgumentParser
import Configuration
import Dispatch
import Records
import Stores

struct ServeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "serve", abstract: "The daemon, in the foreground.")

    @OptionGroup var options: ConfigurationOptions

    func run() throws {
        try reporting {
            let settings = try LoadedSettings(options, environment: Environment.variables)
            let workplace: Workplace
            do {
                workplace = try Workplace(settings, as: .daemon)
            } catch let error as StoreError where error.code == .unavailable {
                throw ExitStatus.temporary.exit("\(error)")
            }
            let daemon = try Daemon(workplace)
            try daemon.start()
            // The process ends in the daemon's signal handler.
            withExtendedLifetime(daemon) { dispatchMain() }
        }
    }
}
