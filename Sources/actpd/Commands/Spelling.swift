import Agents
import Suggestion

/// The other spellings of commands, turned into the one that the parser knows.
enum Spelling {
    /// A call that cannot be meant, and what may have been.
    struct Mistake: Error, Equatable, CustomStringConvertible {
        let description: String
    }

    /// Flags that stand for a command, wherever they stand among the options.
    private static let flags = ["--list": "list", "--all": "all", "--status": "status", "--run-now": "run"]

    /// - Throws: ``Mistake`` for a first word that is neither a command nor a domain, and for half a task.
    static func canonical(_ arguments: [String], commands: [String]) throws(Mistake) -> [String] {
        guard let first = arguments.first else { return ["--help"] }
        if first.hasPrefix("-") {
            if let index = arguments.firstIndex(where: { flags[$0] != nil }), let command = flags[arguments[index]] {
                return [command] + arguments[(index + 1)...] + arguments[..<index]
            }
            let isTask = arguments.contains { isOption($0, "--domain") || isOption($0, "--task") }
            return isTask ? ["run"] + (try positional(arguments)) : arguments
        }
        if commands.contains(first) { return arguments }
        let domains = Domain.allCases.map(\.rawValue) + [Sweep.domain]
        if domains.contains(first) { return ["run"] + arguments }
        let hint = first.nearest(in: commands + domains).map { ", did you mean \($0)?" } ?? "; actpd --help lists them"
        throw Mistake(description: "there is no command or domain \"\(first)\"\(hint)")
    }

    private static func isOption(_ argument: String, _ name: String) -> Bool {
        argument == name || argument.hasPrefix(name + "=")
    }

    /// Moves the values of `--domain` and `--task`, wherever they stand, to the front.
    private static func positional(_ arguments: [String]) throws(Mistake) -> [String] {
        var values: [String: String] = [:]
        var rest: [String] = []
        var index = 0
        while index < arguments.count {
            let argument = arguments[index]
            index += 1
            guard let option = ["--domain", "--task"].first(where: { isOption(argument, $0) }) else {
                rest.append(argument)
                continue
            }
            if argument != option {
                values[option] = String(argument.dropFirst(option.count + 1))
            } else if index < arguments.count {
                values[option] = arguments[index]
                index += 1
            }
        }
        for (option, other) in [("--domain", "--task"), ("--task", "--domain")] where values[option] == nil {
            throw Mistake(description: "\(other) needs \(option) and its value beside it")
        }
        return [values["--domain"], values["--task"]].compactMap { $0 } + rest
    }
}
