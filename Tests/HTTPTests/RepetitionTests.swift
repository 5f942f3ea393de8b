import ActpTesting
import HTTP
import Synchronization
import Testing
import Time

/// Pauses, `Retry-After` and the circuit breaker of a real client, on a clock that goes ahead when the client sleeps.
@Suite(.timeLimit(.minutes(5)))
struct RepetitionTests {
    /// A client whose pauses take no time, and what they were.
    private struct Bench {
        let time = ManualTime("2026-03-29T10:00:00Z")
        let client: HTTPClient
        private let log: Log

        final class Log: Sendable { let pauses = Mutex<[Duration]>([]) }

        init(_ options: HTTPClient.Options = .init()) {
            let (log, time) = (Log(), time)
            self.log = log
            client = HTTPClient(time: time, options: options) { pause in
                log.pauses.withLock { $0.append(pause) }
                time.advance(by: pause)
            }
        }

        var pauses: [Duration] { log.pauses.withLock { $0 } }
    }

    private let noJitter = RetryPolicy(jitter: 0)

    @Test("what may be repeated is, after growing pauses; the last answer counts")
    func repeats() async throws {
        let bench = Bench(.init(retry: noJitter))
        try await StandInServer.serve { _ in
            .text("busy", status: 503)
        } while: { (server: StandInServer) async throws in
            let url = try HTTPURL(server.url, of: "stand-in")
            let answer = try await bench.client.send(HTTPRequest(.get, url, of: "stand-in"))
            #expect(answer.status == 503)
            #expect(answer.attempts == 3)
            #expect(server.record.requests.count == 3)
            #expect(bench.pauses == [.milliseconds(500), .seconds(2)])
        }
    }

    @Test("what may not be repeated is asked once", arguments: [HTTPRequest.Repetition.never, .ifUnsent])
    func asksOnce(_ repetition: HTTPRequest.Repetition) async throws {
        let bench = Bench()
        try await StandInServer.serve { _ in
            .text("busy", status: 503)
        } while: { (server: StandInServer) async throws in
            let url = try HTTPURL(server.url, of: "stand-in")
            let answer = try await bench.client.send(HTTPRequest(.post, url, of: "stand-in", repetition: repetition))
            #expect(answer.attempts == 1)
            #expect(server.record.requests.count == 1)
            #expect(bench.pauses.isEmpty)
        }
    }

    @Test("Retry-After is heeded, in seconds and as a date", arguments: ["7", "Sun, 29 Mar 2026 10:00:07 GMT"])
    func retryAfter(_ text: String) async throws {
        let bench = Bench(.init(retry: noJitter))
        let isFirst = Mutex(true)
        try await StandInServer.serve { _ in
            let isBusy = isFirst.withLock { isFirst in
                defer { isFirst = false }
                return isFirst
            }
            return isBusy ? .text("", status: 429, headers: [("Retry-After", text)]) : .text("now")
        } while: { (server: StandInServer) async throws in
            let answer = try await bench.client.send(
                HTTPRequest(.get, try HTTPURL(server.url, of: "stand-in"), of: "stand-in"))
            #expect(answer.text == "now")
            #expect(answer.attempts == 2)
            #expect(bench.pauses == [.seconds(7)])
        }
    }

    @Test("a Retry-After beyond the total limit is not waited for, and handed on")
    func retryAfterTooLong() async throws {
        let bench = Bench()
        try await StandInServer.serve { _ in
            .text("", status: 429, headers: [("Retry-After", "31")])
        } while: { (server: StandInServer) async throws in
            let request = HTTPRequest(.get, try HTTPURL(server.url, of: "stand-in"), of: "stand-in")
            let answer = try await bench.client.send(request)
            #expect(answer.retryAfter == .seconds(31))
            #expect(answer.attempts == 1)
            #expect(bench.pauses.isEmpty)
            let error = #expect(throws: HTTPError.self) { try answer.successful(for: request) }
            #expect(error?.retryAfter == .seconds(31))
        }
    }

