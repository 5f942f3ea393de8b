import Time

extension Benchmark {
    /// Our column of the table that `make bench-peers` prints; the names of the figures are its rows, and the peers'
    /// programs in `Benchmarks/peers` measure the same under the same names.
    static let peers = Benchmark("peers", "what is compared with other schedulers") { bench in
        // First, see ``EntryMemory``.
        let memory = try EntryMemory()
        var figures = [
            Figure("memory of an entry", memory.total, .bytes),
            Figure("memory of an expression", memory.ofExpression, .bytes),
        ]
        let zone = try ZoneDatabase().zone("America/New_York")
        for (name, text) in CronTiming.expressions {
            let searches = try CronTiming.next(text, in: zone, years: CronTiming.listedYears)
            figures.append(Figure("next instant, \(name)", searches.median, .microseconds))
        }
        let parses = try CronTiming.expressions.map { try CronTiming.parse($0.1).median }
        figures.append(Figure("parse, mean of the four", parses.reduce(0, +) / Double(parses.count), .microseconds))
        for scenario in LatenessScenario.shared {
            figures += try scenario.run(bench).figures(scenario)
        }
        Progress.show("idle: 1,000 entries")
        let idle = try Idling(bench, .neverFiring(1_000))
        figures.append(Figure("idle, 1,000 entries: processor", idle.processor * 1e6, .microsecondsPerSecond))
        figures.append(Figure("idle, 1,000 entries: wake-ups", idle.wakeupsPerSecond, .perSecond))
        return figures
    }
}
