import Records

extension Agent {
    /// Compares what was posted with the target mix and says what to make next (PRD-033).
    public static let contentMix = Agent(
        .contentMix, "finds under-represented niches and recommends what to make next",
        reads: [
            ContentPerformance.definition, NicheResonance.definition, PostingSchedule.definition,
            CrossPlatformTrends.definition, PlatformResearch.definition,
        ],
        writes: [],
        tasks: [
            .announced("recommend", "recommends posts that close the gaps", parameters: [platform]),
            .announced("gaps", "niches below their target share", effect: .none, parameters: [platform]),
            .announced("resonance-summary", "the best niches and content types by views", effect: .none),
            .announced("market-sync", "maps scraped posts to offers", effect: .none),
            .announced("weekly-summary", "the weekly message about niche and gap", effect: .none),
        ])

    private static let platform = Parameter(
        "platform", .word(Vocabulary.postingPlatforms), "only this platform; all of them when absent")
}
