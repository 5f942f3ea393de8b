public import JSON
import Suggestion
public import Time

/// A type that a configuration key can have.
public protocol SettingValue: Sendable {
    /// The JSON Schema of the value.
    static var schema: JSON { get }
    /// Whether JSON Schema's `minimum` and `maximum` apply.
    static var hasNumericSchema: Bool { get }
    /// Reads the value, or reports what is wrong with it and is `nil`.
    static func read(_ node: JSONNode, _ reader: ConfigurationReader) -> Self?
    /// Reads the value where `current` holds as long as nothing is written: an object that names some of its keys leaves
    /// the others as they are there. Every other value replaces what is there.
    static func read(_ node: JSONNode, _ reader: ConfigurationReader, over current: @autoclosure () -> Self) -> Self?
    var json: JSON { get }
    /// What a complete file says for this value; `nil`: the key is left out.
    var written: JSON? { get }
}

extension SettingValue {
    public static var hasNumericSchema: Bool { false }
    public static func read(
        _ node: JSONNode, _ reader: ConfigurationReader, over current: @autoclosure () -> Self
    ) -> Self? { read(node, reader) }
    public var written: JSON? { json }
}

extension Int: SettingValue {
    public static var schema: JSON { ["type": "integer"] }
    public static var hasNumericSchema: Bool { true }
    public static func read(_ node: JSONNode, _ reader: ConfigurationReader) -> Self? {
        guard let integer = node.value.integer else { return reader.reject(node, wanted: "a whole number") }
        return Int(integer)
    }
    public var json: JSON { .integer(Int64(self)) }
}

extension Double: SettingValue {
    public static var schema: JSON { ["type": "number"] }
    public static var hasNumericSchema: Bool { true }
    public static func read(_ node: JSONNode, _ reader: ConfigurationReader) -> Self? {
        guard let double = node.value.double else { return reader.reject(node, wanted: "a number") }
        return double
    }
    public var json: JSON { .number(self) }
}

extension Bool: SettingValue {
    public static var schema: JSON { ["type": "boolean"] }
    public static func read(_ node: JSONNode, _ reader: ConfigurationReader) -> Self? {
        guard let bool = node.value.bool else { return reader.reject(node, wanted: "true or false") }
        return bool
    }
    public var json: JSON { .bool(self) }
}

extension String: SettingValue {
    public static var schema: JSON { ["type": "string"] }
    public static func read(_ node: JSONNode, _ reader: ConfigurationReader) -> Self? {
        guard let text = node.value.string else { return reader.reject(node, wanted: "a text") }
        return text
    }
    public var json: JSON { .string(self) }
}

extension Duration: SettingValue {
    public static var schema: JSON {
        ["type": "string", "pattern": "^(\\d+d)?(\\d+h)?(\\d+m)?(\\d+s)?(\\d+ms)?$", "minLength": 2]
    }
    public static func read(_ node: JSONNode, _ reader: ConfigurationReader) -> Self? {
        guard let text = node.value.string else {
            return reader.reject(node, wanted: "a duration (\(Duration.textForm))")
        }
        guard let duration = Duration(text: text) else {
            reader.report("\"\(text)\" is not a duration; allowed is \(Duration.textForm)", at: node)
            return nil
        }
        return duration
    }
    public var json: JSON { .string(text) }
}

extension Instant: SettingValue {
    public static var schema: JSON { ["type": "string", "format": "date-time"] }
    public static func read(_ node: JSONNode, _ reader: ConfigurationReader) -> Self? {
        guard let text = node.value.string, let instant = Instant(iso8601: text) else {
            return reader.reject(node, wanted: "an ISO 8601 instant such as 2026-03-01T12:00:00Z")
        }
        return instant
    }
    public var json: JSON { .string(iso8601) }
}

extension JSON: SettingValue {
    public static var schema: JSON { [:] }
    public static func read(_ node: JSONNode, _ reader: ConfigurationReader) -> Self? { node.value }
    public var json: JSON { self }
}

extension Optional: SettingValue where Wrapped: SettingValue {
    public static var schema: JSON { Wrapped.schema }
    public static func read(_ node: JSONNode, _ reader: ConfigurationReader) -> Self? {
        guard let wrapped = Wrapped.read(node, reader) else { return nil }
        return .some(wrapped)
    }
    public static func read(
        _ node: JSONNode, _ reader: ConfigurationReader, over current: @autoclosure () -> Self
    ) -> Self? {
        guard let present = current() else { return read(node, reader) }
        guard let wrapped = Wrapped.read(node, reader, over: present) else { return nil }
        return .some(wrapped)
    }
    public var json: JSON { self?.json ?? .null }
    public var written: JSON? { self?.json }
}

extension Array: SettingValue where Element: SettingValue {
    public static var schema: JSON { ["type": "array", "items": Element.schema] }
    public static func read(_ node: JSONNode, _ reader: ConfigurationReader) -> Self? {
        guard case .array(let nodes) = node.content else { return reader.reject(node, wanted: "an array") }
        return nodes.enumerated().compactMap { index, node in
            reader.descending(into: index) { Element.read(node, reader) }
        }
    }
    public var json: JSON { .array(map(\.json)) }
}

extension Dictionary: SettingValue where Key == String, Value: SettingValue {
    public static var schema: JSON { ["type": "object", "additionalProperties": Value.schema] }
    public static func read(_ node: JSONNode, _ reader: ConfigurationReader) -> Self? {
        guard case .object(let members) = node.content else { return reader.reject(node, wanted: "an object") }
        var dictionary: Self = [:]
        for member in members {
            dictionary[member.key] = reader.descending(into: member.key) { Value.read(member.node, reader) }
        }
        return dictionary
    }
    public var json: JSON { .object(mapValues(\.json)) }
}

/// A setting that is one of a few words.
public protocol WordSetting: SettingValue, RawRepresentable, CaseIterable where RawValue == String {}

extension WordSetting {
    public static var schema: JSON { ["enum": JSON(allCases.map(\.rawValue))] }
    public static func read(_ node: JSONNode, _ reader: ConfigurationReader) -> Self? {
        let words = Self.allCases.map(\.rawValue)
        guard let text = node.value.string else {
            return reader.reject(node, wanted: "one of \(words.joined(separator: ", "))")
        }
        guard let word = Self(rawValue: text) else {
            let hint = text.nearest(in: words).map { "; did you mean \"\($0)\"?" } ?? ""
            reader.report("\"\(text)\" is not one of \(words.joined(separator: ", "))\(hint)", at: node)
            return nil
        }
        return word
    }
    public var json: JSON { .string(rawValue) }
}
