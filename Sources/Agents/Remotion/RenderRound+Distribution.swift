import JSON
import Records
import Time

/// From a finished video to its posts (RE-07, RE-17, K67).
extension RenderRound {
    /// Who has claimed a publish order that is carried out from here.
    static let worker = "actpd"
    /// An order that nobody has picked up for so long is worth a remark.
    static let pickUpWithin: Duration = .seconds(3_600)

    // MARK: Distributing

    /// Closes what is distributed (K67), and carries on what is published from here.
    mutating func settleDistributions() async throws {
        let distributing = try await jobs.jobs(JobStatus.distributing)
        guard !distributing.isEmpty else { return }
        let orders = try await publishOrders(of: distributing)
        for job in distributing {
            tellComplete(job)
            if let order = orders[job.id] {
                try await settle(job, order)
            } else {
                // Whoever began it died before the order was written.
                try await writeOrder(job)
            }
        }
    }

    /// The publish order of each job: by the job's id, or by what the order says; those of other writers have ids of their
    /// own.
    private func publishOrders(of list: [Row<GenJobs>]) async throws -> [RowID: Row<WorkflowTasks>] {
        var orders: [RowID: Row<WorkflowTasks>] = [:]
        let own = try await context.store.fetch(
            Query<WorkflowTasks>(limit: Store.pageSize).filter(.isOneOf(\.id, list.map(\.id))))
        for order in own { orders[order.id] = order }
        let missing = list.filter { orders[$0.id] == nil }
        guard let oldest = missing.compactMap(\.createdAt).min() else { return orders }
        let wanted = Set(missing.map(\.id))
        try await context.store.eachPage(
            of: WorkflowTasks.self, where: \.taskType == PublishOrder.taskType && \.createdAt >= oldest
        ) { page in
            for order in page {
                guard let id = order.inputData["gen_job_id"]?.string.flatMap({ RowID($0) }), wanted.contains(id) else {
                    continue
                }
                orders[id] = order
            }
        }
        return orders
    }

    private mutating func settle(_ job: Row<GenJobs>, _ order: Row<WorkflowTasks>) async throws {
        switch order.status {
        case "succeeded":
            let output = order.outputData ?? [:]
            // The posts first: a run that dies in between writes the same rows again, and no second ones.
            try await register(job, output)
            guard try await jobs.change(job, to: JobStatus.distributed) != nil else { return }
            let failed = output["failed_platforms"]?.array?.compactMap(\.string) ?? []
            note(
                job, failed.isEmpty ? "distributed" : "distributed, except to \(failed.joined(separator: ", "))",
                count: "distributed")
            if !failed.isEmpty {
                tell(.distributedInPart(job, failed: failed, output["errors"]), once: "partial \(job.id)")
            }
        case "failed", "timed_out":
            let reason = "distribution \(order.status): \(order.error ?? "no reason given")"
            guard try await jobs.change(job, to: JobStatus.failed, { $0.error = reason }) != nil else { return }
            note(job, reason, count: "failed")
            tell(.distributionFailed(job, reason), once: "undistributed \(job.id) \(order.createdAt?.iso8601 ?? "")")
        default:
            if order.claimedBy == RenderRound.worker { return try await publish(job, order) }
            note(job, "waits for its publish order, which is \(order.status)", count: "distributing")
            if let since = order.createdAt, context.now - since > RenderRound.pickUpWithin, order.status == "pending" {
                degrade(
                    "\(job.label): nobody has picked up publish order \(order.id) since \(since.iso8601); is its worker "
                        + "running? remotion.distribution: direct publishes from here")
            }
        }
    }

