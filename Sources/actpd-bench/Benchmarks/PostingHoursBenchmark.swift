import Glibc
import Statistics
import Time

extension Benchmark {
    private static let years = 2_000

    /// Decisions g: three posts a day for a year, the regret of each sampler as a share of what choosing at random regrets.
    static let postingHours = Benchmark("posting-hours", "what the hour samplers lose against knowing the best hours") {
        _ in
        var figures: [Figure] = []
        for (isDrifting, bars) in [(false, (rule: 60.0, smoothed: 45.0)), (true, (rule: 76.0, smoothed: 60.0))] {
            let world = isDrifting ? "drifting" : "steady"
            func regrets(_ sampler: HourSampler) async -> [Double] {
                await Runs.map(years, seed: "bench/hours/\(world)") { random in
                    HourYear(&random, isDrifting: isDrifting).regret(of: sampler, &random)
                }
            }
            let uniform = await regrets(.uniform)
            let base = uniform.reduce(0, +) / Double(years)
            for (sampler, bar) in [(HourSampler.rule, bars.rule), (.smoothed, bars.smoothed)] {
                let mean = await regrets(sampler).reduce(0, +) / Double(years)
                figures.append(
                    Figure(
                        "\(world): regret of the \(sampler.rawValue) sampler, of uniform's", 100 * mean / base,
                        .percent,
                        atMost: bar,
                        note: "\(mean.fixed(1)) of \(base.fixed(1)) rewards a year, \(years) years"))
            }
        }
        return figures
    }
}

private enum HourSampler: String, Sendable { case uniform, rule, smoothed }

/// A year of one platform: when its people are there, and what becomes of a post.
private struct HourYear {
    /// The hour of most people, day by day.
    private let peaks: [Double]

    private static let days = 365
    private static let perDay = 3
    private static let gap = 3
    private static let amplitude = 0.4
    /// ln of the mean score over all hours: what "above average" means for regret, whatever the sampler made of its own.
    private static let averageLog = log(1.0404) + 0.5

    init(_ random: inout Xoshiro256, isDrifting: Bool) {
        var peak = 24 * random.uniform()
        peaks = (0..<HourYear.days).map { day in
            if isDrifting {
                peak += 0.15 * random.normal()
                if day == 180 { peak += 6 }
            }
            return peak
        }
    }

    private func effect(_ hour: Int, _ day: Int) -> Double {
        HourYear.amplitude * cos(2 * .pi * (Double(hour) - peaks[day]) / 24)
    }

    /// P(a post at this hour is above average).
    private func chance(_ hour: Int, _ day: Int) -> Double {
        StandardNormal.cumulative(effect(hour, day) - HourYear.averageLog)
    }

    /// The best three hours that keep the gap, by knowing the day's peak.
    private func best(_ day: Int) -> Double {
        let chances = (0..<24).map { chance($0, day) }
        var ranked = chances.indices.sorted { chances[$0] > chances[$1] }
        var sum = 0.0
        for _ in 0..<HourYear.perDay {
            guard let hour = ranked.first else { break }
            sum += chances[hour]
            ranked.removeAll { min(abs($0 - hour), 24 - abs($0 - hour)) < HourYear.gap }
        }
        return sum
    }

    /// Expected rewards lost in a year. The sampler learns the next day, as a 24 h checkback lets it: a reward for a score
    /// above the mean of its own last 30 days (SC-04, K37).
    func regret(of sampler: HourSampler, _ random: inout Xoshiro256) -> Double {
        var log = RewardLog()
        var slots = [HourSlot](repeating: HourSlot(), count: 24)
        var scores: [(day: Int, hour: Int, score: Double)] = []
        var learned = 0
        // Of the scores that are known and at most 30 days old.
        var month = (first: 0, sum: 0.0)
        var regret = 0.0
        // Each year is another platform, so that its draws are its own.
        let platform = String(random.next(), radix: 36)
        for day in 0..<HourYear.days {
            while learned < scores.count, scores[learned].day < day {
                while scores[month.first].day <= day - 30 {
                    month = (month.first + 1, month.sum - scores[month.first].score)
                }
                let known = learned - month.first
                let mean = known > 0 ? month.sum / Double(known) : nil
                let (posted, hour, score) = scores[learned]
                if let isReward = HourReward.isReward(score: score, platformMean: mean) {
                    slots[hour].add(isReward)
                    log.append(HourReward(hour: hour, day: posted, isReward: isReward))
                }
                month.sum += score
                learned += 1
            }
            let choice = HourChoice(
                platform: platform, day: CivilDate(daysSinceEpoch: 20_000 + day),
                candidates: candidates(sampler, slots, log, day), count: HourYear.perDay,
                minimumGapHours: HourYear.gap, floor: sampler == .uniform ? 1 : 0)
            for hour in choice.chosen {
                scores.append((day, hour, exp(effect(hour, day) + random.normal())))
                regret -= chance(hour, day)
            }
            regret += best(day)
        }
        return regret
    }

    private func candidates(
        _ sampler: HourSampler, _ slots: [HourSlot], _ log: RewardLog, _ day: Int
    ) -> [Int: BetaDistribution] {
        if sampler == .smoothed { return log.parameters(of: 0..<24, today: day) }
        return Dictionary(
            uniqueKeysWithValues: slots.enumerated().compactMap { hour, slot in slot.law.map { (hour, $0) } })
    }
}
