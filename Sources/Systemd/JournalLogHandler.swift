internal import CSystemd
import Glibc
public import Logging

/// Writes log entries to the journal in its own protocol: metadata become fields, `run_id` as `ACTP_RUN_ID`.
public struct JournalLogHandler: LogHandler {
    /// The metadata key of an entry's MESSAGE_ID.
    public static let messageID = "message_id"

    public var logLevel: Logger.Level
    public var metadata: Logger.Metadata = [:]
    private let label: String

    public init(label: String, level: Logger.Level) {
        self.label = label
        logLevel = level
    }

    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    public func log(event: LogEvent) {
        var fields = [
            "MESSAGE=\(event.message)", "PRIORITY=\(event.level.priority)", "SYSLOG_IDENTIFIER=actpd",
            "ACTP_LOGGER=\(label)",
        ]
        for (key, value) in metadata.merging(event.metadata ?? [:], uniquingKeysWith: { $1 }) {
            // The one field with a meaning of its own: it leads `journalctl -x` to the catalog.
            let name = key == JournalLogHandler.messageID ? "MESSAGE_ID" : "ACTP_\(key.uppercased())"
            fields.append("\(name)=\(value)")
        }
        send(fields)
    }

    /// All fields in one buffer, so that one pointer serves for all of them.
    private func send(_ fields: [String]) {
        var bytes: [UInt8] = []
        let ranges = fields.map { field -> Range<Int> in
            let start = bytes.count
            bytes.append(contentsOf: field.utf8)
            return start..<bytes.count
        }
        bytes.withUnsafeMutableBytes { buffer in
            let vectors = ranges.map { range in
                iovec(iov_base: buffer.baseAddress?.advanced(by: range.lowerBound), iov_len: range.count)
            }
            _ = sd_journal_sendv(vectors, Int32(vectors.count))
        }
    }
}

extension Logger.Level {
    /// The syslog priority: 7 debug … 2 critical.
    public var priority: Int {
        switch self {
        case .trace, .debug: 7
        case .info: 6
        case .notice: 5
        case .warning: 4
        case .error: 3
        case .critical: 2
        }
    }
}
