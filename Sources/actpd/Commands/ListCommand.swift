import Agents
import ArgumentParser
import JSON

struct ListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Prints the nine agents, their tasks and the tables they read and write.")

    @Flag(help: "Print JSON.")
    var json = false

    func run() {
        Terminal.out(
            json
                ? JSON.array(AgentCatalog.all.map(\.json)).text : AgentCatalog.all.map(\.text).joined(separator: "\n\n")
        )
    }
}

extension Agent {
    fileprivate var text: String {
        var lines = ["\(domain.rawValue): \(summary)"]
        let width = (tasks.map(\.name.count).max() ?? 0) + 2
        for task in tasks {
            lines.append("  \(task.name.padding(to: width))\(task.summary)")
            for parameter in task.parameters {
                let need =
                    parameter.isRequired ? "required" : parameter.default.map { "default \($0.text)" } ?? "optional"
                lines.append(
                    "  \(String(repeating: " ", count: width))--\(parameter.name): \(parameter.kind.allowed), \(need). \(parameter.help)"
                )
            }
        }
        lines.append("  reads \(reads.sorted().joined(separator: ", "))")
        lines.append("  writes \(writes.sorted().joined(separator: ", "))")
        return lines.joined(separator: "\n")
    }

    fileprivate var json: JSON {
        [
            "domain": .string(domain.rawValue), "summary": .string(summary), "reads": JSON(reads.sorted()),
            "writes": JSON(writes.sorted()), "tasks": .array(tasks.map(\.json)),
        ]
    }
}

extension AgentTask {
    fileprivate var json: JSON {
        [
            "name": .string(name), "summary": .string(summary), "effect": .string(effect.rawValue),
            "parameters": .array(parameters.map(\.json)),
        ]
    }
}

extension Parameter {
    fileprivate var json: JSON {
        [
            "name": .string(name), "allowed": .string(kind.allowed), "required": .bool(isRequired),
            "default": self.default ?? .null, "help": .string(help),
        ]
    }
}
