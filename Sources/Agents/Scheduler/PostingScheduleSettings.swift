public import Configuration
import Time

/// The tunables of posting hours, saturation and the calendar.
public struct PostingScheduleSettings: Configurable, Hashable {
    /// SC-01. A range of posts a day is its upper value (K34); YouTube's gap is 48 h, so that Tuesday and Thursday both fit
    /// (K32).
    public var start = [
        PlatformStart("twitter", 3, [14, 17, 22], Weekday.workdays, gap: 3),
        PlatformStart("threads", 3, [13, 17, 23], Weekday.workdays + [.sat], gap: 3),
        PlatformStart("instagram", 2, [15, 20], [.tue, .wed, .thu, .fri, .sat], gap: 8),
        PlatformStart("tiktok", 3, [12, 17, 23], Weekday.workdays + [.sat], gap: 5),
        PlatformStart("youtube", 1, [15, 18], [.tue, .thu], gap: 48),
        PlatformStart("linkedin", 1, [13, 17], Weekday.workdays, gap: 12),
    ]

    public var sampler = HourSampler.rule
    public var candidates = HourCandidates.neighbours
    public var discountPerDay = 0.9975
    public var explorationShare = 0.0
    public var nicheGapHours = 4
    public var instagramThreadsGapHours = 6
    public var youtubeLeadHours = 24

    public init() {}

    public static let fields: [Field<PostingScheduleSettings>] = [
        Field("start", \.start, "The rhythm that each platform begins with."),
        Field(
            "sampler", \.sampler,
            """
            What posting hours are drawn from: rule, the stored slots alone; smoothed, with what neighbouring hours and all \
            hours taught, older lessons counting less.
            """),
        Field(
            "candidates", \.candidates,
            "Hours that may be chosen: neighbours, those of the start and the ones beside them; all, the whole day."),
        Field(
            "discountPerDay", \.discountPerDay, in: 0.9...1,
            "What a lesson of yesterday weighs beside one of today; smoothed only. 0.995 if habits shift."),
        Field(
            "explorationShare", \.explorationShare, in: 0...1,
            "Share of choices that are left to pure chance; 0.05 costs about 2 % of the engagement."),
        Field(
            "nicheGapHours", \.nicheGapHours, in: 0...48, "Hours between posts of one niche on two platforms, at least."
        ),
        Field(
            "instagramThreadsGapHours", \.instagramThreadsGapHours, in: 0...48,
            "The same between Instagram and Threads."),
        Field(
            "youtubeLeadHours", \.youtubeLeadHours, in: 0...168,
            "Hours between a niche on YouTube and on TikTok, at least."),
    ]

    /// The platforms' rhythms at the start, in their order.
    var rhythms: [PostingRhythm] { start.map(\.rhythm) }
}

/// How posting hours are drawn (SC-03, decisions c).
public enum HourSampler: String, WordSetting, Hashable {
    case rule, smoothed
}

/// Which hours may be chosen (K36).
public enum HourCandidates: String, WordSetting, Hashable {
    case neighbours, all
}

/// The rhythm that a platform begins with (SC-01).
public struct PlatformStart: Configurable, Hashable {
    public var platform = ""
    public var postsPerDay = 1
    public var hours: [Int] = []
    public var days: [Weekday] = []
    public var minGapHours = 0

    public init() {}

    init(_ platform: String, _ postsPerDay: Int, _ hours: [Int], _ days: [Weekday], gap: Int) {
        self.platform = platform
        self.postsPerDay = postsPerDay
        self.hours = hours
        self.days = days
        minGapHours = gap
    }

    public static let fields: [Field<PlatformStart>] = [
        Field("platform", \.platform, isRequired: true, "The platform."),
        Field("postsPerDay", \.postsPerDay, in: 1...24, "Posts a day, at most."),
        Field("hours", \.hours, "Hours of the day in UTC, 0…23."),
        Field("days", \.days, "Days with posts."),
        Field("minGapHours", \.minGapHours, in: 0...168, "Hours between two posts, at least."),
    ]

    var rhythm: PostingRhythm {
        let days = days.map { ((Weekday.allCases.firstIndex(of: $0) ?? 0) + 6) % 7 }
        return PostingRhythm(
            platform: platform, postsPerDay: postsPerDay, hours: hours.filter((0...23).contains), days: days,
            minimumGapHours: minGapHours)
    }
}
