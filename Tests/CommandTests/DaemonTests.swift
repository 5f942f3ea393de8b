import ActpTesting
import Foundation
import Glibc
import JSON
import Records
import Scheduling
import Stores
import Testing
import Time

/// `actpd serve` as the service manager and the operator meet it.
struct DaemonTests {
    static let everySecond =
        #"{"schedules": [{"name": "tick", "cron": "* * * * * *", "domain": "youtube", "task": "summary"}]}"#
    static let yearly =
        #"{"schedules": [{"name": "yearly", "cron": "0 0 1 1 *", "domain": "youtube", "task": "summary"}]}"#

    @Test("READY comes once, after the schedules are loaded, with a status line that says what is next")
    func readiness() async throws {
        let installation = try Installation(schedules: DaemonTests.yearly)
        try await installation.serving { served in
            let first = try #require(served.socket.messages.all.first)
            let year = SystemTime().now().iso8601.prefix(4)
            let next = (Int(year) ?? 0) + 1
            #expect(first.hasPrefix("READY=1\nSTATUS=1 schedule, next yearly at 00:00:00Z in "))
            let line = try await served.process.line("ready: 1 of 1 schedules in force")
            #expect(line.contains("notice"))
            _ = try await served.process.line("next: yearly at \(next)-01-01T00:00:00Z (in ")
            let up = try await installation.actpd("--status", "--json")
            #expect(up.json?["daemon"] == "up")
            try await served.stop()
        }
        #expect(try await installation.actpd("--status", "--json").json?["daemon"] == "down")
    }

    @Test("one bad entry at the start: it is left out, the log and an alert say why, and the rest runs")
    func quarantine() async throws {
        let installation = try Installation(
            schedules: """
                { "schedules": [
                  { "name": "bad", "cron": "99 * * * *", "domain": "youtube", "task": "summary" },
                  { "name": "tick", "cron": "* * * * * *", "domain": "youtube", "task": "summary" } ] }
                """)
        try await installation.serving { served in
            _ = try await served.process.line("the schedule \"bad\" is left out until the file is corrected")
            _ = try await served.process.line("schedules.json:2: schedules[0].cron: cron '99 * * * *'")
            _ = try await served.process.line("ready: 1 of 1 schedules in force")
            _ = try await served.process.line("🚧 1 schedule left out at the start")
            try await installation.waitForRuns { $0.contains { $0.outcome == .ok } }
            try await served.stop()
        }
    }

