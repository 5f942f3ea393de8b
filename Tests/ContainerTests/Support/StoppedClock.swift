import Foundation
import Time

/// The wall clock of the unit in a container, which stands still until a test sets it on: libfaketime, of Debian's package
/// `faketime`. Elapsed time stays the machine's.
///
/// The kernel's timers know nothing of it. An instant far ahead of the machine's own time is therefore never reached by a
/// timer: what is due at an instant starts when the test says that it is that time.
struct StoppedClock: Sendable {
    static let isThere = library != nil
    static let reason = "libfaketime is not installed (Debian's package faketime)"

    private static let file = "/srv/clock"
    private static let library: String? = {
        let libraries = "/usr/lib"
        let folders = (try? FileManager.default.contentsOfDirectory(atPath: libraries)) ?? []
        return folders.sorted().map { "\(libraries)/\($0)/faketime/libfaketimeMT.so.1" }
            .first { FileManager.default.fileExists(atPath: $0) }
    }()

    private let machine: Container

    /// Gives the unit the clock, which shows the instant from its next start on.
    init(at instant: Instant, in machine: Container) async throws {
        self.machine = machine
        // By way of env(1): libfaketime begins by moving the environment, beside which Swift looks for the arguments. In a
        // program that such a process has become it does so no more.
        try await machine.write(
            "/etc/systemd/system/actpd.service.d/clock.conf",
            """
            [Service]
            ExecStart=
            ExecStart=/usr/bin/env /usr/bin/actpd serve
            ExecReload=
            ExecReload=/usr/bin/env /usr/bin/actpd reload
            Environment=LD_PRELOAD=\(StoppedClock.library ?? "") FAKETIME_TIMESTAMP_FILE=\(StoppedClock.file)
            Environment=FAKETIME_NO_CACHE=1 FAKETIME_DONT_FAKE_MONOTONIC=1 TZ=UTC

            """)
        try await machine.run("systemctl", "daemon-reload")
        try await set(to: instant)
    }

    func set(to instant: Instant) async throws { try await machine.shell(command(instant)) }

    /// Sets the clock on and tells the daemon, as the kernel would of its own clock.
    func pass(to instant: Instant) async throws {
        try await machine.shell("\(command(instant)) && systemctl reload actpd")
    }

    /// Replaces the file as a whole, since it is read at every look at the clock.
    private func command(_ instant: Instant) -> String {
        let (file, text) = (StoppedClock.file, instant.iso8601.replacing("T", with: " ").replacing("Z", with: ""))
        return "echo '\(text)' > \(file).new && mv \(file).new \(file)"
    }
}
