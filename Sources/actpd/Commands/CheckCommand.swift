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
            findings += [settings.finding] + Finding.schedules(settings) + Finding.state(settings, options)
        } catch {
            findings += error.problems.map { Finding(.bad, "configuration", $0.description) }
        }
        let failed = findings.contains { $0.grade == .bad }
        Terminal.out(json ? JSON.array(findings.map(\.json)).text : findings.map(\.text).joined(separator: "\n"))
        if failed { throw ExitCode(ExitStatus.configuration.rawValue) }
    }
}

/// One line of the check: what was looked at, what was found, what to do.
private struct Finding {
    enum Grade: String {
        case good = "ok"
        case notable = "note"
        case bad = "bad"
    }

    let grade: Grade
    let subject: String
    let text: String

    init(_ grade: Grade, _ subject: String, _ found: String) {
        self.grade = grade
        self.subject = subject
        text = "\(grade.rawValue.padding(to: 5))\(subject.padding(to: 15))\(found)"
    }

    var json: JSON {
        ["grade": .string(grade.rawValue), "subject": .string(subject), "text": .string(text)]
    }

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
        var remarks = schedule.cron.warnings.map { Finding(.notable, "schedules", "\(schedule.name): \($0)") }
        if let (_, task) = try? AgentCatalog.find(domain: schedule.domain, task: schedule.task), !task.isAvailable {
            remarks.append(
                Finding(
                    .notable, "schedules",
                    "\(schedule.name): \(schedule.domain) \(schedule.task) is not part of this version; its runs end in error"
                ))
        }
        return remarks
    }

    static func state(_ settings: LoadedSettings, _ options: ConfigurationOptions) -> [Finding] {
        do {
            let workplace = try Workplace(settings, as: .reader)
            let isUp = try workplace.ledger.isDaemonUp()
            return [
                Finding(
                    .good, "ledger",
                    "\(settings.locations.state)/ledger.db\(isUp ? ", held by the running daemon" : "")"),
                Finding(.good, "store", settings.storeText),
            ]
        } catch {
            return [Finding(.bad, "state", "\(error)")]
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

    fileprivate var storeText: String {
        switch store {
        case .supabase: "Supabase at \(self[.supabaseURL] ?? "?")"
        case .sqlite(let path): "embedded, \(path)"
        }
    }
}
