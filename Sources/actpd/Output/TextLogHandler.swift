import Logging
import Systemd
import Time

/// Log entries as readable lines on standard error: `2026-03-01 12:00:00 info  message  key=value`.
struct TextLogHandler: LogHandler {
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]
    let time: any TimeSource

    init(level: Logger.Level, time: any TimeSource) {
        logLevel = level
        self.time = time
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let stamp = time.now().iso8601.replacing("T", with: " ").dropLast()
        let level = event.level.rawValue.padding(to: 7)
        let fields = metadata.merging(event.metadata ?? [:], uniquingKeysWith: { $1 })
            .filter { $0.key != JournalLogHandler.messageID }.sorted { $0.key < $1.key }.map {
                "  \($0.key)=\($0.value)"
            }.joined()
        Terminal.error("\(stamp) \(level) \(event.message)\(fields)")
    }
}

extension String {
    /// Filled up with spaces on the right.
    func padding(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
