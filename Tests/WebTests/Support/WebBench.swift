import ActpTesting
import Dispatch
import Foundation
import HTTP
import JSON
import Logging
import Synchronization
import Testing
import Time

@testable import Web

/// A server with its machine, on a Unix socket and on a port of loopback.
final class WebBench: Sendable {
    static let tokens: [Scope: String] = [
        .read: "reading-0123456789abcdef", .run: "running-0123456789abcdef", .admin: "admin-0123456789abcdef",
    ]

    static let document = { () -> OpenAPIDocument in
        var url = URL(fileURLWithPath: #filePath)
        for _ in 0..<4 { url.deleteLastPathComponent() }
        guard let document = try? OpenAPIDocument(path: url.path + "/Sources/Web/openapi.json") else {
            preconditionFailure("Sources/Web/openapi.json cannot be read")
        }
        return document
    }()

    let machine = ScriptedMachine()
    let server: WebServer
    let socket: String
    let port: Int
    /// The clock of limits and of relative times.
    let time = ManualTime("2026-03-02T09:00:00Z")
    private let directory: TemporaryDirectory
    private let client: HTTPClient

    /// Serves for as long as the work takes.
    static func serve(
        tokens: [Scope: String] = WebBench.tokens, limits: (inout WebLimits) -> Void = { _ in },
        _ work: (WebBench) async throws -> Void
    ) async throws {
        var all = WebLimits()
        all.requestsPerSecond = 10_000
        limits(&all)
        let bench = try WebBench(tokens, all)
        do {
            try await work(bench)
        } catch {
            try await bench.server.shutDown()
            throw error
        }
        try await bench.server.shutDown()
    }

    private init(_ tokens: [Scope: String], _ limits: WebLimits) throws {
        directory = try TemporaryDirectory()
        socket = directory.file("http.sock")
        server = WebServer(
            WebSettings(tokens: tokens, tokenHelp: "set ACTPD_HTTP_TOKEN_READ", limits: limits),
            machine: machine, registry: PrometheusRegistry(WebServer.descriptions), executor: TestThreads(), time: time,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        try server.listen(on: .unixSocket(path: socket))
        port = try server.listen(on: .port(0)) ?? 0
        var options = HTTPClient.Options()
        options.breaker.failuresMax = 0
        client = HTTPClient(time: SystemTime(), options: options)
    }

    /// Asks over the Unix socket, or over TCP.
    func ask(
        _ method: HTTPRequest.Method, _ target: String, token: String? = nil, headers: [String: String] = [:],
        body: String = "", overTCP: Bool = false
    ) async throws -> HTTPResponse {
        var fields: HTTPHeaders = [:]
        if !body.isEmpty, headers["Content-Type"] == nil { fields.add("Content-Type", "application/json") }
        if let token { fields.add("Authorization", "Bearer \(token)") }
        for (name, value) in headers { fields.add(name, .shown(value)) }
        let url = try HTTPURL("http://localhost\(overTCP ? ":\(port)" : "")\(target)", of: "the server")
        return try await client.send(
            HTTPRequest(
                method, url, of: "the server", headers: fields, body: Array(body.utf8), repetition: .never,
                unixSocket: overTCP ? nil : socket))
    }
}

extension WebBench {
    /// Begins to follow the stream of events, after the event with the id if there is one.
    func listen(after id: String? = nil) async throws -> RawConnection {
        let header = id.map { "Last-Event-ID: \($0)\r\n" } ?? ""
        return try await RawConnection.off { [socket] in
            let connection = try RawConnection(unixSocket: socket)
            connection.send("GET /api/events HTTP/1.1\r\nHost: x\r\n\(header)\r\n")
            let head = try connection.text(through: "\r\n\r\n")
            #expect(head.contains("text/event-stream"))
            return connection
        }
    }
}

extension RawConnection {
    /// The frames up to and with the one that has the text.
    ///
    /// - Throws: ``Silence`` after a minute: signs of life come for as long as nothing else does.
    func next(_ text: String) async throws -> String {
        try await RawConnection.off {
            let time = SystemTime()
            let start = time.uptime()
            var frames = ""
            while !frames.contains(text) {
                guard time.uptime() - start < .seconds(60) else { throw Silence(missing: text, heard: frames) }
                frames += try self.text(through: "\n\n")
            }
            return frames
        }
    }
}

/// What was waited for did not come.
struct Silence: Error {
    let missing: String
    let heard: String
}

/// Threads for the server's work, as in the daemon.
private final class TestThreads: TaskExecutor {
    private let queue = DispatchQueue(label: "web-tests", attributes: .concurrent)

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}

extension HTTPResponse {
    var json: JSON? { try? JSON(parsing: text) }
    var type: String { headers["Content-Type"] ?? "" }
}
