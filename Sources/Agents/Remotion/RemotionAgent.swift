import JSON
import Records

extension Agent {
    /// Turns what resonates into briefs, has them rendered and distributed (PRD-038).
    ///
    /// It writes published videos into the table of own posts, so that what they brought is learned from.
    public static let remotion = Agent(
        .remotion, "turns what resonates into video briefs, has them rendered and distributed",
        reads: [
            NicheResonance.definition, CrossPlatformTrends.definition, GenJobs.definition, WorkflowTasks.definition,
        ],
        writes: [GenJobs.definition, WorkflowTasks.definition, ContentPerformance.definition],
        tasks: [
            AgentTask(
                "pipeline", "picks an opportunity, writes its brief, submits the render", effect: .once,
                parameters: [platform, niche], run: RemotionTasks.pipeline),
            AgentTask(
                "brief", "writes a brief and shows it", effect: .none, parameters: [platform, niche],
                run: RemotionTasks.brief),
            // Repeatable although it may distribute: each change of status is a conditional update (K68).
            AgentTask("check-jobs", "asks after renders and distributes finished ones", run: RemotionTasks.checkJobs),
            AgentTask("queue", "renders that wait or run", effect: .none, run: RemotionTasks.queue),
            AgentTask(
                "status", "jobs by status, and whether the render service is there", effect: .none,
                run: RemotionTasks.status),
            AgentTask(
                "distribute", "hands a finished video to the publisher", effect: .once,
                parameters: [Parameter("job_id", .id, isRequired: true, "the job's id in actp_gen_jobs")],
                run: RemotionTasks.distribute),
        ])

    private static let platform = Parameter(
        "platform", .word(Vocabulary.postingPlatforms), "only this platform; the best one when absent")
    private static let niche = Parameter(
        "niche", .word(Vocabulary.niches), "only this niche; the best one when absent")
}
