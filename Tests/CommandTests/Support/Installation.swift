import ActpTesting
import Foundation
import Glibc
import JSON
import Records
import Scheduling
import Stores
import Testing
import Time

/// What a finished command left behind.
struct Finished: Sendable {
    let ending: Ending
    let output: String
    let error: String

    var status: Int32? {
        guard case .exited(let status) = ending else { return nil }
        return status
    }

    var json: JSON? { try? JSON(parsing: output) }
}

/// actpd as if it were installed for one test alone: its own configuration and state, and an environment with nothing
/// else in it.
final class Installation: Sendable {
    /// A few processes at a time, on the few cores that there are.
    private static let commands = Turnstile(3)
    private static let daemons = Turnstile(4)

    let directory: TemporaryDirectory

    init(schedules: String = #"{ "schedules": [] }"#) throws {
        directory = try TemporaryDirectory()
        for folder in ["config", "state", "home"] {
            try FileManager.default.createDirectory(
                atPath: directory.file(folder), withIntermediateDirectories: true)
        }
        try configure("schedules.json", schedules)
    }

    /// The built program, beside the test bundle.
    static let program: String = {
        let bundle = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return (bundle as NSString).deletingLastPathComponent + "/actpd"
    }()

    static let python = "/usr/bin/python3"

    /// The top of the checkout.
    static let repository: String = {
        var url = URL(fileURLWithPath: #filePath)
        for _ in 0..<4 { url.deleteLastPathComponent() }
        return url.path
    }()

    var state: String { directory.file("state") }

    var environment: [String: String] {
        [
            "PATH": "/usr/bin:/bin", "HOME": directory.file("home"), "LC_ALL": "C.UTF-8",
            "ACTPD_CONFIG_DIR": directory.file("config"), "STATE_DIRECTORY": state,
        ].merging(Installation.sanitizer) { $1 }
    }

    /// What `make sanitize` says to the runtimes of the sanitizers, which are in the program too: where reports go, so that
    /// also those of a process that is killed are found. Empty otherwise.
    private static let sanitizer = ProcessInfo.processInfo.environment.filter {
        ["TSAN_OPTIONS", "ASAN_OPTIONS", "SWIFT_BACKTRACE"].contains($0.key)
    }

    /// Writes a file of the configuration folder.
    func configure(_ name: String, _ text: String) throws { try write(text, to: "config/" + name) }

    @discardableResult
    func write(_ text: String, to name: String) throws -> String {
        let path = directory.file(name)
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        return path
    }

    /// Runs a command to its end.
    func actpd(_ arguments: [String], environment more: [String: String] = [:]) async throws -> Finished {
        try await Installation.commands.pass {
            let process = try start(arguments, environment: more)
            let ending = try await process.ended(within: .seconds(120))
            return Finished(
                ending: ending, output: plain(process.standardOutput), error: plain(process.standardError))
        }
    }

    func actpd(_ arguments: String..., environment more: [String: String] = [:]) async throws -> Finished {
        try await actpd(arguments, environment: more)
    }

    /// Starts a command and does not wait for it.
    func start(_ arguments: [String], environment more: [String: String] = [:]) throws -> ChildProcess {
        try ChildProcess(
            Installation.program, arguments, environment: environment.merging(more) { $1 }, directory: directory.path)
    }

    /// Starts the daemon, waits until it is ready, and kills it after the work if it still runs.
    func serving<Result: Sendable>(
        environment more: [String: String] = [:], _ work: (Served) async throws -> Result
    ) async throws -> Result {
        try await Installation.daemons.pass {
            let served = try serve(environment: more)
            defer { served.process.signal(SIGKILL) }
            _ = try await served.ready()
            return try await work(served)
        }
    }

    /// Starts the daemon without waiting for anything.
    func serve(environment more: [String: String] = [:]) throws -> Served {
        let socket = try NotifySocket(path: directory.file("notify-\(UInt32.random(in: 0 ... .max))"))
        let process = try start(
            ["serve"], environment: ["NOTIFY_SOCKET": socket.path].merging(more) { $1 })
        return Served(process: process, socket: socket)
    }

    // MARK: What it left behind

    /// The task rows, oldest first.
    func taskRows() async throws -> [Row<AgentTasks>] {
        let store = Store(try SQLiteStore(path: state + "/actp.db", time: SystemTime()))
        var rows: [Row<AgentTasks>] = []
        try await store.eachPage(of: AgentTasks.self) { rows += $0 }
        return rows.sorted { $0.createdAt < $1.createdAt }
    }

    var ledger: SQLiteLedger {
        get throws { try SQLiteLedger(directory: state, as: .reader, texts: PlainAlertTexts(), at: SystemTime().now()) }
    }

    /// All runs of the ledger, oldest first.
    func runs() throws -> [RunRecord] { try ledger.runs(RunFilter(limit: 1_000_000)).reversed() }

    /// How many task rows wait for their delivery.
    func waitingRows() throws -> Int { try ledger.backlog(.taskLog).count }

    /// Waits until the ledger shows what a test waits for.
    func waitForRuns(_ isThere: ([RunRecord]) -> Bool) async throws {
        let limit = SystemTime().now() + .seconds(30) * ChildProcess.slowness
        while !isThere(try runs()) {
            guard SystemTime().now() < limit else {
                throw ChildProcess.Failure(description: "the ledger shows only \(try runs())")
            }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    /// A text without the names that differ from run to run.
    func plain(_ text: String) -> String {
        text.replacingOccurrences(of: directory.path, with: "TMP")
            .replacingOccurrences(of: Installation.repository, with: "REPOSITORY")
    }
}

/// A running daemon and its service manager.
struct Served: Sendable {
    let process: ChildProcess
    let socket: NotifySocket

    @discardableResult
    func ready(from start: Int = 0, within limit: Duration = .seconds(30)) async throws -> String {
        try await socket.message("READY=1", from: start, within: limit)
    }

    /// Asks it to stop, and expects it to end well.
    func stop(sourceLocation: SourceLocation = #_sourceLocation) async throws {
        process.signal(SIGTERM)
        let ending = try await process.ended()
        #expect(ending == .exited(0), "\(process.standardError)", sourceLocation: sourceLocation)
    }
}

extension Installation {
    /// Prepares work that keeps one processor busy for seconds, and says how it is asked for: videos whose titles are
    /// compared with far too many keywords.
    /// - Parameter count: about thirty of them take a second.
    func prepareLongWork(videos count: Int = 2_000) async throws -> [String] {
        let keywords = (0..<2_500).map { "\"a k\($0)\"" }.joined(separator: ",")
        let settings = try write(
            #"{"youtube": {"niches": [{"name": "ai_automation", "keywords": [\#(keywords)]}]}}"#, to: "slow.json")
        let title = String(repeating: "a ", count: 20)
        let videos = (0..<count).map { "video\($0),\(title)\n" }.joined()
        let imported = try await actpd(
            "import", "youtube_video_stats", write("video_id,title\n" + videos, to: "slow.csv"))
        #expect(imported.status == 0, "\(imported.error)")
        return ["youtube", "analyze", "--config", settings]
    }
}

/// Holds the write lock of the embedded store, so that whoever uses it waits: a task is then stopped in its middle. The
/// store gives up after ten seconds.
final class StoreGate: Sendable {
    private let process: ChildProcess

    /// - Parameter file: `ledger.db` for the ledger, which then cannot be written.
    init(_ installation: Installation, file: String = "actp.db") async throws {
        let script = """
            import sqlite3, sys, signal
            signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
            connection = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=10)
            connection.execute("BEGIN IMMEDIATE")
            print("held", file=sys.stderr, flush=True)
            signal.pause()
            """
        process = try ChildProcess(
            Installation.python, ["-c", script, installation.state + "/\(file)"], environment: installation.environment,
            directory: installation.directory.path)
        _ = try await process.line("held")
    }

    func open() async throws {
        process.signal(SIGKILL)
        _ = try await process.ended()
    }
}
