public import Configuration

/// The tunables of all agents, as `actpd.json` holds them; every default is the rules' value.
public struct Settings: Configurable, Hashable {
    public var youtube = YouTubeSettings()
    public var trends = TrendsSettings()
    public var prospect = ProspectSettings()

    public init() {}

    public static let fields: [Field<Settings>] = [
        Field("prospect", \.prospect, "Lead scoring."),
        Field("youtube", \.youtube, "Classification of videos and the resonance matrix."),
        Field("trends", \.trends, "Associations of handles and cross-platform trends."),
    ]
}
