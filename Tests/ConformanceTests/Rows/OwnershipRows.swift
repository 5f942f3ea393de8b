import ActpTesting
import JSON
import Scheduling
import Stores
import Testing
import Time

/// Whose a slot is, and what stays of it.
@Suite(.timeLimit(.minutes(5)))
struct OwnershipRows {
    private let now = Instant.at("2026-03-02T09:00:00Z")

    private func ending(of request: RunRequest, _ outcome: Outcome) -> RunEnding {
        RunEnding(
            request: request,
            completion: Completion(
                id: request.id, outcome: outcome, reason: nil, result: ["stdout": "done"], startedAt: now,
                finishedAt: now + .seconds(9), duration: .seconds(9)))
    }

    @Test(
        "a run of a dead process is interrupted, and a success that comes late does not overwrite that", .shows(17, 18))
    func lateSuccess() throws {
        let directory = try TemporaryDirectory()
        var dying: SQLiteLedger? = try .opened(in: directory, at: now)
        let request = RunRequest(slot: now, of: .made())
        #expect(try dying?.begin(request, at: now) == true)
        dying = nil
        let next = try SQLiteLedger.opened(in: directory, as: .daemon, at: now)
        #expect(try next.recover(at: now).ended.map(\.outcome) == [.interrupted])
        let before = try next.runs(RunFilter(limit: 9))
        let waiting = try next.pending(.taskLog, limit: 9)
        _ = try next.finish([ending(of: request, .ok)])
        #expect(try next.runs(RunFilter(limit: 9)) == before)
        #expect(try next.pending(.taskLog, limit: 9) == waiting, "nor does a second task row follow")
    }

    @Test("a run whose process lives is not rescued, however long it takes", .shows(18))
    func living() throws {
        let directory = try TemporaryDirectory()
        let working = try SQLiteLedger.opened(in: directory, at: now)
        let request = RunRequest(slot: now, of: .made())
        #expect(try working.begin(request, at: now))
        let later = now + .seconds(365 * 86_400)
        let daemon = try SQLiteLedger.opened(in: directory, as: .daemon, at: later)
        #expect(try daemon.recover(at: later) == Recovery())
        #expect(
            try daemon.claim([Claim(RunRequest(slot: later, of: .made()))], at: later)
                == [.skipped("overlap, holder=\(request.id)")])
        _ = try working.finish([ending(of: request, .ok)])
        #expect(try daemon.runs(RunFilter(limit: 9)).map(\.outcome) == [.skipped, .ok])
    }

    @Test("two processes that want the same thousand slots leave a thousand rows, each slot with one owner", .shows(19))
    func race() async throws {
        let directory = try TemporaryDirectory()
        let ledgers = try (0..<2).map { _ in try SQLiteLedger.opened(in: directory, at: now) }
        let start = now
        let won = try await withThrowingTaskGroup(of: [Instant].self) { group in
            for ledger in ledgers {
                group.addTask {
                    var won: [Instant] = []
                    // Ten slots a tick, as when the same minute is due for ten schedules.
                    for tick in 0..<100 {
                        let planned = start + .seconds(tick * 60)
                        let claims = (0..<10).map { index in
                            Claim(RunRequest(slot: planned, of: .made("job\(index)", overlap: .allow)))
                        }
                        let results = try ledger.claim(claims, at: planned)
                        won += results.filter { $0 == .won }.map { _ in planned }
                    }
                    return won
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(won.count == 1_000)
        let runs = try ledgers[0].runs(RunFilter(limit: 9_999))
        #expect(runs.count == 1_000)
        #expect(Set(runs.map { "\($0.schedule ?? "") \($0.due)" }).count == 1_000)
    }

    @Test(
        "a second daemon on the same state ends with 75 and says which process holds it; the first one goes on",
        .shows(19))
    func secondDaemon() async throws {
        let installation = try Installation(schedules: EverySecond.text)
        try await installation.serving { served in
            let second = try installation.serve()
            #expect(try await second.process.ended() == .exited(75))
            #expect(
                second.process.standardError.contains("is held by another actpd daemon (process \(served.process.id))"))
            #expect(!second.socket.messages.all.contains { $0.contains("READY=1") })
            let before = try installation.runs().count
            try await installation.waitForRuns { $0.count >= before + 2 }
            try await served.stop()
        }
        let slots = try installation.runs().compactMap(\.planned)
        #expect(Set(slots).count == slots.count)
    }

    @Test(
        "a command and the daemon do not do the same work at once: the command ends with 75 and names the holder",
        .shows(19))
    func oneShot() async throws {
        let installation = try Installation(schedules: EverySecond.text)
        try await installation.serving { served in
            _ = try await served.process.line("youtube summary ok")
            let gate = try await StoreGate(installation)
            _ = try await served.process.line("youtube summary skipped: overlap, holder=")
            let holder = try #require(try installation.runs().first { $0.outcome == nil }).id
            let command = try await installation.actpd("run", "youtube", "summary")
            #expect(command.status == 75)
            #expect((command.output + command.error).contains("overlap, holder=\(holder)"))
            try await gate.open()
            try await served.stop()
        }
        let runs = try installation.runs()
        #expect(runs.count { $0.trigger == .manual } == 1)
        #expect(runs.first { $0.trigger == .manual }?.outcome == .skipped)
    }
}

/// A schedule that fires every second.
enum EverySecond {
    static let text =
        #"{"schedules": [{"name": "tick", "cron": "* * * * * *", "domain": "youtube", "task": "summary"}]}"#
}
