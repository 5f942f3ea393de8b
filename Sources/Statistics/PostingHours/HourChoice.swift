public import Time

/// Which hours a platform posts at today, drawn so that the decision can be repeated from its key (SC-03, decisions c).
public struct HourChoice: Hashable, Sendable {
    /// One candidate's draw.
    public struct Draw: Hashable, Sendable {
        /// UTC, 0…23.
        public let hour: Int
        /// FNV-1a of the hour's own key: no hour's draw depends on which others are candidates.
        public let seed: UInt64
        public let law: BetaDistribution
        public let value: Double
    }

    /// `actpd/ts/1|<platform>|<YYYY-MM-DD>`; `|<HH>` follows for each hour.
    public let key: String
    /// By hour.
    public let draws: [Draw]
    /// In the order in which they were taken.
    public let chosen: [Int]
    /// Those that the floor took in place of the highest draw.
    public let explored: Set<Int>

    /// Ascending, as the table stores them. Fewer than asked for when the gap leaves no room (K33).
    public var bestHours: [Int] { chosen.sorted() }

    /// Draws once for every candidate and takes the highest draws that keep the gap (SC-03, K36).
    ///
    /// - Parameters:
    ///   - day: the day of the decision, UTC.
    ///   - candidates: hour 0…23 to the law it is drawn from.
    ///   - count: k, the hours wanted.
    ///   - minimumGapHours: around the clock, between any two.
    ///   - floor: ε, the probability that a pick is uniform over the candidates that keep the gap.
    ///   - forced: an hour that is taken first, see ``overdueHour(among:in:today:)``.
    public init(
        platform: String, day: CivilDate, candidates: [Int: BetaDistribution], count: Int, minimumGapHours: Int,
        floor: Double = 0, forced: Int? = nil
    ) {
        let key = HourChoice.key(platform: platform, day: day)
        self.key = key
        draws = candidates.keys.sorted().compactMap { hour in
            guard let law = candidates[hour] else { return nil }
            let seed = Xoshiro256.seed(of: HourChoice.key(key, hour))
            var generator = Xoshiro256(seed: seed)
            return Draw(hour: hour, seed: seed, law: law, value: generator.beta(law))
        }
        var generator = Xoshiro256(key: key + "|floor")
        var ranked = draws.sorted { ($0.value, -$0.hour) > ($1.value, -$1.hour) }.map(\.hour)
        var chosen: [Int] = []
        var explored: Set<Int> = []
        func take(_ hour: Int) {
            chosen.append(hour)
            ranked.removeAll { HourChoice.distance($0, hour) < max(1, minimumGapHours) }
        }
        if count > 0, let forced, ranked.contains(forced) {
            explored.insert(forced)
            take(forced)
        }
        while chosen.count < count, let best = ranked.first {
            guard floor > 0, generator.uniform() < floor else {
                take(best)
                continue
            }
            let byHour = ranked.sorted()
            let hour = byHour[Int(generator.uniform() * Double(byHour.count))]
            explored.insert(hour)
            take(hour)
        }
        (self.chosen, self.explored) = (chosen, explored)
    }

    /// min(|a − b|, 24 − |a − b|).
    static func distance(_ a: Int, _ b: Int) -> Int { min(abs(a - b), 24 - abs(a - b)) }

    static func key(platform: String, day: CivilDate) -> String {
        func digits(_ number: Int, _ width: Int) -> String {
            let text = String(number)
            return String(repeating: "0", count: max(0, width - text.count)) + text
        }
        return "actpd/ts/1|\(platform)|\(digits(day.year, 4))-\(digits(day.month, 2))-\(digits(day.day, 2))"
    }

    private static func key(_ key: String, _ hour: Int) -> String { "\(key)|\(hour < 10 ? "0" : "")\(hour)" }

    /// The candidate whose last post lies furthest back, when that is `days` or more ago or never was; ties go to the
    /// smaller hour. For those who want fresh data from every hour (decisions c, floor).
    public static func overdueHour(
        among candidates: some Sequence<Int>, in log: RewardLog, today: Int, days: Int = 45
    ) -> Int? {
        let last = log.rewards.reduce(into: [Int: Int]()) { $0[$1.hour] = max($0[$1.hour] ?? .min, $1.day) }
        let oldest = candidates.map { (day: last[$0] ?? .min, hour: $0) }.min { ($0.day, $0.hour) < ($1.day, $1.hour) }
        guard let oldest, oldest.day <= today - days else { return nil }
        return oldest.hour
    }
}

/// What is known of an hour, to be shown beside the choice (decisions c).
public struct HourOutlook: Hashable, Sendable {
    public let hour: Int
    public let posts: Int
    /// Of the probability that a post there beats the platform's average.
    public let mean: Double
    /// 95 %.
    public let interval: Interval
    /// The share of ``draws`` rounds in which this hour's draw was the highest.
    public let chanceOfBest: Double

    public static let draws = 2_000

    /// All candidates, by hour; the draws are seeded by the choice's key.
    public static func of(_ choice: HourChoice, posts: [Int: Int]) -> [HourOutlook] {
        var generators = choice.draws.map { draw in Xoshiro256(key: "\(choice.key)|best|\(draw.hour)") }
        var best = [Int](repeating: 0, count: choice.draws.count)
        for _ in 0..<draws {
            var highest = (index: 0, value: -1.0)
            for (index, draw) in choice.draws.enumerated() {
                let value = generators[index].beta(draw.law)
                if value > highest.value { highest = (index, value) }
            }
            if !best.isEmpty { best[highest.index] += 1 }
        }
        return zip(choice.draws, best).map { draw, count in
            HourOutlook(
                hour: draw.hour, posts: posts[draw.hour] ?? 0, mean: draw.law.mean, interval: draw.law.interval(),
                chanceOfBest: Double(count) / Double(draws))
        }
    }
}
