internal import GRDB
import JSON
import Records
import Scheduling
import Time

/// Writes the claims of one tick.
struct ClaimWriter {
    private let db: Database
    private let generation: Int64
    /// The rows of the registered schedules, by name.
    private let schedules: [String: Int64]
    private let now: Instant
    private var admission: Admission
    private let pauses: [String: Pause]
    private let insert: HotStatement
    private let amend: HotStatement
    private let cursor: HotStatement
    private(set) var receipt = ClaimReceipt(results: [])

    init(
        _ db: Database, generation: Int64, open: (runs: [OpenRun], sawDead: Bool), limits: RunLimits,
        schedules: [String: Int64], now: Instant
    ) throws {
        self.db = db
        self.generation = generation
        self.schedules = schedules
        self.now = now
        admission = Admission(open.runs, limits: limits)
        receipt.sawDead = open.sawDead
        pauses = try Pause.all(db)
        insert = try HotStatement(
            db,
            """
            INSERT INTO run (id, generation, trigger, schedule, planned_at, due_at, domain, task, params, overlap_key,
                claimed_at, missed, overlap, priority, once, alert_after, pause_after)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
            """)
        amend = try HotStatement(db, "UPDATE run SET finished_at = ?, outcome = ?, reason = ? WHERE id = ?")
        cursor = try HotStatement(
            db,
            """
            INSERT INTO cursor (schedule, slot) VALUES (?, ?)
            ON CONFLICT (schedule) DO UPDATE SET slot = max(slot, excluded.slot)
            """)
    }

    mutating func write(_ claim: Claim) throws {
        if let missed = claim.missed, let schedule = claim.schedule { try write(missed, of: claim, schedule) }
        receipt.results.append(try claim.request.map { try write($0) } ?? .won)
    }

    private mutating func write(_ request: RunRequest) throws -> ClaimResult {
        let policy = request.policy
        try insert.run([
            .text(request.id.text), .integer(generation), .text(request.trigger.rawValue), .init(request.schedule),
            .init(request.planned?.microseconds), .integer(request.due.microseconds), .text(request.domain),
            .text(request.task), .text(request.recordedParamsText), .text(request.overlapKey),
            .integer(now.microseconds), .integer(Int64(request.missed?.count ?? 0)), .text(policy.overlap.rawValue),
            .integer(Int64(policy.priority)), .integer(request.isOnce ? 1 : 0),
            .init(request.alertAfter.map(Int64.init)),
            .integer(Int64(policy.pauseOnFailure)),
        ])
        guard db.changesCount == 1 else { return .taken }
        if request.trigger == .schedule, let schedule = request.schedule, let planned = request.planned {
            try move(schedule, past: planned)
            if let pause = pauses[schedule], pause.covers(planned) {
                return try skip(request, "paused: \(pause.note)")
            }
        }
        let (verdict, cancels, replaces) = admission.admit(request)
        receipt.cancels += cancels
        receipt.replaced += replaces
        for id in replaces {
            try end(id, .cancelled, "replaced by the slot of \(request.due), which waits in its place")
        }
        switch verdict {
        case .start: return .won
        case .wait(let reason):
            try amend.run([.null, .null, .text(reason), .text(request.id.text)])
            return .waits(reason)
        case .skip(let reason): return try skip(request, reason)
        }
    }

    private func skip(_ request: RunRequest, _ reason: String) throws -> ClaimResult {
        try end(request.id, .skipped, reason)
        return .skipped(reason)
    }

    private func end(_ id: RowID, _ outcome: Outcome, _ reason: String) throws {
        try amend.run([.integer(now.microseconds), .text(outcome.rawValue), .text(reason), .text(id.text)])
    }

    /// One row for the whole span, at its first slot.
    private func write(_ missed: MissedSlots, of claim: Claim, _ schedule: String) throws {
        let row = try HotStatement(
            db,
            """
            INSERT INTO run (id, generation, trigger, schedule, planned_at, due_at, domain, task, params, overlap_key,
                claimed_at, finished_at, outcome, reason, missed, missed_through)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, '{}', '', ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
            """)
        try row.run([
            .text(RowID(orderedAt: now).text), .integer(generation), .text(Trigger.schedule.rawValue), .text(schedule),
            .integer(missed.first.microseconds), .integer(missed.first.microseconds), .text(claim.domain),
            .text(claim.task), .integer(now.microseconds), .integer(now.microseconds),
            .text(Outcome.missed.rawValue), .text("\(missed.count) slots passed, the last at \(missed.last)"),
            .integer(Int64(missed.count)), .integer(missed.last.microseconds),
        ])
        try move(schedule, past: missed.last)
    }

    /// Everything up to the slot is accounted for. A schedule that was never registered has no cursor.
    private func move(_ schedule: String, past slot: Instant) throws {
        guard let number = schedules[schedule] else { return }
        try cursor.run([.integer(number), .integer(slot.microseconds)])
    }
}

extension OpenRun {
    /// The runs that have not ended and whose processes are alive, the oldest first, and whether there are others. A dead
    /// process holds nothing: its runs are about to be recovered.
    static func all(
        _ db: Database, own generation: Int64, _ locks: ProcessLocks
    ) throws -> (runs: [OpenRun], sawDead: Bool) {
        var open: [OpenRun] = []
        var sawDead = false
        var alive: [Int64: Bool] = [generation: true]
        let rows = try GRDB.Row.fetchCursor(
            db.cachedStatement(
                sql: """
                    SELECT generation, id, overlap_key, domain, schedule, started_at, overlap, priority, due_at
                    FROM run INDEXED BY run_open WHERE outcome IS NULL ORDER BY claimed_at, rowid
                    """))
        while let row = try rows.next() {
            let owner: Int64 = row[0]
            let isAlive = try alive[owner] ?? locks.isTaken(owner)
            alive[owner] = isAlive
            guard isAlive, let id = RowID(row[1] as String) else {
                sawDead = true
                continue
            }
            open.append(
                OpenRun(
                    id: id, overlapKey: row[2], domain: row[3], schedule: row[4],
                    isWaiting: (row[5] as Int64?) == nil, isOwn: owner == generation,
                    overlap: Overlap(rawValue: row[6]) ?? .skip, priority: row[7], due: Instant(microseconds: row[8])))
        }
        return (open, sawDead)
    }
}
