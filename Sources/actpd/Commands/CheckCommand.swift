import Agents
import ArgumentParser
import Configuration
import Cron
import JSON
import Records
import Scheduling
import Stores
import Time

struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Checks configuration, schedules and store; exits 0 only if the daemon would start.")

    @Flag(help: "Leave the network out.")
    var offline = false
    @Flag(help: "Print JSON.")
    var json = false
    @OptionGroup var options: ConfigurationOptions

    func run() throws {
        var findings: [Finding] = []
        do {
            let settings = try LoadedSettings(options, environment: Environment.variables)
            findings += [settings.finding] + Finding.schedules(settings)
            let (workplace, state) = Finding.state(settings)
            let isUp = (try? workplace?.ledger.isDaemonUp()) ?? false
            findings += state + Finding.firstHour(settings) + Finding.web(settings, isUp: isUp)
            if let workplace {
                findings += Finding.store(workplace, offline: offline) + Finding.models(workplace, offline: offline)
                findings += Finding.publisher(workplace, offline: offline) + Finding.outside(workplace)
            }
        } catch {
            findings += error.problems.map { Finding(.bad, "configuration", $0.description) }
        }
        Terminal.out(json ? JSON.array(findings.map(\.json)).text : findings.map(\.text).joined(separator: "\n"))
        if let status = Finding.exitStatus(of: findings) { throw ExitCode(status.rawValue) }
    }
}

extension Finding {
    static func schedules(_ settings: LoadedSettings) -> [Finding] {
        do {
            let schedules = try LoadedSchedules(settings, zones: ZoneDatabase()).schedules
            let enabled = schedules.count(where: \.isEnabled)
            let found = Finding(
                .good, "schedules", "\(settings.locations.schedules): \(enabled) of \(schedules.count) enabled")
            return [found] + schedules.flatMap(remarks)
        } catch {
            return error.problems.map { Finding(.bad, "schedules", $0.description) }
        }
    }

    private static func remarks(on schedule: Schedule) -> [Finding] {
        schedule.cron.warnings.map { Finding(.notable, "schedules", "\(schedule.name): \($0)") }
    }

    /// The state directory; a workplace when it can be used.
    static func state(_ settings: LoadedSettings) -> (Workplace?, [Finding]) {
        do {
            let workplace = try Workplace(settings, as: .reader)
            let isUp = try workplace.ledger.isDaemonUp()
            return (
                workplace,
                [
                    Finding(
                        .good, "ledger",
                        "\(settings.locations.state)/ledger.db\(isUp ? ", held by the running daemon" : "")")
                ]
            )
        } catch let error as ConfigurationError {
            return (nil, error.problems.map { Finding(.bad, "configuration", $0.description) })
        } catch {
            return (nil, [Finding(.bad, "state", "\(error)")])
        }
    }
}

extension LoadedSettings {
    fileprivate var finding: Finding {
        let files = [locations.settings, locations.environment].map { path in
            Files.exists(path) ? path : "\(path) (absent, defaults apply)"
        }
        return Finding(.good, "configuration", files.joined(separator: ", "))
    }
}
