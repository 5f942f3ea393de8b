import ActpTesting
import Foundation
import Glibc
import JSON
import Records
import Scheduling
import Testing
import Time

/// The daemon killed at random instants, again and again: no slot doubled, none silently missing.
@Suite(.serialized)
struct SoakTests {
    @Test("twelve seconds, four kills")
    func short() async throws { try await soak(seconds: 12, kills: 4) }

    @Test(
        "sixty seconds, twenty kills",
        .enabled("the long version runs with ACTPD_SOAK=1") {
            ProcessInfo.processInfo.environment["ACTPD_SOAK"] == "1"
        })
    func long() async throws { try await soak(seconds: 60, kills: 20) }

    private func soak(seconds: Int, kills: Int) async throws {
        let installation = try Installation(schedules: DaemonTests.everySecond)
        let between = Double(seconds) / Double(kills + 1)
        for _ in 0..<kills {
            try await installation.serving { served in
                try await Task.sleep(for: .seconds(Double.random(in: between * 0.3...between)))
                served.process.signal(SIGKILL)
                #expect(try await served.process.ended() == .killed(signal: SIGKILL))
            }
        }
        try await installation.serving { served in
            let runs = try installation.runs().count
            try await installation.waitForRuns { $0.count { $0.outcome == .ok } >= 2 && $0.count >= runs + 2 }
            try await served.stop()
        }
        let runs = try installation.runs()
        try expectNoGap(runs)
        try await expectRowsAgree(runs, installation)
    }

    /// Each second from the first slot to the last stands in exactly one row: a run, or a span of missed ones.
    private func expectNoGap(_ runs: [RunRecord]) throws {
        var seconds: [Int64: Int] = [:]
        for run in runs {
            let planned = try #require(run.planned)
            // A missed row stands for as many slots as it says, one a second.
            for offset in 0..<Int64(run.outcome == .missed ? run.missed : 1) {
                seconds[planned.seconds + offset, default: 0] += 1
            }
        }
        let (first, last) = (try #require(seconds.keys.min()), try #require(seconds.keys.max()))
        #expect(seconds.values.allSatisfy { $0 == 1 }, "no slot twice")
        #expect(seconds.count == Int(last - first) + 1, "no slot without a row")
        #expect(runs.allSatisfy { $0.outcome != nil }, "no run left open")
        // A slot that was claimed before a kill begins after it, and may then still hold up the next one.
        #expect(runs.allSatisfy { [.ok, .missed, .interrupted, .skipped].contains($0.outcome) })
        for run in runs where run.outcome == .skipped { #expect(run.reason?.hasPrefix("overlap, holder=") == true) }
        for run in runs where run.outcome == .interrupted { #expect(run.reason == "the process died while it ran") }
    }

    /// The task rows say what the ledger says, one for each run, and none is left behind in the outbox.
    private func expectRowsAgree(_ runs: [RunRecord], _ installation: Installation) async throws {
        #expect(try installation.waitingRows() == 0)
        let rows = Dictionary(uniqueKeysWithValues: try await installation.taskRows().map { ($0.id, $0) })
        let started = runs.filter { $0.startedAt != nil }
        #expect(Set(rows.keys) == Set(started.map(\.id)))
        for run in started {
            let row = try #require(rows[run.id])
            #expect(row.status == run.outcome?.taskStatus)
            #expect(row.completedAt != nil)
            let isInterrupted = row.result?["error"]?.string?.hasPrefix("interrupted") == true
            #expect(isInterrupted == (run.outcome == .interrupted))
        }
    }
}
