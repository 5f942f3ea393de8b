import Glibc
import JSON

extension Benchmark {
    static let idle = Benchmark("idle", "the daemon with the default schedules while nothing is due") { bench in
        var schedules = try ScheduleText.neverFiring(copyOf: bench.schedules)
        let fresh = try Idling(bench, schedules)
        schedules.add("once", "@reboot", "youtube", "summary")
        let worked = try Idling(bench, schedules)
        return fresh.figures("idle") + worked.figures("idle after a task")
    }
}

/// What a sleeping daemon takes.
struct Idling: Sendable {
    private static let seconds = 30
    /// Until threads that were needed for the start are gone.
    private static let settlingSeconds: UInt32 = 8

    let resident: Double
    let anonymous: Double
    /// Fewer than nothing is impossible: a thread that has gone counts as one wake-up.
    let wakeups: Int
    /// Seconds of processor time in a second.
    let processor: Double
    let threads: Int

    init(_ bench: Bench, _ schedules: ScheduleText) throws {
        let site = try Site(bench, "idle")
        defer { site.remove() }
        try site.write(schedules)
        let daemon = try site.serve()
        let process = daemon.child.process
        sleep(Idling.settlingSeconds)
        let before = Proc.switches(of: process)
        let usedBefore = Proc.fineProcessorSeconds(of: process)
        sleep(UInt32(Idling.seconds))
        let after = Proc.switches(of: process)
        // A thread that ended has taken its account with it.
        let used = max(Proc.fineProcessorSeconds(of: process) - usedBefore, 0)
        (resident, anonymous) = Proc.memory(of: process)
        let gone = before.keys.count { after[$0] == nil }
        wakeups = after.reduce(gone) { $0 + $1.value - (before[$1.key] ?? 0) }
        processor = used / Double(Idling.seconds)
        threads = after.count
        try daemon.stop()
    }

    var wakeupsPerSecond: Double { Double(wakeups) / Double(Idling.seconds) }

    func figures(_ name: String) -> [Figure] {
        [
            Figure("\(name): resident memory", resident, .megabytes, atMost: 30),
            Figure("\(name): anonymous memory", anonymous, .megabytes, atMost: 8),
            Figure(
                "\(name): wake-ups", wakeupsPerSecond, .perSecond, atMost: 1,
                note: "\(wakeups) in \(Idling.seconds) s, \(threads) threads"),
            Figure("\(name): processor", processor * 100, .percent, below: 0.05),
        ]
    }
}