    @Test("schedules that cannot be read as a whole: no READY, every reason, 78")
    func badSchedules() async throws {
        let installation = try Installation(schedules: #"{"schedule": 1, "schedules": [{"name": "x"}]}"#)
        let served = try installation.serve()
        #expect(try await served.process.ended() == .exited(78))
        #expect(served.process.standardError.contains("schedules.json:1: schedules[0]: the key \"cron\" is missing"))
        #expect(!served.socket.messages.all.contains { $0.contains("READY=1") })
    }

    @Test("the nine agents are rows of the registry once the daemon is up; a second start leaves them (E2E-006, D11)")
    func registers() async throws {
        let installation = try Installation(schedules: DaemonTests.yearly)
        func rows() async throws -> [Row<AgentRegistry>] {
            let store = Store(try SQLiteStore(path: installation.state + "/actp.db", time: SystemTime()))
            return try await store.fetch(Query(limit: 100))
        }
        try await installation.serving { served in
            _ = try await served.process.line("registered in actp_agent_registry: prospect, ab-tester, scheduler")
            try await served.stop()
        }
        let first = try await rows()
        #expect(first.count == 9 && first.allSatisfy { $0.capabilities?.array?.isEmpty == false })
        try await installation.serving { served in
            _ = try await served.process.line("ready: ")
            try await served.stop()
            #expect(!served.process.standardError.contains("registered in"))
        }
        #expect(try await rows() == first)
    }

    @Test("a schedule of every second runs every second, each slot once, soon after its instant")
    func fires() async throws {
        let installation = try Installation(schedules: DaemonTests.everySecond)
        try await installation.serving { served in
            try await installation.waitForRuns { $0.count { $0.outcome == .ok } >= 3 }
            try await served.stop()
            #expect(served.socket.messages.all.contains { $0.contains("STATUS=1 schedule, next tick at ") })
        }
        let runs = try installation.runs()
        let slots = runs.compactMap(\.planned)
        #expect(Set(slots).count == runs.count)
        #expect(runs.allSatisfy { $0.trigger == .schedule && $0.schedule == "tick" && $0.outcome != nil })
        for (one, next) in zip(slots, slots.dropFirst()) { #expect(next - one == .seconds(1)) }
        #expect(slots.allSatisfy { $0.microseconds % 1_000_000 == 0 })
        #expect(runs.allSatisfy { ($0.latenessUsec ?? 0) >= 0 })
        let rows = try await installation.taskRows()
        #expect(rows.map(\.id) == runs.map(\.id))
        #expect(rows.allSatisfy { $0.status == "ok" && $0.completedAt != nil })
    }

    @Test("SIGHUP with a good file: RELOADING with the monotonic time, then READY, and what changed in the log")
    func reload() async throws {
        let installation = try Installation(schedules: DaemonTests.yearly)
        try await installation.serving { served in
            let before = served.socket.messages.count
            try installation.configure("schedules.json", DaemonTests.everySecond)
            let uptime = SystemTime().uptime()
            served.process.signal(SIGHUP)
            let reloading = try await served.socket.message("RELOADING=1", from: before)
            let stamp = try #require(reloading.split(separator: "\n").first { $0.hasPrefix("MONOTONIC_USEC=") })
            let microseconds = try #require(Int64(stamp.dropFirst("MONOTONIC_USEC=".count)))
            #expect(.microseconds(microseconds) >= uptime && .microseconds(microseconds) <= SystemTime().uptime())
            let ready = try await served.ready(from: before)
            #expect(ready.contains("next tick at "))
            #expect(served.socket.messages.all.dropFirst(before).first == reloading, "first RELOADING, then READY")
            _ = try await served.process.line("reloaded: 1 added (tick), 1 removed (yearly)")
            _ = try await served.process.line("youtube summary ok")
            try await served.stop()
        }
    }

    @Test("SIGHUP with a bad file: every reason with its line, READY again, and the schedules in force go on")
    func rejectedReload() async throws {
        let installation = try Installation(schedules: DaemonTests.everySecond)
        try await installation.serving { served in
            let before = served.socket.messages.count
            try installation.configure(
                "schedules.json",
                """
                { "schedules": [
                  { "name": "good", "cron": "0 5 * * *", "domain": "youtube", "task": "full" },
                  { "name": "tick", "cron": "99 * * * *", "domain": "youtube", "task": "summary" },
                  { "name": "other", "cron": "* * * * *", "domain": "youtube", "task": "nothing" } ] }
                """)
            served.process.signal(SIGHUP)
            _ = try await served.socket.message("RELOADING=1", from: before)
            try await served.ready(from: before)
            _ = try await served.process.line("reload rejected, the schedules in force stay")
            let cron = try await served.process.line("schedules[1].cron")
            #expect(cron.contains("schedules.json:3: schedules[1].cron: cron '99 * * * *': minute at column 1"))
            let task = try await served.process.line("schedules[2].task")
            #expect(task.contains("schedules.json:4: schedules[2].task: youtube has no task \"nothing\""))
            let runs = try installation.runs().count
            try await installation.waitForRuns { $0.count >= runs + 2 }
            #expect(try installation.runs().allSatisfy { $0.schedule == "tick" })
            try await served.stop()
        }
    }

    @Test("SIGTERM: STOPPING and more time are told, running work ends by itself, nothing new starts, exit 0")
    func drain() async throws {
        let installation = try Installation(schedules: DaemonTests.everySecond)
        try await installation.serving { served in
            _ = try await served.process.line("youtube summary ok")
            let gate = try await StoreGate(installation)
            // A slot that finds the one before it at work proves that work is under way.
            _ = try await served.process.line("youtube summary skipped: overlap, holder=")
            served.process.signal(SIGTERM)
            let stopping = try await served.socket.message("STOPPING=1")
            #expect(stopping.contains("STATUS=stopping"))
            let extended = try await served.socket.message("EXTEND_TIMEOUT_USEC=")
            #expect((Int(extended.dropFirst("EXTEND_TIMEOUT_USEC=".count)) ?? 0) >= 60_000_000)
            _ = try await served.process.line("waiting for 1 running tasks: youtube summary")
            let runs = try installation.runs()
            #expect(served.process.isRunning)
            #expect(runs.contains { $0.outcome == nil })
            try await gate.open()
            #expect(try await served.process.ended() == .exited(0))
            #expect(served.process.standardError.contains("stopped"))
            #expect(try installation.runs().count == runs.count, "nothing started after the signal")
        }
        let runs = try installation.runs()
        #expect(runs.allSatisfy { $0.outcome == .ok || $0.outcome == .skipped })
        let rows = try await installation.taskRows()
        #expect(rows.map(\.id) == runs.filter { $0.outcome == .ok }.map(\.id), "each run's row is delivered")
        #expect(rows.allSatisfy { $0.status == "ok" })
        #expect(try installation.waitingRows() == 0)
    }

    @Test("watchdog pings come while the loop turns, and no longer when the process stands still")
    func watchdog() async throws {
        let installation = try Installation(schedules: DaemonTests.yearly)
        try await installation.serving(environment: ["WATCHDOG_USEC": "400000"]) { served in
            @Sendable func pings() -> Int { served.socket.messages.all.count { $0.contains("WATCHDOG=1") } }
            _ = try await served.socket.message("WATCHDOG=1")
            let messages = served.socket.messages.count
            _ = try await served.socket.message("WATCHDOG=1", from: messages)
            served.process.signal(SIGSTOP)
            try await Task.sleep(for: .milliseconds(300))
            let atRest = pings()
            try await Task.sleep(for: .milliseconds(1_000))
            #expect(pings() == atRest)
            served.process.signal(SIGCONT)
            _ = try await served.socket.message("WATCHDOG=1", from: served.socket.messages.count)
            try await served.stop()
        }
    }

    @Test("without a service manager that watches, nobody is pinged")
    func noWatchdog() async throws {
        let installation = try Installation(schedules: DaemonTests.everySecond)
        try await installation.serving { served in
            _ = try await served.process.line("youtube summary ok")
            #expect(!served.socket.messages.all.contains { $0.contains("WATCHDOG=1") })
            try await served.stop()
        }
    }

    @Test("a store that is away does not hold up the slots: their rows wait in the outbox and arrive in the end")
    func outbox() async throws {
        let installation = try Installation(
            schedules:
                #"{"schedules": [{"name": "tick", "cron": "* * * * * *", "domain": "outreach", "task": "send"}]}"#)
        // Declines before it looks into the store, which will be held.
        try installation.configure("actpd.json", #"{ "outreach": { "enabled": false } }"#)
        try await installation.serving { served in
            _ = try await served.process.line("outreach send")
            let gate = try await StoreGate(installation)
            let before = try installation.runs().count
            try await installation.waitForRuns { $0.count >= before + 3 }
            #expect(try installation.waitingRows() > 0)
            try await gate.open()
            try await served.stop()
        }
        let (runs, rows) = (try installation.runs(), try await installation.taskRows())
        #expect(rows.map(\.id) == runs.map(\.id))
        #expect(rows.allSatisfy { $0.status == "error" })
        #expect(try installation.waitingRows() == 0)
    }
}
