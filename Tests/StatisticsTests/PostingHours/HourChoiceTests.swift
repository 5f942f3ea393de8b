import Testing
import Time

@testable import Statistics

/// SC-02 to SC-04 and decisions c: hours that can be drawn again.
struct HourChoiceTests {
    private let day = CivilDate(year: 2026, month: 3, day: 9)
    private let flat = BetaDistribution(positive: 1, 1)
    /// Practically a fixed draw.
    private func sure(_ mean: Double) -> BetaDistribution { BetaDistribution(positive: mean * 1e9, (1 - mean) * 1e9) }

    private func choice(
        _ candidates: [Int: BetaDistribution], count: Int = 3, gap: Int = 3, floor: Double = 0, forced: Int? = nil,
        day: CivilDate? = nil
    ) -> HourChoice {
        HourChoice(
            platform: "twitter", day: day ?? self.day, candidates: candidates, count: count, minimumGapHours: gap,
            floor: floor, forced: forced)
    }

    private var all: [Int: BetaDistribution] { Dictionary(uniqueKeysWithValues: (0..<24).map { ($0, flat) }) }

    @Test("the highest draws are taken (SC-03), and stored ascending")
    func highest() {
        let choice = choice([9: sure(0.5), 14: sure(0.9), 20: sure(0.7), 3: sure(0.1)])
        #expect(choice.chosen == [14, 20, 9])
        #expect(choice.bestHours == [9, 14, 20])
    }

    @Test("the gap reaches around midnight (decisions c)")
    func midnight() {
        #expect(choice([23: sure(0.9), 1: sure(0.8), 12: sure(0.1)]).chosen == [23, 12])
        #expect(choice([23: sure(0.9), 2: sure(0.8), 12: sure(0.1)]).chosen == [23, 2, 12], "three hours are enough")
    }

    @Test("where the gap leaves no room fewer are chosen (K33)")
    func fewer() {
        #expect(choice([15: sure(0.6), 20: sure(0.5)], count: 2, gap: 8).chosen == [15])
        #expect(choice([:]).chosen == [])
        #expect(choice(all, count: 0).chosen == [])
    }

    @Test("without a gap an hour is still taken once")
    func noGap() { #expect(choice([7: flat, 8: flat], count: 3, gap: 0).bestHours == [7, 8]) }

    @Test(
        "the same key gives the same draws, whatever else is a candidate; another day or platform others (decisions c)")
    func replay() {
        let full = choice(all)
        #expect(full == choice(all))
        let one = choice([17: flat])
        #expect(one.draws.first == full.draws[17])
        #expect(choice(all, day: CivilDate(year: 2026, month: 3, day: 10)).draws[17].value != full.draws[17].value)
        #expect(full.key == "actpd/ts/1|twitter|2026-03-09")
        #expect(full.draws[5].seed == Xoshiro256.seed(of: "actpd/ts/1|twitter|2026-03-09|05"))
    }

    @Test("a floor of 1 takes hours at random, within the gap and not the best every time (decisions c)")
    func floor() {
        let candidates = Dictionary(uniqueKeysWithValues: (0..<24).map { ($0, sure($0 == 12 ? 0.9 : 0.1)) })
        let days = (1...28).map { choice(candidates, floor: 1, day: CivilDate(year: 2026, month: 2, day: $0)) }
        #expect(days.contains { !$0.chosen.contains(12) })
        #expect(days.allSatisfy { $0.explored == Set($0.chosen) })
        #expect(Set(days.flatMap(\.chosen)).count > 12)
        for day in days {
            for (index, hour) in day.chosen.enumerated() {
                #expect(day.chosen[..<index].allSatisfy { HourChoice.distance($0, hour) >= 3 })
            }
        }
        #expect(choice(candidates).explored.isEmpty)
    }

    @Test("an hour without a post for 45 days is taken first when asked for (decisions c)")
    func forced() {
        let log = RewardLog([
            HourReward(hour: 9, day: 100, isReward: true), HourReward(hour: 14, day: 60, isReward: false),
            HourReward(hour: 14, day: 55, isReward: true), HourReward(hour: 20, day: 90, isReward: false),
        ])
        #expect(HourChoice.overdueHour(among: [9, 14, 20], in: log, today: 105) == 14)
        #expect(HourChoice.overdueHour(among: [9, 14, 20], in: log, today: 104) == nil)
        #expect(HourChoice.overdueHour(among: [9, 14, 21, 20], in: log, today: 105) == 21, "never")
        let choice = choice([9: sure(0.9), 14: sure(0.1), 16: sure(0.8)], forced: 14)
        #expect(choice.chosen == [14, 9] && choice.explored == [14])
        #expect(self.choice([9: flat], forced: 14).chosen == [9], "it is no candidate")
    }

    @Test("an outlook shows mean, interval, posts and the chance to be the best (decisions c)")
    func outlook() throws {
        let choice = choice([9: sure(0.5), 14: sure(0.9), 20: BetaDistribution(positive: 2, 3)])
        let outlook = HourOutlook.of(choice, posts: [20: 3])
        #expect(outlook.map(\.hour) == [9, 14, 20] && outlook.map(\.posts) == [0, 0, 3])
        #expect(abs(outlook.map(\.chanceOfBest).reduce(0, +) - 1) < 1e-12)
        // P(Beta(2, 3) > 0.9) = 0.0037.
        #expect(outlook[1].chanceOfBest > 0.98 && outlook[0].chanceOfBest == 0)
        #expect(
            abs(outlook[2].mean - 0.4) < 1e-12 && outlook[2].interval.lower < 0.1 && outlook[2].interval.upper > 0.7)
        #expect(outlook == HourOutlook.of(choice, posts: [20: 3]))
        #expect(HourOutlook.of(self.choice([:]), posts: [:]).isEmpty)
    }
}

