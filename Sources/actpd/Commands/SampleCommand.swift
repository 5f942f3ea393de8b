import ArgumentParser
import Stores
import Time
import Transfer

struct SampleCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sample", abstract: "Fills the embedded store with a made example business.")

    @OptionGroup var options: ConfigurationOptions

    func run() throws {
        try reporting {
            let settings = try LoadedSettings(options, environment: Environment.variables)
            guard case .sqlite(let path) = settings.store else {
                throw ExitStatus.usage.exit(
                    "the sample is for the embedded store alone and never goes to Supabase; set ACTPD_STORE=sqlite:PATH"
                )
            }
            let workplace = try Workplace(settings, as: .reader)
            let (store, sample) = (workplace.store, SampleBusiness(now: workplace.time.now()))
            let counts = try workplace.wait { try await sample.write(to: store) }
            for (table, count) in counts.sorted(by: { $0.key < $1.key }) { Terminal.out("\(table): \(count) rows") }
            Terminal.out("The example business is in \(path).")
        }
    }
}
