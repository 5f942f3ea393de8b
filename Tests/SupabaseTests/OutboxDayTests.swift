import ActpTesting
import JSON
import Records
import Scheduling
import Stores
import Synchronization
import Testing
import Time

@testable import Supabase

/// A day without the owner's database: what waits in the outbox arrives whole, once, in order, and not row by row.
@Suite(
    "a day without the database", .timeLimit(.minutes(5)),
    .enabled(if: PostgresCluster.isInstalled, "\(PostgresCluster.missing)"))
struct OutboxDayTests {
    private let start = Instant.at("2026-03-02T00:00:00Z")
    /// 5,000 runs in a day, a hundred at each of fifty ticks.
    private let ticks = 50
    private let each = 100

    private func runs(at tick: Int) -> [RunRequest] {
        let planned = start + .seconds(tick * 1_728)
        return (0..<each).map { number in
            RunRequest(
                trigger: .schedule, schedule: "job\(number)", planned: planned, due: planned, domain: "youtube",
                task: "summary\(number)", policy: Policy(timeout: .seconds(60)))
        }
    }

    private func fill(_ ledger: SQLiteLedger) throws -> [RowID] {
        var ids: [RowID] = []
        for tick in 0..<ticks {
            let (requests, now) = (runs(at: tick), start + .seconds(tick * 1_728))
            #expect(try ledger.claim(requests.map(Claim.init), at: now).allSatisfy { $0 == .won })
            #expect(try ledger.launch(requests.map(\.id), at: now).count == each)
            _ = try ledger.finish(
                requests.map { request in
                    RunEnding(
                        request: request,
                        completion: Completion(
                            id: request.id, outcome: .ok, reason: nil, result: ["tick": JSON(tick)],
                            startedAt: now + .milliseconds(3), finishedAt: now + .seconds(2), duration: .seconds(2)))
                })
            ids += requests.map(\.id)
        }
        return ids
    }

    @Test("5,000 runs are delivered in batches: none lost, none doubled, in order")
    func day() async throws {
        let directory = try TemporaryDirectory()
        let ledger = try SQLiteLedger(directory: directory.path, as: .daemon, texts: PlainAlertTexts(), at: start)
        let ids = try fill(ledger)
        #expect(try ledger.backlog(.taskLog).count == 10_000)
        #expect(try ledger.backlog(.taskLog).oldest == start)
        try await Live.serve { store, server, database in
            let courier = Courier(ledger: ledger, store: Store(store))
            #expect(try await courier.deliverTaskRows() == 10_000)
            #expect(try ledger.backlog(.taskLog).count == 0)
            let rows = try database.run(
                "SELECT id, status, result->>'tick' FROM actp_agent_tasks ORDER BY created_at, id")
            #expect(rows.map { $0[0] } == ids.map(\.text).sorted())
            #expect(rows.allSatisfy { $0[1] == "ok" })
            #expect(rows.map { $0[2] } == (0..<ticks).flatMap { tick in Array(repeating: "\(tick)", count: each) })
            // A batch of 500 entries is its ends alone, or a request more where it begins in the middle of a run.
            #expect(server.record.requests.count <= 41, "\(server.record.requests.count)")
        }
    }

    @Test("a database that goes away in the middle gets the rest when it is back, and nothing twice")
    func broken() async throws {
        let directory = try TemporaryDirectory()
        let ledger = try SQLiteLedger(directory: directory.path, as: .daemon, texts: PlainAlertTexts(), at: start)
        let ids = try fill(ledger)
        let database = try Live.database()
        let left = Mutex(7)
        // The eighth request is carried out, its answer lost; then nothing goes.
        let standIn = PostgRESTStandIn(database, options: Live.options())
        try await standIn.serve { request in
            switch left.withLock({ left in
                left -= 1
                return left
            }) {
            case 0...: return nil
            case -1:
                _ = standIn.respond(
                    to: request.method, request.target, headers: request.headers, body: request.text)
                return Answer([.close])
            default: return .json(#"{"message":"no server"}"#, status: 503)
            }
        } while: { (server: StandInServer) async throws in
            let courier = Courier(ledger: ledger, store: Store(try Live.store(server.url)))
            await #expect(throws: StoreError.self) { try await courier.deliverTaskRows() }
            await #expect(throws: StoreError.self) { try await courier.deliverTaskRows() }
            let waiting = try ledger.backlog(.taskLog).count
            #expect((1..<10_000).contains(waiting))
            left.withLock { $0 = .max }
            #expect(try await courier.deliverTaskRows() == waiting)
        }
        let rows = try database.run("SELECT id FROM actp_agent_tasks WHERE status = 'ok' ORDER BY id")
        #expect(rows.map { $0[0] } == ids.map(\.text).sorted())
    }
}
