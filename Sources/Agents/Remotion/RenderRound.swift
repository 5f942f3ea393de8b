import JSON
import Records
import Time

/// One look at all render jobs: asks after those that render, hands over those that wait (RE-12, RE-17).
///
/// Nothing here throws for a service that is away: the jobs stay as they are, and the result says so (RE-09, RE-20).
struct RenderRound {
    /// After a submission whose answer got lost, the service has this long to have read it before it is asked for it.
    static let settling: Duration = .seconds(120)

    let context: TaskContext
    let jobs: RenderJobs
    private let settings: RemotionSettings
    private(set) var lines: [String] = []
    private(set) var degraded: [String] = []
    private(set) var counts: [String: Int] = [:]
    private var alerts: [(key: String, alert: Alert)] = []
    private var condition: RenderCondition?

    init(_ context: TaskContext) {
        self.context = context
        jobs = RenderJobs(context)
        settings = context.settings.remotion
    }

    private var service: (any RenderService)? { context.services.renders }

    // MARK: Notes

    mutating func note(_ job: Row<GenJobs>, _ what: String, count: String? = nil) {
        lines.append("\(job.label) (\(job.id.text.prefix(8))): \(what)")
        if let count { counts[count, default: 0] += 1 }
    }

    mutating func degrade(_ text: String) { if !degraded.contains(text) { degraded.append(text) } }

    mutating func tell(_ alert: Alert, once key: String) { alerts.append((key, alert)) }

    /// The messages that were not given before. Called last, so that a run that fails on the way still gives them later.
    func freshAlerts() throws -> [Alert] {
        guard !context.isDryRun else { return alerts.map(\.alert) }
        var fresh: [Alert] = []
        for (key, alert) in alerts where try context.memory.claim("told", key, true, at: context.now) {
            fresh.append(alert)
        }
        return fresh
    }

    /// Asked once a round.
    private mutating func serviceCondition() async -> RenderCondition {
        if let condition { return condition }
        let found = await service?.condition() ?? .unsuitable("REMOTION_URL is no address")
        condition = found
        return found
    }

    // MARK: Rendering

    /// Asks after every job that renders.
    mutating func askAfterRenders() async throws {
        for job in try await jobs.jobs(JobStatus.rendering) {
            if let output = try rememberedOutput(of: job) {
                try await finish(job, output)
                continue
            }
            switch await serviceCondition() {
            case .ready: try await ask(after: job)
            case .busy(let why):
                note(job, "the renderer is busy", count: "busy")
                context.progress(why, 0, nil)
                try await failIfOverdue(job)
            case .away(let why), .unsuitable(let why):
                degrade(why)
                note(job, "cannot be asked after", count: "rendering")
                try await failIfOverdue(job)
            }
        }
    }

    private mutating func ask(after job: Row<GenJobs>) async throws {
        guard let service else { return }
        do {
            guard let id = job.renderJobID else { return try await findLost(job, service) }
            switch try await service.progress(of: id) {
            case .waiting, .rendering: try await stillRendering(job, "renders")
            case .busy: try await stillRendering(job, "the renderer is busy")
            case .finished(let output): try await finish(job, output)
            case .failed(let reason): try await retry(job, reason)
            case .lost: try await resubmitLost(job)
            }
        } catch let error as ServiceError {
            degrade("\(error)")
            try await stillRendering(job, "cannot be asked after")
        }
    }

    private mutating func stillRendering(_ job: Row<GenJobs>, _ what: String) async throws {
        note(job, what, count: "rendering")
        try await failIfOverdue(job)
    }

    /// The job was handed over, or was about to be, and the answer is missing. Looked for before it is sent again.
    private mutating func findLost(_ job: Row<GenJobs>, _ service: any RenderService) async throws {
        let since = job.updatedAt ?? context.now
        guard context.now - since >= RenderRound.settling else {
            return note(job, "the answer of the submission is missing; looked for later", count: "rendering")
        }
        switch try await service.search(key: job.key(attempt: job.attempts ?? 1), since: since) {
        case .found(let id):
            if try await adopt(job, RenderTicket(job: id, template: nil)) != nil {
                note(job, "found at the service", count: "rendering")
            }
        case .absent:
            let attempts = max((job.attempts ?? 1) - 1, 0)
            if try await jobs.change(job, to: JobStatus.queued, { $0.attempts = attempts }) != nil {
                note(job, "the service never got it; queued again", count: "requeued")
            }
        case .unsure(let why):
            degrade("\(job.label): whether the render service has job \(job.id) is not known: \(why)")
            guard context.now - since > settings.renderDeadline else { return }
            try await fail(job, "it is not known whether the render service took it: \(why)")
        }
    }

