import Glibc
import Synchronization
import Time

/// Standard output and standard error, written whole.
enum Terminal {
    static func out(_ text: String) { write(text + "\n", to: STDOUT_FILENO) }

    static func error(_ text: String) { write(text + "\n", to: STDERR_FILENO) }

    static var isInteractive: Bool { isatty(STDERR_FILENO) == 1 }

    static func write(_ text: String, to descriptor: Int32) {
        var text = text
        text.withUTF8 { bytes in
            var offset = 0
            while offset < bytes.count {
                let written = Glibc.write(descriptor, bytes.baseAddress?.advanced(by: offset), bytes.count - offset)
                // A reader that went away (a closed pipe) ends the output, not the work.
                guard written > 0 || errno == EINTR else { return }
                offset += max(written, 0)
            }
        }
    }
}

/// One line on the terminal that is overwritten as work goes on, from two seconds on, and cleared at the end.
final class ProgressLine: Sendable {
    private static let quiet: Duration = .seconds(2)
    private let time: any TimeSource
    private let startedAt: Duration
    /// Zero until the line was shown.
    private let shownAt = Mutex(Duration.zero)

    init(time: any TimeSource = SystemTime()) {
        self.time = time
        startedAt = time.uptime()
    }

    func show(_ what: String, _ done: Int, _ total: Int?) {
        let now = time.uptime()
        guard Terminal.isInteractive, now - startedAt >= ProgressLine.quiet else { return }
        let isNew = shownAt.withLock { shown in
            guard now - shown >= .seconds(1) else { return false }
            shown = now
            return true
        }
        guard isNew else { return }
        let share = total.map { " of \($0) (\($0 > 0 ? done * 100 / $0 : 100) %)" } ?? ""
        Terminal.write("\r\u{1B}[K\(what): \(done)\(share)", to: STDERR_FILENO)
    }

    func clear() {
        if shownAt.withLock({ $0 != .zero }) { Terminal.write("\r\u{1B}[K", to: STDERR_FILENO) }
    }
}
