import JSON
import Records

extension Agent {
    /// Scores every contact of the CRM and says who deserves attention (PRD-030).
    public static let prospect = Agent(
        .prospect, "scores contacts, keeps their funnel stage, lists who is worth a touch or a brief",
        reads: [
            Contacts.definition, Interactions.definition, Conversations.definition, PlatformAssociations.definition,
            TwitterResearch.definition, ProspectScores.definition,
        ],
        writes: [ProspectScores.definition],
        tasks: [
            AgentTask("score-all", "scores every contact", run: ProspectTasks.scoreAll),
            AgentTask(
                "score", "scores one contact and shows why",
                parameters: [Parameter("contact_id", .id, isRequired: true, "the contact's id in crm_contacts")],
                run: ProspectTasks.score),
            AgentTask(
                "top", "the contacts with the highest scores", effect: .none, parameters: [limit(10)],
                run: ProspectTasks.top),
            AgentTask(
                "next-actions", "contacts whose next touch is today", effect: .none, parameters: [limit(50)],
                run: ProspectTasks.nextActions),
            AgentTask(
                "research-ready", "decision-stage contacts without a brief, those with buying signals first",
                effect: .none, parameters: [limit(50)], run: ProspectTasks.researchReady),
            AgentTask(
                "research", "writes briefs for decision-stage contacts that have none",
                parameters: [Parameter("limit", .integer(1...100), default: 10, "how many briefs at most")],
                run: ProspectResearch.research),
            AgentTask(
                "calibration", "what the score is worth: later replies by score, and what each signal decides",
                effect: .none, run: ProspectCalibration.calibration),
        ])

    private static func limit(_ count: Int64) -> Parameter {
        Parameter("limit", .integer(1...900), default: .integer(count), "how many contacts")
    }
}