    private mutating func failIfOverdue(_ job: Row<GenJobs>) async throws {
        guard let since = job.updatedAt, context.now - since > settings.renderDeadline else { return }
        guard job.renderJobID != nil else {
            return try await fail(job, "it is not known whether the render service took it, and it cannot be asked")
        }
        try await retry(job, "deadline: not finished after \(settings.renderDeadline.text)")
    }

    /// The service forgets its jobs when it restarts; each job is handed over again for that once.
    private mutating func resubmitLost(_ job: Row<GenJobs>) async throws {
        guard try context.memory.value("lost", job.id.text) == nil else {
            return try await retry(job, "lost by service, again")
        }
        guard try await jobs.change(job, to: JobStatus.queued, { $0.error = "lost by service" }) != nil else { return }
        if !context.isDryRun { _ = try context.memory.claim("lost", job.id.text, true, at: context.now) }
        note(job, "lost by service; queued again", count: "requeued")
    }

    /// A failed render is tried again up to `retriesMax` times; the reason stays in the row. It goes back to `queued` at
    /// once: a row that says `failed` is final, and another program may claim it (D8).
    private mutating func retry(_ job: Row<GenJobs>, _ reason: String) async throws {
        let attempts = max(job.attempts ?? 1, 1)
        guard attempts <= settings.retriesMax else {
            return try await fail(job, attempts > 1 ? "\(reason) (\(attempts) attempts)" : reason)
        }
        guard try await jobs.change(job, to: JobStatus.queued, { $0.error = reason }) != nil else { return }
        note(job, "\(reason); retry \(attempts) of \(settings.retriesMax)", count: "requeued")
    }

    mutating func fail(_ job: Row<GenJobs>, _ reason: String) async throws {
        guard try await jobs.change(job, to: JobStatus.failed, { $0.error = reason }) != nil else { return }
        note(job, reason, count: "failed")
        tell(.renderFailed(job, reason), once: "failed \(job.id)")
    }

    // MARK: Finished

    /// The first end that the service names counts; later ones are not asked for. A video without a public address is
    /// handed to the publisher first.
    private mutating func finish(_ job: Row<GenJobs>, _ output: RenderOutput) async throws {
        if case .address(let url) = output {
            guard try await jobs.change(job, to: JobStatus.complete, { $0.outputURL = url }) != nil else { return }
            return note(job, "complete", count: "completed")
        }
        guard !context.isDryRun else { return note(job, "finished; would be uploaded", count: "completed") }
        try context.memory.remember([MemoryChange("output", job.id.text, output.json)], at: context.now)
        if let missing = missingForUpload(of: output) {
            guard try await jobs.change(job, to: JobStatus.complete) != nil else { return }
            return note(job, "complete, without a public address: \(missing)", count: "completed")
        }
        do {
            let url = try await upload(output)
            guard try await jobs.change(job, to: JobStatus.complete, { $0.outputURL = url }) != nil else { return }
            note(job, "complete, uploaded", count: "completed")
        } catch let error as ServiceError where error.isAway {
            degrade("\(job.label) is rendered and waits to be uploaded: \(error)")
        } catch let error as ServiceError {
            // The service said that it is done, and what is there cannot be used.
            try context.memory.remember([MemoryChange("output", job.id.text, nil)], at: context.now)
            try await retry(job, "\(error)")
        }
    }

    /// Why the video cannot be given a public address; `nil` when it can (readings 28).
    func missingForUpload(of output: RenderOutput) -> String? {
        guard context.services.publisher != nil else { return "BLOTATO_API_KEY is not set, so there is no upload" }
        if case .file = output, settings.outputDir.isEmpty { return "remotion.outputDir in actpd.json is not set" }
        return nil
    }

    func upload(_ output: RenderOutput) async throws -> String {
        guard let service, let publisher = context.services.publisher else {
            throw ServiceError("the publisher", "not configured", isAway: false, isSafeToRepeat: true)
        }
        let video = try await service.fetch(output)
        return try await publisher.upload(filename: video.filename, mediaType: video.mediaType, bytes: video.bytes)
    }

    /// Where a finished video lies that has no public address yet.
    func rememberedOutput(of job: Row<GenJobs>) throws -> RenderOutput? {
        try context.memory.value("output", job.id.text).flatMap(RenderOutput.init(json:))
    }

    // MARK: Waiting

