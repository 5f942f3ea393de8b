import JSON
import Records

extension Agent {
    /// Finds people and niches that are seen on several platforms (PRD-035).
    public static let trends = Agent(
        .trends, "matches contacts across platforms and detects niches that trend on several",
        reads: [
            Contacts.definition, PlatformResearch.definition, TwitterResearch.definition, PlatformCreators.definition,
            YouTubeVideoStats.definition, CrossPlatformTrends.definition,
        ],
        writes: [PlatformAssociations.definition, CrossPlatformTrends.definition],
        tasks: [
            AgentTask("detect", "finds niches with engagement on two platforms or more", run: TrendsTasks.detect),
            AgentTask(
                "associations", "finds each contact's handles on other platforms", run: TrendsTasks.associations),
            AgentTask("full", "associations, then detect", run: TrendsTasks.full),
            AgentTask(
                "top", "the strongest trends that are active", effect: .none,
                parameters: [Parameter("limit", .integer(1...1_000), default: 10, "how many trends")],
                run: TrendsTasks.top),
        ])
}
