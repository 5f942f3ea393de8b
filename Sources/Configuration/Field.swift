public import JSON

/// One key of a configuration object: how it is read, shown and described, in one place.
///
/// From a list of fields come the reading with its errors, the complete file of defaults and the JSON Schema.
public struct Field<Root>: Sendable {
    public let name: String
    public let isRequired: Bool
    let schema: JSON
    let read: @Sendable (JSONNode, inout Root, ConfigurationReader) -> Void
    let write: @Sendable (Root) -> JSON?

    init(
        name: String, isRequired: Bool, schema: JSON,
        read: @escaping @Sendable (JSONNode, inout Root, ConfigurationReader) -> Void,
        write: @escaping @Sendable (Root) -> JSON?
    ) {
        self.name = name
        self.isRequired = isRequired
        self.schema = schema
        self.read = read
        self.write = write
    }

    /// - Parameters:
    ///   - isRequired: whether an object without this key is an error.
    ///   - allowed: the range of a number.
    public init<V: SettingValue>(
        _ name: String, _ path: any WritableKeyPath<Root, V> & Sendable, isRequired: Bool = false,
        in allowed: ClosedRange<V>? = nil, _ help: String
    ) where V: Comparable {
        self.init(name, path, isRequired: isRequired, bounds: allowed.map(Field.bounds) ?? [:], help) { value in
            allowed.flatMap { Field.complaint(value, $0) }
        }
    }

    /// A key that may be absent, with the range it has when it is there.
    public init<V: SettingValue & Comparable>(
        _ name: String, _ path: any WritableKeyPath<Root, V?> & Sendable, in allowed: ClosedRange<V>, _ help: String
    ) {
        self.init(name, path, isRequired: false, bounds: Field.bounds(allowed), help) { value in
            value.flatMap { Field.complaint($0, allowed) }
        }
    }

    /// A key without a range.
    public init<V: SettingValue>(
        _ name: String, _ path: any WritableKeyPath<Root, V> & Sendable, isRequired: Bool = false, _ help: String
    ) {
        self.init(name, path, isRequired: isRequired, bounds: [:], help) { _ in nil }
    }

    private static func bounds<V: SettingValue>(_ allowed: ClosedRange<V>) -> [String: JSON] {
        V.hasNumericSchema ? ["minimum": allowed.lowerBound.json, "maximum": allowed.upperBound.json] : [:]
    }

    /// What is wrong with a value, to stand behind the value as it is written.
    private static func complaint<V: SettingValue>(_ value: V, _ allowed: ClosedRange<V>) -> String? {
        guard !allowed.contains(value) else { return nil }
        return "is outside \(allowed.lowerBound.json.text)…\(allowed.upperBound.json.text)"
    }

    private init<V: SettingValue>(
        _ name: String, _ path: any WritableKeyPath<Root, V> & Sendable, isRequired: Bool, bounds: [String: JSON],
        _ help: String, check: @escaping @Sendable (V) -> String?
    ) {
        self.name = name
        self.isRequired = isRequired
        var description = V.schema.object ?? [:]
        description.merge(bounds) { $1 }
        description["description"] = .string(help)
        schema = .object(description)
        read = { node, root, reader in
            guard let value = V.read(node, reader, over: root[keyPath: path]) else { return }
            if let complaint = check(value) { reader.report("\(node.value.text) \(complaint)", at: node) }
            root[keyPath: path] = value
        }
        write = { root in root[keyPath: path].written }
    }
}

/// The keys of a configuration object, as its reading looks them up: once for each kind of object, not for each object.
struct FieldNames {
    let all: [String]
    let required: [String]
    let positions: [String: Int]

    init<Root>(_ fields: [Field<Root>]) {
        all = fields.map(\.name)
        required = fields.filter(\.isRequired).map(\.name)
        positions = Dictionary(zip(all, all.indices), uniquingKeysWith: { first, _ in first })
    }
}

/// A configuration object: its fields say everything about it.
public protocol Configurable: SettingValue {
    /// The defaults.
    init()
    static var fields: [Field<Self>] { get }
    /// For the root of a file: the key whose value is a ``LaterList``, if there is one.
    static var readLater: String? { get }
}

extension Configurable {
    public static var readLater: String? { nil }

    public static func read(_ node: JSONNode, _ reader: ConfigurationReader) -> Self? {
        read(node, reader, over: Self())
    }

    public static func read(
        _ node: JSONNode, _ reader: ConfigurationReader, over current: @autoclosure () -> Self
    ) -> Self? { readFields(node, reader, over: current()) }

    /// Reads an object: unknown and missing keys are reported, the rest is read; what is absent stays as it is in `current`.
    public static func readFields(
        _ node: JSONNode, _ reader: ConfigurationReader, over current: @autoclosure () -> Self
    ) -> Self? {
        guard case .object(let members) = node.content else {
            reader.report("an object was expected, not \(node.value.kind)", at: node)
            return nil
        }
        var value = current()
        let fields = Self.fields
        let names = reader.names(of: Self.self) { FieldNames(fields) }
        for member in members {
            guard let position = names.positions[member.key] else {
                if member.key != "$schema" { reader.reportUnknown(member, allowed: names.all) }
                continue
            }
            reader.descending(into: member.key) { fields[position].read(member.node, &value, reader) }
        }
        for name in names.required where !members.contains(where: { $0.key == name }) {
            reader.report("the key \"\(name)\" is missing", at: node)
        }
        return value
    }

    public var json: JSON {
        .object(
            Dictionary(
                Self.fields.compactMap { field in field.write(self).map { (field.name, $0) } },
                uniquingKeysWith: { $1 }))
    }

    public static var schema: JSON {
        let defaults = Self()
        let properties = Dictionary(fields.map { ($0.name, $0.schema(defaults: defaults)) }, uniquingKeysWith: { $1 })
        var schema: [String: JSON] = [
            "type": "object", "additionalProperties": false, "properties": .object(properties),
        ]
        let required = fields.filter(\.isRequired).map(\.name)
        if !required.isEmpty { schema["required"] = JSON(required) }
        return .object(schema)
    }
}

extension Field {
    /// The key's schema with its default. Objects describe their own members, and a key that must be there has none.
    fileprivate func schema(defaults: Root) -> JSON {
        guard !isRequired, let value = write(defaults), value.object == nil, value != .null else { return schema }
        return .object((schema.object ?? [:]).merging(["default": value]) { $1 })
    }

    /// The same key in a larger object that contains this one's without a name of its own.
    public func lifted<Outer>(to path: any WritableKeyPath<Outer, Root> & Sendable) -> Field<Outer> {
        Field<Outer>(
            name: name, isRequired: isRequired, schema: schema,
            read: { node, outer, reader in read(node, &outer[keyPath: path], reader) },
            write: { outer in write(outer[keyPath: path]) })
    }
}
