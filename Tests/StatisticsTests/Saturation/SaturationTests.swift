import Testing
import Time

@testable import Statistics

/// SC-05 and decisions d: the rule, the detector beside it, and failures that are ours.
struct SaturationTests {
    private let start = Instant(seconds: 20_000 * 86_400)

    /// Three posts a day at 8, 14 and 20 h, `days` of them; the score by day and post.
    private func posts(_ days: Range<Int>, _ score: (Int, Int) -> Double) -> [ScoredPost] {
        days.flatMap { day in
            (0..<3).map { ScoredPost(at: at(day, hour: 8 + 6 * $0), score: score(day, $0)) }
        }
    }

    private func at(_ day: Int, hour: Int = 0) -> Instant { start + .seconds(day * 86_400 + hour * 3_600) }

    /// Not constant, mean 100.
    private func usual(_ day: Int, _ index: Int) -> Double { [60, 100, 140][(day + index) % 3] }

    private func assess(_ posts: [ScoredPost], day: Int, _ ingest: IngestFacts = IngestFacts()) -> SaturationAssessment
    {
        SaturationAssessment(posts, now: at(day, hour: 23), ingest: ingest)
    }

    // MARK: The rule

    @Test("both windows are closed, the week is part of the month (SC-05, K37)")
    func windows() {
        let now = at(40)
        let ratio = SaturationRatio(
            [
                ScoredPost(at: now, score: 10), ScoredPost(at: now - .days(7), score: 20),
                ScoredPost(at: now - .days(7) - .microseconds(1), score: 30),
                ScoredPost(at: now - .days(30), score: 40),
                ScoredPost(at: now - .days(30) - .microseconds(1), score: 999),
                ScoredPost(at: now + .microseconds(1), score: 999),
            ], now: now)
        #expect(ratio.posts7 == 2 && ratio.posts30 == 4)
        #expect(ratio.mean7 == 15 && ratio.mean30 == 25 && ratio.ratio == 0.6 && ratio.isBelow)
    }

