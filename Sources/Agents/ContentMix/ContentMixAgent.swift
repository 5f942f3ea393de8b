import JSON
import Records

extension Agent {
    /// Compares what was posted with the target mix and says what to make next (PRD-033).
    ///
    /// It writes render jobs, because a gap starts the render pipeline (CMIX-003).
    public static let contentMix = Agent(
        .contentMix, "finds under-represented niches and recommends what to make next",
        reads: [
            ContentPerformance.definition, NicheResonance.definition, PostingSchedule.definition,
            CrossPlatformTrends.definition, PlatformResearch.definition,
        ],
        writes: [GenJobs.definition],
        tasks: [
            AgentTask(
                "recommend", "recommends posts that close the gaps, and queues a render for each gap once a week",
                parameters: [platform], run: ContentMixTasks.recommend),
            AgentTask(
                "gaps", "niches below their target share", effect: .none, parameters: [platform],
                run: ContentMixTasks.gaps),
            AgentTask(
                "resonance-summary", "the best niches and content types by views", effect: .none,
                parameters: [Parameter("limit", .integer(1...1_000), default: 5, "how many rows")],
                run: ContentMixTasks.resonanceSummary),
            AgentTask(
                "market-sync", "maps scraped posts to offers", effect: .none, run: ContentMixTasks.marketSync),
            AgentTask(
                "weekly-summary", "the weekly message about niche and gap", effect: .none,
                run: ContentMixTasks.weeklySummary),
        ])

    private static let platform = Parameter(
        "platform", .word(Vocabulary.postingPlatforms), "only this platform; all of them when absent")
}
