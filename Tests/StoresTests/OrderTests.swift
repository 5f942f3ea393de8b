import ActpTesting
import JSON
import Records
import Scheduling
import Stores
import Testing
import Time

/// What the ledger does for those who ask over HTTP: keys, pages, last runs.
struct OrderTests {
    private let now = Instant.at("2026-03-02T09:00:00Z")
    private let directory: TemporaryDirectory
    private let ledger: SQLiteLedger

    init() throws {
        directory = try TemporaryDirectory()
        ledger = try SQLiteLedger(directory: directory.path, as: .daemon, texts: PlainAlertTexts(), at: now)
    }

    @Test("a key stands for its first order, for a day, also after a restart")
    func keys() throws {
        let (first, second) = (RowID(orderedAt: now), RowID(orderedAt: now))
        #expect(try ledger.order("k", "a", run: first, at: now) == .new)
        #expect(try ledger.order("k", "a", run: second, at: now + .seconds(86_400)) == .known(first))
        #expect(try ledger.order("k", "b", run: second, at: now + .seconds(60)) == .other)
        #expect(try ledger.order("other", "b", run: second, at: now + .seconds(60)) == .new)
        let later = try SQLiteLedger(directory: directory.path, as: .oneShot, texts: PlainAlertTexts(), at: now)
        #expect(try later.order("k", "a", run: second, at: now + .seconds(60)) == .known(first))
        #expect(try later.order("k", "b", run: second, at: now + .seconds(86_401)) == .new)
    }

    private func run(_ planned: Instant, claimed: Instant, _ outcome: Outcome, schedule: String = "job") throws {
        let request = RunRequest(
            trigger: .schedule, schedule: schedule, planned: planned, due: planned, domain: "test", task: "work",
            policy: Policy(timeout: .seconds(60), overlap: .allow))
        #expect(try ledger.begin(request, at: claimed))
        _ = try ledger.finish([
            RunEnding(
                request: request,
                completion: Completion(
                    id: request.id, outcome: outcome, reason: nil, result: ["n": 1], startedAt: claimed,
                    finishedAt: claimed + .seconds(1), duration: .seconds(1)))
        ])
    }

    @Test("pages have each run once in the order of the whole, also among those that were claimed together")
    func pages() throws {
        for index in 0..<20 {
            try run(now + .seconds(index), claimed: now + .seconds(index / 7), index % 3 == 0 ? .error : .ok)
        }
        for outcome in [nil, Outcome.error] {
            var filter = RunFilter(limit: 100)
            filter.outcome = outcome
            let all = try ledger.runs(filter)
            filter.limit = 3
            var paged: [RunRecord] = []
            while true {
                let page = try ledger.runs(filter)
                guard let last = page.last else { break }
                paged += page
                filter.before = RunPlace(claimedAt: last.claimedAt, id: last.id)
            }
            #expect(paged == all && all.count == (outcome == nil ? 20 : 7))
        }
    }

    @Test("a page goes on where a run was that is forgotten by now")
    func forgottenPlace() throws {
        for index in 0..<4 { try run(now + .seconds(index), claimed: now + .seconds(index), .ok) }
        let all = try ledger.runs(RunFilter(limit: 9))
        var filter = RunFilter(limit: 9)
        filter.before = RunPlace(claimedAt: all[1].claimedAt, id: RowID(orderedAt: now))
        #expect(try ledger.runs(filter) == Array(all[2...]))
    }

    @Test("a run is found with its result; the last of each schedule with the last that went well")
    func lookUp() throws {
        for (index, outcome) in [Outcome.ok, .ok, .error].enumerated() {
            try run(now + .seconds(index * 60), claimed: now + .seconds(index * 60), outcome)
        }
        try run(now, claimed: now, .timeout, schedule: "never")
        let last = try ledger.lastRuns(of: ["job", "never", "unknown"])
        #expect(
            last == [
                "job": LastRun(
                    finishedAt: now + .seconds(121), outcome: .error, succeededAt: now + .seconds(61)),
                "never": LastRun(finishedAt: now + .seconds(1), outcome: .timeout, succeededAt: nil),
            ])
        let newest = try #require(try ledger.runs(RunFilter(limit: 1)).first)
        let found = try #require(try ledger.run(newest.id))
        #expect(found.record == newest && found.result == ["n": 1])
        #expect(try ledger.run(RowID(orderedAt: now)) == nil)
    }

    @Test("looking holds up nobody and is held up by nobody: a second ledger reads while the first writes")
    func reading() throws {
        try run(now, claimed: now, .ok)
        let reader = try SQLiteLedger(directory: directory.path, as: .reader, texts: PlainAlertTexts(), at: now)
        let writer = try LockedFile(directory.file("ledger.db"))
        #expect(try reader.runs(RunFilter(limit: 9)).count == 1)
        #expect(try reader.backlog(.taskLog).count == 2)
        #expect(try reader.pauses().isEmpty && reader.findings().isEmpty)
        withExtendedLifetime(writer) {}
    }
}
