/// One thing that is wrong with a file, and where.
public struct ImportProblem: Error, Hashable, Sendable, CustomStringConvertible {
    public let file: String
    /// 1-based.
    public let line: Int
    /// 1-based, counted in characters of the line.
    public let column: Int
    /// The table's column, where one is concerned.
    public let name: String?
    /// What was found and what is allowed.
    public let message: String

    init(file: String, at place: TextPlace, name: String? = nil, _ message: String) {
        self.file = file
        line = place.line
        column = place.column
        self.name = name
        self.message = message
    }

    public var description: String { "\(file):\(line):\(column): \(name.map { "\($0): " } ?? "")\(message)" }
}

/// What an import found in its file and did with it.
public struct ImportReport: Hashable, Sendable {
    /// Problems are listed up to this number; all are counted.
    public static let problemLimit = 20

    /// Rows in the file, good and bad; the header does not count.
    public internal(set) var read = 0
    /// Rows that went into the store. Rows of one key count each, though the last of them is what the store keeps.
    public internal(set) var imported = 0
    /// Bad rows.
    public internal(set) var skipped = 0
    /// The first problems, in the order of the file.
    public internal(set) var problems: [ImportProblem] = []
    /// All problems; a row can have several.
    public internal(set) var problemCount = 0

    public init() {}

    mutating func add(_ found: [ImportProblem]) {
        problems += found.prefix(max(0, ImportReport.problemLimit - problems.count))
        problemCount += found.count
    }

    /// The problems, a line each, and how many more there are.
    public var listing: String {
        var lines = problems.map(\.description)
        if problemCount > problems.count { lines.append("and \(problemCount - problems.count) more") }
        return lines.joined(separator: "\n")
    }
}

/// How far an import is, for a line on the terminal.
public struct ImportProgress: Hashable, Sendable {
    public enum Phase: String, Sendable { case checking, loading }

    public let phase: Phase
    public let bytesDone: Int64
    public let bytesTotal: Int64
    /// Rows seen in this phase.
    public let rows: Int
}
