import ActpTesting
import Glibc
import HTTP
import JSON
import Testing

@testable import Web

/// The stream of what happens.
struct EventTests {
    @Test("everybody who listens hears what happens, in order, with ids")
    func order() async throws {
        try await WebBench.serve { bench in
            let listeners = [try await bench.listen(), try await bench.listen()]
            for listener in listeners { _ = try await listener.next(":\n\n") }
            for number in 1...3 { bench.server.events.publish("run.ended", ["number": JSON(number)]) }
            for listener in listeners {
                let text = try await listener.next(#"{"number":3}"#)
                #expect(text.contains("event: run.ended\ndata: {\"number\":1}\n\n"))
                #expect(text.contains("-1\n") && text.contains("-2\n") && text.contains("-3\n"))
            }
        }
    }

    @Test("who comes back with the last id hears what it missed; with a strange one, that it missed something")
    func resume() async throws {
        try await WebBench.serve { bench in
            let first = try await bench.listen()
            _ = try await first.next(":\n\n")
            bench.server.events.publish("a", [:])
            let text = try await first.next("data: {}")
            let id = try #require(text.firstMatch(of: /id: (\S+)\n/)?.1)
            bench.server.events.publish("b", [:])
            bench.server.events.publish("c", [:])
            let missed = try await bench.listen(after: String(id)).next("event: c")
            #expect(missed.contains("event: b"))
            #expect(!missed.contains("event: a"))
            for strange in ["0-1", "\(id)9999", "nonsense"] {
                _ = try await bench.listen(after: strange).next("event: resync")
            }
            for _ in 0..<600 { bench.server.events.publish("d", [:]) }
            _ = try await bench.listen(after: String(id)).next("event: resync")
        }
    }

    @Test("a stream on which nothing happens shows signs of life, and ends when the server stops")
    func heartbeat() async throws {
        try await WebBench.serve(limits: { $0.heartbeat = .milliseconds(20) }) { bench in
            let listener = try await bench.listen()
            for _ in 0..<3 { _ = try await listener.next(":\n\n") }
            bench.server.stopAccepting()
            let rest = try await RawConnection.off {
                let rest = try listener.text(through: "0\r\n\r\n")
                return rest
            }
            #expect(rest.hasSuffix("0\r\n\r\n"), "the answer is complete")
        }
    }

    @Test("more listeners than are allowed are told to come again")
    func tooMany() async throws {
        try await WebBench.serve(limits: { $0.streams = 2 }) { bench in
            let listeners = [try await bench.listen(), try await bench.listen()]
            let answer = try await bench.ask(.get, "/api/events")
            #expect(answer.status == 503)
            #expect(answer.headers["Retry-After"] != nil)
            withExtendedLifetime(listeners) {}
        }
    }

    @Test("who reads more slowly than things happen is let go after what it can still have")
    func tooSlow() async throws {
        try await WebBench.serve(limits: { limits in
            limits.heartbeat = .seconds(3_600)
            limits.stallTime = .seconds(3_600)
            limits.idleTime = .milliseconds(100)
        }) { bench in
            let listener = try await bench.listen()
            _ = try await listener.next(":\n\n")
            let filler = String(repeating: "x", count: 2_000)
            // What may wait is 1,024 events, and some hundreds are in the buffers of the socket.
            for number in 1...4_000 {
                bench.server.events.publish("e", ["number": JSON(number), "text": .string(filler)])
            }
            let rest = try await RawConnection.off { try listener.rest() }
            #expect(rest.hasSuffix("0\r\n\r\n"), "the answer is complete")
            #expect(rest.contains(#""number":1,"#) && !rest.contains(#""number":4000,"#))
        }
    }

    @Test("a listener that has gone makes room for another")
    func gone() async throws {
        try await WebBench.serve(limits: EventTests.onePlace) { bench in
            do {
                let listener = try await bench.listen()
                _ = try await listener.next(":\n\n")
                #expect(try await bench.ask(.get, "/api/events").status == 503)
            }
            // The connection is closed with the value.
            let isLetIn = try await isLetIn(bench.socket)
            #expect(isLetIn)
        }
    }

    @Test("who asks for the head of the stream alone holds no place")
    func head() async throws {
        try await WebBench.serve(limits: EventTests.onePlace) { bench in
            #expect(try await bench.ask(.head, "/api/events").status == 200)
            let isLetIn = try await isLetIn(bench.socket)
            #expect(isLetIn)
        }
    }

    /// A place for one listener, who is sent nothing for an hour.
    private static func onePlace(_ limits: inout WebLimits) {
        limits.streams = 1
        limits.heartbeat = .seconds(3_600)
    }

    /// Whether there is a place, at once or after a while.
    private func isLetIn(_ socket: String) async throws -> Bool {
        try await RawConnection.off {
            for _ in 0..<2_000 {
                var pause = timespec(tv_sec: 0, tv_nsec: 10_000_000)
                nanosleep(&pause, nil)
                let connection = try RawConnection(unixSocket: socket)
                connection.send("GET /api/events HTTP/1.1\r\nHost: x\r\n\r\n")
                if try connection.text(through: "\r\n").contains("200") { return true }
            }
            return false
        }
    }
}
