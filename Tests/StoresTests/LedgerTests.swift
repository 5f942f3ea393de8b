import ActpTesting
import JSON
import Records
import Scheduling
import Stores
import Testing
import Time

/// The ledger on disk. Two ledgers on one directory stand for two processes: locks belong to open files, not to
/// processes, so they exclude each other just the same.
@Suite struct LedgerTests {
    private let now = Instant.at("2026-03-02T09:00:00Z")

    private func request(_ schedule: String? = "job", at planned: Instant? = nil, task: String = "work") -> RunRequest {
        let planned = schedule == nil ? nil : planned ?? now
        return RunRequest(
            trigger: schedule == nil ? .manual : .schedule, schedule: schedule, planned: planned, due: planned ?? now,
            domain: "test", task: task, policy: Policy(timeout: .seconds(60)))
    }

    private func completion(of request: RunRequest, _ outcome: Outcome = .ok) -> RunEnding {
        RunEnding(
            request: request,
            completion: Completion(
                id: request.id, outcome: outcome, reason: outcome == .ok ? nil : "why", result: ["stdout": "done"],
                startedAt: now + .milliseconds(3), finishedAt: now + .seconds(2), duration: .seconds(2)))
    }

    @Test("a slot is claimed once, whoever asks, however often")
    func oneOwner() throws {
        let directory = try TemporaryDirectory()
        let first = try SQLiteLedger(directory: directory.path, as: .oneShot, texts: PlainAlertTexts(), at: now)
        let second = try SQLiteLedger(directory: directory.path, as: .oneShot, texts: PlainAlertTexts(), at: now)
        #expect(try first.claim([Claim(request())], at: now) == [.won])
        #expect(try second.claim([Claim(request(task: "other"))], at: now) == [.taken])
        #expect(try second.claim([Claim(request())], at: now) == [.taken])
        #expect(try first.runs(RunFilter(limit: 9)).count == 1)
    }

    @Test("of two processes that claim the same slots each slot has one row")
    func race() async throws {
        let directory = try TemporaryDirectory()
        let ledgers = [
            try SQLiteLedger(directory: directory.path, as: .oneShot, texts: PlainAlertTexts(), at: now),
            try SQLiteLedger(directory: directory.path, as: .oneShot, texts: PlainAlertTexts(), at: now),
        ]
        let start = now
        let wins = try await withThrowingTaskGroup(of: Int.self) { group in
            for ledger in ledgers {
                group.addTask {
                    try (0..<200).count { index in
                        let planned = start + .seconds(index)
                        let request = RunRequest(
                            trigger: .schedule, schedule: "job", planned: planned, due: planned, domain: "test",
                            task: "work", policy: Policy(timeout: .seconds(60), overlap: .allow))
                        return try ledger.claim([Claim(request)], at: planned) == [.won]
                    }
                }
            }
            return try await group.reduce(0, +)
        }
        #expect(wins == 200)
        #expect(try ledgers[0].runs(RunFilter(limit: 5_000)).count == 200)
    }

    @Test("the same work in another process overlaps, until that process is gone")
    func overlapAcrossProcesses() throws {
        let directory = try TemporaryDirectory()
        var first: SQLiteLedger? = try SQLiteLedger(
            directory: directory.path, as: .oneShot, texts: PlainAlertTexts(), at: now)
        let second = try SQLiteLedger(directory: directory.path, as: .oneShot, texts: PlainAlertTexts(), at: now)
        let running = request(nil)
        #expect(try first?.claim([Claim(running)], at: now) == [.won])
        #expect(try second.claim([Claim(request(nil))], at: now) == [.skipped("overlap, holder=\(running.id)")])
        first = nil
        #expect(try second.claim([Claim(request(nil))], at: now) == [.won])
    }

    @Test("a run whose process died is interrupted, its task row says so, and a living process keeps its own")
    func recovery() throws {
        let directory = try TemporaryDirectory()
        var dying: SQLiteLedger? = try SQLiteLedger(
            directory: directory.path, as: .oneShot, texts: PlainAlertTexts(), at: now)
        let living = try SQLiteLedger(directory: directory.path, as: .oneShot, texts: PlainAlertTexts(), at: now)
        let (lost, kept) = (request(nil, task: "lost"), request(nil, task: "kept"))
        try dying?.begin(lost, at: now)
        try living.begin(kept, at: now)
        let third = try SQLiteLedger(directory: directory.path, as: .daemon, texts: PlainAlertTexts(), at: now)
        #expect(try third.recover(at: now) == Recovery())
        dying = nil
        #expect(try third.recover(at: now).ended.map(\.id) == [lost.id])
        #expect(try third.recover(at: now) == Recovery())
        let runs = try third.runs(RunFilter(limit: 9))
        #expect(runs.first { $0.id == lost.id }?.outcome == .interrupted)
        #expect(runs.first { $0.id == kept.id }?.outcome == nil)
        let rows = try third.pending(.taskLog, limit: 9).compactMap { entry -> Draft<AgentTasks>? in
            guard case .taskFinished(let row) = entry.message else { return nil }
            return row
        }
        #expect(rows.map(\.status) == ["error"])
        #expect(rows.first?.result?["error"]?.string == "interrupted: the process died while it ran")
    }

    @Test("an outcome, once recorded, stays")
    func immutable() throws {
        let directory = try TemporaryDirectory()
        let ledger = try SQLiteLedger(directory: directory.path, as: .oneShot, texts: PlainAlertTexts(), at: now)
        let request = request(nil)
        try ledger.begin(request, at: now)
        _ = try ledger.finish([completion(of: request)])
        _ = try ledger.finish([completion(of: request, .error)])
        #expect(try ledger.runs(RunFilter(limit: 1)).map(\.outcome) == [.ok])
    }

