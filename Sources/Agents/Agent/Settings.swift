public import Configuration

/// The tunables of all agents, as `actpd.json` holds them; every default is the rules' value.
public struct Settings: Configurable, Hashable {
    public var prospect = ProspectSettings()
    public var youtube = YouTubeSettings()
    public var trends = TrendsSettings()
    public var creators = CreatorsSettings()
    public var outreach = OutreachSettings()
    public var contentMix = ContentMixSettings()
    public var postingSchedule = PostingScheduleSettings()
    public var abTest = ABTestSettings()
    public var accounts = AccountsSettings()
    public var blotato = BlotatoSettings()
    public var remotion = RemotionSettings()

    public init() {}

    public static let fields: [Field<Settings>] = [
        Field("prospect", \.prospect, "Lead scoring."),
        Field("youtube", \.youtube, "Classification of videos and the resonance matrix."),
        Field("trends", \.trends, "Associations of handles and cross-platform trends."),
        Field("creators", \.creators, "Research of creators, and the offers that people are matched with."),
        Field("outreach", \.outreach, "When contacts may be written to, and what messages say."),
        Field("contentMix", \.contentMix, "The target mix of niches, and what offers are sold with."),
        Field("postingSchedule", \.postingSchedule, "Posting hours."),
        Field("abTest", \.abTest, "A/B tests of posts."),
        Field("accounts", \.accounts, "The owner's accounts."),
        Field("blotato", \.blotato, "The publishing service."),
        Field("remotion", \.remotion, "Briefs, renders and their distribution."),
    ]
}