    /// Hands over what waits, as many as the service may have at once; the rest stays queued (RE-09).
    mutating func submitWaiting() async throws {
        let waiting = try await jobs.jobs(JobStatus.queued, JobStatus.pending)
        guard !waiting.isEmpty else { return }
        var underWay = try await jobs.jobs(JobStatus.rendering).count
        for job in waiting {
            guard underWay < settings.rendersAtOnce else {
                note(job, "waits for its turn", count: "queued")
                continue
            }
            switch await serviceCondition() {
            case .ready:
                if try await submit(job) {
                    underWay += 1
                } else {
                    // Perhaps another poll was first and has handed it over: then the place is taken.
                    underWay = try await jobs.jobs(JobStatus.rendering).count
                }
            case .busy: note(job, "waits: the renderer is busy", count: "queued")
            case .away(let why), .unsuitable(let why):
                degrade(why)
                note(job, "stays queued", count: "queued")
            }
        }
    }

    /// - Returns: whether the service has it now, or may have it.
    private mutating func submit(_ waiting: Row<GenJobs>) async throws -> Bool {
        guard !context.isDryRun, let service else {
            note(waiting, "would be submitted", count: "submitted")
            return true
        }
        guard let job = try await withBrief(waiting), let brief = job.brief else { return false }
        let attempt = (job.attempts ?? 0) + 1
        // The row says that it was handed over before it is: whoever dies in between leaves a job that is looked for.
        guard
            let claimed = try await jobs.change(
                job, to: JobStatus.rendering,
                {
                    $0.attempts = attempt
                    $0.providerJobID = nil as String?
                    $0.brief = brief.without("render_job_id")
                })
        else { return false }
        do {
            let ticket = try await service.submit(
                RenderOrder(key: job.key(attempt: attempt), brief: brief.without("render_job_id")))
            _ = try await adopt(claimed, ticket)
            note(job, "submitted", count: "submitted")
            return true
        } catch let error as ServiceError {
            guard error.isAway else {
                try await fail(claimed, "\(error)")
                return false
            }
            degrade("\(error)")
            _ = try await jobs.change(claimed, to: JobStatus.queued) { $0.attempts = attempt - 1 }
            note(job, "stays queued", count: "queued")
            return false
        } catch let error as OutcomeUnknown {
            degrade("\(job.label): whether the render service took job \(job.id) is not known yet: \(error)")
            note(job, "submitted, answer missing; looked for at the next poll", count: "submitted")
            return true
        }
    }

    /// Keeps the service's id, in its column and in the brief (K64), and the template's name (K65).
    private func adopt(_ job: Row<GenJobs>, _ ticket: RenderTicket) async throws -> Row<GenJobs>? {
        try await jobs.change(job) {
            $0.providerJobID = ticket.job
            $0.brief = (job.brief ?? [:]).with("render_job_id", .string(ticket.job))
            if let template = ticket.template { $0.executor = template }
        }
    }

    /// A job whose brief is good: a wish gets its script first (CMIX-003), a bad brief fails (RE-15).
    private mutating func withBrief(_ job: Row<GenJobs>) async throws -> Row<GenJobs>? {
        var job = job
        if let wish = RenderRequest(job) {
            let desk = OpportunityDesk(context)
            let opportunity = try await desk.opportunity(for: wish)
            let writer = BriefWriter(model: context.services.model, durationSecs: settings.durationSecs)
            let (brief, why) = await writer.write(opportunity, wish: wish.reason)
            if let why { degrade("\(job.label): \(why)") }
            guard
                let written = try await jobs.change(
                    job, { $0.brief = brief.json.with("reason", .string(wish.reason)) })
            else { return nil }
            job = written
        }
        let problems = BriefSchema.problems(job.brief ?? .null)
        guard problems.isEmpty else {
            try await fail(job, "the brief cannot be rendered: \(problems.joined(separator: "; "))")
            return nil
        }
        return job
    }
}

extension RenderOutput {
    var json: JSON {
        switch self {
        case .address(let url): ["address": .string(url)]
        case .localAddress(let url): ["local_address": .string(url)]
        case .file(let path, let bytes): ["file": .string(path), "bytes": bytes.map(JSON.integer) ?? nil]
        }
    }

    init?(json: JSON) {
        if let url = json["address"]?.string {
            self = .address(url)
        } else if let url = json["local_address"]?.string {
            self = .localAddress(url)
        } else if let path = json["file"]?.string {
            self = .file(path: path, bytes: json["bytes"]?.integer)
        } else {
            return nil
        }
    }
}
