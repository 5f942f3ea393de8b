import ActpTesting
import Foundation
import Glibc
import JSON
import Testing
import Time

/// A machine for one test: a container with a real systemd as its first process, and actpd installed in it.
///
/// Its network is the loopback device alone. Everything goes with the value's ``stop()``, and also when the test dies.
struct Container: Sendable {
    /// Why no container can be booted on this machine; `nil` when one can.
    static let obstacle: String? = {
        let probe = Process()
        probe.executableURL = URL(fileURLWithPath: Installation.python)
        probe.arguments = [script, "ready"]
        let pipe = Foundation.Pipe()
        probe.standardOutput = pipe
        do { try probe.run() } catch { return "python3 cannot be started: \(error)" }
        let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        probe.waitUntilExit()
        return text.isEmpty ? nil : text
    }()

    private static let script = Installation.repository + "/Tests/ContainerTests/Support/container.py"
    private static let path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    /// A few at a time: each is a whole machine.
    private static let places = Turnstile(2)

    private let directory: TemporaryDirectory
    private let driver: ChildProcess
    private let leader: String

    /// Boots a machine, prepares it as the README says, does the work and stops it.
    static func booted(
        schedules: String = #"{ "schedules": [] }"#, _ work: @Sendable (Container) async throws -> Void
    ) async throws {
        try await places.pass {
            let container = try await Container()
            do {
                try await container.write("/etc/actpd/schedules.json", schedules)
                try await container.run("systemd-sysusers")
                try await container.run("systemctl", "daemon-reload")
                try await work(container)
            } catch {
                try await container.stop()
                throw error
            }
            try await container.stop()
        }
    }

    private init() async throws {
        directory = try TemporaryDirectory()
        driver = try ChildProcess(
            Installation.python,
            [Container.script, "boot", directory.path, Installation.repository, Installation.program],
            environment: ["PATH": Container.path], directory: directory.path)
        do {
            leader = try await driver.line("leader ", within: .seconds(200)).components(separatedBy: " ")[1]
        } catch {
            let console = try? String(contentsOfFile: directory.file("console.log"), encoding: .utf8)
            throw ChildProcess.Failure(description: "\(error)\n\(console ?? "")")
        }
    }

    private func stop() async throws {
        driver.signal(SIGTERM)
        _ = try await driver.ended(within: .seconds(60))
    }

    /// Runs a command in the container to its end, whatever that is.
    func attempt(_ command: [String], input: String? = nil) async throws -> Finished {
        let process = try ChildProcess(
            "/usr/bin/nsenter", ["-t", leader, "-a", "--"] + command,
            environment: ["PATH": Container.path, "LC_ALL": "C.UTF-8"], directory: "/")
        let ending = try await process.ended(within: .seconds(120))
        return Finished(ending: ending, output: process.standardOutput, error: process.standardError)
    }

    /// Runs a command that has to end well, and returns what it printed.
    @discardableResult
    func run(_ command: String...) async throws -> String {
        let finished = try await attempt(command)
        guard finished.status == 0 else {
            throw ChildProcess.Failure(
                description:
                    "\(command.joined(separator: " ")): \(finished.ending)\n\(finished.output)\(finished.error)")
        }
        return finished.output
    }

    @discardableResult
    func shell(_ script: String) async throws -> String { try await run("sh", "-ec", script) }

    func write(_ path: String, _ text: String) async throws {
        let encoded = Data(text.utf8).base64EncodedString()
        try await shell("mkdir -p $(dirname \(path)) && echo \(encoded) | base64 -d > \(path)")
    }

    /// A property of a unit, as `systemctl show` has it.
    func property(_ name: String, of unit: String = "actpd.service") async throws -> String {
        try await run("systemctl", "show", "--value", "-p", name, unit).trimmingCharacters(in: .newlines)
    }

    /// The journal's entries of the unit, oldest first.
    func journal(_ matches: String..., unit: String = "actpd") async throws -> [JSON] {
        let text = try await attempt(
            ["journalctl", "-u", unit, "-o", "json", "--all", "--no-pager"] + matches
        ).output
        return try text.split(separator: "\n").map { try JSON(parsing: String($0)) }
    }

    /// Looks until the text is what a test waits for.
    func eventually(
        within limit: Duration = .seconds(60), _ what: String, _ isSo: () async throws -> Bool
    ) async throws {
        let end = SystemTime().now() + limit
        while try await !isSo() {
            guard SystemTime().now() < end else {
                let journal = try await run("journalctl", "-u", "actpd", "--no-pager", "-n", "40")
                throw ChildProcess.Failure(description: "not so within \(limit): \(what)\n\(journal)")
            }
            try await Task.sleep(for: .milliseconds(50))
        }
    }
}

extension Trait where Self == ConditionTrait {
    /// Skips where no container can be booted, and says why.
    static var inContainer: Self {
        .enabled(if: Container.obstacle == nil, Comment(rawValue: Container.obstacle ?? "a container can be booted"))
    }
}