    @Test("0.70 itself is not below 0.70, and without engagement there is no ratio (SC-05)")
    func edge() {
        let now = at(40)
        let posts = [ScoredPost(at: now, score: 7), ScoredPost(at: now - .days(20), score: 13)]
        #expect(SaturationRatio(posts, now: now).ratio == 0.7)
        #expect(!SaturationRatio(posts, now: now).isBelow)
        #expect(SaturationRatio([ScoredPost(at: now, score: 0)], now: now).ratio == nil)
        #expect(
            SaturationRatio([ScoredPost(at: now - .days(9), score: 5)], now: now).ratio == nil, "no post in the week")
    }

    @Test("too few posts are insufficient and no alarm (decisions d)")
    func insufficient() {
        let sparse = posts(0..<40) { day, _ in day < 33 ? 100 : 10 }.enumerated().filter { $0.offset % 6 == 0 }.map(
            \.element)
        let few = assess(sparse, day: 39)
        #expect(few.state == .insufficient && !few.isRuleFiring)
        // Twelve in the week, and before it some of a time that the month still holds.
        func lately(_ before: Range<Int>) -> SaturationAssessment {
            assess(posts(before) { _, _ in 100 } + posts(36..<40) { _, _ in 10 }, day: 39)
        }
        #expect(lately(10..<12).state == .insufficient && lately(10..<12).ratio.posts30 == 18)
        #expect(lately(10..<13).state == .suspected && lately(10..<13).ratio.posts30 == 21)
        let young = posts(0..<13) { day, _ in day < 6 ? 100 : 10 }
        #expect(assess(young, day: 12).state == .insufficient, "less than 7 days before the week")
        #expect(assess([], day: 12).state == .insufficient)
    }

    // MARK: States

    @Test("a steady platform is clear (decisions d)")
    func steady() {
        let assessment = assess(posts(0..<90, usual), day: 89)
        #expect(assessment.state == .cleared && assessment.episodeSince == nil && !assessment.isRuleFiring)
    }

    @Test("a week of bad luck is suspected, and cleared after 7 quiet days (decisions d)")
    func suspected() {
        // One viral post in the month: the ratio falls, the logarithm hardly notices.
        let posts = posts(0..<120) { day, index in day == 75 && index == 0 ? 9_000 : self.usual(day, index) }
        let during = assess(posts.filter { $0.at < at(84) }, day: 83)
        #expect(during.state == .suspected && during.isRuleFiring && !during.isDetectorAlarm)
        #expect((during.ratio.geometricRatio ?? 0) > 0.9)
        #expect(during.episodeSince == CivilDate(daysSinceEpoch: 20_082), "the first week without it")
        let later = assess(posts.filter { $0.at < at(106) }, day: 105)
        #expect(!later.isRuleFiring && later.state == .suspected, "less than 7 quiet days")
        #expect(assess(posts, day: 119).state == .cleared)
    }

    @Test(
        "a lasting drop is confirmed, keeps its episode when the rule goes out, and becomes the new normal (decisions d)"
    )
    func confirmed() {
        let posts = posts(0..<260) { day, index in
            day == 240 && index == 0 ? 9_000 : self.usual(day, index) * (day < 70 ? 1 : 0.5)
        }
        func assessment(_ day: Int) -> SaturationAssessment { assess(posts.filter { $0.at < at(day + 1) }, day: day) }
        #expect(assessment(69).state == .cleared)
        let days = (70..<150).map(assessment)
        #expect(days[2].isDetectorAlarm && days[2].cusum > LowerCusum.limit, "before the rule")
        #expect(days.first { $0.isRuleFiring }?.state == .confirmed, "what the detector accepted before counts")
        let confirmed = days.drop { $0.state != .confirmed }.prefix { $0.state == .confirmed }
        let first = confirmed.first
        #expect(first?.isRuleFiring == true)
        #expect(first?.newNormalAt != nil, "so steep that it is accepted at once")
        #expect(confirmed.contains { !$0.isRuleFiring }, "the baseline of the rule follows")
        #expect(confirmed.allSatisfy { $0.episodeSince == first?.episodeSince && $0.episodeSince != nil })
        #expect(days.last?.state == .cleared && days.last?.newNormalAt == nil)
        #expect(assessment(248).state == .suspected, "another episode, by a viral post, begins from nothing")
    }

    @Test("a drop does not teach the baseline (decisions d)")
    func frozen() {
        var detector = FatigueDetector()
        for post in posts(0..<60, usual) { detector.add(post) }
        #expect(!detector.isAlarm)
        // Each post is nearly half a deviation low: a baseline that followed from the eighth day on would forgive it.
        var alarmed: Int?
        for day in 60..<200 where alarmed == nil {
            for post in posts(day..<day + 1, { self.usual($0, $1) * 0.855 }) { detector.add(post) }
            if detector.isAlarm { alarmed = day - 60 }
        }
        #expect(alarmed.map { $0 > 7 && $0 < 28 } == true, "\(String(describing: alarmed))")
    }

    // MARK: Ours or theirs

    @Test(
        "three empty posts in a row are an outage: no recommendation, and they are left out of both windows (decisions d)"
    )
    func emptyRun() {
        let healthy = posts(0..<90, usual)
        let outage = posts(87..<90) { _, _ in 0 }
        let broken = assess(healthy.filter { $0.at < at(87) } + outage, day: 89)
        #expect(broken.state == .unknown && broken.ingestFailures == [.emptyRun] && !broken.isRuleFiring)
        #expect(broken.ratio == assess(healthy.filter { $0.at < at(87) }, day: 89).ratio)
        #expect(broken.cusum < 1)
        // It is over: the gap stays left out.
        let after = assess(healthy.filter { $0.at < at(87) } + outage + posts(90..<93, usual), day: 92)
        #expect(after.state == .cleared && after.ingestFailures.isEmpty)
    }

    @Test("two empty posts, or empty posts where that is usual, are no outage (decisions d)")
    func usualEmptiness() {
        let two = posts(0..<90) { day, index in day == 89 && index > 0 ? 0 : self.usual(day, index) }
        #expect(assess(two, day: 89).ingestFailures.isEmpty)
        let often = posts(0..<90) { day, index in index == 0 || day == 89 ? 0 : self.usual(day, index) }
        #expect(assess(often, day: 89).ingestFailures.isEmpty)
    }

    @Test("each sign of a failed reading is named (decisions d)")
    func ingest() {
        let posts = posts(0..<90, usual)
        func failures(_ change: (inout IngestFacts) -> Void) -> [IngestFailure] {
            var facts = IngestFacts()
            change(&facts)
            return assess(posts, day: 89, facts).ingestFailures
        }
        #expect(failures { ($0.postsMade, $0.rowsIngested) = (6, 2) } == [.rowsMissing])
        #expect(failures { ($0.postsMade, $0.rowsIngested) = (6, 3) } == [])
        #expect(failures { $0.youngCountsMoved = false } == [.countsStalled])
        #expect(failures { $0.youngCountsMoved = true } == [])
        #expect(failures { $0.platformsDropping = 2 } == [.sharedDrop])
        #expect(failures { $0.platformsDropping = 1 } == [])
        #expect(failures { $0.serviceErrors = 1 } == [.serviceErrors])
    }

    @Test("fatigue or reach: what fell is told (decisions d)")
    func cause() {
        func ratio(views: Int, likes: Int) -> SaturationRatio {
            let posts = (0..<30).map { day in
                let isWeek = day >= 23
                return ScoredPost(
                    at: at(day, hour: 1),
                    counts: PostCounts(
                        views: isWeek ? views : 1_000, likes: isWeek ? likes : 100, replies: 0, retweets: 0))
            }
            return SaturationRatio(posts, now: at(29, hour: 23))
        }
        #expect(ratio(views: 300, likes: 30).cause == .distribution)
        #expect(ratio(views: 1_000, likes: 30).cause == .content)
        #expect(ratio(views: 300, likes: 9).cause == .both)
        #expect(ratio(views: 1_000, likes: 100).cause == nil)
        #expect(SaturationRatio([ScoredPost(at: at(1), score: 3)], now: at(2)).cause == nil, "counts unknown")
    }

    // MARK: Detectors

    @Test("Page–Hinkley sees rises and falls as it is told, and begins anew after a detection")
    func pageHinkley() {
        func detections(_ mode: PageHinkley.Mode, _ level: Double) -> [Int] {
            var test = PageHinkley(mode: mode)
            return (0..<60).filter { test.add($0 < 30 ? 0 : level) }
        }
        #expect(detections(.down, -2).count == 1 && detections(.up, 2).count == 1 && detections(.both, 2).count == 1)
        #expect(detections(.down, 2).isEmpty && detections(.up, -2).isEmpty)
        #expect((detections(.down, -2).first ?? 0) > 30)
    }

    @Test("a CUSUM counts no value for more than three deviations (decisions d)")
    func clip() {
        var cusum = LowerCusum()
        cusum.add(-1_000, mean: 0, standardDeviation: 1)
        #expect(cusum.sum == 2.75)
        cusum.add(1_000, mean: 0, standardDeviation: 1)
        #expect(cusum.sum == 0)
        for _ in 0..<3 { cusum.add(-4, mean: 0, standardDeviation: 1) }
        #expect(!cusum.isAlarm)
        cusum.add(-4, mean: 0, standardDeviation: 1)
        #expect(cusum.isAlarm)
    }
}
