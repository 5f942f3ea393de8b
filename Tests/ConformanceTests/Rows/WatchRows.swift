import ActpTesting
import Dispatch
import Glibc
import HTTP
import Logging
import Records
import Scheduling
import Services
import Testing
import Time

@testable import actpd

/// What the loop may never wait for, and who notices when it stands still.
@Suite(.timeLimit(.minutes(5)))
struct WatchRows {
    @Test(
        "a database that answers nobody holds up no slot: every tick is on time, and its rows arrive later", .shows(16))
    func blackHole() async throws {
        let installation = try Installation(
            schedules:
                #"{"schedules": [{"name": "tick", "cron": "* * * * * *", "domain": "outreach", "task": "send"}]}"#)
        // Declines before it looks into the store, which will be held.
        try installation.configure("actpd.json", #"{ "outreach": { "enabled": false } }"#)
        try await installation.serving { served in
            _ = try await served.process.line("outreach send")
            let gate = try await StoreGate(installation)
            let before = try installation.runs().count
            try await installation.waitForRuns { $0.count >= before + 5 }
            #expect(try installation.waitingRows() > 0)
            try await gate.open()
            try await served.stop()
        }
        let runs = try installation.runs()
        let slots = runs.compactMap(\.planned)
        for (one, next) in zip(slots, slots.dropFirst()) { #expect(next - one == .seconds(1)) }
        #expect(runs.allSatisfy { $0.outcome != .missed })
        // Generous, since other tests share the processors; the database is away for five seconds and more.
        #expect(runs.allSatisfy { ($0.latenessUsec ?? .max) < 2_000_000 })
        #expect(try await installation.taskRows().map(\.id) == runs.map(\.id))
        #expect(try installation.waitingRows() == 0)
    }

    @Test(
        "a process that stands still is noticed by the service manager, since the pings come from the loop itself",
        .shows(25))
    func frozen() async throws {
        let installation = try Installation(schedules: EverySecond.text)
        try await installation.serving(environment: ["WATCHDOG_USEC": "400000"]) { served in
            @Sendable func pings() -> Int { served.socket.messages.all.count { $0.contains("WATCHDOG=1") } }
            _ = try await served.socket.message("WATCHDOG=1")
            served.process.signal(SIGSTOP)
            // What was sent before the stop arrives; after that there must be silence for longer than the interval.
            try await Task.sleep(for: .milliseconds(300))
            let atRest = pings()
            try await Task.sleep(for: .milliseconds(800))
            #expect(pings() == atRest)
            served.process.signal(SIGCONT)
            _ = try await served.socket.message("WATCHDOG=1", from: served.socket.messages.count)
            try await served.stop()
        }
    }

    @Test(
        "a loop that stands still pings nobody: the watching service falls due, and tells the owner from outside",
        .shows(25))
    func deadMan() async throws {
        try await StandInServer.serve { _ in
            .text("OK")
        } while: { (server: StandInServer) async throws in
            let client = HTTPClient(time: SystemTime(), options: .init(retry: RetryPolicy(attemptsMax: 1)))
            let loop = DispatchQueue(label: "loop")
            let deadMan = DeadMan(
                try DeadManPing(url: server.url + "/ping", client: client), workers: WorkerPool(limit: 1),
                logger: Logger(label: "test"))
            deadMan.start(every: .milliseconds(20), on: loop) { nil }
            try await Eventually.holds { server.record.requests.count >= 3 }
            defer { deadMan.end() }
            let standstill = DispatchSemaphore(value: 0)
            loop.async { standstill.wait() }
            // Nothing tells that no ping comes any more; ten times the interval is long enough to see one.
            try await Task.sleep(for: .milliseconds(200))
            let silent = server.record.requests.count
            try await Task.sleep(for: .milliseconds(200))
            #expect(server.record.requests.count == silent)
            standstill.signal()
            try await Eventually.holds { server.record.requests.count > silent }
        }
    }
}

/// Waits for what another thread brings about.
enum Eventually {
    static func holds(_ condition: () -> Bool) async throws {
        let limit = SystemTime().uptime() + .seconds(30)
        while !condition() {
            guard SystemTime().uptime() < limit else { throw ChildProcess.Failure(description: "it did not come") }
            try await Task.sleep(for: .milliseconds(10))
        }
    }
}
