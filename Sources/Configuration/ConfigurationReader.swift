public import JSON
import Suggestion

/// Where a value stands in a file: kept while the file is read, to report about it later.
public struct ConfigurationPlace: Sendable {
    let node: JSONNode
    let path: [ConfigurationStep]
}

/// One step of the way down to a value: `schedules`, `[3]`, `cron`. Written out only when something is wrong there.
enum ConfigurationStep: Sendable {
    case key(String)
    case index(Int)
}

/// Reads one JSON file into configuration values and gathers what is wrong with it on the way.
///
/// A class, because every value read on the way down reports into the same list; it lives for one call of
/// ``read(_:file:as:finish:)`` and never leaves its thread.
public final class ConfigurationReader {
    private let file: String
    let document: JSONDocument
    /// Made when the first place is asked for: a file with ten thousand problems is not searched for each of them.
    private lazy var lines = document.lines
    private var path: [ConfigurationStep] = []
    private var problems: [ConfigurationProblem] = []
    /// The text is no JSON: found late, because an element was left for later. Nothing else counts then.
    private var fault: ConfigurationProblem?
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
        do throws(JSONError) {
            if let key = Root.readLater {
                document = try JSONDocument(bytes, leaving: key)
            } else {
                document = try JSONDocument(bytes)
            }
        } catch {
            throw ConfigurationError([fault(error, in: file)])
        }
        let reader = ConfigurationReader(file: file, document: document)
        guard let root = Root.read(document.root, reader) else { throw reader.error }
        let result = finish(root, reader)
        guard reader.problems.isEmpty, reader.fault == nil else { throw reader.error }
        return result
    }

    /// The problems in the order of the file; those of one line as they were found.
    private var error: ConfigurationError {
        ConfigurationError(fault.map { [$0] } ?? ConfigurationReader.sorted(problems))
    }

    private static func fault(_ error: JSONError, in file: String) -> ConfigurationProblem {
        ConfigurationProblem(file: file, line: error.line, "column \(error.column): \(error.message)")
    }

    /// Notes that the text is no JSON after all.
    func report(_ error: JSONError) { fault = ConfigurationReader.fault(error, in: file) }

    private static func sorted(_ problems: [ConfigurationProblem]) -> [ConfigurationProblem] {
        problems.enumerated().sorted { ($0.element.line ?? 0, $0.offset) < ($1.element.line ?? 0, $1.offset) }
            .map(\.element)
    }

    /// Reads a whole file that needs no further judging.
    public static func read<Root: Configurable>(
        _ bytes: [UInt8], file: String, as type: Root.Type = Root.self
    ) throws(ConfigurationError) -> Root {
        try read(bytes, file: file, as: type) { root, _ in root }
    }

    /// Where the value at hand stands, to report about it after the whole file was read.
    public func place(of node: JSONNode) -> ConfigurationPlace { ConfigurationPlace(node: node, path: path) }

    /// Notes a problem with a member of an object that was read before, or with the object itself. A member that is not
    /// there is named all the same, at the object's line.
    public func report(_ message: String, at place: ConfigurationPlace?, key: String?) {
        guard let place else { return add(problem(message, line: 1, key: [])) }
        add(problem(message, with: key, of: place.node, path: place.path))
    }

    /// Notes a problem with the value at hand.
    public func report(_ message: String, at node: JSONNode) { add(problem(message, with: nil, of: node, path: path)) }

    /// Notes a problem with a member of the object at hand; see ``report(_:at:key:)``.
    public func report(_ message: String, with key: String, of node: JSONNode) {
        add(problem(message, with: key, of: node, path: path))
    }

    /// The same without noting it: for what is worth a remark and no fault.
    public func remark(_ message: String, with key: String, of node: JSONNode) -> ConfigurationProblem {
        problem(message, with: key, of: node, path: path)
    }

    /// Takes out what is reported meanwhile, in the order of the file, for the caller to judge: what is wrong with one
    /// part need not condemn the whole. ``report(_:)`` puts it back.
    public func collecting<Result>(_ read: () -> Result) -> (result: Result, problems: [ConfigurationProblem]) {
        let before = problems
        problems = []
        defer { problems = before }
        let result = read()
        return (result, problems.count < 2 ? problems : ConfigurationReader.sorted(problems))
    }

    /// Notes problems that ``collecting(_:)`` took out.
    public func report(_ collected: [ConfigurationProblem]) { problems += collected }

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
        add(problem("unknown key\(hint)", line: lines.number(of: member), key: path + [.key(member.key)]))
    }

    /// Notes that another kind of value was expected, and is `nil` for the caller to return.
    public func reject<Result>(_ node: JSONNode, wanted: String) -> Result? {
        let found = node.value
        let shown = found.array == nil && found.object == nil ? " (\(found.text))" : ""
        report("\(wanted) was expected, not \(found.kind)\(shown)", at: node)
        return nil
    }

    /// Reads a member; problems inside carry its name in their path.
    public func descending<Result>(into key: String, _ read: () -> Result) -> Result { descending(.key(key), read) }

    /// Reads an element of an array; problems inside carry its number in their path.
    public func descending<Result>(into index: Int, _ read: () -> Result) -> Result { descending(.index(index), read) }

    private func descending<Result>(_ step: ConfigurationStep, _ read: () -> Result) -> Result {
        path.append(step)
        defer { path.removeLast() }
        return read()
    }

    /// Goes on where an earlier value stood.
    func at(_ path: [ConfigurationStep], _ read: () -> Void) {
        let before = self.path
        self.path = path
        defer { self.path = before }
        read()
    }

    private func add(_ problem: ConfigurationProblem) { problems.append(problem) }

    private func problem(
        _ message: String, with key: String?, of node: JSONNode, path: [ConfigurationStep]
    ) -> ConfigurationProblem {
        let place = key.flatMap { node[$0] } ?? node
        return problem(message, line: lines.number(of: place), key: path + (key.map { [.key($0)] } ?? []))
    }

    private func problem(_ message: String, line: Int, key: [ConfigurationStep]) -> ConfigurationProblem {
        let text = key.reduce("") { text, step in
            switch step {
            case .key(let key): text.isEmpty ? key : "\(text).\(key)"
            case .index(let index): "\(text)[\(index)]"
            }
        }
        return ConfigurationProblem(file: file, line: line, key: text.isEmpty ? nil : text, message)
    }
}
