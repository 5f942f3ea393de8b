import ActpTesting
import Foundation
import Time

/// A wall clock of its own for one process, which a test sets while the process runs: libfaketime, of Debian's package
/// `faketime`. Elapsed time stays the machine's.
///
/// The kernel's timers know nothing of it: a step is noticed when something wakes the process, here a schedule that fires
/// every second. On a machine whose clock is really set, a timer that the kernel cancels does that.
struct FakeClock: Sendable {
    static let isThere = library != nil
    static let reason = "libfaketime is not installed (Debian's package faketime)"

    private static let library: String? = {
        let libraries = "/usr/lib"
        let folders = (try? FileManager.default.contentsOfDirectory(atPath: libraries)) ?? []
        return (["."] + folders.sorted()).map { "\(libraries)/\($0)/faketime/libfaketimeMT.so.1" }
            .first { FileManager.default.fileExists(atPath: $0) }
    }()

    private let file: String

    init(_ installation: Installation) throws {
        file = installation.directory.file("clock")
        try set(ahead: 0)
    }

    /// Sets the clock: so many seconds ahead of the machine's, negative for behind.
    func set(ahead seconds: Int64) throws {
        // Replaced as a whole, since it is read at every look at the clock.
        try Data("\(seconds < 0 ? "" : "+")\(seconds)\n".utf8).write(to: URL(fileURLWithPath: file), options: .atomic)
    }

    /// Sets the clock to an instant, from which it goes on.
    func set(to instant: Instant) throws { try set(ahead: instant.seconds - SystemTime().now().seconds) }

    var environment: [String: String] {
        [
            "LD_PRELOAD": FakeClock.library ?? "", "FAKETIME_TIMESTAMP_FILE": file, "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        ]
    }
}
