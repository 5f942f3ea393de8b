import Time

/// A post of the calendar.
struct PlannedPost: Hashable, Sendable {
    let platform: String
    let at: Instant
    let niche: String
}

/// What may not stand beside what (SC-06…SC-09, K35).
struct CalendarRules: Hashable, Sendable {
    let nicheGap: Duration
    let instagramThreadsGap: Duration
    let youtubeLead: Duration

    init(_ settings: PostingScheduleSettings) {
        nicheGap = .seconds(settings.nicheGapHours * 3_600)
        instagramThreadsGap = .seconds(settings.instagramThreadsGapHours * 3_600)
        youtubeLead = .seconds(settings.youtubeLeadHours * 3_600)
    }

    /// The longest time over which two posts can be in each other's way.
    var reach: Duration { max(nicheGap, instagramThreadsGap, youtubeLead, .seconds(86_400)) }

    /// Why two posts must not both be; `nil` when they may.
    ///
    /// One niche keeps 4 hours between any two platforms (SC-06), 6 between Instagram and Threads (SC-07), 24 between
    /// YouTube and TikTok, whose repost it may be (SC-08); LinkedIn and Twitter do not share a niche on one day (SC-09).
    func conflict(_ a: PlannedPost, _ b: PlannedPost) -> String? {
        guard a.niche == b.niche, a.platform != b.platform else { return nil }
        let distance = a.at < b.at ? b.at - a.at : a.at - b.at
        let pair: Set = [a.platform, b.platform]
        if pair == ["youtube", "tiktok"], distance < youtubeLead { return "SC-08" }
        if pair == ["instagram", "threads"], distance < instagramThreadsGap { return "SC-07" }
        if pair == ["linkedin", "twitter"], a.at.daysSinceEpoch == b.at.daysSinceEpoch { return "SC-09" }
        return distance < nicheGap ? "SC-06" : nil
    }
}

/// Niches for the slots of a week, so that no two posts are in each other's way and the mix comes near its targets
/// (SC-10).
struct WeekPlan: Sendable {
    /// A time at which a platform is posted to.
    struct Slot: Hashable, Sendable {
        let platform: String
        let at: Instant
    }

    let posts: [PlannedPost]
    /// Slots for which no niche was left.
    let empty: [Slot]

    /// Attempts after which the search settles for a plan with empty slots.
    private static let stepsMax = 20_000

    /// - Parameters:
    ///   - before: what was posted already and may be in the way of the first slots.
    ///   - shares: the niches that may be planned, with their share of the mix.
    init(_ slots: [Slot], before: [PlannedPost], shares: [String: Double], rules: CalendarRules) {
        let slots = slots.sorted { ($0.at, $0.platform) < ($1.at, $1.platform) }
        var search = Search(slots: slots, before: before, shares: shares, rules: rules)
        if search.solve(WeekPlan.stepsMax) {
            (posts, empty) = (search.chosen.compactMap(\.self), [])
        } else {
            search.settle()
            posts = search.chosen.compactMap(\.self)
            empty = zip(slots, search.chosen).filter { $0.1 == nil }.map(\.0)
        }
    }

    /// Tries niches slot by slot, takes a choice back when a later slot has none left.
    private struct Search {
        let slots: [Slot]
        let before: [PlannedPost]
        let shares: [String: Double]
        let rules: CalendarRules
        var chosen: [PlannedPost?] = []

        /// Whether every slot got a niche within so many steps.
        mutating func solve(_ stepsMax: Int) -> Bool {
            chosen = []
            var open: [[PlannedPost]] = slots.isEmpty ? [] : [candidates()]
            var steps = 0
            while chosen.count < slots.count {
                steps += 1
                guard steps <= stepsMax, !open.isEmpty else { return false }
                guard !open[open.count - 1].isEmpty else {
                    open.removeLast()
                    if !chosen.isEmpty { chosen.removeLast() }
                    continue
                }
                chosen.append(open[open.count - 1].removeFirst())
                if chosen.count < slots.count { open.append(candidates()) }
            }
            return true
        }

        /// The same without taking anything back: a slot with no niche stays empty.
        mutating func settle() {
            chosen = []
            for _ in slots { chosen.append(candidates().first) }
        }

        /// Niches for the next slot that are in nobody's way, the one that is furthest behind its share first.
        private func candidates() -> [PlannedPost] {
            let slot = slots[chosen.count]
            let near = (before + chosen.compactMap(\.self)).filter { slot.at - $0.at <= rules.reach }
            var counts: [String: Int] = [:]
            for case let post? in chosen { counts[post.niche, default: 0] += 1 }
            func behind(_ niche: String) -> Double {
                (shares[niche] ?? 0) * Double(chosen.count + 1) - Double(counts[niche] ?? 0)
            }
            return shares.keys.sorted { (-behind($0), $0) < (-behind($1), $1) }
                .map { PlannedPost(platform: slot.platform, at: slot.at, niche: $0) }
                .filter { post in !near.contains { rules.conflict($0, post) != nil } }
        }
    }
}
