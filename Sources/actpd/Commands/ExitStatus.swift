import Agents
import ArgumentParser
import Configuration
import Records
import Scheduling

/// The exit codes, by the names of sysexits.h.
enum ExitStatus: Int32 {
    case ok = 0
    /// The task ended in `error`.
    case taskFailed = 1
    case usage = 64
    case badData = 65
    case unavailable = 69
    /// Skipped for now.
    case temporary = 75
    case configuration = 78

    /// What a state directory that cannot be used, or a store that refuses, ends a command with.
    init(_ error: StoreError) {
        self =
            switch error.code {
            case .unavailable, .full, .readOnly: .unavailable
            case .busy: .temporary
            case .denied: .configuration
            default: .badData
            }
    }

    /// What `-n` may be, for every command that has it.
    static func check(count: Int) throws {
        guard (1...100_000).contains(count) else { throw usage.exit("-n \(count) is outside 1…100000") }
    }

    /// Says why on standard error and ends the command.
    func exit(_ message: String) -> ExitCode {
        Terminal.error("actpd: \(message)")
        return ExitCode(rawValue)
    }
}

extension ParsableCommand {
    /// Runs a command's work and turns what it throws into a message and an exit code.
    func reporting<Result>(_ work: () throws -> Result) throws -> Result {
        do {
            return try work()
        } catch let error as ConfigurationError {
            for problem in error.problems { Terminal.error("\(problem)") }
            let count = error.problems.count
            throw ExitStatus.configuration.exit("the configuration has \(count) problem\(count == 1 ? "" : "s")")
        } catch let error as ArgumentError {
            throw ExitStatus.usage.exit("\(error)")
        } catch let error as StoreError {
            throw ExitStatus(error).exit("\(error)")
        } catch let error as Files.Problem {
            throw ExitStatus.unavailable.exit("\(error)")
        }
    }
}
