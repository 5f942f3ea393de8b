internal import JSON

/// Holds an answer against the part of JSON Schema that our prompts use: `type`, `enum`, `properties`, `required`, `items`,
/// closed objects. What the service promises is checked all the same: a refusal or a cut-off breaks the promise.
enum SchemaCheck {
    /// What does not fit, each with its place; empty when all does.
    static func problems(_ value: JSON, _ schema: JSON, at place: String = "the answer") -> [String] {
        if let allowed = schema["enum"]?.array {
            let texts = allowed.map(\.text).joined(separator: ", ")
            return allowed.contains(value) ? [] : ["\(place) is \(value.text), not one of \(texts)"]
        }
        let types = schema["type"]?.array?.compactMap(\.string) ?? schema["type"]?.string.map { [$0] } ?? []
        guard types.isEmpty || types.contains(where: { fits(value, $0) }) else {
            return ["\(place) is \(value.kind), not \(types.joined(separator: " or "))"]
        }
        switch value {
        case .object(let members): return problems(members, schema, at: place)
        case .array(let elements):
            guard let items = schema["items"] else { return [] }
            return elements.enumerated().flatMap { problems($1, items, at: "\(place)[\($0)]") }
        default: return []
        }
    }

    private static func problems(_ members: [String: JSON], _ schema: JSON, at place: String) -> [String] {
        let properties = schema["properties"]?.object ?? [:]
        let required = schema["required"]?.array?.compactMap(\.string) ?? []
        var found = required.filter { members[$0] == nil }.map { "\(place) has no \"\($0)\"" }
        for (key, value) in members.sorted(by: { $0.key < $1.key }) {
            if let property = properties[key] {
                found += problems(value, property, at: "\(place).\(key)")
            } else if schema["additionalProperties"]?.bool == false {
                found.append("\(place) has \"\(key)\", which was not asked for")
            }
        }
        return found
    }

    private static func fits(_ value: JSON, _ type: String) -> Bool {
        switch type {
        case "object": value.object != nil
        case "array": value.array != nil
        case "string": value.string != nil
        case "integer": value.integer != nil
        case "number": value.double != nil
        case "boolean": value.bool != nil
        case "null": value == .null
        default: false
        }
    }
}
