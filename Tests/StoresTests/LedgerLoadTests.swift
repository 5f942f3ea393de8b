import ActpTesting
import Foundation
import JSON
import Records
import Scheduling
import Stores
import Testing
import Time

/// What starts wait for does not grow with the ledger.
struct LedgerLoadTests {
    private let now = Instant.at("2026-03-02T09:00:00Z")
    private static let past = 20_000

    private func ledger(_ directory: TemporaryDirectory) throws -> SQLiteLedger {
        try SQLiteLedger(directory: directory.path, as: .daemon, texts: PlainAlertTexts(), at: now)
    }

    private func request(_ schedule: String, params: [String: JSON] = [:]) -> RunRequest {
        RunRequest(
            trigger: .schedule, schedule: schedule, planned: now, due: now, domain: "test", task: schedule,
            params: params, policy: Policy())
    }

    private func ending(of request: RunRequest) -> RunEnding {
        RunEnding(
            request: request,
            completion: Completion(
                id: request.id, outcome: .ok, reason: nil, result: [:], startedAt: now, finishedAt: now, duration: .zero
            ))
    }

    /// Bytes that the work reads on this thread. SQLite keeps two megabytes of a file in memory, the rest is read anew.
    private func bytesRead(_ work: () throws -> Void) throws -> Int {
        func total() throws -> Int {
            let io = try String(contentsOfFile: "/proc/thread-self/io", encoding: .utf8)
            return try #require(io.split(separator: "\n").first?.split(separator: " ").last.flatMap { Int($0) })
        }
        let before = try total()
        try work()
        return try total() - before
    }

    @Test("what a tick, its ends and questions about few runs read of the ledger does not grow with its history")
    func history() throws {
        let directory = try TemporaryDirectory()
        let ledger = try ledger(directory)
        _ = try sqlite(
            directory.file("ledger.db"),
            """
            WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < \(LedgerLoadTests.past))
            INSERT INTO run (id, generation, trigger, schedule, planned_at, due_at, domain, task, params, overlap_key,
                claimed_at, started_at, finished_at, outcome, duration_ms, result)
            SELECT printf('019cadea-8000-7000-8000-%012x', i), 1, 'schedule', 'past-' || (i % 100), t, t, 'test', 'work',
                '{}', 'test.work', t, t, t, 'ok', 1, '{"stdout":"' || hex(zeroblob(200)) || '"}'
            FROM (SELECT i, \(now.microseconds) - i * 1000000 AS t FROM n);
            """)
        let few = [request("a"), request("b")]
        var read: [String: Int] = [:]
        read["claim"] = try bytesRead { try #expect(ledger.claim(few.map(Claim.init), at: now) == [.won, .won]) }
        read["launch"] = try bytesRead { try #expect(ledger.launch(few.map(\.id), at: now).count == 2) }
        read["runs, open"] = try bytesRead {
            var open = RunFilter(limit: 9)
            open.onlyOpen = true
            try #expect(ledger.runs(open).count == 2)
        }
        read["release"] = try bytesRead { try #expect(ledger.release(limits: RunLimits()).runs.isEmpty) }
        read["recover"] = try bytesRead { try #expect(ledger.recover(at: now).ended.isEmpty) }
        read["finish"] = try bytesRead { _ = try ledger.finish(few.map { ending(of: $0) }) }
        read["outbox"] = try bytesRead { try ledger.delivered(try ledger.pending(.taskLog, limit: 9)) }
        read["history"] = try bytesRead {
            let slot = now - .seconds(5)
            try #expect(ledger.history(of: "past-5", at: slot).record?.planned == slot)
        }
        read["slots"] = try bytesRead {
            try #expect(ledger.slots(of: "past-5", from: now - .seconds(210), before: now, limit: 9).count == 3)
        }
        read["remembered"] = try bytesRead { try #expect(ledger.isRemembered("past-7")) }
        read["last runs"] = try bytesRead { try #expect(ledger.lastRuns(of: ["past-9", "a"]).count == 2) }
        read["prune"] = try bytesRead {
            try #expect(ledger.prune(HistoryLimits(), limit: 9, at: now) == 0)
        }
        let size = try #require(
            FileManager.default.attributesOfItem(atPath: directory.file("ledger.db"))[.size] as? Int)
        #expect(size > 10_000_000)
        for (question, bytes) in read { #expect(bytes < 200_000, "\(question) reads \(bytes) bytes") }
    }

    @Test("claims and launches leave it to the next write to move the log into the file")
    func checkpoint() throws {
        let directory = try TemporaryDirectory()
        let ledger = try ledger(directory)
        func size() throws -> Int {
            try #require(FileManager.default.attributesOfItem(atPath: directory.file("ledger.db"))[.size] as? Int)
        }
        try ledger.tell(["before"], at: now)
        let before = try size()
        let long = JSON.string(String(repeating: "x", count: 10_000))
        let runs = (0..<1_000).map { request("job-\($0)", params: ["text": long]) }
        #expect(try ledger.claim(runs.map(Claim.init), at: now).allSatisfy { $0 == .won })
        #expect(try ledger.launch(runs.map(\.id), at: now).count == runs.count)
        #expect(try size() == before)
        try ledger.tell(["after"], at: now)
        #expect(try size() > 10_000_000)
    }
}
