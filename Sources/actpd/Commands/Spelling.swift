import Agents

/// The other spellings of commands, turned into the one that the parser knows.
enum Spelling {
    static func canonical(_ arguments: [String]) -> [String] {
        guard let first = arguments.first else { return ["--help"] }
        let rest = Array(arguments.dropFirst())
        switch first {
        case "--list": return ["list"] + rest
        case "--all": return ["all"] + rest
        case "--status": return ["status"] + rest
        case "--run-now": return ["run"] + rest
        case _ where first.hasPrefix("--domain") || first.hasPrefix("--task"): return ["run"] + positional(arguments)
        case _ where Domain(rawValue: first) != nil: return ["run"] + arguments
        default: return arguments
        }
    }

    /// Moves the values of `--domain` and `--task`, wherever they stand, to the front.
    private static func positional(_ arguments: [String]) -> [String] {
        var values: [String: String] = [:]
        var rest: [String] = []
        var index = 0
        while index < arguments.count {
            let argument = arguments[index]
            index += 1
            guard let option = ["--domain", "--task"].first(where: { argument == $0 || argument.hasPrefix($0 + "=") })
            else {
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
        return [values["--domain"], values["--task"]].compactMap { $0 } + rest
    }
}
