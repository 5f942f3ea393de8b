import Glibc
import Statistics
import Time

extension Benchmark {
    private static let platforms = 2_000

    /// Decisions g: three posts a day, a look each day; a year without a change, then a lasting drop of 40 %.
    static let saturation = Benchmark("saturation", "false alarms of a year, and how soon a real drop is seen") { _ in
        var figures: [Figure] = []
        let worlds: [(String, Double, Double, Bool)] = [
            ("lognormal σ 1.0", 1, 0, true), ("lognormal σ 1.5", 1.5, 0, false), ("σ 1.0, 1 % viral", 1, 0.01, false),
        ]
        for (name, sigma, viral, isBar) in worlds {
            let results = await Runs.map(platforms, seed: "bench/saturation/\(name)") { random in
                SaturationYear(&random, sigma: sigma, viral: viral)
            }
            func mean(_ value: (SaturationYear) -> Int) -> Double {
                Double(results.map(value).reduce(0, +)) / Double(platforms)
            }
            func missed(_ days: Int) -> Double { results.percent { ($0.confirmedAfter ?? .max) > days } }
            figures += [
                Figure("\(name): the rule's false episodes a year", mean(\.ruleEpisodes), .count),
                Figure(
                    "\(name): confirmed false episodes a year", mean(\.confirmedEpisodes), .count,
                    atMost: isBar ? 1.5 : nil, note: "\(platforms) platform-years"),
                Figure(
                    "\(name): drops of 40 % not confirmed in 14 days", missed(14), .percent, atMost: isBar ? 30 : nil),
                Figure("\(name): not confirmed in 30 days", missed(30), .percent, atMost: isBar ? 12 : nil),
            ]
        }
        return figures
    }
}

/// One platform: 60 days to settle, a year without a change, 30 days after a drop.
private struct SaturationYear: Sendable {
    private(set) var ruleEpisodes = 0
    private(set) var confirmedEpisodes = 0
    /// Days from the drop to the end of the first day that is confirmed.
    private(set) var confirmedAfter: Int?

    private static let settled = 60
    private static let drop = settled + 365

    init(_ random: inout Xoshiro256, sigma: Double, viral: Double) {
        var monitor = SaturationMonitor()
        // An episode is new after seven days without a sign.
        var lastRule = Int.min / 2
        var lastConfirmed = Int.min / 2
        for day in 0...SaturationYear.drop + 29 {
            let midnight = Int64(20_000 + day) * 86_400
            for post in 0..<3 {
                var score = 100 * exp(sigma * random.normal()) * (day < SaturationYear.drop ? 1 : 0.6)
                // A Pareto law with the tail index 1.2.
                if random.uniform() < viral { score *= pow(1 - random.uniform(), -1 / 1.2) }
                monitor.add(ScoredPost(at: Instant(seconds: midnight + Int64(8 + 6 * post) * 3_600), score: score))
            }
            monitor.look(at: Instant(seconds: midnight + 86_400), day: day)
            let isConfirmed = monitor.episodeSince != nil && monitor.isConfirmed
            if (SaturationYear.settled..<SaturationYear.drop).contains(day) {
                if monitor.isRuleFiring, day - lastRule > 7 { ruleEpisodes += 1 }
                if isConfirmed, day - lastConfirmed > 7 { confirmedEpisodes += 1 }
            } else if day >= SaturationYear.drop, isConfirmed, confirmedAfter == nil {
                confirmedAfter = day - SaturationYear.drop + 1
            }
            if monitor.isRuleFiring { lastRule = day }
            if isConfirmed { lastConfirmed = day }
        }
    }
}
