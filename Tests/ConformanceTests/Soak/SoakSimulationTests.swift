import Foundation
import Testing
import Time

/// `ACTPD_SOAK_SECONDS` says for how long (20), `ACTPD_SOAK_SEED` repeats one seed.
struct SoakSimulationTests {
    private static let environment = ProcessInfo.processInfo.environment
    private static let seconds = environment["ACTPD_SOAK_SECONDS"].flatMap { Int($0) } ?? 20
    private static let seeds: [UInt64] = environment["ACTPD_SOAK_SEED"].flatMap { UInt64($0) }.map { [$0] } ?? [1]

    @Test("two hundred schedules under deaths, reloads and clock steps: every slot is accounted for", arguments: seeds)
    func simulated(seed: UInt64) async throws {
        var soak = try await SoakSimulation(seed: seed)
        try await soak.run(.seconds(SoakSimulationTests.seconds))
        let end = try await soak.finish()
        let dump = try await LedgerDump(of: soak.state, marks: soak.marks)
        let audit = SlotAudit(dump.versions, dump.rows, through: end)
        let faults = audit.faults.prefix(40).joined(separator: "\n")
        #expect(audit.faults.isEmpty, "seed \(seed), \(soak.deeds):\n\(faults)")
        #expect(audit.runs > SoakSimulationTests.seconds, "it did work")
    }
}
