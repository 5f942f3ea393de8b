public import Configuration

/// The tunables of the trends agent.
public struct TrendsSettings: Configurable, Hashable {
    /// TR-10.
    public var niches = [
        KeywordList(
            "ai_automation", ["claude", "gpt", "ai", "automation", "n8n", "zapier", "workflow", "agent", "llm"]),
        KeywordList("saas_growth", ["saas", "churn", "mrr", "arr", "product", "retention", "startup", "b2b"]),
        KeywordList(
            "content_creation", ["youtube", "video", "hook", "edit", "thumbnail", "content", "creator", "viral"]),
        KeywordList(
            "digital_marketing", ["ads", "funnel", "seo", "email", "marketing", "campaign", "conversion", "ctr"]),
        KeywordList("creator_economy", ["monetize", "brand deal", "sponsor", "audience", "newsletter", "course"]),
        KeywordList("personal_brand", ["story", "journey", "behind", "authentic", "day in", "vlog", "mindset"]),
    ]
    public var lookback: Duration = .seconds(7 * 86_400)
    public var platformsMin = 2
    public var engagementMin = 50.0
    public var alertNichesMin = 3
    public var topPosts = 5
    public var handleLengthMin = 3
    public var nearHandleLengthMin = 10
    public var nameLengthMin = 8

    public init() {}

    public static let fields: [Field<TrendsSettings>] = [
        Field("niches", \.niches, "Keywords of each niche, for posts that come without one; the most hits win."),
        Field("lookback", \.lookback, "How far back posts count, and how long a stored trend is active."),
        Field("platformsMin", \.platformsMin, in: 2...20, "Platforms on which a niche must be seen to be a trend."),
        Field("engagementMin", \.engagementMin, in: 0...1e12, "Engagement over all platforms that a trend needs."),
        Field("alertNichesMin", \.alertNichesMin, in: 1...100, "Trends found at once that are worth a message."),
        Field("topPosts", \.topPosts, in: 1...50, "Posts kept with a trend."),
        Field("handleLengthMin", \.handleLengthMin, in: 1...50, "Letters a handle needs to be matched at all."),
        Field(
            "nearHandleLengthMin", \.nearHandleLengthMin, in: 10...50,
            "Letters two handles need to be matched although one letter differs."),
        Field("nameLengthMin", \.nameLengthMin, in: 4...50, "Letters a display name needs to be matched."),
    ]
}
