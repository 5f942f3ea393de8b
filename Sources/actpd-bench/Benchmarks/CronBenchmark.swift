import Cron
import Time

extension Benchmark {
    /// Expressions that make the search work: rare days, the last ones of months, the night of the clock change, seconds.
    private static let hard = [
        "0 0 29 2 *", "0 0 29 2 */7", "0 0 L 2 5L", "30 2 * * *", "0 0 31 */2 *", "59 59 23 31 12 *", "0 0 15W 2 *",
        "0 0 * 2 1#5", "0 0 LW 12 *", "* * * * *",
    ]

    static let cron = Benchmark("cron", "next instant and parsing, America/New_York") { _ in
        let zone = try ZoneDatabase().zone("America/New_York")
        var figures: [Figure] = []
        for (name, text) in CronTiming.expressions {
            // The best: whatever disturbs only adds.
            let best = try CronTiming.next(text, in: zone, years: CronTiming.allYears).min
            let bar = name == "29 February" ? 1 : 0.2
            figures.append(Figure("next instant, \(name)", best, .microseconds, atMost: bar))
        }
        let worst = try worst(zone)
        figures.append(
            Figure(
                "next instant, worst of \(worst.tried) hard ones", worst.microseconds, .microseconds, atMost: 1,
                note: worst.name))
        for (name, text) in CronTiming.expressions {
            figures.append(Figure("parse, \(name)", try CronTiming.parse(text).min, .microseconds, atMost: 1))
        }
        return figures
    }

    /// The slowest single call over starts in every season, around both clock changes and before the year 2100, which has
    /// no 29 February.
    private static func worst(_ zone: Zone) throws -> (microseconds: Double, name: String, tried: Int) {
        let changes: [Int64] = [1_710_054_000, 1_730_610_000]
        var starts: [Int64] = [4_000_000_000, 3_981_312_000]
        for change in changes { starts += [-86_400, -3_600, -1, 0, 1, 3_599, 3_600, 7_200].map { change + $0 } }
        starts += (0..<40).map { 1_704_067_200 + $0 * 3_196_801 }
        var worst = (microseconds: 0.0, name: "")
        for text in hard {
            let expression = try CronExpression(text)
            for start in starts {
                var best = Double.infinity
                for _ in 0..<5 {
                    var sum: Int64 = 0
                    let seconds = Clock.processorSeconds {
                        for _ in 0..<100 {
                            // Depends on the call before, or the compiler, which sees that the search has no effects,
                            // would make one call of all.
                            let instant = Instant(seconds: sum == 1 ? 0 : start)
                            sum &+= expression.next(after: instant, in: zone)?.seconds ?? 0
                        }
                    }
                    best = min(best, seconds / 100 * 1e6)
                }
                if best > worst.microseconds { worst = (best, "\(text) after \(Instant(seconds: start))") }
            }
        }
        return (worst.microseconds, worst.name, hard.count * starts.count)
    }
}

/// How long a search and a parse take, in microseconds of the thread's processor time; the peers are measured alike.
enum CronTiming {
    /// The four expressions that the field compares itself by.
    static let expressions = [
        ("every minute", "* * * * *"), ("daily", "30 4 * * *"), ("weekdays", "0 9 * * 1-5"),
        ("29 February", "0 0 29 2 *"),
    ]

    private static let passes = 7

    /// The years that zone files list change by change. Peers are compared in these, because later ones cost some of them
    /// several times as much.
    static let listedYears = Instant(seconds: 1_704_067_200)..<Instant(seconds: 2_114_380_800)

    /// From 2024 into the far future: daily and weekday instants reach the years 2571 and 2790.
    static let allYears = listedYears.lowerBound..<Instant(seconds: 253_402_300_800)

    /// Each instant is sought from the one before, and again from the start when the years are over.
    static func next(_ text: String, in zone: Zone, years: Range<Instant>) throws -> Samples {
        let expression = try CronExpression(text)
        let calls = 200_000
        return Samples(
            (0..<passes).map { _ in
                var instant = years.lowerBound
                let seconds = Clock.processorSeconds {
                    for _ in 0..<calls {
                        let next = expression.next(after: instant, in: zone) ?? years.upperBound
                        instant = next < years.upperBound ? next : years.lowerBound
                    }
                }
                return seconds / Double(calls) * 1e6
            })
    }

    static func parse(_ text: String) throws -> Samples {
        let calls = 50_000
        return Samples(
            try (0..<passes).map { _ in
                let seconds = try Clock.processorSeconds {
                    for _ in 0..<calls where try CronExpression(text).isReboot {
                        throw BenchError("\(text) is @reboot")
                    }
                }
                return seconds / Double(calls) * 1e6
            })
    }
}
