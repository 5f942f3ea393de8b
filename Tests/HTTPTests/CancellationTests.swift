import ActpTesting
import Foundation
import HTTP
import Testing
import Time

/// The life of transfers and of the client's thread.
@Suite(.timeLimit(.minutes(5)))
struct CancellationTests {
    let client = HTTPClient(time: SystemTime())

    @Test("cancelling the task breaks the connection: the server sees it go")
    func cancelled() async throws {
        try await StandInServer.serve { _ in
            .silence
        } while: { server in
            let request = HTTPRequest(.post, try HTTPURL(server.url, of: "stand-in"), of: "stand-in", body: [1])
            let task = Task { try await client.send(request) }
            await server.waits { $0.requests.count == 1 }
            task.cancel()
            let error = await #expect(throws: HTTPError.self) { try await task.value }
            #expect(error?.code == .cancelled)
            #expect(error?.isSafeToRepeat == false)
            await server.waits { $0.closed == 1 }
            #expect(client.hosts.map(\.running) == [0])
        }
    }

    @Test("a task that is cancelled already asks nobody")
    func cancelledBefore() async throws {
        try await StandInServer.serve { _ in
            .text("")
        } while: { server in
            let request = HTTPRequest(.get, try HTTPURL(server.url, of: "stand-in"), of: "stand-in")
            let gate = Gate()
            let task = Task {
                await gate.passed()
                return try await client.send(request)
            }
            task.cancel()
            gate.open()
            let error = await #expect(throws: HTTPError.self) { try await task.value }
            #expect(error?.code == .cancelled)
            #expect(error?.isSafeToRepeat == true)
            #expect(server.record.requests.isEmpty)
        }
    }

    @Test("what waits for a place or a pause can be cancelled, and nothing of it is sent")
    func cancelledWhileWaiting() async throws {
        let client = HTTPClient(time: SystemTime(), options: .init(requestsPerHost: 1))
        let gate = Gate()
        try await StandInServer.serve { _ in
            .text("").held(by: gate)
        } while: { server in
            let url = try HTTPURL(server.url, of: "stand-in")
            // Held for as long as the test takes.
            let limits = HTTPRequest.Limits(total: .seconds(3_600))
            let first = Task { try await client.send(HTTPRequest(.get, url, of: "stand-in", limits: limits)) }
            await server.waits { $0.requests.count == 1 }
            let queued = Task { try await client.send(HTTPRequest(.post, url, of: "stand-in")) }
            let pausing = Task {
                try await client.send(HTTPRequest(.post, url, of: "stand-in", delay: .seconds(3_600)))
            }
            while client.hosts.first?.waiting != 2 {
                try Task.checkCancellation()
                await Task.yield()
            }
            for task in [queued, pausing] {
                task.cancel()
                let error = await #expect(throws: HTTPError.self) { try await task.value }
                #expect(error?.code == .cancelled)
                #expect(error?.isSafeToRepeat == true)
            }
            gate.open()
            _ = try await first.value
            #expect(server.record.requests.count == 1)
            #expect(client.hosts.first?.waiting == 0)
        }
    }

    @Test("300 transfers cancelled at once leave nothing behind, and the client goes on")
    func cancelledInBulk() async throws {
        let client = HTTPClient(time: SystemTime(), options: .init(requestsPerHost: 300))
        try await StandInServer.serve {
            $0.target == "/end" ? .text("end") : .silence
        } while: { server in
            let url = try HTTPURL(server.url, of: "stand-in")
            let tasks = (1...300).map { _ in Task { try await client.send(HTTPRequest(.get, url, of: "stand-in")) } }
            await server.waits { $0.requests.count == 300 }
            for task in tasks { task.cancel() }
            for task in tasks { await #expect(throws: HTTPError.self) { try await task.value } }
            await server.waits { $0.open == 0 }
            #expect(try await client.send(HTTPRequest(.get, url.appending("end"), of: "stand-in")).text == "end")
        }
    }

    @Test("the thread begins with the first request, is the only one, and ends with the client")
    func thread() async throws {
        // The kernel's names have 15 characters: one that no other test has.
        let name = "t-" + UUID().uuidString.prefix(13)
        var client: HTTPClient? = HTTPClient(time: SystemTime(), options: .init(), threadName: name)
        #expect(threads(named: name) == 0)
        let gate = Gate()
        try await StandInServer.serve { _ in
            .text("").held(by: gate)
        } while: { server in
            let request = HTTPRequest(.get, try HTTPURL(server.url, of: "stand-in"), of: "stand-in")
            try await withThrowingTaskGroup(of: Void.self) { [client] group in
                for _ in 1...8 { group.addTask { _ = try await client?.send(request) } }
                await server.waits { $0.requests.count == 8 }
                #expect(threads(named: name) == 1)
                gate.open()
                try await group.waitForAll()
            }
            client = nil
            // Its connections go with it.
            await server.waits { $0.open == 0 }
            while threads(named: name) > 0 {
                try Task.checkCancellation()
                await Task.yield()
            }
        }
    }

    @Test("connections that nobody uses are closed after a while; the next request opens another")
    func rests() async throws {
        let client = HTTPClient(time: SystemTime(), options: .init(), idleMax: .milliseconds(10))
        try await StandInServer.serve { _ in
            .text("")
        } while: { server in
            let request = HTTPRequest(.get, try HTTPURL(server.url, of: "stand-in"), of: "stand-in")
            for number in 1...3 {
                _ = try await client.send(request)
                await server.waits { $0.closed == number }
            }
            #expect(server.record.opened == 3)
        }
    }

    private func threads(named name: String) -> Int {
        let tasks = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/task")) ?? []
        return tasks.filter { task in
            (try? String(contentsOfFile: "/proc/self/task/\(task)/comm", encoding: .utf8))?.hasPrefix(name) == true
        }.count
    }
}
