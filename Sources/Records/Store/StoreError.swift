/// Why a store could not do what it was asked: what, at which table, and what to do about it.
public struct StoreError: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Code: String, Sendable {
        /// The store cannot be reached or is busy; the same call may work later.
        case unavailable
        /// Another process holds it and will for long.
        case busy
        /// No room on the disk.
        case full
        /// The key, or the role behind it, may not do this.
        case denied = "not allowed"
        /// The store may not be written.
        case readOnly = "read-only"
        /// A unique key is taken already.
        case duplicate
        /// A row points to another one that is not there.
        case missingReference = "missing reference"
        /// A column that needs a value got none.
        case missingValue = "missing value"
        /// A rule of the database refuses the value: a CHECK, an enumeration, the range or the form of a column's type.
        case refused
        /// The table or a column is not there.
        case unknownColumn = "unknown column"
        /// What came back does not fit the table's declaration.
        case malformed
        /// An agent asked for a table that it does not declare, or for a change without a condition.
        case undeclared
        /// The file is damaged or no store at all.
        case corrupt
        /// Anything else; the detail has the database's own words.
        case failed
    }

    public let code: Code
    public let table: String?
    public let detail: String

    public init(_ code: Code, table: String?, _ detail: String) {
        self.code = code
        self.table = table
        self.detail = detail
    }

    /// Whether repeating the same call later makes sense.
    public var isRetryable: Bool { code == .unavailable || code == .full }

    public var description: String {
        "store: \(code.rawValue)\(table.map { " on \($0)" } ?? ""): \(detail)"
    }
}
