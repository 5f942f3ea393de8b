/// All tables that `actpd` reads and writes.
public enum Schema {
    public static let tables: [TableDefinition] = [
        AgentTasks.definition, Contacts.definition, ProspectScores.definition, Interactions.definition,
        Conversations.definition, MessageQueue.definition, ABTests.definition, ContentPerformance.definition,
        PostingSchedule.definition, NicheResonance.definition, YouTubeVideoStats.definition,
        PlatformResearch.definition, TwitterResearch.definition, PlatformAssociations.definition,
        CrossPlatformTrends.definition, PlatformCreators.definition, GenJobs.definition, WorkflowTasks.definition,
        AgentRegistry.definition,
    ]

    public static func table(named name: String) -> TableDefinition? { tables.first { $0.name == name } }
}
