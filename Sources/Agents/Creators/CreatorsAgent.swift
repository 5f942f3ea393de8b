import JSON
import Records

extension Agent {
    /// Finds the top creators of each niche and seeds the CRM with those that fit (PRD-036).
    public static let creators = Agent(
        .creators, "researches top creators of each niche and adds those that fit to the CRM",
        reads: [PlatformCreators.definition, PlatformResearch.definition, Contacts.definition],
        writes: [
            PlatformCreators.definition, Contacts.definition, NicheResonance.definition, PlatformResearch.definition,
        ],
        tasks: [
            AgentTask(
                "sync", "refreshes one platform and niche; without parameters the stalest pair",
                parameters: [platform, niche], run: CreatorsTasks.sync),
            AgentTask("full-sync", "refreshes every pair of the research matrix", run: CreatorsTasks.fullSync),
            AgentTask(
                "top", "creators ranked by engagement", effect: .none,
                parameters: [
                    platform, niche, Parameter("limit", .integer(1...1_000), default: 10, "how many creators"),
                ], run: CreatorsTasks.top),
        ])

    private static let platform = Parameter("platform", .word(Vocabulary.researchPlatforms), "only this platform")
    private static let niche = Parameter("niche", .word(Vocabulary.niches), "only this niche")
}
