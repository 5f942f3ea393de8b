import ActpTesting
import Foundation
import Glibc
import HTTP
import JSON
import Records
import Scheduling
import Testing

/// The daemon as it is called over HTTP.
struct WebTests {
    private static let summary: JSON = ["domain": "youtube", "task": "summary"]

    private func serving(
        schedules: String = DaemonTests.yearly, environment: [String: String] = [:],
        _ work: (Installation, Served, WebCaller) async throws -> Void
    ) async throws {
        let installation = try Installation(schedules: schedules)
        try installation.answerOverHTTP()
        try await installation.serving(environment: environment) { served in
            try await work(installation, served, WebCaller(installation.webSocket))
        }
    }

    @Test("what is looked at is as the document describes it: with schedules, pauses and runs of every kind")
    func looking() async throws {
        let document = try WebCaller.document()
        let schedules = """
            { "schedules": [
              { "name": "tick", "cron": "* * * * * *", "domain": "youtube", "task": "summary" },
              { "name": "café", "cron": "0 5 * * *", "timezone": "Europe/Paris", "domain": "outreach", "task": "send" },
              { "name": "off", "cron": "@reboot", "domain": "youtube", "task": "summary", "enabled": false },
              { "name": "bad", "cron": "99 * * * *", "domain": "youtube", "task": "summary" } ] }
            """
        try await serving(schedules: schedules) { installation, served, caller in
            _ = try await served.process.line("youtube summary ok")
            let pause = try await caller.ask(
                .post, "/api/schedules/caf%C3%A9/pause", as: .admin, ["until": "2h", "note": "mend"])
            #expect(pause.status == 200)
            #expect(document.complaints(about: "POST /api/schedules/{name}/pause", pause).isEmpty)
            #expect(try await installation.actpd("--status").output.contains("paused: café since"))
            for (operation, target) in [
                ("GET /health", "/health"), ("GET /api/agents", "/api/agents"),
                ("GET /api/schedules", "/api/schedules?ahead=3"), ("GET /api/runs", "/api/runs"),
                ("GET /api/openapi.json", "/api/openapi.json"),
            ] {
                let answer = try await caller.ask(.get, target)
                #expect(answer.status == 200)
                let complaints = document.complaints(about: operation, answer)
                #expect(complaints.isEmpty, "\(operation): \(complaints)")
            }
            let health = try await caller.ask(.get, "/health").json
            #expect(health?["status"] == "degraded" && health?["reasons"]?.array?.first?["code"] == "schedules")
            let listed = try await caller.ask(.get, "/api/schedules?ahead=3").json?["schedules"]?.array ?? []
            #expect(listed.compactMap { $0["name"]?.string } == ["café", "off", "tick"])
            #expect(listed.first?["paused"]?["note"] == "mend" && listed.first?["once"] == true)
            #expect(listed.map { $0["ahead"]?.array?.count } == [3, 0, 3])
            let first = try await caller.ask(.get, "/api/schedules?limit=2").json
            #expect(first?["schedules"]?.array?.count == 2 && first?["next"] == "off")
            let second = try await caller.ask(.get, "/api/schedules?limit=2&cursor=off").json
            #expect(second?["schedules"]?.array?.first?["name"] == "tick" && second?["next"] == .null)
            let run = try #require(
                try await caller.ask(.get, "/api/runs?outcome=ok&limit=1").json?["runs"]?.array?.first)
            let detail = try await caller.ask(.get, "/api/runs/\(run["id"]?.string ?? "")")
            #expect(document.complaints(about: "GET /api/runs/{id}", detail).isEmpty)
            #expect(detail.json?["result"]?["stdout"]?.string != nil)
            #expect(try await caller.ask(.get, "/api/runs/01a21b93-bd49-7316-8c98-bdc047198ef7").status == 404)
            let resumed = try await caller.ask(.post, "/api/schedules/caf%C3%A9/resume", as: .admin)
            #expect(resumed.json?["lifted"]?["note"] == "mend")
            #expect(document.complaints(about: "POST /api/schedules/{name}/resume", resumed).isEmpty)
            let unknown = try await caller.ask(.post, "/api/schedules/tik/resume", as: .admin)
            #expect(unknown.status == 404 && unknown.text.contains("did you mean"))
            try await served.stop()
        }
        // Gone with the process.
    }

    @Test("pages of the history have every run once, in order, while new ones come")
    func pages() async throws {
        try await serving(schedules: DaemonTests.everySecond) { installation, served, caller in
            for _ in 0..<12 {
                let answer = try await caller.ask(.post, "/api/dispatch?wait=30s", as: .run, WebTests.summary)
                #expect(answer.status == 200 || answer.status == 409, "\(answer.text)")
            }
            let known = try installation.runs().map(\.id.text)
            var (seen, cursor): ([String], String?) = ([], nil)
            repeat {
                let page = try await caller.ask(.get, "/api/runs?limit=5" + (cursor.map { "&cursor=\($0)" } ?? "")).json
                seen += (page?["runs"]?.array ?? []).compactMap { $0["id"]?.string }
                cursor = page?["next"]?.string
            } while cursor != nil
            #expect(Set(seen).count == seen.count, "none twice")
            #expect(seen.filter(known.contains) == known.reversed())
            let strange = try await caller.ask(.get, "/api/runs?cursor=nonsense")
            #expect(strange.status == 400)
            try await served.stop()
        }
    }

    @Test("an order runs as a one-shot does: in the ledger, with its task row, told on the stream")
    func dispatch() async throws {
        let document = try WebCaller.document()
        try await serving { installation, served, caller in
            let stream = try await listen(installation)
            let answer = try await caller.ask(
                .post, "/api/dispatch?wait=30s", as: .run,
                ["domain": "youtube", "task": "summary", "params": ["limit": 3]])
            #expect(answer.status == 200, "\(answer.text)")
            #expect(document.complaints(about: "POST /api/dispatch", answer).isEmpty)
            #expect(answer.json?["trigger"] == "http" && answer.json?["outcome"] == "ok")
            let id = try #require(answer.json?["id"]?.string)
            #expect(answer.headers["Location"] == "/api/runs/\(id)")
            let told = try await hear("event: run.ended", on: stream)
            #expect(told.contains("event: run.started\n") && told.contains("event: run.ended\n") && told.contains(id))
            let run = try #require(try installation.runs().first)
            #expect(run.id.text == id && run.trigger == .http && run.params["limit"] == 3)
            try await served.stop()
            let row = try #require(try await installation.taskRows().first)
            #expect(row.id.text == id && row.status == "ok" && row.params?["limit"] == 3)
        }
    }

    static let refused: [(order: JSON, words: String)] = [
        (["domain": "yutube", "task": "summary"], "did you mean youtube?"),
        (["domain": "youtube", "task": "sumary"], "did you mean summary?"),
        (["domain": "youtube", "task": "summary", "params": ["limt": 3]], "did you mean limit?"),
    ]

    @Test("an order that no agent takes is refused, and nothing is recorded")
    func refusals() async throws {
        try await serving { installation, served, caller in
            for (order, words) in WebTests.refused {
                let answer = try await caller.ask(.post, "/api/dispatch", as: .run, order)
                #expect(answer.status == 422 && answer.text.contains(words), "\(answer.text)")
            }
            #expect(try installation.runs().isEmpty)
            try await served.stop()
        }
    }

    @Test("one key is one run: repeated, in a crowd, and after a restart; with another order it is refused")
    func keys() async throws {
        let installation = try Installation(schedules: DaemonTests.yearly)
        try installation.answerOverHTTP()
        let caller = WebCaller(installation.webSocket)
        var ids: Set<String> = []
        for _ in 0..<2 {
            try await installation.serving { served in
                ids.formUnion(
                    try await withThrowingTaskGroup(of: String.self) { group in
                        for _ in 0..<6 {
                            group.addTask {
                                let answer = try await caller.ask(
                                    .post, "/api/dispatch?wait=30s", as: .run, key: "monday", WebTests.summary)
                                #expect(answer.status == 200, "\(answer.text)")
                                return answer.json?["id"]?.string ?? ""
                            }
                        }
                        return try await group.reduce(into: Set<String>()) { $0.insert($1) }
                    })
                let other = try await caller.ask(
                    .post, "/api/dispatch", as: .run, key: "monday",
                    ["domain": "youtube", "task": "summary", "params": ["limit": 1]])
                #expect(other.status == 422 && other.text.contains("keyReused"), "\(other.text)")
                try await served.stop()
            }
        }
        #expect(ids.count == 1)
        #expect(try installation.runs().map(\.id.text) == Array(ids))
    }

    @Test("the same work at work: 409 with the run that was not run; cancelled work ends so")
    func conflict() async throws {
        let document = try WebCaller.document()
        try await serving(schedules: DaemonTests.everySecond) { installation, served, caller in
            _ = try await served.process.line("youtube summary ok")
            let gate = try await StoreGate(installation)
            // A slot that finds the one before it at work proves that work is under way.
            let line = try await served.process.line("youtube summary skipped: overlap, holder=")
            let id = try #require(line.firstMatch(of: /holder=(\S+)/).map { String($0.1) })
            let second = try await caller.ask(.post, "/api/dispatch", as: .run, key: "again", WebTests.summary)
            #expect(second.status == 409 && second.text.contains("overlap, holder="), "\(second.text)")
            #expect(document.complaints(about: "POST /api/dispatch", second).isEmpty)
            #expect(second.json?["run"]?["outcome"] == "skipped")
            let metrics = try PrometheusScrape(try await caller.ask(.get, "/metrics").text)
            #expect(metrics["actpd_running", ["domain": "youtube"]] == 1)
            #expect((metrics["actpd_skips_total", ["reason": "overlap"]] ?? 0) >= 2)
            let cancelled = try await caller.ask(.post, "/api/runs/\(id)/cancel", as: .run)
            #expect(cancelled.status == 202)
            #expect(document.complaints(about: "POST /api/runs/{id}/cancel", cancelled).isEmpty)
            try await gate.open()
            try await installation.waitForRuns { $0.contains { $0.id.text == id && $0.outcome != nil } }
            let run = try #require(try installation.runs().first { $0.id.text == id })
            #expect(run.outcome == .cancelled && run.reason?.contains("cancelled over HTTP") == true)
            let late = try await caller.ask(.post, "/api/runs/\(id)/cancel", as: .run)
            #expect(late.status == 409)
            #expect(try await caller.ask(.post, "/api/runs/nonsense/cancel", as: .run).status == 404)
            try await served.stop()
        }
    }

    @Test("a reload says what it changed, or every problem; who listens hears of it, and of what it does to the health")
    func reload() async throws {
        let document = try WebCaller.document()
        try await serving { installation, served, caller in
            let stream = try await listen(installation)
            #expect(try await caller.ask(.get, "/health").json?["status"] == "ok")
            try installation.configure("schedules.json", DaemonTests.everySecond)
            let good = try await caller.ask(.post, "/api/reload", as: .admin)
            #expect(
                good.json == [
                    "accepted": true, "added": ["tick"], "changed": [], "removed": ["yearly"], "restart_for": [],
                    "secrets": [],
                ])
            #expect(document.complaints(about: "POST /api/reload", good).isEmpty)
            try installation.configure(
                "schedules.json",
                #"{"schedules": [{"name": "x", "cron": "99 * * * *", "domain": "youtube", "task": "nothing"}]}"#)
            let bad = try await caller.ask(.post, "/api/reload", as: .admin)
            #expect(bad.status == 422 && bad.json?["errors"]?.array?.count == 2, "\(bad.text)")
            #expect(document.complaints(about: "POST /api/reload", bad).isEmpty)
            let scrape = try PrometheusScrape(try await caller.ask(.get, "/metrics").text)
            #expect(scrape["actpd_last_reload_successful", [:]] == 0)
            #expect(scrape["actpd_reloads_total", ["result": "rejected"]] == 1)
            let health = try await caller.ask(.get, "/health").json
            #expect(health?["ready"] == true && health?["reasons"]?.array?.first?["code"] == "reload")
            let told = try await hear("degraded", on: stream)
            #expect(told.contains(#"{"accepted":true}"#) && told.contains("event: health\n"))
            #expect(told.contains(#"{"accepted":false}"#) && told.contains(#""code":"reload""#), "\(told)")
            try await served.stop()
        }
    }

    @Test("stopping: nobody new is let in, streams end, and whoever is there hears that it is not ready")
    func stopping() async throws {
        try await serving(schedules: DaemonTests.everySecond) { installation, served, _ in
            let stream = try await listen(installation)
            let socket = installation.webSocket
            _ = try await served.process.line("youtube summary ok")
            let gate = try await StoreGate(installation)
            _ = try await served.process.line("youtube summary skipped: overlap, holder=")
            let connection = try await RawConnection.off {
                let connection = try RawConnection(unixSocket: socket)
                connection.send("GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
                let answer = try connection.text(through: "\"waiting\":0}")
                #expect(answer.hasPrefix("HTTP/1.1 200"))
                return connection
            }
            served.process.signal(SIGTERM)
            _ = try await served.process.line("waiting for 1 running tasks")
            try await RawConnection.off {
                _ = try stream.text(through: "0\r\n\r\n")
                connection.send("GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
                let answer = try connection.text(through: "\"waiting\":0}")
                #expect(answer.hasPrefix("HTTP/1.1 503") && answer.contains(#""code":"stopping""#), "\(answer)")
                #expect(throws: RawConnection.Failure.self) { try RawConnection(unixSocket: socket) }
            }
            try await gate.open()
            #expect(try await served.process.ended() == .exited(0))
        }
    }

    @Test("a socket that the service manager holds is taken over; the daemon answers there and nowhere else")
    func activation() async throws {
        let installation = try Installation(schedules: DaemonTests.yearly)
        let script = """
            import os, socket, sys
            listener = socket.socket(socket.AF_UNIX)
            listener.bind(sys.argv[1])
            listener.listen(16)
            os.dup2(listener.fileno(), 3)
            os.set_inheritable(3, True)
            os.environ.update(LISTEN_FDS="1", LISTEN_PID=str(os.getpid()))
            os.execv(sys.argv[2], sys.argv[2:])
            """
        let socket = try NotifySocket(path: installation.directory.file("notify"))
        let process = try ChildProcess(
            Installation.python, ["-c", script, installation.webSocket, Installation.program, "serve"],
            environment: installation.environment.merging(["NOTIFY_SOCKET": socket.path]) { $1 },
            directory: installation.directory.path)
        defer { process.signal(SIGKILL) }
        _ = try await socket.message("READY=1")
        let answer = try await WebCaller(installation.webSocket).ask(.get, "/health")
        #expect(answer.json?["status"] == "ok")
        try await Served(process: process, socket: socket).stop()
        #expect(FileManager.default.fileExists(atPath: installation.webSocket), "the service manager's file stays")
    }

    @Test("a socket of a dead process is replaced, one behind which somebody listens is not; short tokens open nothing")
    func addresses() async throws {
        let installation = try Installation(schedules: DaemonTests.yearly)
        try installation.answerOverHTTP()
        try installation.configure("secrets.env", "ACTPD_HTTP_TOKEN_ADMIN=tooshort\n")
        try await installation.serving { served in
            served.process.signal(SIGKILL)
            _ = try await served.process.ended()
        }
        let caller = WebCaller(installation.webSocket)
        try await installation.serving { served in
            _ = try await served.process.line("ACTPD_HTTP_TOKEN_ADMIN has fewer than 20 characters")
            #expect(try await caller.ask(.get, "/health").status == 200)
            let short = try await RawConnection.off { [socket = installation.webSocket] in
                let connection = try RawConnection(unixSocket: socket)
                connection.send("GET /health HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer tooshort\r\n\r\n")
                return try connection.text(through: "\r\n")
            }
            #expect(short.contains(" 401 "))
            let other = try Installation(schedules: DaemonTests.yearly)
            try other.configure("actpd.json", #"{ "http": { "socket": "\#(installation.webSocket)" } }"#)
            try await other.serving { second in
                _ = try await second.process.line("another process listens there")
                try await second.stop()
            }
            #expect(try await caller.ask(.get, "/health").status == 200)
            try await served.stop()
        }
    }

    /// The frames up to the one with the text; a few have to be enough, since signs of life come as long as nothing else does.
    private func hear(_ text: String, on stream: RawConnection) async throws -> String {
        try await RawConnection.off {
            try (0..<8).reduce(into: "") { told, _ in
                if !told.contains(text) { told += try stream.text(through: "\n\n") }
            }
        }
    }

    private func listen(_ installation: Installation) async throws -> RawConnection {
        let socket = installation.webSocket
        return try await RawConnection.off {
            let connection = try RawConnection(unixSocket: socket)
            connection.send("GET /api/events HTTP/1.1\r\nHost: x\r\n\r\n")
            _ = try connection.text(through: ":\n\n")
            return connection
        }
    }
}

extension OpenAPIDocument {
    fileprivate func complaints(about operation: String, _ answer: HTTPResponse) -> [String] {
        complaints(
            about: operation, status: answer.status, type: answer.headers["Content-Type"] ?? "", body: answer.body)
    }
}
