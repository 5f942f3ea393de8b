import Glibc

/// Whether one post did better than its platform's average, and where it stood in the day (SC-04).
public struct HourReward: Hashable, Sendable {
    /// UTC, 0…23.
    public let hour: Int
    /// Days since 1970-01-01, of the post.
    public let day: Int
    public let isReward: Bool

    public init(hour: Int, day: Int, isReward: Bool) {
        self.hour = hour
        self.day = day
        self.isReward = isReward
    }

    /// 1 iff the score is above the mean of the platform's last 30 days; equal is 0 (SC-04, decisions c). `nil` without a
    /// mean: no data, no update (K37).
    public static func isReward(score: Double, platformMean: Double?) -> Bool? { platformMean.map { score > $0 } }
}

/// A Thompson slot as the table stores it: always the rule's whole numbers, whatever sampler draws (SC-02, SC-04).
public struct HourSlot: Hashable, Sendable {
    public var alpha: Int
    public var beta: Int

    /// α = β = 1 at the start (SC-02).
    public init(alpha: Int = 1, beta: Int = 1) {
        self.alpha = alpha
        self.beta = beta
    }

    /// What the rule draws from; `nil` for stored numbers that no slot can have.
    public var law: BetaDistribution? { try? BetaDistribution(alpha: Double(alpha), beta: Double(beta)) }

    /// Reward: α + 1, else β + 1 (SC-04).
    public mutating func add(_ isReward: Bool) {
        if isReward { alpha += 1 } else { beta += 1 }
    }
}

/// The rewards of one platform, from which both samplers' parameters can be rebuilt (decisions c).
public struct RewardLog: Hashable, Sendable {
    public private(set) var rewards: [HourReward]

    public init(_ rewards: [HourReward] = []) { self.rewards = rewards }

    public mutating func append(_ reward: HourReward) { rewards.append(reward) }

    /// The rule's slots: 1 + rewards, 1 + the others, of every hour that has any.
    public var slots: [Int: HourSlot] {
        rewards.reduce(into: [:]) { $0[$1.hour, default: HourSlot()].add($1.isReward) }
    }

    /// How many posts each hour has seen.
    public var counts: [Int: Int] { rewards.reduce(into: [:]) { $0[$1.hour, default: 0] += 1 } }

    /// S_h and F_h: rewards and the others by hour, each weighing γ^(age in days).
    func discounted(_ smoothing: Smoothing, today: Int) -> (won: [Double], lost: [Double]) {
        var sums = (won: [Double](repeating: 0, count: 24), lost: [Double](repeating: 0, count: 24))
        // Several posts a day share one power.
        var (day, weight) = (today, 1.0)
        for reward in rewards where (0..<24).contains(reward.hour) {
            if reward.day != day {
                day = reward.day
                weight = pow(smoothing.discountPerDay, Double(max(0, today - day)))
            }
            if reward.isReward { sums.won[reward.hour] += weight } else { sums.lost[reward.hour] += weight }
        }
        return sums
    }

    /// m̄ = (ΣS + 1)/(ΣS + ΣF + 2). The log of all platforms together lends it to a new one.
    public func pooledMean(_ smoothing: Smoothing = Smoothing(), today: Int) -> Double {
        let (won, lost) = discounted(smoothing, today: today)
        let (rewards, others) = (won.reduce(0, +), lost.reduce(0, +))
        return (rewards + 1) / (rewards + others + 2)
    }

    /// The parameters that the smoothed sampler draws from, for these hours.
    ///
    /// Neighbouring hours share what they learned, around midnight too, and where nothing was learned the mean of all hours
    /// stands: Beta(S'_h + 2m̄, F'_h + 2(1 − m̄)).
    ///
    /// - Parameter pooledMean: of all platforms, for one that has no rewards yet; without it the own.
    public func parameters(
        of hours: some Sequence<Int>, smoothing: Smoothing = Smoothing(), today: Int, pooledMean: Double? = nil
    ) -> [Int: BetaDistribution] {
        let (won, lost) = discounted(smoothing, today: today)
        let mean = pooledMean ?? self.pooledMean(smoothing, today: today)
        let prior = smoothing.priorStrength
        return hours.reduce(into: [:]) { parameters, hour in
            parameters[hour] = BetaDistribution(
                positive: smoothing.shared(won, at: hour) + prior * mean,
                smoothing.shared(lost, at: hour) + prior * (1 - mean))
        }
    }
}

/// How the smoothed sampler forgets and shares (decisions c).
public struct Smoothing: Hashable, Sendable {
    /// γ per day, in (0, 1]: 0.9975; 0.995 if habits shift. At 0.98 and below it forgets faster than three posts a day teach.
    public var discountPerDay = 0.9975
    /// w_|d| for the hour itself, its neighbours, theirs …; at most 12 of them.
    public var kernel = [1.0, 1.0, 0.5]
    /// How many posts the mean of all hours is worth in each hour.
    public var priorStrength = 2.0

    public init() {}

    func shared(_ sums: [Double], at hour: Int) -> Double {
        kernel.enumerated().reduce(0) { total, entry in
            let (distance, weight) = entry
            let (before, after) = (sums[(hour + 24 - distance) % 24], sums[(hour + distance) % 24])
            return total + weight * (distance == 0 ? after : before + after)
        }
    }
}
