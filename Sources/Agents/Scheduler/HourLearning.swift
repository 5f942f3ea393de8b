import JSON
import Records
import Statistics
import Time

/// What one post taught about its hour, as it is remembered: applied once, whatever is read again (SC-04, decisions c).
struct HourLesson: Hashable, Sendable {
    let post: String
    let reward: HourReward

    /// The lessons of posts that were not learned from yet: 24 hours old, with a score, published within the month that
    /// the average is made of.
    ///
    /// - Parameter known: posts that taught already.
    static func new(from posts: [OwnPost], known: Set<String>, now: Instant) -> [HourLesson] {
        let month = posts.filter { $0.at >= now - .seconds(30 * 86_400) && $0.at <= now }
        let scores = month.compactMap(\.score)
        // All of the platform's posts of 30 days, the judged one included (K37).
        let mean = scores.isEmpty ? nil : scores.reduce(0, +) / Double(scores.count)
        return month.filter { now - $0.at >= .seconds(86_400) && !known.contains($0.id) }
            .sorted { ($0.at, $0.id) < ($1.at, $1.id) }
            .compactMap { post in
                guard let score = post.score,
                    let isReward = HourReward.isReward(score: score, platformMean: mean)
                else { return nil }
                return HourLesson(
                    post: post.id,
                    reward: HourReward(hour: post.at.hour, day: post.at.daysSinceEpoch, isReward: isReward))
            }
    }

    init(post: String, reward: HourReward) {
        self.post = post
        self.reward = reward
    }

    /// A lesson as it was remembered.
    init?(_ entry: MemoryEntry) {
        guard let hour = entry.value["hour"]?.integer, let day = entry.value["day"]?.integer,
            let isReward = entry.value["reward"]?.bool
        else { return nil }
        self.init(post: entry.key, reward: HourReward(hour: Int(hour), day: Int(day), isReward: isReward))
    }

    var json: JSON {
        ["hour": JSON(reward.hour), "day": JSON(reward.day), "reward": .bool(reward.isReward)]
    }
}

/// The slots of a platform as the table has them: hour to α and β (SC-02).
struct ThompsonSlots: Hashable, Sendable {
    private(set) var byHour: [Int: HourSlot]

    /// α = β = 1 for each of the hours.
    init(hours: some Sequence<Int>) {
        byHour = Dictionary(hours.map { ($0, HourSlot()) }, uniquingKeysWith: { first, _ in first })
    }

    /// Reads what is a slot and passes over what is none: hours are text keys, α and β 1 or more.
    init(_ json: JSON?) {
        byHour = [:]
        for (key, value) in json?.object ?? [:] {
            guard let hour = Int(key), (0...23).contains(hour), let alpha = value["alpha"]?.integer,
                let beta = value["beta"]?.integer, alpha >= 1, beta >= 1
            else { continue }
            byHour[hour] = HourSlot(alpha: Int(alpha), beta: Int(beta))
        }
    }

    /// These slots with what was learned on top: α + 1 for each reward, β + 1 for each other post of the hour (SC-04).
    func adding(_ log: RewardLog) -> ThompsonSlots {
        var slots = self
        for reward in log.rewards { slots.byHour[reward.hour, default: HourSlot()].add(reward.isReward) }
        return slots
    }

    /// These slots with further hours at their start.
    func completed(with hours: some Sequence<Int>) -> ThompsonSlots {
        var slots = self
        for hour in hours where slots.byHour[hour] == nil { slots.byHour[hour] = HourSlot() }
        return slots
    }

    var json: JSON {
        .object(
            Dictionary(
                byHour.map { ("\($0.key)", ["alpha": JSON($0.value.alpha), "beta": JSON($0.value.beta)] as JSON) },
                uniquingKeysWith: { $1 }))
    }
}

extension PostingScheduleSettings {
    /// The hours that a platform may move to: the seeded ones and their neighbours, so that flat priors do not scatter the
    /// plan (K36), or all of the day.
    func candidateHours(of platform: String) -> [Int] {
        guard candidates == .neighbours else { return Array(0...23) }
        let seeds = rhythms.first { $0.platform == platform }?.hours ?? []
        return Set(seeds.flatMap { [($0 + 23) % 24, $0, ($0 + 1) % 24] }).sorted()
    }

    /// The laws that the hours are drawn from (SC-03): the stored slots, or the smoothed parameters (decisions c).
    func laws(
        of hours: [Int], slots: ThompsonSlots, log: RewardLog, today: Int, pooledMean: Double
    ) throws(StatisticsError) -> [Int: BetaDistribution] {
        switch sampler {
        case .rule:
            var laws: [Int: BetaDistribution] = [:]
            for hour in hours {
                let slot = slots.byHour[hour] ?? HourSlot()
                laws[hour] = try BetaDistribution(alpha: Double(slot.alpha), beta: Double(slot.beta))
            }
            return laws
        case .smoothed:
            var smoothing = Smoothing()
            smoothing.discountPerDay = discountPerDay
            return log.parameters(
                of: hours, smoothing: smoothing, today: today, pooledMean: log.rewards.isEmpty ? pooledMean : nil)
        }
    }
}