    /// One step of a distribution from here; the order is closed when every platform is at its end.
    private mutating func publish(_ job: Row<GenJobs>, _ row: Row<WorkflowTasks>) async throws {
        guard let publisher = context.services.publisher else {
            return degrade("\(job.label) cannot be published: BLOTATO_API_KEY is not set")
        }
        guard !context.isDryRun else { return note(job, "would be published", count: "distributing") }
        let order = order(for: job, platforms: row.inputData["platforms"]?.array?.compactMap(\.string))
        let results = try await DirectPublisher(order: order, publisher: publisher, context: context).step()
        guard results.count == order.accounts.count, results.allSatisfy(\.result.isFinal) else {
            let done = results.count { $0.result.isFinal }
            return note(job, "\(done) of \(order.accounts.count) platforms are done", count: "distributing")
        }
        let isPosted = results.contains(where: \.result.isPosted)
        let errors = results.compactMap { result in result.result.error.map { "\(result.platform): \($0)" } }
        let closed = try await context.store.update(
            where: \WorkflowTasks.id == row.id && \.status == row.status,
            set: Draft {
                $0.status = isPosted ? "succeeded" : "failed"
                $0.outputData = DirectPublisher.output(results)
                $0.completedAt = context.now
                $0.error = isPosted ? nil as String? : errors.joined(separator: "; ")
            })
        if let closed = closed.first { try await settle(job, closed) }
    }

    /// Posts of the owner, known from now on to whoever measures: the next figures of the platform fill them in.
    private func register(_ job: Row<GenJobs>, _ output: JSON) async throws {
        guard !context.isDryRun else { return }
        let drafts = (output["published"]?.array ?? []).compactMap { post -> Draft<ContentPerformance>? in
            guard let platform = post["platform"]?.string,
                let external = PostIdentity.external(url: post["post_url"]?.string, id: post["post_id"]?.string)
            else { return nil }
            return Draft {
                $0.platform = platform
                $0.externalID = external
                $0.niche = job.brief?["niche"]?.string
                $0.contentType = job.brief?["content_type"]?.string
                $0.offerTags = [job.brief?["offer_tag"]?.string ?? Taxonomy.noOffer]
                $0.title = job.hook
                $0.publishedAt = context.now
            }
        }
        // Ignored rather than updated: figures that are there stay.
        try await context.store.insert(drafts, onConflict: .ignore)
    }

    // MARK: Complete

    /// Sends finished videos on their way, those that are fresh: an old one is not published by itself (RE-17).
    mutating func distributeFinished() async throws {
        for job in try await jobs.jobs(JobStatus.complete) {
            guard let updated = job.updatedAt, context.now - updated <= context.settings.remotion.distributeWithin
            else {
                note(
                    job, "finished long ago; actpd remotion distribute --job_id \(job.id) sends it out",
                    count: "complete")
                continue
            }
            guard let ready = try await withAddress(job) else { continue }
            try await distribute(ready)
        }
    }

    /// The job with a public address; `nil` when it has none, which is told once (readings 28).
    private mutating func withAddress(_ job: Row<GenJobs>) async throws -> Row<GenJobs>? {
        if job.outputURL != nil { return job }
        guard let output = try rememberedOutput(of: job) else {
            tell(.renderWithoutAddress(job, missing: "the row has no output_url"), once: "no address \(job.id)")
            note(job, "complete, without a public address", count: "complete")
            return nil
        }
        if let missing = missingForUpload(of: output) {
            tell(.renderWithoutAddress(job, missing: missing), once: "no address \(job.id)")
            note(job, "complete, without a public address: \(missing)", count: "complete")
            return nil
        }
        guard !context.isDryRun else {
            note(job, "would be uploaded", count: "complete")
            return nil
        }
        do {
            let url = try await upload(output)
            return try await jobs.change(job) { $0.outputURL = url }
        } catch let error as ServiceError {
            degrade("\(job.label) is rendered and cannot be uploaded: \(error)")
            return nil
        }
    }

    /// Begins the distribution of a finished job, once: whoever changes its state writes the order (RE-07, RE-18).
    mutating func distribute(_ job: Row<GenJobs>) async throws {
        guard let begun = try await jobs.change(job, to: JobStatus.distributing) else { return }
        try await writeOrder(begun)
        tellComplete(begun)
    }

