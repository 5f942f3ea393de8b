public import JSON

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

/// Reads one JSON file into configuration values and gathers what is wrong with it on the way.
///
/// A class, because every value read on the way down reports into the same list; it lives for one call of ``read(_:file:)``
/// and never leaves its thread.
public final class ConfigurationReader {
    private let file: String
    private let document: JSONDocument
    private var path: [String] = []
    private var problems: [ConfigurationProblem] = []

    private init(file: String, document: JSONDocument) {
        self.file = file
        self.document = document
    }

    /// Reads a whole file; the values it does not mention keep their defaults.
    ///
    /// - Throws: ``ConfigurationError`` with every problem of the file.
    public static func read<Root: Configurable>(
        _ bytes: [UInt8], file: String, as type: Root.Type = Root.self
    ) throws(ConfigurationError) -> Root {
        let (root, problems) = readGathering(bytes, file: file, as: type)
        guard let root, problems.isEmpty else { throw ConfigurationError(problems) }
        return root
    }

    /// Reads what can be read and returns the problems beside it.
    public static func readGathering<Root: Configurable>(
        _ bytes: [UInt8], file: String, as type: Root.Type = Root.self
    ) -> (value: Root?, problems: [ConfigurationProblem]) {
        let document: JSONDocument
        do {
            document = try JSONDocument(bytes)
        } catch {
            let message = "column \(error.column): \(error.message)"
            return (nil, [ConfigurationProblem(file: file, line: error.line, message)])
        }
        let reader = ConfigurationReader(file: file, document: document)
        let root = Root.read(document.root, reader)
        return (root, reader.problems)
    }

    /// Notes a problem with the value at hand.
    public func report(_ message: String, at node: JSONNode) {
        add(message, line: document.place(of: node).line, key: path)
    }

    /// Notes a problem that another module found, at a node.
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

    /// The line on which a node begins, for values that are judged only after reading.
    public func line(of node: JSONNode) -> Int { document.place(of: node).line }

    private func add(_ message: String, line: Int, key: [String]) {
        let text = key.reduce("") { $0.isEmpty ? $1 : $1.hasPrefix("[") ? $0 + $1 : $0 + "." + $1 }
        problems.append(ConfigurationProblem(file: file, line: line, key: text.isEmpty ? nil : text, message))
    }
}

extension String {
    /// The candidate that a person most likely meant: at most two edits away and at most a third of the word, the first
    /// of equals. Case does not count.
    public func nearest(in candidates: some Sequence<String>) -> String? {
        let limit = max(1, min(2, count / 3))
        var best: (candidate: String, distance: Int)?
        for candidate in candidates {
            let distance = lowercased().editDistance(to: candidate.lowercased())
            if distance <= limit, distance < best?.distance ?? .max { best = (candidate, distance) }
        }
        return best?.candidate
    }

    /// Levenshtein's distance: insertions, deletions and substitutions.
    private func editDistance(to other: String) -> Int {
        let theirs = Array(other)
        var row = Array(0...theirs.count)
        for (i, mine) in enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, letter) in theirs.enumerated() {
                let substitution = diagonal + (mine == letter ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = Swift.min(substitution, row[j] + 1, row[j + 1] + 1)
            }
        }
        return row[theirs.count]
    }
}