    @Test("a connection that failed is tried again even for a message, because nothing left")
    func unsent() async throws {
        let bench = Bench(.init(retry: noJitter))
        let port = try ClosedPort()
        let url = try HTTPURL("http://127.0.0.1:\(port.number)", of: "stand-in")
        let error = await #expect(throws: HTTPError.self) {
            try await bench.client.send(HTTPRequest(.post, url, of: "stand-in", repetition: .ifUnsent))
        }
        #expect(error?.attempts == 3)
        #expect(error?.isSafeToRepeat == true)
        #expect(error?.description.contains("(3 attempts)") == true)
        #expect(bench.pauses == [.milliseconds(500), .seconds(2)])
    }

    @Test("a request can begin later; its total limit begins with it")
    func delayed() async throws {
        let bench = Bench()
        try await StandInServer.serve { _ in
            .text("ok")
        } while: { (server: StandInServer) async throws in
            let request = HTTPRequest(
                .get, try HTTPURL(server.url, of: "stand-in"), of: "stand-in", limits: .init(total: .seconds(5)),
                delay: .seconds(60))
            #expect(try await bench.client.send(request).text == "ok")
            #expect(bench.pauses == [.seconds(60)])
        }
    }

    @Test("after five failures in a row the host is left alone; after the pause one request finds it well")
    func breaker() async throws {
        let bench = Bench(.init(retry: RetryPolicy(attemptsMax: 1)))
        let isDown = Mutex(true)
        try await StandInServer.serve { _ in
            isDown.withLock { $0 } ? .hangUp : .text("well")
        } while: { (server: StandInServer) async throws in
            let request = HTTPRequest(.get, try HTTPURL(server.url, of: "the database"), of: "the database")
            for _ in 1...5 { await #expect(throws: HTTPError.self) { try await bench.client.send(request) } }
            #expect(bench.client.hosts.map(\.host) == [server.url])
            #expect(bench.client.hosts.first?.breaker.state == .open(until: .seconds(10)))
            let error = await #expect(throws: HTTPError.self) { try await bench.client.send(request) }
            #expect(error?.code == .circuitOpen)
            #expect(error?.isSafeToRepeat == true)
            #expect(error?.retryAfter == .seconds(10))
            #expect(error?.description.contains("left alone for another 10s") == true)
            #expect(server.record.requests.count == 5)
            bench.time.advance(by: .seconds(10))
            isDown.withLock { $0 = false }
            #expect(try await bench.client.send(request).text == "well")
            #expect(bench.client.hosts.first?.breaker.state == .closed)
        }
    }

    @Test("one host's breaker is not another's")
    func breakerPerHost() async throws {
        let bench = Bench(.init(retry: RetryPolicy(attemptsMax: 1), breaker: .init(failuresMax: 1)))
        let port = try ClosedPort()
        let dead = try HTTPURL("http://127.0.0.1:\(port.number)", of: "dead")
        await #expect(throws: HTTPError.self) { try await bench.client.send(HTTPRequest(.get, dead, of: "dead")) }
        try await StandInServer.serve { _ in
            .text("ok")
        } while: { (server: StandInServer) async throws in
            let request = HTTPRequest(.get, try HTTPURL(server.url, of: "stand-in"), of: "stand-in")
            #expect(try await bench.client.send(request).text == "ok")
        }
    }

    @Test("the opening of the breaker is told, each longer pause, and that the host answers again; nothing else is")
    func toldOfBreaker() async throws {
        let log = Told()
        let bench = Bench(
            .init(
                retry: RetryPolicy(attemptsMax: 1),
                breaker: CircuitBreaker.Policy(failuresMax: 2, firstPause: .seconds(10)),
                onBreaker: { state in
                    log.states.withLock {
                        $0.append(state.breaker.state == .closed ? "closed" : "open after \(state.breaker.failures)")
                    }
                }))
        let isAway = Away()
        try await StandInServer.serve { _ in
            .text("", status: isAway.value.withLock { $0 } ? 503 : 200)
        } while: { (server: StandInServer) async throws in
            let url = try HTTPURL(server.url, of: "stand-in")
            func ask() async { _ = try? await bench.client.send(HTTPRequest(.post, url, of: "stand-in")) }
            for _ in 0..<4 { await ask() }
            #expect(log.states.withLock { $0 } == ["open after 2"])
            bench.time.advance(by: .seconds(11))
            await ask()
            #expect(log.states.withLock { $0 } == ["open after 2", "open after 3"])
            isAway.value.withLock { $0 = false }
            bench.time.advance(by: .seconds(21))
            await ask()
            await ask()
            #expect(log.states.withLock { $0 } == ["open after 2", "open after 3", "closed"])
        }
    }

    private final class Told: Sendable { let states = Mutex<[String]>([]) }
    private final class Away: Sendable { let value = Mutex(true) }
}