    @Test("a second daemon is refused and told who holds the state")
    func secondDaemon() throws {
        let directory = try TemporaryDirectory()
        let first = try SQLiteLedger(directory: directory.path, as: .daemon, texts: PlainAlertTexts(), at: now)
        #expect {
            try SQLiteLedger(directory: directory.path, as: .daemon, texts: PlainAlertTexts(), at: now)
        } throws: { error in
            "\(error)".contains("held by another actpd daemon (process ")
        }
        #expect(
            try SQLiteLedger(directory: directory.path, as: .reader, texts: PlainAlertTexts(), at: now).isDaemonUp())
        withExtendedLifetime(first) {}
    }

    @Test("a schedule that is new or reads otherwise starts now; one that is known goes on where it was")
    func registration() throws {
        let directory = try TemporaryDirectory()
        let ledger = try SQLiteLedger(directory: directory.path, as: .daemon, texts: PlainAlertTexts(), at: now)
        let later = now + .seconds(3_600)
        _ = try ledger.register([.made("a"), .made("b")], at: now)
        _ = try ledger.claim([Claim(request("a", at: now + .seconds(60)))], at: now + .seconds(60))
        let states = try ledger.register([.made("a"), .made("b", cron: "*/5 * * * *"), .made("c")], at: later)
        #expect(states["a"] == ScheduleState(anchor: now, cursor: now + .seconds(60)))
        #expect(states["b"] == ScheduleState(anchor: later, cursor: later))
        #expect(states["c"] == ScheduleState(anchor: later, cursor: later))
        _ = try ledger.register([.made("a", isEnabled: false)], at: later)
        let again = try ledger.register([.made("a")], at: later + .seconds(60))
        #expect(again == ["a": ScheduleState(anchor: later + .seconds(60), cursor: later + .seconds(60))])
    }

    @Test("the ledger's promises are on the disk when it returns")
    func synchronous() throws {
        let directory = try TemporaryDirectory()
        let ledger = try SQLiteLedger(directory: directory.path, as: .daemon, texts: PlainAlertTexts(), at: now)
        #expect(try ledger.synchronousMode == 2)
    }

    @Test("a run reaches the store as running, then as ended; a repeated delivery changes nothing")
    func delivery() async throws {
        let directory = try TemporaryDirectory()
        let ledger = try SQLiteLedger(directory: directory.path, as: .daemon, texts: PlainAlertTexts(), at: now)
        let store = Store(try SQLiteStore(inMemoryAt: ManualTime(now)))
        let courier = Courier(ledger: ledger, store: store)
        let request = request(nil)
        try ledger.begin(request, at: now)
        #expect(try await courier.deliverTaskRows() == 1)
        let started = try await store.first(Query<AgentTasks>(limit: 1))
        #expect(started?.status == "running" && started?.id == request.id && started?.createdAt == now)
        _ = try ledger.finish([completion(of: request)])
        let end = try ledger.pending(.taskLog, limit: 9)
        #expect(try await courier.deliverTaskRows() == 1)
        // A start delivered again, after a crash between delivery and its note, must not bring `running` back.
        try await store.insert(
            [
                Draft<AgentTasks> {
                    $0.id = request.id; $0.domain = "test"; $0.task = "work"; $0.status = "running"
                }
            ], onConflict: .ignore)
        let row = try await store.first(Query<AgentTasks>(limit: 1))
        #expect(row?.status == "ok" && row?.durationMs == 2_000 && row?.completedAt == now + .seconds(2))
        #expect(row?.createdAt == now && row?.result == ["stdout": "done"])
        #expect(end.count == 1)
        #expect(try ledger.backlog(.taskLog).count == 0)
    }

    @Test("with the store away the rows wait, in order, and then arrive")
    func storeAway() async throws {
        let directory = try TemporaryDirectory()
        let ledger = try SQLiteLedger(directory: directory.path, as: .daemon, texts: PlainAlertTexts(), at: now)
        let courier = Courier(ledger: ledger, store: Store(UnavailableStore()))
        let requests = (0..<3).map { request(nil, task: "work\($0)") }
        for request in requests {
            try ledger.begin(request, at: now)
            _ = try ledger.finish([completion(of: request)])
        }
        await #expect(throws: StoreError.self) { try await courier.deliverTaskRows() }
        #expect(try ledger.backlog(.taskLog).count == 6)
        let store = Store(try SQLiteStore(inMemoryAt: ManualTime(now)))
        try await Courier(ledger: ledger, store: store).deliverTaskRows()
        #expect(try await store.values(of: \AgentTasks.status) == ["ok", "ok", "ok"])
    }
}

/// A database that cannot be reached.
private struct UnavailableStore: StoreBackend {
    private var error: StoreError { StoreError(.unavailable, table: nil, "away") }

    func select(_ statement: SelectStatement) async throws(StoreError) -> [[Cell]] { throw error }
    func insert(_ statement: InsertStatement) async throws(StoreError) { throw error }
    func update(_ statement: UpdateStatement) async throws(StoreError) -> [[Cell]] { throw error }
    func delete(_ statement: DeleteStatement) async throws(StoreError) -> Int { throw error }
    func load(_ next: @escaping @Sendable () throws -> InsertStatement?) async throws { throw error }
}
