public import JSON
import Suggestion

/// One thing that is wrong with a configuration, and where.
public struct ConfigurationProblem: Error, Hashable, Sendable, CustomStringConvertible {
    public let file: String
    /// 1-based; `nil` when the problem is the file as a whole.
    public let line: Int?
    /// The path of the key, as in `schedules[3].cron`.
    public let key: String?
    public let message: String

    public init(file: String, line: Int? = nil, key: String? = nil, _ message: String) {
        self.file = file
        self.line = line
        self.key = key
        self.message = message
    }

    public var description: String {
        "\(file)\(line.map { ":\($0)" } ?? ""): \(key.map { "\($0): " } ?? "")\(message)"
    }
}

/// All problems of a configuration, reported at once.
public struct ConfigurationError: Error, Hashable, Sendable, CustomStringConvertible {
    public let problems: [ConfigurationProblem]

    public init(_ problems: [ConfigurationProblem]) { self.problems = problems }

    public var description: String { problems.map(\.description).joined(separator: "\n") }
}

/// Where a value stands in a file: kept while the file is read, to report about it later.
public struct ConfigurationPlace: Sendable {
    let node: JSONNode
    let path: [String]

    /// Whether the object's key has the empty text for a value.
    public func holdsEmptyText(_ key: String) -> Bool {
        guard case .object(let members) = node.content else { return false }
        return members.contains { $0.key == key && $0.node.value.string == "" }
    }
}

/// Reads one JSON file into configuration values and gathers what is wrong with it on the way.
///
/// A class, because every value read on the way down reports into the same list; it lives for one call of
/// ``read(_:file:as:finish:)`` and never leaves its thread.
public final class ConfigurationReader {
    private let file: String
    private let document: JSONDocument
    private var path: [String] = []
    private var problems: [ConfigurationProblem] = []
    private var names: [ObjectIdentifier: FieldNames] = [:]

    private init(file: String, document: JSONDocument) {
        self.file = file
        self.document = document
    }

    /// Reads a whole file; the values it does not mention keep their defaults.
    ///
    /// - Parameter finish: judges what was read and turns it into the result; what it reports counts like any problem.
    /// - Throws: ``ConfigurationError`` with every problem of the file.
    public static func read<Root: Configurable, Result>(
        _ bytes: [UInt8], file: String, as type: Root.Type, finish: (Root, ConfigurationReader) -> Result
    ) throws(ConfigurationError) -> Result {
        let document: JSONDocument
        do {
            document = try JSONDocument(bytes)
        } catch {
            let message = "column \(error.column): \(error.message)"
            throw ConfigurationError([ConfigurationProblem(file: file, line: error.line, message)])
        }
        let reader = ConfigurationReader(file: file, document: document)
        guard let root = Root.read(document.root, reader) else { throw reader.error }
        let result = finish(root, reader)
        guard reader.problems.isEmpty else { throw reader.error }
        return result
    }

    /// The problems in the order of the file; those of one line as they were found.
    private var error: ConfigurationError {
        let sorted = problems.enumerated().sorted {
            ($0.element.line ?? 0, $0.offset) < ($1.element.line ?? 0, $1.offset)
        }
        return ConfigurationError(sorted.map(\.element))
    }

    /// Reads a whole file that needs no further judging.
    public static func read<Root: Configurable>(
        _ bytes: [UInt8], file: String, as type: Root.Type = Root.self
    ) throws(ConfigurationError) -> Root {
        try read(bytes, file: file, as: type) { root, _ in root }
    }

    /// Where the value at hand stands, to report about it after the whole file was read.
    public func place(of node: JSONNode) -> ConfigurationPlace { ConfigurationPlace(node: node, path: path) }

    /// Notes a problem with a member of an object that was read before, or with the object itself.
    public func report(_ message: String, at place: ConfigurationPlace?, key: String?) {
        guard let place else { return add(message, line: 1, key: []) }
        var node = place.node
        if let key, case .object(let members) = node.content, let member = members.first(where: { $0.key == key }) {
            node = member.node
        }
        add(message, line: document.place(of: node).line, key: place.path + (key.map { [$0] } ?? []))
    }

    /// Notes a problem with the value at hand.
    public func report(_ message: String, at node: JSONNode) {
        add(message, line: document.place(of: node).line, key: path)
    }

    /// The keys of a kind of object, gathered when the first one of it is read.
    func names(of type: Any.Type, _ gather: () -> FieldNames) -> FieldNames {
        if let names = names[ObjectIdentifier(type)] { return names }
        let gathered = gather()
        names[ObjectIdentifier(type)] = gathered
        return gathered
    }

    /// Notes a key that the object does not have.
    func reportUnknown(_ member: JSONMember, allowed: [String]) {
        let hint =
            member.key.nearest(in: allowed).map { ", did you mean \"\($0)\"?" }
            ?? "; allowed are \(allowed.joined(separator: ", "))"
        add("unknown key\(hint)", line: document.place(of: member).line, key: path + [member.key])
    }

    /// Notes that another kind of value was expected, and is `nil` for the caller to return.
    public func reject<Result>(_ node: JSONNode, wanted: String) -> Result? {
        let found = node.value
        let shown = found.array == nil && found.object == nil ? " (\(found.text))" : ""
        report("\(wanted) was expected, not \(found.kind)\(shown)", at: node)
        return nil
    }

    /// Reads a member or an element; problems inside carry its name in their path.
    public func descending<Result>(into step: String, _ read: () -> Result) -> Result {
        path.append(step)
        defer { path.removeLast() }
        return read()
    }

    private func add(_ message: String, line: Int, key: [String]) {
        let text = key.reduce("") { $0.isEmpty ? $1 : $1.hasPrefix("[") ? $0 + $1 : $0 + "." + $1 }
        problems.append(ConfigurationProblem(file: file, line: line, key: text.isEmpty ? nil : text, message))
    }
}
