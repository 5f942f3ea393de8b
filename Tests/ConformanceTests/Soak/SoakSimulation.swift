import ActpTesting
import Configuration
import Records
import Scheduling
import Statistics
import Stores
import Time

@testable import actpd

/// The soak without its waiting: the scheduler and its ledger in this process, on a clock that jumps from alarm to alarm, so
/// that an hour of it is minutes, and the same seed is the same hour.
///
/// What only a process can suffer is left to the soak: a death in the middle of a step, signals, a database that is away.
struct SoakSimulation {
    private(set) var deeds: [String: Int] = [:]
    private(set) var marks: [LedgerDump.Mark] = []
    private let directory: TemporaryDirectory
    private var random: SoakRandom
    private var file: SoakFile
    /// `nil` while there is no process.
    private var desk: SchedulerDesk!
    private var elapsed: Duration = .zero
    private var ahead: Duration = .zero
    /// How far ahead the clock has ever been: while it is behind that, time is lived a second time.
    private var furthest: Duration = .zero

    private static let start = Instant.at("2026-03-07T11:00:00Z")
    private static let limits = SchedulerLimits(settle: .seconds(1))

    init(seed: UInt64) async throws {
        directory = try TemporaryDirectory()
        random = SoakRandom(seed: seed)
        file = SoakFile(seed: seed)
        desk = try SchedulerDesk(at: SoakSimulation.start, in: directory, limits: SoakSimulation.limits)
        try await boot()
    }

    /// Where the state is.
    var state: String { directory.path }

    private var now: Instant { SoakSimulation.start + elapsed + ahead }

    mutating func run(_ duration: Duration) async throws {
        while elapsed < duration {
            try await pass(.milliseconds(random.number(100...2_500)))
            try await deed()
        }
    }

    /// Lets everything that is due happen.
    ///
    /// - Returns: the instant up to which everything must be accounted for.
    mutating func finish() async throws -> Instant {
        let end = now
        try await pass(.seconds(15))
        return end + .seconds(8)
    }

    // MARK: -

    /// Time passes, and the alarms go off as they do: a little late.
    private mutating func pass(_ duration: Duration) async throws {
        let end = elapsed + duration
        while let alarm = await desk.scheduler.state.nextAlarm {
            let late = max(alarm - now, .zero) + .microseconds(random.number(10...20_000))
            guard elapsed + late <= end else { break }
            elapsed += late
            desk.time.jump(to: now)
            await desk.scheduler.wake()
            try await rest()
        }
        elapsed = end
        desk.time.jump(to: now)
    }

    /// Waits for the work under way, which needs no time.
    private func rest() async throws {
        while true {
            let state = await desk.scheduler.state
            if let trouble = state.trouble { throw trouble }
            if state.running.isEmpty { return }
            await Task.yield()
        }
    }

    private func schedules(_ text: String) throws -> [Schedule] {
        try ScheduleFile.read(Array(text.utf8), file: "schedules.json", zones: zones, catalog: AgentTaskCatalog())
    }

    private mutating func boot() async throws {
        let recovery = try desk.ledger.recover(at: now)
        try await desk.scheduler.start(try schedules(file.text), orphans: recovery.orphans, alarm: desk.alarm)
        try await rest()
    }

    private mutating func deed() async throws {
        switch random.number(0...9) {
        case 0, 1, 2: try await kill(withChange: random.number(0...2) == 0)
        case 3, 4, 5: try await reload()
        default: try await stepClock()
        }
    }

    private mutating func note(_ deed: String) { deeds[deed, default: 0] += 1 }

    private mutating func kill(withChange: Bool) async throws {
        note(withChange ? "killed and the file changed" : "killed")
        if withChange { file.change(renames: ahead < furthest) }
        elapsed += .milliseconds(random.number(100...6_000))
        let rows = try await LedgerDump.Mark(of: state).run
        // Gone first, or it would hold the lock against the next.
        desk = nil
        desk = try SchedulerDesk(at: now, in: directory, limits: SoakSimulation.limits)
        try await boot()
        if withChange { marks.append(LedgerDump.Mark(change: try await LedgerDump.Mark(of: state).change, run: rows)) }
    }

    private mutating func reload() async throws {
        note("reloaded")
        file.change(renames: ahead < furthest)
        try await adopt()
        marks.append(try await LedgerDump.Mark(of: state))
    }

    private mutating func adopt() async throws {
        _ = try await desk.scheduler.reload(try schedules(file.text))
        try await rest()
    }

    private mutating func stepClock() async throws {
        let step = Duration.seconds(random.number(0...9) == 0 ? 86_400 : random.number(2...3_600))
        let isBack = random.number(0...1) == 0
        note(isBack ? "clock set back" : "clock set forward")
        ahead = isBack ? ahead - step : furthest + step
        furthest = max(furthest, ahead)
        desk.time.jump(to: now)
        // A moment in which only the alarm could notice.
        try await pass(.milliseconds(random.number(0...300)))
        try await adopt()
    }
}
