import Agents
import Configuration
import JSON
import Scheduling

@testable import actpd

/// The files of `config` that follow from the code: what they say is what the program reads.
enum ShippedFiles {
    /// Every tunable with its default.
    static var settings: JSON { ActpdSettings().json.with("$schema", "actpd.schema.json") }

    static var settingsSchema: JSON {
        root(ActpdSettings.schema, id: "actpd", title: "actpd.json: the tunables of actpd")
    }

    static var schedulesSchema: JSON {
        let entry = (ScheduleEntry.schema["properties"] ?? [:])
            .with("domain", (ScheduleEntry.schema["properties"]?["domain"] ?? [:]).with("enum", JSON(domains)))
        let checked = ScheduleEntry.schema.with("properties", entry).with(
            "allOf", .array(AgentCatalog.all.flatMap(rules) + [sweep]))
        let list = (ScheduleFile.schema["properties"]?["schedules"] ?? [:]).with("items", checked)
        let properties = (ScheduleFile.schema["properties"] ?? [:]).with("schedules", list)
        return root(
            ScheduleFile.schema.with("properties", properties), id: "schedules",
            title: "schedules.json: what actpd fires and when")
    }

    private static var domains: [String] { AgentCatalog.all.map(\.domain.rawValue) + [Sweep.domain] }

    /// An editor offers the `$schema` line itself, so the schema has to allow it.
    private static func root(_ schema: JSON, id: String, title: String) -> JSON {
        schema.with("$schema", "https://json-schema.org/draft/2020-12/schema").with("$id", .string("urn:actpd:" + id))
            .with("title", .string(title))
            .with("properties", (schema["properties"] ?? [:]).with("$schema", ["type": "string"]))
    }

    /// Which tasks a domain has, and which parameters each of them takes.
    private static func rules(_ agent: Agent) -> [JSON] {
        let isDomain: JSON = ["domain": ["const": .string(agent.domain.rawValue)]]
        let names: JSON = ["task": ["enum": JSON(agent.tasks.map(\.name))]]
        return [rule(isDomain, names)]
            + agent.tasks.map { task in
                var params: JSON = [
                    "additionalProperties": false,
                    "properties": .object(
                        Dictionary(task.parameters.map { ($0.name, $0.schema) }, uniquingKeysWith: { $1 })),
                ]
                let required = task.parameters.filter(\.isRequired).map(\.name)
                if !required.isEmpty { params = params.with("required", JSON(required)) }
                let then: JSON = ["params": params]
                let isTask = isDomain.with("task", ["const": .string(task.name)])
                return rule(isTask, then, required: required.isEmpty ? [] : ["params"])
            }
    }

    private static var sweep: JSON {
        rule(["domain": ["const": .string(Sweep.domain)]], ["task": ["const": .string(Sweep.task)]])
    }

    private static func rule(_ condition: JSON, _ consequence: JSON, required: [String] = []) -> JSON {
        let then: JSON = ["properties": consequence]
        return [
            "if": ["properties": condition, "required": JSON((condition.object ?? [:]).keys.sorted())],
            "then": required.isEmpty ? then : then.with("required", JSON(required)),
        ]
    }

    /// As people would write it: short lists and objects on one line, long ones broken, keys in order.
    static func text(_ value: JSON, indent: Int = 0) -> String {
        let line = spaced(value)
        if line.count + indent <= 100 { return line }
        let inner = String(repeating: " ", count: indent + 2)
        let outer = String(repeating: " ", count: indent)
        switch value {
        case .array(let elements) where elements.allSatisfy({ $0.array == nil && $0.object == nil }):
            return "[\n" + filled(elements.map(\.text), inner) + "\n\(outer)]"
        case .array(let elements):
            return "[\n" + elements.map { inner + text($0, indent: indent + 2) }.joined(separator: ",\n")
                + "\n\(outer)]"
        case .object(let members):
            let lines = members.sorted { $0.key < $1.key }
                .map { "\(inner)\(JSON.string($0.key).text): \(text($0.value, indent: indent + 2))" }
            return "{\n" + lines.joined(separator: ",\n") + "\n\(outer)}"
        default: return line
        }
    }

    private static func spaced(_ value: JSON) -> String {
        switch value {
        case .array(let elements): return "[" + elements.map(spaced).joined(separator: ", ") + "]"
        case .object(let members):
            guard !members.isEmpty else { return "{}" }
            let pairs = members.sorted { $0.key < $1.key }.map { "\(JSON.string($0.key).text): \(spaced($0.value))" }
            return "{ " + pairs.joined(separator: ", ") + " }"
        default: return value.text
        }
    }

    /// Words side by side, up to the margin.
    private static func filled(_ words: [String], _ indent: String) -> String {
        var lines: [String] = []
        var line = indent
        for (index, word) in words.enumerated() {
            let word = word + (index < words.count - 1 ? "," : "")
            if line.count > indent.count, line.count + 1 + word.count > 110 {
                lines.append(line)
                line = indent
            }
            line += (line.count > indent.count ? " " : "") + word
        }
        return (lines + [line]).joined(separator: "\n")
    }
}

extension JSON {
    /// The same object with one member more, or another.
    fileprivate func with(_ key: String, _ value: JSON) -> JSON {
        .object((object ?? [:]).merging([key: value]) { $1 })
    }
}

extension Parameter {
    fileprivate var schema: JSON {
        let type: [String: JSON] =
            switch kind {
            case .text: ["type": "string"]
            case .word(let words): ["enum": JSON(words)]
            case .integer(let range):
                ["type": "integer", "minimum": JSON(range.lowerBound), "maximum": JSON(range.upperBound)]
            case .boolean: ["type": "boolean"]
            case .id: ["type": "string", "format": "uuid"]
            }
        return .object(type).with("description", .string(help))
    }
}
