import JSON
import Records

extension Agent {
    /// Files the owner's videos under niche, content type and offer, and learns what resonates (PRD-034).
    public static let youtube = Agent(
        .youtube, "classifies videos, refreshes their numbers, keeps the resonance matrix",
        reads: [YouTubeVideoStats.definition, ContentPerformance.definition],
        writes: [ContentPerformance.definition, NicheResonance.definition],
        tasks: [
            AgentTask("analyze", "tags new videos and refreshes the numbers of known ones", run: YouTubeTasks.analyze),
            AgentTask("resonance", "recomputes the averages by niche and content type", run: YouTubeTasks.resonance),
            AgentTask(
                "summary", "the resonance rows with the most views on average", effect: .none,
                parameters: [Parameter("limit", .integer(1...1_000), default: 10, "how many rows")],
                run: YouTubeTasks.summary),
            AgentTask("full", "analyze, then resonance, with the weekly message", run: YouTubeTasks.full),
        ])
}
