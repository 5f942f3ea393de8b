import ActpTesting
import Glibc
import JSON
import Records
import Scheduling
import Stores
import Testing
import Time

/// The ledger over months: damage, forgetting, and the versions before.
@Suite struct LedgerUpkeepTests {
    private let now = Instant.at("2026-03-02T09:00:00Z")

    private func ledger(_ directory: TemporaryDirectory, as opener: SQLiteLedger.Opener = .daemon) throws
        -> SQLiteLedger
    {
        try SQLiteLedger(directory: directory.path, as: opener, texts: PlainAlertTexts(), at: now)
    }

    private func request(_ task: String, at planned: Instant, isOnce: Bool = false) -> RunRequest {
        RunRequest(
            trigger: .schedule, schedule: task, planned: planned, due: planned, domain: "test", task: task,
            policy: Policy(overlap: .allow), isOnce: isOnce, alertAfter: 1)
    }

    private func run(_ request: RunRequest, _ outcome: Outcome = .ok, in ledger: SQLiteLedger) throws {
        try ledger.begin(request, at: request.due)
        _ = try ledger.finish([
            RunEnding(
                request: request,
                completion: Completion(
                    id: request.id, outcome: outcome, reason: nil, result: [:], startedAt: request.due,
                    finishedAt: request.due, duration: .zero))
        ])
    }

    @Test("a damaged ledger is kept under another name by the daemon, and refused by everybody else")
    func damaged() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path + "/ledger.db"
        let garbage = String(repeating: "this is no database. ", count: 500)
        try garbage.write(to: path)
        #expect { try ledger(directory, as: .oneShot) } throws: { ($0 as? StoreError)?.code == .corrupt }
        let opened = try ledger(directory)
        let aside = try #require(opened.setAside)
        #expect(aside == path + ".corrupt-20260302T090000Z")
        #expect(try contents(of: aside) == garbage)
        #expect(try opened.runs(RunFilter(limit: 1)).isEmpty)
    }

    @Test("damage that a daemon met while it ran is remembered for the next start, and only for that")
    func damagedLater() throws {
        let directory = try TemporaryDirectory()
        do {
            let first = try ledger(directory)
            try run(request("a", at: now), in: first)
            first.noteDamage()
        }
        do {
            let second = try ledger(directory)
            #expect(second.setAside != nil)
            #expect(try second.runs(RunFilter(limit: 9)).isEmpty)
        }
        #expect(try ledger(directory).setAside == nil)
    }

    @Test("history goes by age and by number, the oldest first, a bounded number at a time; what is open stays")
    func prune() throws {
        let directory = try TemporaryDirectory()
        let ledger = try ledger(directory)
        let day = Duration.seconds(86_400)
        for number in 0..<10 { try run(request("job", at: now + day * number), in: ledger) }
        let open = request("open", at: now)
        try ledger.begin(open, at: now)
        try ledger.delivered(try ledger.pending(.taskLog, limit: 100))
        let later = now + day * 10
        // A week, of which only the runs of the last seven days stay.
        #expect(try ledger.prune(HistoryLimits(age: day * 7, runs: 100), limit: 2, at: later) == 2)
        #expect(try ledger.prune(HistoryLimits(age: day * 7, runs: 100), limit: 2, at: later) == 1)
        #expect(try ledger.prune(HistoryLimits(age: day * 7, runs: 100), limit: 2, at: later) == 0)
        #expect(try ledger.runs(RunFilter(limit: 99)).filter { $0.outcome == .ok }.count == 7)
        #expect(try ledger.prune(HistoryLimits(age: day * 70, runs: 4), limit: 99, at: later) == 4)
        let left = try ledger.runs(RunFilter(limit: 99))
        #expect(left.filter { $0.outcome == .ok }.compactMap(\.planned).sorted() == (7..<10).map { now + day * $0 })
        #expect(left.contains { $0.id == open.id && $0.outcome == nil })
    }

    @Test("a run whose start is still to be delivered is not forgotten")
    func pruneUndelivered() throws {
        let directory = try TemporaryDirectory()
        let ledger = try ledger(directory)
        try run(request("job", at: now), in: ledger)
        let kept = HistoryLimits(age: .seconds(1), runs: 1)
        #expect(try ledger.prune(kept, limit: 99, at: now + .seconds(60)) == 0)
        try ledger.delivered(try ledger.pending(.taskLog, limit: 100))
        #expect(try ledger.prune(kept, limit: 99, at: now + .seconds(60)) == 1)
    }

    @Test(
        "a run that acts once and died in its middle is unknown, told at once, and one that never began is not caught up"
    )
    func once() throws {
        let directory = try TemporaryDirectory()
        let (begun, claimed, plain) = (
            request("begun", at: now, isOnce: true), request("claimed", at: now, isOnce: true),
            request("plain", at: now)
        )
        do {
            let dying = try ledger(directory, as: .oneShot)
            try dying.begin(begun, at: now)
            _ = try dying.claim([Claim(claimed), Claim(plain)], at: now)
        }
        let next = try ledger(directory)
        let recovery = try next.recover(at: now)
        #expect(Set(recovery.ended.map(\.outcome)) == [.unknown, .interrupted])
        #expect(recovery.ended.first { $0.id == begun.id }?.outcome == .unknown)
        #expect(recovery.orphans.map(\.id) == [plain.id])
        let alerts = try next.pending(.owner, limit: 9).map(\.message)
        #expect(
            alerts == [
                .alert(
                    "begun unknown: the process died while it ran; look whether it was done before you run it again"),
                .alert("claimed failed 1x: the process died before it began; what acts once is not caught up"),
            ])
    }

    private func contents(of path: String) throws -> String {
        let file = try #require(fopen(path, "r"))
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 100_000)
        return String(decoding: bytes[..<fread(&bytes, 1, bytes.count, file)], as: UTF8.self)
    }
}

extension String {
    fileprivate func write(to path: String) throws {
        let file = try #require(fopen(path, "w"))
        defer { fclose(file) }
        fputs(self, file)
    }
}
