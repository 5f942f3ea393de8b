import Time

extension Benchmark {
    static let start = Benchmark("start", "the daemon with 10,000 schedules, from exec to READY=1") { bench in
        var site = try Site(bench, "start")
        defer { site.remove() }
        try site.write(ScheduleText.everyday(10_000))
        var first: [(waited: Double, used: Double)] = []
        var again: [(waited: Double, used: Double)] = []
        for _ in 0..<7 {
            // A ledger that does not know the schedules, then one that does.
            site = try Site(bench, "start")
            try site.write(ScheduleText.everyday(10_000))
            first.append(try ready(site))
            again.append(try ready(site))
        }
        try site.write(try ScheduleText.neverFiring(copyOf: bench.schedules))
        let few = try (0..<7).map { _ in try ready(site) }
        return [
            figure("start to READY, 10,000 schedules, known to the ledger", again.map(\.waited), below: 150),
            processor("start to READY, 10,000 schedules, known to the ledger", again.map(\.used)),
            figure("start to READY, 10,000 schedules, new to the ledger", first.map(\.waited), below: 150),
            processor("start to READY, 10,000 schedules, new to the ledger", first.map(\.used)),
            figure("start to READY, the default schedules", few.map(\.waited), below: nil),
        ]
    }

    private static func figure(_ name: String, _ milliseconds: [Double], below bar: Double?) -> Figure {
        let samples = Samples(milliseconds)
        return Figure(
            name, samples.median, .milliseconds, below: bar,
            note: "median of \(samples.count), worst \(Figure.shown(samples.max))")
    }

    /// Milliseconds from exec to READY=1, and of processor time until then.
    private static func ready(_ site: Site) throws -> (waited: Double, used: Double) {
        let daemon = try site.serve()
        let used = Proc.processorSeconds(of: daemon.child.process) * 1_000
        try daemon.stop()
        return (daemon.readyAfter.fineSeconds * 1_000, used)
    }

    /// The processor time of something that was done several times: what it would take at least, had the daemon a
    /// processor to itself. The kernel counts in steps of 10 ms, hence the mean.
    private static func processor(_ name: String, _ milliseconds: [Double]) -> Figure {
        let mean = milliseconds.reduce(0, +) / Double(max(milliseconds.count, 1))
        return Figure("\(name): processor time", mean, .milliseconds, note: "mean of \(milliseconds.count)")
    }

    static let reload = Benchmark("reload", "10,000 schedules on SIGHUP, from RELOADING=1 to READY=1") { bench in
        let site = try Site(bench, "reload")
        defer { site.remove() }
        let (same, other) = (ScheduleText.everyday(10_000), ScheduleText.everyday(10_000, shifted: 1_000))
        try site.write(same)
        let daemon = try site.serve()
        func milliseconds(_ schedules: ScheduleText) throws -> Double {
            try site.write(schedules)
            return try daemon.reload().fineSeconds * 1_000
        }
        let used = Proc.processorSeconds(of: daemon.child.process)
        let unchanged = try (0..<7).map { _ in try milliseconds(same) }
        let each = (Proc.processorSeconds(of: daemon.child.process) - used) * 1_000 / 7
        let changed = try (0..<7).map { try milliseconds($0.isMultiple(of: 2) ? other : same) }
        try daemon.stop()
        return [
            figure("reload, nothing changed", unchanged, below: 50),
            processor("reload, nothing changed", unchanged.map { _ in each }),
            figure("reload, 1,000 of them changed", changed, below: 50),
        ]
    }

    static let size = Benchmark("size", "the binary") { bench in
        let stripped = bench.scratch.path + "/stripped"
        defer { Scratch.remove(stripped) }
        var figures = [Figure("binary, as built", try megabytes(bench.binary), .megabytes)]
        let child = try Child(["/usr/bin/strip", "-o", stripped, bench.binary])
        if child.wait().status == 0 {
            figures.append(Figure("binary, stripped", try megabytes(stripped), .megabytes))
        }
        return figures
    }

    private static func megabytes(_ path: String) throws -> Double { Double(try Scratch.size(of: path)) / 1e6 }
}
