import Foundation
import Glibc
import Synchronization

/// How a process ended.
enum Ending: Hashable, Sendable {
    case exited(Int32)
    case killed(signal: Int32)
}

/// A process that a test started. If it still runs when the test process ends, it is killed.
final class ChildProcess: Sendable {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    let id: pid_t
    /// Standard error, line by line, as it comes.
    let lines = Mailbox<String>()
    private let output = Mutex<[UInt8]>([])
    private let ending = Mailbox<Ending>()
    /// False once the process has been waited for: its id may then be another's.
    private let isOurs = Mutex(true)

    init(_ executable: String, _ arguments: [String], environment: [String: String], directory: String) throws {
        // One at a time: a pipe that another child inherits before it is marked would keep its reader waiting.
        let (id, output, errors) = try ChildProcess.spawning.withLock { _ in
            let (output, errors) = (try Pipe.make(), try Pipe.make())
            defer { for end in [output.write, errors.write] { close(end) } }
            let id = try ChildProcess.spawn(
                ["/usr/bin/env", "-C", directory, executable] + arguments, environment,
                output: output.write, errors: errors.write)
            return (id, output, errors)
        }
        self.id = id
        ChildProcess.alive.withLock { _ = $0.insert(id) }
        let reading = DispatchGroup()
        ChildProcess.thread(reading) { [self] in Pipe.drain(output.read) { self.receive($0) } }
        ChildProcess.thread(reading) { [lines] in
            var rest: [UInt8] = []
            Pipe.drain(errors.read) { bytes in
                rest += bytes
                while let end = rest.firstIndex(of: 10) {
                    lines.append(String(decoding: rest[..<end], as: UTF8.self))
                    rest.removeSubrange(...end)
                }
            }
            if !rest.isEmpty { lines.append(String(decoding: rest, as: UTF8.self)) }
        }
        Thread.detachNewThread { [self] in
            let ending = self.wait()
            reading.wait()
            lines.close()
            self.ending.append(ending)
        }
    }

    /// What it has written to standard output.
    var standardOutput: String { String(decoding: output.withLock { $0 }, as: UTF8.self) }

    var standardError: String { lines.all.map { $0 + "\n" }.joined() }

    var isRunning: Bool { ending.count == 0 }

    func signal(_ number: Int32) { isOurs.withLock { if $0 { kill(id, number) } } }

    /// How much longer everything takes here than without a sanitizer.
    static let slowness = ProcessInfo.processInfo.environment["ACTPD_TEST_SLOWNESS"].flatMap(Int.init) ?? 1

    /// The next line of standard error from position `start` on that contains the text.
    func line(_ text: String, from start: Int = 0, within limit: Duration = .seconds(30)) async throws -> String {
        let limit = limit * ChildProcess.slowness
        if let line = await lines.first(from: start, within: limit, where: { $0.contains(text) }) { return line }
        throw Failure(description: "\"\(text)\" did not come within \(limit); standard error was:\n\(standardError)")
    }

    /// How it ends; a process that does not end in time is killed, and that is a failure.
    func ended(within limit: Duration = .seconds(60)) async throws -> Ending {
        let limit = limit * ChildProcess.slowness
        if let ending = await ending.first(within: limit, where: { _ in true }) { return ending }
        signal(SIGKILL)
        throw Failure(description: "the process did not end within \(limit); standard error was:\n\(standardError)")
    }

    private func receive(_ bytes: ArraySlice<UInt8>) { output.withLock { $0 += bytes } }

    private func wait() -> Ending {
        var information = siginfo_t()
        while waitid(P_PID, id_t(id), &information, WEXITED | WNOWAIT) != 0 && errno == EINTR {}
        ChildProcess.alive.withLock { _ = $0.remove(id) }
        return isOurs.withLock { isOurs in
            isOurs = false
            var status: Int32 = 0
            waitpid(id, &status, 0)
            let signal = status & 0x7f
            return signal == 0 ? .exited(status >> 8 & 0xff) : .killed(signal: signal)
        }
    }

    // MARK: -

    /// Children to be killed when the test process ends while they run.
    private static let alive: Mutex<Set<pid_t>> = {
        atexit { ChildProcess.killAll() }
        return Mutex([])
    }()

    private static let spawning = Mutex(())

    private static func killAll() {
        let left = alive.withLock { $0 }
        for id in left { kill(id, SIGKILL) }
    }

    private static func thread(_ group: DispatchGroup, _ work: @escaping @Sendable () -> Void) {
        group.enter()
        Thread.detachNewThread {
            work()
            group.leave()
        }
    }

    private static func spawn(
        _ arguments: [String], _ environment: [String: String], output: Int32, errors: Int32
    ) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
        posix_spawn_file_actions_adddup2(&actions, errors, STDERR_FILENO)
        // Connections that a server of another test has accepted: NIO does not mark them, and in a child they stay open. Only
        // these: while it closes, the child also holds the locks of ledgers that other tests open and close.
        for descriptor in (STDERR_FILENO + 1)..<1_024 {
            let flags = fcntl(descriptor, F_GETFD)
            if flags >= 0, flags & FD_CLOEXEC == 0 { posix_spawn_file_actions_addclose(&actions, descriptor) }
        }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var all = sigset_t()
        sigfillset(&all)
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))
        let argv = arguments.map { strdup($0) } + [nil]
        let envp = environment.sorted { $0.key < $1.key }.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for text in argv + envp { free(text) } }
        var id = pid_t()
        let code = posix_spawn(&id, arguments[0], &actions, &attributes, argv, envp)
        guard code == 0 else { throw Failure(description: "\(arguments): \(String(cString: strerror(code)))") }
        return id
    }
}

private enum Pipe {
    static func make() throws -> (read: Int32, write: Int32) {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else {
            throw ChildProcess.Failure(description: "no pipe: \(String(cString: strerror(errno)))")
        }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return (ends[0], ends[1])
    }

    /// Hands over what comes until the other end is closed.
    static func drain(_ descriptor: Int32, _ receive: (ArraySlice<UInt8>) -> Void) {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { break }
            receive(buffer[..<count])
        }
        close(descriptor)
    }
}