    /// The order has the job's id, so it exists once however often it is written.
    private mutating func writeOrder(_ job: Row<GenJobs>) async throws {
        let order = order(for: job, platforms: nil)
        let isDirect = context.settings.remotion.distribution == .direct
        note(job, "distributing to \(order.accounts.map(\.platform).joined(separator: ", "))", count: "distributing")
        guard !context.isDryRun else { return }
        try await context.store.insert(
            [
                Draft<WorkflowTasks> {
                    $0.id = job.id
                    $0.taskType = PublishOrder.taskType
                    // Claimed from the start when it is carried out from here: others pick up what is pending.
                    $0.status = isDirect ? "claimed" : "pending"
                    $0.inputData = order.input
                    $0.createdAt = context.now
                    if isDirect {
                        $0.claimedBy = RenderRound.worker
                        $0.claimedAt = context.now
                    }
                }
            ], onConflict: .ignore)
        if isDirect, let row = try await publishOrders(of: [job])[job.id] { try await settle(job, row) }
    }

    func order(for job: Row<GenJobs>, platforms: [String]?) -> PublishOrder {
        PublishOrder(
            job, videoURL: job.outputURL ?? "", platforms: platforms ?? context.settings.remotion.platforms,
            accounts: context.settings.accounts)
    }

    private mutating func tellComplete(_ job: Row<GenJobs>) {
        tell(
            .renderComplete(job, platforms: order(for: job, platforms: nil).accounts.count), once: "complete \(job.id)")
    }

    // MARK: distribute JOB_ID

    /// Distributes one job on demand (RE-10): a finished one, or again to the platforms on which it failed.
    mutating func distributeOnDemand(_ id: RowID) async throws {
        guard let job = try await jobs.job(id) else { throw TaskError("there is no render job \(id) in actp_gen_jobs") }
        switch job.status {
        case JobStatus.complete:
            if let ready = try await withAddress(job) { return try await distribute(ready) }
            let missing = try rememberedOutput(of: job).flatMap(missingForUpload) ?? "the row has no output_url"
            throw TaskError("job \(id) has no public address, so it cannot be published: \(missing)")
        case JobStatus.failed where job.outputURL != nil: try await distributeAgain(job)
        case JobStatus.distributing, JobStatus.distributed:
            throw TaskError("job \(id) is \(job.status ?? "") already; it is not published twice")
        default:
            throw TaskError("job \(id) is \(job.status ?? "without a status"), not complete: there is no video yet")
        }
    }

    /// Opens a failed order again. Platforms on which it may be posted already are left out.
    private mutating func distributeAgain(_ job: Row<GenJobs>) async throws {
        guard let row = try await publishOrders(of: [job])[job.id] else { return try await distribute(job) }
        let open = order(for: job, platforms: nil).accounts.map(\.platform)
        var again: [String] = []
        for platform in open {
            let known = try context.memory.value("post", "\(job.id) \(platform)").flatMap(PlatformResult.init(json:))
            if known == nil || known?.state == .failed { again.append(platform) }
        }
        guard !again.isEmpty else {
            throw TaskError(
                "job \(job.id): on every platform it is posted, or may be; look at the accounts before anything is repeated"
            )
        }
        guard !context.isDryRun else { return note(job, "would go to \(again.joined(separator: ", "))") }
        try context.memory.remember(
            again.map { MemoryChange("post", "\(job.id) \($0)", nil) }, at: context.now)
        let isDirect = context.settings.remotion.distribution == .direct
        let order = order(for: job, platforms: again)
        guard let begun = try await jobs.change(job, to: JobStatus.distributing, { $0.error = nil as String? }) else {
            return
        }
        let opened = try await context.store.update(
            where: \WorkflowTasks.id == row.id && \.status == row.status,
            set: Draft {
                $0.status = isDirect ? "claimed" : "pending"
                $0.inputData = order.input
                $0.outputData = nil as JSON?
                $0.error = nil as String?
                $0.claimedBy = isDirect ? RenderRound.worker : nil as String?
                $0.completedAt = nil as Instant?
            })
        note(begun, "distributing to \(again.joined(separator: ", "))", count: "distributing")
        if isDirect, let opened = opened.first { try await settle(begun, opened) }
    }
}

/// What a post is known by on its platform.
enum PostIdentity {
    /// The last piece of its address, which on the platforms we post to is the post's id; without an address, the
    /// publisher's id.
    static func external(url: String?, id: String?) -> String? {
        if let url, let tweet = TweetAddress.id(of: url) { return tweet }
        let path = url?.split(separator: "?").first?.split(separator: "/").last.map(String.init)
        return path ?? id
    }
}
