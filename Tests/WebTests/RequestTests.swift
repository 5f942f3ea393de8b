import ActpTesting
import HTTP
import JSON
import Synchronization
import Testing
import Time

@testable import Web

/// What requests may look like, and what becomes of them.
struct RequestTests {
    static let mistakes: [(target: String, words: String)] = [
        ("/api/runs?limit=0", "from 1 to 500"), ("/api/runs?limit=501", "from 1 to 500"), ("/api/runs?limit=x", "x"),
        ("/api/runs?since=yesterday", "ISO 8601"), ("/api/runs?domian=youtube", "did you mean domain?"),
        ("/api/runs?domain=a&domain=b", "twice"), ("/api/runs?domain=", "no value"),
        ("/api/schedules?ahead=101", "from 0 to 100"), ("/health?check=well", "neither live nor ready"),
    ]

    @Test("a query that means nothing is refused and named", arguments: mistakes)
    func queries(_ target: String, _ words: String) async throws {
        try await WebBench.serve { bench in
            let answer = try await bench.ask(.get, target)
            #expect(answer.status == 400)
            #expect(answer.json?["detail"]?.string?.contains(words) == true, "\(answer.text)")
        }
    }

    @Test("percent signs are followed by two hexadecimal digits, and the bytes are UTF-8")
    func percent() {
        #expect("caf%C3%A9%2f".percentDecoded == "café/")
        for bad in ["%", "%4", "%+f", "%g0", "%C3"] { #expect(bad.percentDecoded == nil, "\(bad)") }
    }

    @Test("what a query says arrives as it was meant")
    func meaning() async throws {
        try await WebBench.serve { bench in
            _ = try await bench.ask(.get, "/api/runs?since=2h&schedule=a%20b&limit=7&cursor=c")
            _ = try await bench.ask(.get, "/api/runs?since=2026-03-01T00:00:00Z&outcome=error")
            _ = try await bench.ask(.get, "/api/schedules")
            #expect(
                bench.machine.asked == [
                    "runs - a b - 2026-03-02T07:00:00Z 7 c", "runs - - error 2026-03-01T00:00:00Z 50 -",
                    "schedules 200 - 0",
                ])
        }
    }

