/// The form of a file that a table is imported from or exported to.
public enum TransferFormat: String, CaseIterable, Hashable, Sendable {
    /// RFC 4180 with a header of column names. An unquoted empty field is NULL, `""` the empty text.
    case csv
    /// One array of objects.
    case json
    /// One object a line.
    case ndjson

    /// The format that a file's extension stands for, in any case: `csv`, `json`, `ndjson` or `jsonl`.
    public init?(path: String) {
        let name = path.split(separator: "/").last ?? ""
        guard let dot = name.lastIndex(of: ".") else { return nil }
        let suffix = name[name.index(after: dot)...].lowercased()
        self.init(rawValue: suffix == "jsonl" ? "ndjson" : suffix)
    }

    /// The format asked for, or else the one of the extension.
    ///
    /// - Throws: ``TransferError`` with code `unknownFormat` when neither says.
    static func resolve(_ format: TransferFormat?, path: String) throws(TransferError) -> TransferFormat {
        if let format = format ?? TransferFormat(path: path) { return format }
        let allowed = allCases.map { ".\($0.rawValue)" }.joined(separator: ", ")
        throw TransferError(.unknownFormat, file: path, "the extension names no format; allowed are \(allowed)")
    }
}
