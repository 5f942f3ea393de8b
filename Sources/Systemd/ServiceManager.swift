internal import CSystemd
import Glibc
import Time

/// Talks to the service manager that started this process; does nothing when none did.
///
/// The protocol is sd_notify(3): one datagram of `KEY=value` lines.
public struct ServiceManager: Sendable {
    public init() {}

    /// The schedules are loaded and the first alarm is set.
    public func ready(status: String) { notify("READY=1\nSTATUS=\(line(status))") }

    /// One line for `systemctl status`.
    public func status(_ status: String) { notify("STATUS=\(line(status))") }

    /// A reload begins; ``ready(status:)`` ends it.
    public func reloading(at uptime: Duration) { notify("RELOADING=1\nMONOTONIC_USEC=\(uptime.microseconds)") }

    /// The process is on its way out and waits for running work.
    public func stopping(status: String) { notify("STOPPING=1\nSTATUS=\(line(status))") }

    /// Asks for more time while starting or stopping.
    public func extendTimeout(by duration: Duration) { notify("EXTEND_TIMEOUT_USEC=\(duration.microseconds)") }

    public func watchdogPing() { notify("WATCHDOG=1") }

    /// The error code that ends the process, as systemd shows it.
    public func failed(errno code: Int32, status: String) { notify("ERRNO=\(code)\nSTATUS=\(line(status))") }

    /// How often the service manager wants to hear from us, or `nil` when it does not watch.
    public var watchdogInterval: Duration? {
        var microseconds: UInt64 = 0
        guard sd_watchdog_enabled(0, &microseconds) > 0, microseconds > 0 else { return nil }
        return .microseconds(Int64(clamping: microseconds))
    }

    /// Whether standard error is connected to the journal, so that entries can carry fields.
    public static var isJournalConnected: Bool {
        guard let stream = getenv("JOURNAL_STREAM") else { return false }
        var status = stat()
        guard fstat(STDERR_FILENO, &status) == 0 else { return false }
        return String(cString: stream) == "\(status.st_dev):\(status.st_ino)"
    }

    private func notify(_ message: String) {
        // A manager that cannot be told is no reason to stop working; systemd notices silence by itself.
        _ = sd_notify(0, message)
    }

    /// A status is one line by protocol.
    private func line(_ text: String) -> String { text.replacing("\n", with: " · ") }
}
