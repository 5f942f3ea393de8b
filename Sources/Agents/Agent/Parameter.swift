public import JSON
public import Records
import Suggestion

/// A named input of a task, given as a key of `--params`, as `--NAME VALUE` or in `schedules.json`.
public struct Parameter: Sendable {
    public enum Kind: Hashable, Sendable {
        case text
        /// One of a few words.
        case word([String])
        case integer(ClosedRange<Int>)
        case boolean
        /// A row's uuid.
        case id

        /// What is allowed, in the words of an error message.
        public var allowed: String {
            switch self {
            case .text: "a text"
            case .word(let words): "one of \(words.joined(separator: ", "))"
            case .integer(let range): "a whole number, \(range.lowerBound)…\(range.upperBound)"
            case .boolean: "true or false"
            case .id: "a uuid"
            }
        }
    }

    public let name: String
    public let kind: Kind
    public let isRequired: Bool
    /// Taken when the parameter is not given; `nil`: the task does without.
    public let `default`: JSON?
    public let help: String

    public init(_ name: String, _ kind: Kind, isRequired: Bool = false, default: JSON? = nil, _ help: String) {
        self.name = name
        self.kind = kind
        self.isRequired = isRequired
        self.default = `default`
        self.help = help
    }
}

/// A task's parameters after checking: the given ones and the defaults.
public struct Arguments: Hashable, Sendable {
    private let values: [String: JSON]

    /// Checks `given` against the declaration.
    ///
    /// - Throws: ``ArgumentError`` that lists every unknown, missing or ill-typed parameter and what is allowed.
    public init(_ given: [String: JSON], for parameters: [Parameter]) throws(ArgumentError) {
        var values: [String: JSON] = [:]
        var problems: [String] = []
        for (name, value) in given.sorted(by: { $0.key < $1.key }) {
            guard let parameter = parameters.first(where: { $0.name == name }) else {
                problems.append(Arguments.unknown(name, parameters))
                continue
            }
            if let converted = parameter.kind.accept(value) {
                values[name] = converted
            } else {
                problems.append("parameter \(name): \(parameter.kind.allowed) was expected, not \(value.text)")
            }
        }
        for parameter in parameters where given[parameter.name] == nil {
            if parameter.isRequired {
                problems.append("parameter \(parameter.name) is missing: \(parameter.kind.allowed), \(parameter.help)")
            }
            values[parameter.name] = parameter.default
        }
        guard problems.isEmpty else { throw ArgumentError(problems: problems) }
        self.values = values
    }

    private static func unknown(_ name: String, _ parameters: [Parameter]) -> String {
        let names = parameters.map(\.name)
        if let meant = name.nearest(in: names) { return "unknown parameter \(name), did you mean \(meant)?" }
        return names.isEmpty
            ? "unknown parameter \(name): this task has no parameters"
            : "unknown parameter \(name); allowed are \(names.joined(separator: ", "))"
    }

    public func text(_ name: String) -> String? { values[name]?.string }
    public func integer(_ name: String) -> Int? { values[name]?.integer.map(Int.init) }
    public func boolean(_ name: String) -> Bool? { values[name]?.bool }
    public func id(_ name: String) -> RowID? { values[name]?.string.flatMap { RowID($0) } }
}

/// All that is wrong with the parameters of a call.
public struct ArgumentError: Error, Hashable, Sendable, CustomStringConvertible {
    public let problems: [String]

    public var description: String { problems.joined(separator: "\n") }
}

extension Parameter.Kind {
    /// The value in its proper type, or `nil`. Command lines carry texts only, so a text that spells a number or a truth
    /// value is one where such is expected.
    func accept(_ value: JSON) -> JSON? {
        switch self {
        case .text: value.string == nil ? nil : value
        case .word(let words): value.string.flatMap { words.contains($0) ? value : nil }
        case .integer(let range):
            (value.integer ?? value.string.flatMap { Int64($0) }).flatMap {
                range.contains(Int(clamping: $0)) ? .integer($0) : nil
            }
        case .boolean: value.bool.map(JSON.bool) ?? value.string.flatMap(Bool.init).map(JSON.bool)
        case .id: value.string.flatMap { RowID($0) }.map { .string($0.text) }
        }
    }
}
