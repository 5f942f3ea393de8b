import ActpTesting
import JSON
import Records
import Scheduling
import Stores
import Testing
import Time

/// What acts once (`effect: once`) is tried once: where its end is not known, that is the outcome, and a human hears of it.
@Suite(.timeLimit(.minutes(5)))
struct OnceTests {
    private let slot = Instant.at("2026-03-02T09:01:00Z")
    private let schedule = Schedule.once

    /// How far a process came before it died.
    enum Death: String, CaseIterable, Sendable {
        case beforeClaim, afterClaim, beforeStart, during, afterWork, afterLedger

        /// What the next process finds: the outcome, and whether the owner is told that it is unknown.
        var expected: (outcome: Outcome, isUnknown: Bool) {
            switch self {
            case .beforeClaim: (.missed, false)
            case .afterClaim: (.interrupted, false)
            case .beforeStart, .during, .afterWork: (.unknown, true)
            case .afterLedger: (.ok, false)
            }
        }
    }

    @Test(
        "a process that dies around a publishing step: never a second try, and one alert when nobody knows", .shows(0),
        arguments: Death.allCases)
    func death(_ death: Death) async throws {
        let directory = try TemporaryDirectory()
        try die(death, in: directory)
        let now = slot + .seconds(120)
        let desk = try SchedulerDesk(at: now, in: directory)
        try await desk.start(schedule)
        await desk.walk(through: slot + .seconds(3_599))
        let runs = try desk.ledger.runs(RunFilter(limit: 9))
        #expect(runs.map(\.outcome) == [death.expected.outcome] && runs.map(\.planned) == [slot])
        #expect(desk.performer.requests.isEmpty, "it is not run again")
        #expect(try desk.alerts().count { $0.hasPrefix("publish unknown: ") } == (death.expected.isUnknown ? 1 : 0))
        // Nor does a further start find anything to do.
        #expect(try desk.ledger.recover(at: now) == Recovery())
    }

    private func die(_ death: Death, in directory: TemporaryDirectory) throws {
        let ledger = try SQLiteLedger.opened(in: directory, as: .daemon, at: slot - .seconds(60))
        _ = try ledger.register([schedule], at: slot - .seconds(60))
        guard death != .beforeClaim else { return }
        let request = RunRequest(slot: slot, of: schedule)
        #expect(try ledger.claim([Claim(request)], at: slot) == [.won])
        guard death != .afterClaim else { return }
        #expect(try ledger.launch([request.id], at: slot) == [request.id])
        guard death == .afterLedger else { return }
        _ = try ledger.finish([
            RunEnding(
                request: request,
                completion: Completion(
                    id: request.id, outcome: .ok, reason: nil, result: ["stdout": "sent"], startedAt: slot,
                    finishedAt: slot, duration: .seconds(1)))
        ])
    }

    @Test(
        "a slot whose process died before it was claimed runs late within the minute: nothing can have been sent",
        .shows(0))
    func unclaimed() async throws {
        let directory = try TemporaryDirectory()
        try die(.beforeClaim, in: directory)
        let desk = try SchedulerDesk(at: slot + .seconds(20), in: directory)
        try await desk.start(schedule)
        #expect(await desk.events(untilEnds: 1) == ["started publish", "ended publish ok"])
    }

    /// How a publishing step is stopped from outside.
    enum Stop: CaseIterable, Sendable {
        case timeout, drain
    }

    @Test(
        "a publishing step that is stopped in its middle is unknown, whoever stopped it", .shows(0),
        arguments: Stop.allCases)
    func stopped(by stop: Stop) async throws {
        let deadlines = ManualDeadlines()
        let desk = try SchedulerDesk(
            at: slot - .seconds(60), performer: ScriptedPerformer { _ in .hold }, deadlines: deadlines)
        try await desk.start(.once)
        await desk.advance(to: slot)
        await desk.performer.begun(1)
        if stop == .timeout { deadlines.elapse(.seconds(60)) }
        if stop == .drain { await desk.scheduler.drain(limit: .milliseconds(1)) }
        _ = await desk.events(untilEnds: 1)
        #expect(try desk.ledger.runs(RunFilter(limit: 9)).map(\.outcome) == [.unknown])
        #expect(try desk.alerts().count == 1)
    }
}

extension Schedule {
    /// Publishes at the first minute of the hour; what the file's reading makes of a task with `effect: once`.
    static let once: Schedule = {
        let made = Schedule.made(cron: "1 * * * *", task: "publish", catchUp: .none)
        return Schedule(
            name: made.name, cron: made.cron, zone: made.zone, domain: made.domain, task: made.task,
            policy: made.policy, isOnce: true)
    }()
}
