import Glibc
import JSON
import Time

/// Configuration and state of one business, and the commands that are run on it.
struct Site: Sendable {
    let binary: String
    let directory: String
    /// What commands see beside their `HOME`.
    var environment: [String: String] = [:]

    init(_ bench: Bench, _ name: String) throws {
        binary = bench.binary
        directory = try bench.scratch.directory(name)
        guard mkdir(state, 0o700) == 0 else { throw BenchError("\(state) cannot be made") }
    }

    var state: String { directory + "/state" }
    var database: String { state + "/actp.db" }
    var schedules: String { directory + "/schedules.json" }

    private var options: [String] { ["--config-dir", directory, "--state-dir", state] }
    private var errors: String { directory + "/stderr" }

    func write(_ schedules: ScheduleText) throws { try Scratch.write(schedules.text, to: self.schedules) }

    func remove() { Scratch.remove(directory) }

    /// Runs a command to its end; anything but status 0 is an error with what it said.
    @discardableResult
    func run(_ arguments: String..., output: String? = nil) throws -> (seconds: Double, end: Child.End) {
        let child = try Child(
            [binary] + arguments + options, environment: ["HOME": directory].merging(environment) { $1 },
            output: output ?? "/dev/null", errors: errors)
        let end = child.wait()
        let seconds = (Clock.uptime - child.startedAt).fineSeconds
        guard end.status == 0 else {
            throw BenchError("\(arguments.joined(separator: " ")) ended with status \(end.status): \(complaint)")
        }
        return (seconds, end)
    }

    /// The run history, newest first.
    func runs() throws -> [JSON] {
        let file = directory + "/runs.json"
        try run("runs", "-n", "100000", "--json", output: file)
        return try JSON(parsing: Proc.text(file)).array ?? []
    }

    /// Starts the daemon and waits until it is ready.
    func serve() throws -> RunningDaemon {
        let socket = try NotifySocket(path: directory + "/notify")
        let child = try Child(
            [binary, "serve"] + options, environment: ["HOME": directory, "NOTIFY_SOCKET": socket.path], errors: errors)
        do {
            return RunningDaemon(
                child: child, socket: socket, readyAfter: try socket.wait(for: "READY=1", from: child) - child.startedAt
            )
        } catch let error as BenchError {
            throw BenchError("\(error): \(complaint)")
        }
    }

    private var complaint: String { String(Proc.text(errors).suffix(500)) }
}

/// An `actpd serve` that is ready.
struct RunningDaemon: Sendable {
    let child: Child
    let socket: NotifySocket
    /// From the start of the process to its READY=1.
    let readyAfter: Duration

    /// Sends SIGHUP and returns the time from RELOADING=1 to READY=1.
    func reload() throws -> Duration {
        child.signal(SIGHUP)
        let start = try socket.wait(for: "RELOADING=1", from: child)
        return try socket.wait(for: "READY=1", from: child) - start
    }

    func stop() throws {
        let end = child.stop()
        guard end.status == 0 else { throw BenchError("the daemon ended with status \(end.status) when asked to stop") }
    }
}
