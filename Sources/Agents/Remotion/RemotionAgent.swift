import Records

extension Agent {
    /// Turns what resonates into briefs, has them rendered and distributed (PRD-038).
    public static let remotion = Agent(
        .remotion, "turns what resonates into video briefs, has them rendered and distributed",
        reads: [
            NicheResonance.definition, CrossPlatformTrends.definition, GenJobs.definition, WorkflowTasks.definition,
        ],
        writes: [GenJobs.definition, WorkflowTasks.definition],
        tasks: [
            .announced(
                "pipeline", "picks an opportunity, writes its brief, submits the render", effect: .once,
                parameters: [platform, niche]),
            .announced("brief", "writes a brief and shows it", effect: .none, parameters: [platform, niche]),
            // Repeatable although it may distribute: each change of status is a conditional update (K68).
            .announced("check-jobs", "asks after renders and distributes finished ones"),
            .announced("queue", "renders that wait or run", effect: .none),
            .announced("status", "jobs by status, and whether the render service is there", effect: .none),
            .announced(
                "distribute", "hands a finished video to the publisher", effect: .once,
                parameters: [Parameter("job_id", .id, isRequired: true, "the job's id in actp_gen_jobs")]),
        ])

    private static let platform = Parameter(
        "platform", .word(Vocabulary.postingPlatforms), "only this platform; the best one when absent")
    private static let niche = Parameter(
        "niche", .word(Vocabulary.niches), "only this niche; the best one when absent")
}
