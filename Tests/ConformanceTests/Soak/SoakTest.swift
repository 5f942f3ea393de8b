import ActpTesting
import Foundation
import Records
import Scheduling
import Stores
import Testing
import Time

/// The long one: `ACTPD_SOAK=1` runs it, `ACTPD_SOAK_SECONDS` says for how long (60), `ACTPD_SOAK_SEED` repeats one.
@Suite(.serialized)
struct SoakTest {
    private static let environment = ProcessInfo.processInfo.environment

    @Test(
        "two hundred schedules under kills, reloads, clock steps and a black-holed database: every slot is accounted for, none is doubled",
        .enabled("it runs with ACTPD_SOAK=1") { environment["ACTPD_SOAK"] == "1" })
    func soak() async throws {
        let seconds = SoakTest.environment["ACTPD_SOAK_SECONDS"].flatMap { Int($0) } ?? 60
        let seed = SoakTest.environment["ACTPD_SOAK_SEED"].flatMap { UInt64($0) } ?? .random(in: 0..<1_000_000)
        let hole = BlackHole()
        try await Database.serve { _ in
            hole.isOpen ? .silence : nil
        } _: { database in
            let soak = try await Soak(seed: seed, stepsClock: FakeClock.isThere, database: database, hole: hole)
            defer { soak.abandon() }
            try await soak.run(seconds: seconds)
            let end = try await soak.finish()
            let dump = try await LedgerDump(of: soak.installation.state, marks: soak.marks)
            let audit = SlotAudit(dump.versions, dump.rows, through: end)
            print(
                """
                soak of \(seconds) s, seed \(seed)\(FakeClock.isThere ? "" : ", without clock steps: \(FakeClock.reason)")
                  done to it: \(soak.deeds.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", "))
                  versions of schedules \(dump.versions.count), rows \(dump.rows.count)
                  slots: run \(audit.runs), skipped \(audit.skipped), missed \(audit.missed), \
                given up with their version \(audit.givenUp), come back to \(audit.cameBack)
                  faults \(audit.faults.count)
                """)
            #expect(audit.faults.isEmpty, "seed \(seed):\n\(audit.faults.prefix(40).joined(separator: "\n"))")
            #expect(audit.runs > seconds, "it did work")
            try expectTaskRowsAgree(soak.installation, database)
        }
    }

    /// Each run that began, or that died before it could and is not caught up, has one task row that says how it ended, and
    /// nothing waits in the outbox.
    private func expectTaskRowsAgree(_ installation: Installation, _ database: Database) throws {
        #expect(try installation.waitingRows() == 0)
        #expect(try installation.ledger.backlog(.owner).count == 0)
        let rows = Dictionary(
            try database.postgres.run("SELECT id, status FROM actp_agent_tasks").compactMap { row in
                row[0].flatMap { RowID($0) }.map { ($0, row[1] ?? "") }
            }, uniquingKeysWith: { $1 })
        let begun = try installation.runs().filter { $0.startedAt != nil || $0.outcome == .interrupted }
        #expect(begun.filter { rows[$0.id] == nil }.isEmpty, "runs without a task row")
        #expect(Set(rows.keys).subtracting(begun.map(\.id)).isEmpty, "task rows without a run")
        let different = begun.filter { rows[$0.id] != $0.outcome?.taskStatus }
        #expect(different.isEmpty, "\(different.prefix(3))")
    }
}
