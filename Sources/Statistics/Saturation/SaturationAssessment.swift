public import Time

/// Whether an audience is tired of a platform's posts: the PRD's rule with what it is worth (SC-05, decisions d).
public struct SaturationAssessment: Hashable, Sendable {
    public enum State: String, CaseIterable, Sendable {
        /// The rule fired, now or less than 7 quiet days ago: recommendation and alert as SC-05 and SC-15 have them.
        case suspected
        /// The detector saw it too.
        case confirmed
        /// Neither for 7 days, or never.
        case cleared
        /// Too few posts: no alarm.
        case insufficient
        /// Our reading failed: no recommendation.
        case unknown
    }

    public let state: State
    /// Whether SC-05's rule fires at this moment and may be acted upon; `false` while `insufficient` or `unknown`.
    public let isRuleFiring: Bool
    public let ratio: SaturationRatio
    /// S of the CUSUM; an alarm above ``LowerCusum/limit``.
    public let cusum: Double
    public let isDetectorAlarm: Bool
    /// The first day, UTC, of the episode that is open; `nil` when cleared. One alert for each.
    public let episodeSince: CivilDate?
    /// When the lower level was last accepted as the new normal, if during the last 7 days. While the baseline still holds
    /// posts of the old level this may happen again within one episode.
    public let newNormalAt: Instant?
    /// Sorted; empty unless the state is `unknown`.
    public let ingestFailures: [IngestFailure]

    /// Judges from the posts alone, by looking again at the end of each of the last 60 days: nothing needs to be stored.
    ///
    /// - Parameter posts: of one platform in any order, 120 days of them: 37 for the baseline before the 60.
    public init(_ posts: [ScoredPost], now: Instant, ingest: IngestFacts = IngestFacts()) {
        let runs = EmptyRuns(posts.filter { $0.at <= now }.sorted { $0.at < $1.at })
        var failures = ingest.failures
        if runs.isGoingOn { failures.insert(.emptyRun) }
        var monitor = SaturationMonitor()
        var rest = runs.rest[...]
        func look(at moment: Instant, day: Int) {
            while let post = rest.first, post.at <= moment {
                monitor.add(post)
                rest = rest.dropFirst()
            }
            monitor.look(at: moment, day: day)
        }
        let today = Int(now.seconds.floorDivided(by: 86_400))
        for day in today - 60..<today { look(at: Instant(seconds: Int64(day + 1) * 86_400), day: day) }
        look(at: now, day: today)
        self.init(monitor, now: now, failures: failures)
    }

    private init(_ monitor: SaturationMonitor, now: Instant, failures: Set<IngestFailure>) {
        ratio = monitor.ratio
        cusum = monitor.detector.cusum.sum
        isDetectorAlarm = monitor.detector.isAlarm
        newNormalAt = monitor.detector.newNormalAt.flatMap { now - $0 <= .days(7) ? $0 : nil }
        ingestFailures = failures.sorted()
        episodeSince = monitor.episodeSince.map(CivilDate.init(daysSinceEpoch:))
        isRuleFiring = failures.isEmpty && monitor.isRuleFiring
        if !failures.isEmpty {
            state = .unknown
        } else if !monitor.isSufficient {
            state = .insufficient
        } else if monitor.episodeSince == nil {
            state = .cleared
        } else {
            state = monitor.isConfirmed ? .confirmed : .suspected
        }
    }
}

/// The look after each day, over posts in the order of time: rule, detector, and the episode that both make.
public struct SaturationMonitor: Hashable, Sendable {
    public private(set) var detector = FatigueDetector()
    public private(set) var ratio = SaturationRatio([ScoredPost](), now: Instant(seconds: 0))
    /// Whether there are posts enough for an alarm.
    public private(set) var isSufficient = false
    /// The first day of the open episode, in days since the epoch.
    public private(set) var episodeSince: Int?
    /// Whether the detector joined the rule in this episode.
    public private(set) var isConfirmed = false
    private var month: [ScoredPost] = []
    private var oldest: Instant?
    private var lastRule: Int?
    private var lastSign = 0

    private static let posts7Min = 7
    private static let posts30Min = 20
    private static let historyBeforeWeek = Duration.days(7)
    /// The detector confirms a rule that fired at most so many days ago: after a drop the rule goes out by itself.
    private static let daysOfRule = 10
    private static let quietDays = 7

    public init() {}

    /// Whether SC-05's rule fires and may be acted upon.
    public var isRuleFiring: Bool { isSufficient && ratio.isBelow }

    /// Takes the next post, in the order of time.
    public mutating func add(_ post: ScoredPost) {
        month.append(post)
        if oldest == nil { oldest = post.at }
        detector.add(post)
    }

    /// Looks at the posts so far; once a day, later each time.
    public mutating func look(at now: Instant, day: Int) {
        if let first = month.firstIndex(where: { $0.at >= now - .days(30) }) {
            month.removeFirst(first)
        } else {
            month = []
        }
        ratio = SaturationRatio(month, now: now)
        isSufficient =
            ratio.posts7 >= SaturationMonitor.posts7Min && ratio.posts30 >= SaturationMonitor.posts30Min
            && ratio.ratio != nil
            && (oldest.map { now - .days(7) - $0 >= SaturationMonitor.historyBeforeWeek } ?? false)
        if isRuleFiring {
            lastRule = day
            if episodeSince == nil { episodeSince = day }
        }
        guard episodeSince != nil else { return }
        // A steep fall of a steady platform may be accepted as the new normal before the rule fires.
        let isFallen = detector.isAlarm || (detector.newNormalAt.map { now - $0 <= .days(7) } ?? false)
        if isFallen, let lastRule, day - lastRule <= SaturationMonitor.daysOfRule { isConfirmed = true }
        if isRuleFiring || detector.isAlarm { lastSign = day }
        if day - lastSign >= SaturationMonitor.quietDays { (episodeSince, isConfirmed) = (nil, false) }
    }
}
