import Glibc
import Synchronization
import Time

/// A process that was started and is to end before the benchmark does.
final class Child: Sendable {
    /// How a process ended and what it used.
    struct End: Sendable {
        /// The exit status, or 128 and the signal's number.
        let status: Int32
        /// The most memory that was ever resident, in megabytes (10⁶ bytes), as it was last seen before the end. (What
        /// wait4(2) reports is no use: it counts the parent's memory at the time of exec as the child's.)
        let peakMegabytes: Double
        /// User and system time of all its threads, in seconds.
        let processorSeconds: Double
    }

    let process: pid_t
    /// When it was started: time since boot.
    let startedAt: Duration
    private let end = Mutex<End?>(nil)
    private let peak = Mutex(0.0)

    /// Starts a program with no other environment than the one given.
    ///
    /// - Parameters:
    ///   - output: the file for standard output.
    ///   - errors: the file for standard error.
    init(
        _ arguments: [String], environment: [String: String] = [:], output: String = "/dev/null",
        errors: String = "/dev/null"
    ) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        let writing = O_WRONLY | O_CREAT | O_TRUNC
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output, writing, 0o600)
        posix_spawn_file_actions_addopen(&actions, 2, errors, writing, 0o600)
        var argv = arguments.map { strdup($0) } + [nil]
        var variables = environment.map { strdup("\($0)=\($1)") } + [nil]
        defer { for text in argv + variables { free(text) } }
        var process = pid_t()
        startedAt = Clock.uptime
        let result = posix_spawn(&process, arguments[0], &actions, nil, &argv, &variables)
        guard result == 0 else {
            throw BenchError("\(arguments[0]) cannot be started: \(String(cString: strerror(result)))")
        }
        self.process = process
        Interruption.add(process)
    }

    deinit {
        guard end.withLock({ $0 == nil }) else { return }
        kill(process, SIGKILL)
        _ = wait()
    }

    func signal(_ number: Int32) { kill(process, number) }

    /// Waits until it has ended, and watches its memory meanwhile; notices the end within 5 ms.
    func wait() -> End {
        while true {
            if let end = poll() { return end }
            usleep(5_000)
        }
    }

    /// How it ended; `nil` while it runs.
    func poll() -> End? {
        if let end = end.withLock({ $0 }) { return end }
        if let seen = Proc.number("VmHWM", in: Proc.text("/proc/\(process)/status")) {
            peak.withLock { $0 = max($0, Double(seen) * 1_024 / 1e6) }
        }
        return reap()
    }

    /// Asks it to stop, kills it when it does not, and returns how it ended.
    func stop(within seconds: Int = 60) -> End {
        signal(SIGTERM)
        for _ in 0..<seconds * 100 {
            if let end = poll() { return end }
            usleep(10_000)
        }
        signal(SIGKILL)
        return wait()
    }

    private func reap() -> End? {
        var status: Int32 = 0
        var usage = rusage()
        guard wait4(process, &status, WNOHANG, &usage) == process else { return nil }
        Interruption.remove(process)
        // WIFEXITED and WEXITSTATUS are macros, which Swift does not see.
        let number = status & 0x7f
        func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
        let end = End(
            status: number == 0 ? (status >> 8) & 0xff : 128 + number, peakMegabytes: peak.withLock { $0 },
            processorSeconds: seconds(usage.ru_utime) + seconds(usage.ru_stime))
        self.end.withLock { $0 = end }
        return end
    }
}

/// The door through which time enters the benchmarks.
enum Clock {
    private static let time = SystemTime()

    /// For durations.
    static var uptime: Duration { time.uptime() }

    static var now: Instant { time.now() }

    /// Processor time that the calling thread spends on some work, in seconds: what computing alone takes, whoever else
    /// uses the processor.
    static func processorSeconds(_ work: () throws -> Void) rethrows -> Double {
        func spent() -> Double { time.threadTime() / .seconds(1) }
        let start = spent()
        try work()
        return spent() - start
    }

    /// Sleeps until an instant.
    static func sleep(until instant: Instant) {
        while case let left = (instant - now).microseconds, left > 0 { usleep(UInt32(min(left, 900_000))) }
    }
}

extension Duration {
    /// In seconds, nanoseconds kept.
    var fineSeconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
