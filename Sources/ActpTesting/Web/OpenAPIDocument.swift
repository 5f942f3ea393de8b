import Foundation
public import JSON

/// An OpenAPI document that answers are held against: the part of JSON Schema that ours uses, and nothing beyond it.
public struct OpenAPIDocument: Sendable {
    public let json: JSON

    public init(_ json: JSON) { self.json = json }

    /// Reads the document of a checkout.
    public init(path: String) throws {
        json = try JSON(parsing: String(decoding: Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self))
    }

    /// As in `GET /api/runs/{id}`, sorted.
    public var operations: [String] {
        (json["paths"]?.object ?? [:]).flatMap { path, methods in
            (methods.object ?? [:]).keys.map { "\($0.uppercased()) \(path)" }
        }.sorted()
    }

    public func operation(_ name: String) -> JSON? {
        let parts = name.split(separator: " ", maxSplits: 1).map(String.init)
        guard parts.count == 2 else { return nil }
        return json["paths"]?[parts[1]]?[parts[0].lowercased()]
    }

    /// What is wrong with an answer of an operation; empty when it is as described.
    ///
    /// - Parameters:
    ///   - operation: as in `GET /api/runs/{id}`.
    ///   - type: the answer's Content-Type.
    public func complaints(about operation: String, status: Int, type: String, body: [UInt8]) -> [String] {
        guard let described = self.operation(operation)?["responses"]?["\(status)"] else {
            return ["\(operation) says nothing of an answer \(status)"]
        }
        guard let content = resolved(described)["content"]?.object else {
            return ["\(operation) \(status) has no content"]
        }
        guard let schema = content[type]?["schema"] else {
            return ["\(operation) \(status) says nothing of \(type), only of \(content.keys.sorted())"]
        }
        guard type.contains("json") else { return [] }
        do {
            let value = try JSON(parsing: String(decoding: body, as: UTF8.self))
            return complaints(about: value, schema, at: "$")
        } catch {
            return ["the body is no JSON: \(error)"]
        }
    }

    /// The members of a schema that are looked at; another would be looked over.
    private static let known: Set = [
        "$ref", "type", "properties", "required", "additionalProperties", "items", "enum", "oneOf", "format",
        "description", "minimum", "maximum", "default", "minLength", "maxLength",
    ]

    private func resolved(_ json: JSON) -> JSON {
        guard let reference = json["$ref"]?.string else { return json }
        return reference.split(separator: "/").dropFirst().reduce(self.json) { $0[String($1)] ?? .null }
    }

    private func complaints(about value: JSON, _ written: JSON, at place: String) -> [String] {
        let schema = resolved(written)
        guard let members = schema.object else { return ["\(place): there is no schema \(written.text)"] }
        let strange = Set(members.keys).subtracting(OpenAPIDocument.known)
        guard strange.isEmpty else { return ["\(place): the schema has \(strange.sorted()), which is not understood"] }
        var found: [String] = []
        if let choices = schema["oneOf"]?.array {
            let fitting = choices.count { complaints(about: value, $0, at: place).isEmpty }
            if fitting != 1 { found.append("\(place): \(value.text) fits \(fitting) of \(choices.count) schemas") }
        }
        if let allowed = schema["enum"]?.array, !allowed.contains(value) {
            found.append("\(place): \(value.text) is none of \(JSON.array(allowed).text)")
        }
        if let type = schema["type"] {
            let types = type.array?.compactMap(\.string) ?? [type.string ?? ""]
            guard types.contains(where: { value.isA($0) }) else {
                return found + ["\(place): \(value.text) is not \(types)"]
            }
        }
        if schema["format"] == "date-time", let text = value.string, text.wholeMatch(of: OpenAPIDocument.instant) == nil
        {
            found.append("\(place): \(text) is no instant")
        }
        found += (value.array ?? []).enumerated().flatMap { index, element in
            schema["items"].map { complaints(about: element, $0, at: "\(place)[\(index)]") } ?? []
        }
        return found + memberComplaints(about: value, schema, at: place)
    }

    private func memberComplaints(about value: JSON, _ schema: JSON, at place: String) -> [String] {
        guard let members = value.object else { return [] }
        let properties = schema["properties"]?.object ?? [:]
        let required = (schema["required"]?.array ?? []).compactMap(\.string)
        var found = required.filter { members[$0] == nil }.map { "\(place): \($0) is missing" }
        for (name, member) in members {
            if let property = properties[name] {
                found += complaints(about: member, property, at: "\(place).\(name)")
            } else if schema["additionalProperties"] == false {
                found.append("\(place): \(name) is not described")
            }
        }
        return found
    }

    private static var instant: Regex<Substring> { /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/ }
}

extension JSON {
    fileprivate func isA(_ type: String) -> Bool {
        switch (type, self) {
        case ("null", .null), ("boolean", .bool), ("integer", .integer), ("number", .integer), ("number", .number),
            ("string", .string), ("array", .array), ("object", .object):
            true
        default: false
        }
    }
}
