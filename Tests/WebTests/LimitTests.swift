import ActpTesting
import Glibc
import HTTP
import JSON
import Testing
import Time

@testable import Web

/// How much, how often, how long.
struct LimitTests {
    @Test("a caller has so many requests a second, twice as many at once; others are not held back")
    func rate() {
        let limit = RateLimit(perSecond: 10)
        for _ in 0..<20 { #expect(limit.take("a", at: .zero) == nil) }
        #expect(limit.take("a", at: .zero) == .milliseconds(101))
        #expect(limit.take("b", at: .zero) == nil)
        #expect(limit.take("a", at: .milliseconds(110)) == nil)
        #expect(limit.take("a", at: .milliseconds(110)) != nil)
        #expect(limit.take("a", at: .seconds(3_600)) == nil)
    }

    @Test("callers beyond number are not remembered")
    func manyCallers() {
        let limit = RateLimit(perSecond: 1)
        for number in 0..<5_000 { #expect(limit.take("\(number)", at: .milliseconds(number)) == nil) }
        #expect(limit.take("4999", at: .milliseconds(4_999)) == nil)
        #expect(limit.take("4999", at: .milliseconds(4_999)) != nil, "the latest are")
    }

    @Test("too many requests are answered with 429 and when to come again, guessed tokens too")
    func tooMany() async throws {
        try await WebBench.serve(limits: { $0.requestsPerSecond = 2 }) { bench in
            for _ in 0..<4 { #expect(try await bench.ask(.get, "/health", token: "guess").status == 401) }
            let answer = try await bench.ask(.get, "/health", token: "guess")
            #expect(answer.status == 429)
            #expect(answer.headers["Retry-After"] == "1")
            #expect(try await bench.ask(.get, "/health", token: WebBench.tokens[.read]).status == 200)
            bench.time.advance(by: .seconds(1))
            #expect(try await bench.ask(.get, "/health", token: "guess").status == 401)
        }
    }

    /// What a slow client sends, and how it is let go.
    static let slow: [(name: String, sends: String)] = [
        ("nothing", ""), ("half a head", "GET /health HTTP/1.1\r\nHost: x\r\n"),
        (
            "half a body",
            "POST /api/dispatch HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer running-0123456789abcdef\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{"
        ),
        ("nothing more after an answer", "GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n"),
    ]

    @Test("whoever is too slow is let go", arguments: slow)
    func slowClients(_ name: String, _ sends: String) async throws {
        try await WebBench.serve(limits: { limits in
            limits.headTime = .milliseconds(150)
            limits.bodyTime = .milliseconds(150)
            limits.idleTime = .milliseconds(150)
        }) { bench in
            let socket = bench.socket
            let text = try await RawConnection.off {
                let connection = try RawConnection(unixSocket: socket)
                connection.send(sends)
                return try connection.rest()
            }
            #expect(text.isEmpty != sends.contains("/nowhere"), "\(text)")
        }
    }

    @Test("a head that trickles in does not win time with each byte")
    func slowLoris() async throws {
        try await WebBench.serve(limits: { $0.headTime = .milliseconds(300) }) { bench in
            let socket = bench.socket
            let sent = try await RawConnection.off {
                let connection = try RawConnection(unixSocket: socket)
                var count = 0
                // Each read waits a moment: the receive limit of the socket is the pace.
                let head = Array("GET /health HTTP/1.1\r\nX-Slow: \(String(repeating: "a", count: 10_000))")
                for letter in head {
                    guard connection.send(String(letter)) else { break }
                    count += 1
                    var pause = timespec(tv_sec: 0, tv_nsec: 10_000_000)
                    nanosleep(&pause, nil)
                }
                return count
            }
            #expect(sent < 5_000, "a byte each 10 ms, and 300 ms for all of them")
        }
    }

    @Test("a reader that takes nothing is let go")
    func stalledReader() async throws {
        try await WebBench.serve(limits: { limits in
            limits.stallTime = .milliseconds(200)
        }) { bench in
            let socket = bench.socket
            let stream = try await RawConnection.off {
                let connection = try RawConnection(unixSocket: socket)
                connection.send("GET /api/events HTTP/1.1\r\nHost: x\r\n\r\n")
                _ = try connection.text(through: ":\n\n")
                return connection
            }
            let filler = String(repeating: "x", count: 20_000)
            for _ in 0..<400 { bench.server.events.publish("filler", ["text": .string(filler)]) }
            let rest = try await RawConnection.off {
                try stream.waitForClose()
                return try stream.rest()
            }
            #expect(rest.utf8.count < 400 * 20_000, "not all of it went out")
        }
    }

    @Test("a body that is too large is answered before its end, and ends its connection")
    func tooLarge() async throws {
        try await WebBench.serve { bench in
            let socket = bench.socket
            let answer = try await RawConnection.off {
                let connection = try RawConnection(unixSocket: socket)
                connection.send(
                    "POST /api/dispatch HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer running-0123456789abcdef\r\n"
                        + "Content-Type: application/json\r\nContent-Length: 1000000\r\n\r\n"
                        + String(repeating: " ", count: 70_000))
                return try connection.rest()
            }
            #expect(answer.hasPrefix("HTTP/1.1 413 "), "\(answer)")
        }
    }

    @Test("more connections than are allowed are closed at once; the others are answered")
    func connections() async throws {
        try await WebBench.serve(limits: { $0.connections = 3 }) { bench in
            let socket = bench.socket
            let answers = try await RawConnection.off {
                let open = try (0..<3).map { _ in try RawConnection(unixSocket: socket) }
                // The third is let in before the fourth comes.
                for connection in open {
                    connection.send("GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
                    _ = try connection.text(through: "\r\n\r\n")
                }
                let further = try RawConnection(unixSocket: socket)
                further.send("GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
                return (try further.rest(), open[0].send("GET /health HTTP/1.1\r\nHost: x\r\n\r\n"))
            }
            #expect(answers.0.isEmpty)
            #expect(answers.1)
        }
    }

    static let nonsense = [
        "nonsense\r\n\r\n", "GET /health\r\n\r\n", "GET /health HTTP/9.9\r\n\r\n", "\u{16}\u{3}\u{1}\r\n\r\n",
        "GET /health HTTP/1.1\r\nHost x\r\n\r\n", "GET /health HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        "GET /health HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        "GET /health HTTP/1.1\r\nHost: x\r\nX: \(String(repeating: "a", count: 20_000))\r\n\r\n",
        "GET /health HTTP/1.1\r\nHost: x\r\n\(String(repeating: "A: b\r\n", count: 200))\r\n",
        "POST /api/dispatch HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ]

    @Test("malformed requests end their connection and nothing else", arguments: nonsense)
    func malformed(_ text: String) async throws {
        try await WebBench.serve(limits: { $0.bodyTime = .milliseconds(300) }) { bench in
            let socket = bench.socket
            let answer = try await RawConnection.off {
                let connection = try RawConnection(unixSocket: socket)
                connection.send(text)
                return try connection.rest()
            }
            #expect(answer.isEmpty || answer.hasPrefix("HTTP/1.1 4"), "\(answer)")
            #expect(try await bench.ask(.get, "/health").status == 200)
        }
    }
}
