import JSON
import Records
import Time

/// The remotion agent's tasks: read → decide → write.
enum RemotionTasks {
    // MARK: pipeline and brief

    /// Picks the best opportunity, writes its brief, queues the job and hands it over if the service is free (RE-14, RE-16).
    ///
    /// The row is written first, so a service that is away costs nothing: the next poll hands it over (RE-09).
    static func pipeline(_ context: TaskContext) async throws -> TaskResult {
        var draft = try await draft(context)
        guard let brief = draft.brief else { return draft.result }
        let jobs = RenderJobs(context)
        let id = RowID(orderedAt: context.now)
        try await jobs.insert(brief, id: id)
        draft.result.data["job_id"] = .string(id.text)
        guard !context.isDryRun else {
            draft.result.summary = "would queue a render: \(draft.result.summary)"
            return draft.result
        }
        var round = RenderRound(context)
        try await round.submitWaiting()
        draft.result.data["status"] = (try await jobs.job(id)?.status).map(JSON.string) ?? nil
        draft.result.summary = "queued \(id): \(draft.result.summary)"
        draft.result.degraded += round.degraded
        draft.result.alerts = try round.freshAlerts()
        return draft.result
    }

    /// Shows the brief that the pipeline would queue (RE-10).
    static func brief(_ context: TaskContext) async throws -> TaskResult {
        let draft = try await draft(context)
        guard let brief = draft.brief else { return draft.result }
        var result = draft.result
        result.summary += "\n" + text(of: brief)
        return result
    }

    private static func draft(_ context: TaskContext) async throws -> (brief: Brief?, result: TaskResult) {
        let desk = OpportunityDesk(context)
        let (list, remark, rounds) = try await desk.opportunities(
            platform: context.arguments.text("platform"), niche: context.arguments.text("niche"))
        let settings = context.settings.remotion
        guard let best = list.first else {
            let days = settings.freshness.components.seconds / 86_400
            return (
                nil,
                TaskResult(
                    "no opportunity: no resonance row of the last \(days) days has \(settings.samplesMin) posts; "
                        + "youtube full builds the matrix", data: ["opportunities": []])
            )
        }
        let key = ResonanceKey(platform: best.platform, niche: best.niche, contentType: best.contentType)
        let writer = BriefWriter(model: context.services.model, durationSecs: settings.durationSecs)
        let (brief, why) = await writer.write(best, round: rounds[key] ?? 0)
        let problems = BriefSchema.problems(brief.json)
        guard problems.isEmpty else {
            throw TaskError("the brief is not valid: \(problems.joined(separator: "; "))")
        }
        return (
            brief,
            TaskResult(
                "\(best.niche) × \(best.platform), \(best.contentType): “\(brief.hook)”",
                data: [
                    "opportunity": best.shown, "opportunities": .array(list.prefix(5).map(\.shown)),
                    "brief": brief.json,
                ], degraded: [remark, why].compactMap(\.self))
        )
    }

    private static func text(of brief: Brief) -> String {
        let acts = zip(Brief.actNames, brief.acts).map { "\($0) (\($1.seconds) s): \($1.text)" }
        return
            (["hook (\(brief.hookSecs) s): \(brief.hook)"] + acts + [
                "overlays: \(brief.overlays.joined(separator: " | "))", "cta: \(brief.callToAction)",
                brief.hashtags.joined(separator: " "), "written by: \(brief.model ?? brief.generatedBy)",
            ]).joined(separator: "\n")
    }

    // MARK: check-jobs

    /// Settles what is distributed, asks after renders, distributes finished ones, hands over waiting ones
    /// (RE-12, RE-17, RE-20, K67).
    static func checkJobs(_ context: TaskContext) async throws -> TaskResult {
        var round = RenderRound(context)
        try await round.settleDistributions()
        try await round.askAfterRenders()
        try await round.distributeFinished()
        try await round.submitWaiting()
        let counts = round.counts.mapValues { JSON($0) }
        let head =
            counts.isEmpty
            ? "nothing renders or waits"
            : round.counts.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
        let open = Dictionary(
            grouping: try await round.jobs.jobs(
                JobStatus.queued, JobStatus.pending, JobStatus.rendering, JobStatus.complete, JobStatus.distributing,
                limit: Store.pageSize), by: { $0.status ?? "" })
        let would = context.isDryRun ? ["dry run: nothing of this was done"] : []
        return TaskResult(
            ([head] + round.lines + would).joined(separator: "\n"),
            data: [
                "done": .object(counts), "jobs": JSON(round.lines),
                "by_status": .object(open.mapValues { JSON($0.count) }),
            ], degraded: round.degraded, alerts: try round.freshAlerts())
    }

    /// Distributes one job now (RE-10, RE-18).
    static func distribute(_ context: TaskContext) async throws -> TaskResult {
        guard let id = context.arguments.id("job_id") else { throw TaskError("which job? give job_id") }
        var round = RenderRound(context)
        try await round.distributeOnDemand(id)
        let job = try await RenderJobs(context).job(id)
        return TaskResult(
            round.lines.joined(separator: "\n"),
            data: ["job_id": .string(id.text), "status": (job?.status).map(JSON.string) ?? nil],
            degraded: round.degraded, alerts: try round.freshAlerts())
    }

    // MARK: queue and status

    /// Jobs that wait or are under way (RE-10).
    static func queue(_ context: TaskContext) async throws -> TaskResult {
        let rows = try await RenderJobs(context).jobs(
            JobStatus.queued, JobStatus.pending, JobStatus.rendering, JobStatus.complete, JobStatus.distributing)
        guard !rows.isEmpty else { return TaskResult("no render waits or is under way", data: ["jobs": []]) }
        let table = TextTable.render(
            ["JOB", "STATUS", "NICHE × PLATFORM", "ATTEMPTS", "SINCE", "HOOK"],
            rows.map { job in
                [
                    job.id.text, job.status ?? "", job.label, String(job.attempts ?? 0),
                    job.updatedAt?.iso8601 ?? "", job.hook.clipped(to: 50),
                ]
            })
        return TaskResult(table, data: ["jobs": .array(rows.map(\.summary))])
    }

    /// Jobs by status, and what answers at the render service's address (RE-10).
    static func status(_ context: TaskContext) async throws -> TaskResult {
        var counts: [String: Int] = [:]
        for status in JobStatus.all {
            counts[status] = try await context.store.values(
                of: \GenJobs.id, where: \.model == RenderJobs.model && \.status == status
            ).count
        }
        let condition = await context.services.renders?.condition() ?? .unsuitable("REMOTION_URL is no address")
        let (word, text): (String, String) =
            switch condition {
            case .ready(let style): ("ready", "the render service is there (\(style))")
            case .busy(let why): ("busy", why)
            case .away(let why): ("away", why)
            case .unsuitable(let why): ("unsuitable", why)
            }
        let lines = JobStatus.all.map { "\($0): \(counts[$0] ?? 0)" }
        return TaskResult(
            (lines + [text]).joined(separator: "\n"),
            data: [
                "jobs": .object(counts.mapValues { JSON($0) }), "service": .string(word),
                "service_detail": .string(text),
            ])
    }
}
