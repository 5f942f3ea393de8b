import Foundation
import Glibc
import Records
import Scheduling
import Statistics
import Stores
import Synchronization
import Testing
import Time

/// A database that takes requests and never answers, while it is open.
final class BlackHole: Sendable {
    private let state = Mutex(false)

    var isOpen: Bool {
        get { state.withLock { $0 } }
        set { state.withLock { $0 = newValue } }
    }
}

/// A daemon that is not left in peace: killed, reloaded, its clock set, its database black-holed.
final class Soak {
    /// What was done to it, and how often.
    private(set) var deeds: [String: Int] = [:]
    /// How far the ledger was after each change of the file.
    private(set) var marks: [LedgerDump.Mark] = []
    let installation: Installation
    private let clock: FakeClock?
    private var ahead: Int64 = 0
    /// How far ahead the clock has ever been: while it is behind that, time is lived a second time.
    private var furthest: Int64 = 0
    private var random: SoakRandom
    private var file: SoakFile
    private var served: Served
    private let database: Database
    private let hole: BlackHole

    /// - Parameters:
    ///   - stepsClock: whether its clock is set too, for which libfaketime must be there.
    ///   - database: the owner's.
    ///   - hole: what swallows the requests to it.
    init(seed: UInt64, stepsClock: Bool, database: Database, hole: BlackHole) async throws {
        self.database = database
        self.hole = hole
        random = SoakRandom(seed: seed)
        file = SoakFile(seed: seed)
        installation = try Installation(schedules: file.text)
        try installation.configure(
            "actpd.json", #"{"limits": {"settle": "1s", "drain": "10s", "concurrentRuns": 64, "bufferedSlots": 20}}"#)
        clock = stepsClock ? try FakeClock(installation) : nil
        served = try installation.serve(
            environment: database.settings.merging(clock?.environment ?? [:]) { $1 })
        try await served.ready(within: .seconds(60))
    }

    private var environment: [String: String] { database.settings.merging(clock?.environment ?? [:]) { $1 } }

    /// The daemon's wall clock.
    var now: Instant { SystemTime().now() + .seconds(ahead) }

    func run(seconds: Int) async throws {
        let end = SystemTime().uptime() + .seconds(seconds)
        while SystemTime().uptime() < end {
            try await Task.sleep(for: .milliseconds(random.number(100...2_500)))
            try await deed()
        }
    }

    /// Lets it come to rest and stops it.
    ///
    /// - Returns: the instant up to which everything must be accounted for.
    func finish() async throws -> Instant {
        hole.isOpen = false
        // What asked the silent database waits for its time limits, and holds the places that others wait for.
        try await patience(.seconds(300)) { try self.waiting() < 20 }
        let start = now
        try await Task.sleep(for: .seconds(15))
        try await patience(.seconds(60)) { try self.waiting() == 0 }
        served.process.signal(SIGTERM)
        #expect(try await served.process.ended(within: .seconds(60)) == .exited(0))
        // A database that was away is left alone for up to two minutes; another process asks it at once.
        #expect(try await installation.actpd(["youtube", "summary"], environment: environment).status == 0)
        // What fell due since then may still have been waiting for its jitter.
        return start + .seconds(8)
    }

    /// How many slots are claimed and have not begun.
    private func waiting() throws -> Int {
        var open = RunFilter(limit: 10_000)
        open.onlyOpen = true
        return try installation.ledger.runs(open).count(where: \.isWaiting)
    }

    /// Waits until something is so, and goes on when it never is: the audit tells.
    private func patience(_ limit: Duration, _ isSo: () throws -> Bool) async throws {
        let end = SystemTime().uptime() + limit
        while try !isSo(), SystemTime().uptime() < end { try await Task.sleep(for: .milliseconds(200)) }
    }

    /// Ends the process whatever happened.
    func abandon() { served.process.signal(SIGKILL) }

    private func deed() async throws {
        switch random.number(0...9) {
        case 0, 1: try await kill(withChange: random.number(0...2) == 0)
        case 2, 3, 4: try await reload()
        case 5: try await badReload()
        case 6, 7: try await stepClock()
        case 8: swallow(!hole.isOpen)
        default: try await command()
        }
    }

    private func note(_ deed: String) { deeds[deed, default: 0] += 1 }

    private func kill(withChange: Bool) async throws {
        note(withChange ? "killed and the file changed" : "killed")
        served.process.signal(SIGKILL)
        _ = try await served.process.ended()
        if withChange {
            file.change(renames: ahead < furthest)
            try installation.configure("schedules.json", file.text)
        }
        let rows = withChange ? try await LedgerDump.Mark(of: installation.state).run : 0
        served = try installation.serve(environment: environment)
        try await served.ready(within: .seconds(60))
        if withChange {
            // Dead, it wrote nothing for the old version; ready, it may have for the new one.
            marks.append(LedgerDump.Mark(change: try await LedgerDump.Mark(of: installation.state).change, run: rows))
        }
    }

    private func reload() async throws {
        note("reloaded")
        file.change(renames: ahead < furthest)
        try await hangUp(file.text, answer: "reloaded: ")
        marks.append(try await LedgerDump.Mark(of: installation.state))
    }

    private func badReload() async throws {
        note("a bad file refused")
        try await hangUp(file.badText, answer: "reload rejected")
        try installation.configure("schedules.json", file.text)
    }

    private func hangUp(_ text: String, answer: String) async throws {
        let (messages, lines) = (served.socket.messages.count, served.process.lines.count)
        try installation.configure("schedules.json", text)
        served.process.signal(SIGHUP)
        _ = try await served.process.line(answer, from: lines, within: .seconds(60))
        try await served.ready(from: messages, within: .seconds(60))
    }

    /// The kernel would tell the daemon; here a reload of the same file does.
    private func stepClock() async throws {
        guard let clock else { return }
        let step = Int64(random.number(0...9) == 0 ? 86_400 : random.number(2...3_600))
        // Back, so that slots come again, or on to where it has never been.
        let isBack = random.number(0...1) == 0
        note(isBack ? "clock set back" : "clock set forward")
        ahead = isBack ? ahead - step : furthest + step
        furthest = max(furthest, ahead)
        try clock.set(ahead: ahead)
        try await hangUp(file.text, answer: "reloaded: ")
    }

    private func swallow(_ isOpen: Bool) {
        note(isOpen ? "database swallows requests" : "database answers again")
        hole.isOpen = isOpen
    }

    private func command() async throws {
        note("one-shot")
        // It would wait for its time limits, and nothing would be done to the daemon meanwhile.
        if hole.isOpen { swallow(false) }
        _ = try await installation.actpd(
            ["run", "prospect", "top", "--params", #"{"limit": 2}"#], environment: environment)
    }
}
