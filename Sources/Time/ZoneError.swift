/// Why a time zone could not be had; a sentence for the operator, in ``description``.
public struct ZoneError: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Code: Hashable, Sendable {
        /// The name is not one a zone can have: empty, absolute, with `..` or with characters no zone has.
        case invalidName
        /// There is no such zone in the directory.
        case unknown
        /// The file is there, but it is not a TZif file that can be used.
        case malformed
        /// The file is there, but the system refused to read it.
        case unreadable
    }

    public let code: Code
    /// The zone's name as it was asked for.
    public let identifier: String
    /// What is wrong, without the name.
    public let detail: String
    /// A name that exists and looks like what was meant; only for ``Code/unknown``.
    public let suggestion: String?

    public init(_ code: Code, identifier: String, detail: String, suggestion: String? = nil) {
        self.code = code
        self.identifier = identifier
        self.detail = detail
        self.suggestion = suggestion
    }

    public var description: String {
        let hint = suggestion.map { ", did you mean '\($0)'?" } ?? ""
        return "time zone '\(identifier)': \(detail)\(hint)"
    }
}