    static let badBodies: [(body: String, type: String, status: Int, words: String)] = [
        ("{", "application/json", 400, "no JSON"), ("[]", "application/json", 400, "an array"),
        (#"{"domain": "youtube"}"#, "application/json", 400, "lacks task"),
        (#"{"domain": 1, "task": "x"}"#, "application/json", 400, "domain is a whole number"),
        (#"{"domain": "a", "task": "x", "parms": {}}"#, "application/json", 400, "did you mean params?"),
        (#"{"domain": "a", "task": "x"}"#, "text/plain", 415, "Content-Type"),
        (
            #"{"domain": "a", "task": "x", "params": {"a": "\#(String(repeating: "b", count: 70_000))"}}"#,
            "application/json", 413, "longer"
        ),
    ]

    @Test("a body that cannot be taken is refused, and nothing is dispatched", arguments: badBodies)
    func bodies(_ body: String, _ type: String, _ status: Int, _ words: String) async throws {
        try await WebBench.serve { bench in
            let answer = try await bench.ask(
                .post, "/api/dispatch", token: WebBench.tokens[.run], headers: ["Content-Type": type], body: body)
            #expect(answer.status == status, "\(answer.text)")
            #expect(answer.text.contains(words), "\(answer.text)")
            #expect(bench.machine.state.withLock { $0.orders }.isEmpty)
        }
    }

    @Test("an order arrives with its parameters and key, and is answered with the run's address")
    func dispatch() async throws {
        try await WebBench.serve { bench in
            let answer = try await bench.ask(
                .post, "/api/dispatch", token: WebBench.tokens[.run], headers: ["Idempotency-Key": "k1"],
                body: #"{"domain": "youtube", "task": "analyze", "params": {"limit": 5}, "dry_run": true}"#)
            #expect(answer.status == 202)
            #expect(answer.headers["Location"] == "/api/runs/run1")
            #expect(
                bench.machine.state.withLock { $0.orders }
                    == [
                        DispatchOrder(
                            domain: "youtube", task: "analyze", params: ["limit": 5], isDryRun: true, key: "k1")
                    ])
        }
    }

    @Test("what sends, posts or pays needs an Idempotency-Key")
    func once() async throws {
        try await WebBench.serve { bench in
            bench.machine.set { $0.onceTasks = ["outreach send"] }
            let order = #"{"domain": "outreach", "task": "send"}"#
            let without = try await bench.ask(.post, "/api/dispatch", token: WebBench.tokens[.run], body: order)
            #expect(without.status == 428)
            #expect(bench.machine.state.withLock { $0.orders }.isEmpty)
            let with = try await bench.ask(
                .post, "/api/dispatch", token: WebBench.tokens[.run], headers: ["Idempotency-Key": "k"], body: order)
            #expect(with.status == 202)
            for key in ["a b", String(repeating: "k", count: 201)] {
                let bad = try await bench.ask(
                    .post, "/api/dispatch", token: WebBench.tokens[.run], headers: ["Idempotency-Key": key], body: order
                )
                #expect(bad.status == 400, "\(key)")
            }
        }
    }

    @Test("whoever waits for the end is answered with it; the event wakes, not the time")
    func waits() async throws {
        try await WebBench.serve { bench in
            async let answer = bench.ask(
                .post, "/api/dispatch?wait=50s", token: WebBench.tokens[.run],
                body: #"{"domain": "youtube", "task": "analyze"}"#)
            while bench.machine.state.withLock({ $0.orders.isEmpty }) { await Task.yield() }
            bench.machine.set { $0.ended = ["run1"] }
            bench.server.events.ended("run1")
            let ended = try await answer
            #expect(ended.status == 200)
            #expect(ended.json?["outcome"] == "ok")
            let tooLong = try await bench.ask(
                .post, "/api/dispatch?wait=61s", token: WebBench.tokens[.run],
                body: #"{"domain": "youtube", "task": "analyze"}"#)
            #expect(tooLong.status == 400)
            let inVain = try await bench.ask(
                .post, "/api/dispatch?wait=10ms", token: WebBench.tokens[.run],
                body: #"{"domain": "youtube", "task": "analyze"}"#)
            #expect(inVain.status == 202)
        }
    }

    @Test("before somebody waits, it is asked whether the run has ended meanwhile")
    func endedMeanwhile() async throws {
        try await WebBench.serve { bench in
            var isAsked = false
            await bench.server.events.waitForEnd(of: "run1", atMost: .milliseconds(10)) {
                isAsked = true
                return true
            }
            #expect(isAsked)
        }
    }

    @Test("what goes wrong in the daemon is 500 without its words, which are for the log")
    func failure() async throws {
        struct Secretive: Error { let words = "the secret is 42" }
        try await WebBench.serve { bench in
            bench.machine.set { $0.failure = Secretive() }
            let answer = try await bench.ask(.get, "/api/runs")
            #expect(answer.status == 500 && answer.type == "application/problem+json")
            #expect(answer.json?["type"] == "urn:actpd:problem:failed" && !answer.text.contains("secret"))
        }
    }

    @Test("names are decoded, pauses are read; a time that has passed is refused")
    func pause() async throws {
        try await WebBench.serve { bench in
            let (token, path) = (WebBench.tokens[.admin], "/api/schedules/caf%C3%A9%20au%20lait")
            #expect(try await bench.ask(.post, path + "/pause", token: token, body: #"{"until": "2h"}"#).status == 200)
            #expect(try await bench.ask(.post, path + "/resume", token: token).status == 200)
            let past = try await bench.ask(
                .post, path + "/pause", token: token, body: #"{"until": "2026-03-02T08:00:00Z"}"#)
            #expect(past.status == 400)
            #expect(
                bench.machine.asked == [
                    "pause café au lait 2026-03-02T11:00:00Z over HTTP", "resume café au lait",
                ])
        }
    }

    @Test("other methods are refused with those that are known; HEAD is GET without its body")
    func methods() async throws {
        try await WebBench.serve { bench in
            let answer = try await bench.ask(.delete, "/api/runs")
            #expect(answer.status == 405)
            #expect(answer.headers["Allow"] == "GET, HEAD")
            #expect(try await bench.ask(.get, "/api/dispatch").headers["Allow"] == "POST")
            let head = try await bench.ask(.head, "/health")
            #expect(head.status == 200)
            #expect(head.body.isEmpty)
        }
    }

    @Test("a daemon that is not ready says so with 503, one that is only degraded with 200")
    func health() async throws {
        try await WebBench.serve { bench in
            func health(live: Bool, ready: Bool) -> Health {
                Health(
                    isLive: live, isReady: ready, reasons: [.init(.ledger, "full")], version: "1",
                    startedAt: Instant(seconds: 0), schedules: 0, running: 0, waiting: 0)
            }
            for (live, ready, check, status, word) in [
                (true, true, "ready", 200, "degraded"), (true, false, "ready", 503, "failing"),
                (true, false, "live", 200, "failing"), (false, false, "live", 503, "failing"),
            ] {
                bench.machine.set { $0.health = health(live: live, ready: ready) }
                let answer = try await bench.ask(.get, "/health?check=\(check)")
                #expect(answer.status == status)
                #expect(answer.json?["status"] == .string(word))
                let complaints = WebBench.document.complaints(
                    about: "GET /health", status: answer.status, type: answer.type, body: answer.body)
                #expect(complaints.isEmpty)
            }
        }
    }

    @Test("a picture is drawn once for many who look, and anew after half a minute; none is 404")
    func pictures() async throws {
        try await WebBench.serve { bench in
            #expect(try await bench.ask(.get, "/api/pictures/nothing").status == 404)
            bench.machine.set { $0.picture = ["domain": "prospect"] }
            bench.machine.set { $0.pictures = 0 }
            for _ in 0..<3 { #expect(try await bench.ask(.get, "/api/pictures/prospect").status == 200) }
            #expect(bench.machine.state.withLock { $0.pictures } == 1)
            bench.time.advance(by: .seconds(31))
            _ = try await bench.ask(.get, "/api/pictures/prospect")
            #expect(bench.machine.state.withLock { $0.pictures } == 2)
        }
    }
}
