import ActpTesting
import HTTP
import Testing

@testable import Web

/// Requests that nobody would write, drawn anew from the same seeds in every run.
struct StrangeRequestTests {
    private static let honest = [
        "GET /api/runs?limit=5&since=2h HTTP/1.1\r\nHost: localhost\r\n"
            + "Authorization: Bearer reading-0123456789abcdef\r\nAccept: */*\r\n\r\n",
        "POST /api/dispatch?wait=1ms HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer running-0123456789abcdef\r\n"
            + "Content-Type: application/json\r\nContent-Length: 38\r\n\r\n{\"domain\":\"youtube\",\"task\":\"analyze\"}\n",
        "POST /api/schedules/a%20b/pause HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer admin-0123456789abcdef\r\n"
            + "Transfer-Encoding: chunked\r\nContent-Type: application/json\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
        "GET /api/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer reading-0123456789abcdef\r\n"
            + "Last-Event-ID: a-1\r\nConnection: close\r\n\r\n",
    ]

    /// Changes a few bytes: other values, some left out, some twice.
    static func spoiled(_ seed: Int) -> [UInt8] {
        var state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 | 1
        func draw(_ limit: Int) -> Int {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return Int(state % UInt64(limit))
        }
        var bytes = Array(honest[seed % honest.count].utf8)
        for _ in 0...draw(6) {
            let place = draw(bytes.count)
            switch draw(4) {
            case 0: bytes[place] = UInt8(draw(256))
            case 1: bytes.remove(at: place)
            case 2: bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + draw(40))], at: place)
            default: bytes[place] = [0, 10, 13, 32, 37, 58, 255][draw(7)]
            }
        }
        return bytes
    }

    @Test("they are answered or let go, and everybody else is answered as before", arguments: 0..<8)
    func spoiled(_ round: Int) async throws {
        try await WebBench.serve(limits: { limits in
            // Long enough that a busy machine lets nobody go who is honest.
            limits.headTime = .milliseconds(500)
            limits.bodyTime = .milliseconds(200)
            limits.idleTime = .milliseconds(500)
            limits.heartbeat = .milliseconds(200)
        }) { bench in
            let (socket, port) = (bench.socket, bench.port)
            let answers = try await RawConnection.off {
                try (0..<40).map { number -> String in
                    let isOverTCP = number / 4 % 2 == 0
                    let connection = try RawConnection(unixSocket: isOverTCP ? nil : socket, port: port)
                    connection.send(StrangeRequestTests.spoiled(round * 40 + number))
                    // A stream that was let in goes on until somebody leaves.
                    return try connection.beginning()
                }
            }
            #expect(answers.allSatisfy { $0.isEmpty || $0.hasPrefix("HTTP/1.1 ") })
            #expect(!answers.contains { $0.hasPrefix("HTTP/1.1 500") }, "none of them is our fault")
            #expect(try await bench.ask(.get, "/health").status == 200)
        }
    }
}
