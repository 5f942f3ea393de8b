public import Configuration

/// The tunables of all agents, as `actpd.json` holds them; every default is the rules' value.
public struct Settings: Configurable, Hashable {
    public var prospect = ProspectSettings()
    public var youtube = YouTubeSettings()
    public var trends = TrendsSettings()
    public var creators = CreatorsSettings()
    public var outreach = OutreachSettings()

    public init() {}

    public static let fields: [Field<Settings>] = [
        Field("prospect", \.prospect, "Lead scoring."),
        Field("youtube", \.youtube, "Classification of videos and the resonance matrix."),
        Field("trends", \.trends, "Associations of handles and cross-platform trends."),
        Field("creators", \.creators, "Research of creators, and the offers that people are matched with."),
        Field("outreach", \.outreach, "When contacts may be written to, and what messages say."),
    ]
}
