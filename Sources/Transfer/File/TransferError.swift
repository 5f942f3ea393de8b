import Glibc
public import Records

/// Why a table was not imported or exported: what, at which file, and what is wrong with it.
public struct TransferError: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Code: String, Sendable {
        /// The file is not there, may not be read, or is no regular file.
        case unreadable
        /// The file or its directory may not be written, or the disk is full.
        case unwritable
        /// Neither the extension nor the caller says how to read the file.
        case unknownFormat = "unknown format"
        /// The file has bad rows or does not fit the table. ``TransferError/report`` has the problems.
        case refused
        /// The file was good when it was checked and bad when it was loaded.
        case changed
        /// The store would not take the rows; ``TransferError/cause`` says why.
        case store
    }

    public let code: Code
    public let file: String
    public let detail: String
    /// What was found in the file, for `refused`.
    public let report: ImportReport?
    /// The store's own error, for `store`.
    public let cause: StoreError?

    init(_ code: Code, file: String, _ detail: String, report: ImportReport? = nil, cause: StoreError? = nil) {
        self.code = code
        self.file = file
        self.detail = detail
        self.report = report
        self.cause = cause
    }

    /// The system call's reason, taken from `errno`.
    static func system(_ code: Code, file: String) -> TransferError {
        TransferError(code, file: file, String(cString: strerror(errno)))
    }

    public var description: String {
        let problems = report.map { "\n" + $0.listing } ?? ""
        return "\(file): \(detail)\(problems)"
    }
}