/// The reward log and what both samplers make of it.
struct RewardLogTests {
    @Test("a reward is a score above the mean of 30 days; equal is none, no mean is no update (SC-04, K37)")
    func reward() {
        #expect(HourReward.isReward(score: 10.1, platformMean: 10) == true)
        #expect(HourReward.isReward(score: 10, platformMean: 10) == false)
        #expect(HourReward.isReward(score: 10, platformMean: nil) == nil)
    }

    @Test("slots start at 1 and 1 (SC-02) and count (SC-04)")
    func slots() {
        var slot = HourSlot()
        #expect(slot == HourSlot(alpha: 1, beta: 1))
        slot.add(true)
        slot.add(false)
        slot.add(false)
        #expect(slot == HourSlot(alpha: 2, beta: 3))
        #expect(RewardLog().slots.isEmpty)
        #expect(slot.law == BetaDistribution(positive: 2, 3))
        #expect(HourSlot(alpha: 0, beta: 3).law == nil, "a damaged row")
    }

    @Test("neighbours share around midnight (decisions c)")
    func neighbours() throws {
        let log = RewardLog([HourReward(hour: 0, day: 10, isReward: true)])
        let laws = log.parameters(of: [22, 23, 0, 1, 2, 3, 21], today: 10)
        func learned(_ hour: Int) throws -> Double {
            try #require(laws[hour]).alpha - 2 * log.pooledMean(today: 10)
        }
        for (hour, weight) in [(22, 0.5), (23, 1), (0, 1), (1, 1), (2, 0.5), (3, 0), (21, 0)] {
            #expect(abs(try learned(hour) - weight) < 1e-12, "\(hour)")
        }
    }

    @Test("a new platform borrows the mean of all (decisions c)")
    func borrowed() throws {
        let empty = RewardLog()
        #expect(empty.pooledMean(today: 0) == 0.5)
        let law = try #require(empty.parameters(of: [9], today: 0, pooledMean: 0.2)[9])
        #expect(abs(law.alpha - 0.4) < 1e-12 && abs(law.beta - 1.6) < 1e-12)
    }

    @Test("old rewards fade, those of tomorrow do not weigh more than today's (decisions c)")
    func fading() {
        var smoothing = Smoothing()
        smoothing.discountPerDay = 0.5
        let log = RewardLog([
            HourReward(hour: 9, day: 8, isReward: true), HourReward(hour: 9, day: 10, isReward: true),
            HourReward(hour: 9, day: 11, isReward: false), HourReward(hour: 9, day: 8, isReward: false),
        ])
        let sums = log.discounted(smoothing, today: 10)
        #expect(sums.won[9] == 1.25 && sums.lost[9] == 1.25)
    }
}
