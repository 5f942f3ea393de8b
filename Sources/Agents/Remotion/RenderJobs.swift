import JSON
import Records
import Time

/// The states of a render job, as the table has them (RE-06).
enum JobStatus {
    static let queued = "queued"
    static let rendering = "rendering"
    static let complete = "complete"
    static let failed = "failed"
    static let distributing = "distributing"
    static let distributed = "distributed"
    /// Another writer's word for queued; read, never written (K61, D8).
    static let pending = "pending"

    static let all = [queued, rendering, complete, failed, distributing, distributed]
}

/// Render jobs in the table they share with other kinds of jobs.
///
/// A job changes its state only by an update that names the state it is believed to be in, so that of two polls at the same
/// time one wins and the other goes on (K68).
struct RenderJobs {
    static let model = "remotion"
    /// What `executor` says until the service has named a template (RE-04, K65).
    static let templateSelector = "template_selector"

    let store: Store
    let now: Instant
    let isDryRun: Bool

    init(_ context: TaskContext) {
        store = context.store
        now = context.now
        isDryRun = context.isDryRun
    }

    /// Those in one of the states, the oldest first.
    func jobs(_ statuses: String..., limit: Int = 200) async throws -> [Row<GenJobs>] {
        try await store.fetch(
            Query<GenJobs>(limit: limit)
                .filter(\.model == RenderJobs.model && .isOneOf(\.status, statuses.map(Optional.some)))
                .order(by: \.createdAt))
    }

    func job(_ id: RowID) async throws -> Row<GenJobs>? {
        try await store.first(Query<GenJobs>(limit: 1).filter(\.id == id && \.model == RenderJobs.model))
    }

    /// A new job, `queued` (RE-04, RE-16).
    func insert(_ brief: Brief, id: RowID) async throws {
        guard !isDryRun else { return }
        try await store.insert([
            Draft<GenJobs> {
                $0.id = id
                $0.model = RenderJobs.model
                $0.executor = RenderJobs.templateSelector
                $0.brief = brief.json
                $0.status = JobStatus.queued
                $0.platform = brief.platform
                // NOT NULL in an older definition of the table.
                $0.prompt = brief.hook
                $0.attempts = 0
                $0.createdAt = now
                $0.updatedAt = now
            }
        ])
    }

    /// Changes a job that is still in the state it was read in.
    /// - Returns: the job as it is now; `nil` when somebody else was first. A dry run changes nothing and gets the job as it
    ///   is, so that what follows can be shown.
    func change(
        _ job: Row<GenJobs>, to status: String? = nil, _ fill: (inout Draft<GenJobs>) -> Void = { _ in }
    ) async throws -> Row<GenJobs>? {
        guard !isDryRun else { return job }
        guard let believed = job.status else { return nil }
        var draft = Draft<GenJobs> {
            $0.updatedAt = now
            if let status { $0.status = status }
        }
        fill(&draft)
        return try await store.update(where: \.id == job.id && \.status == believed, set: draft).first
    }
}

extension Row where T == GenJobs {
    /// The service's id of the job: in its column, else in the brief (K64).
    var renderJobID: String? { self.providerJobID ?? self.brief?["render_job_id"]?.string }

    /// `niche × platform`, as messages name a job.
    var label: String {
        "\(self.brief?["niche"]?.string ?? "no niche") × \(self.brief?["platform"]?.string ?? self.platform ?? "no platform")"
    }

    var hook: String { self.brief?["hook"]?.string ?? "" }

    /// What a render attempt is known by at the service; unique, because a repeated name overwrites the earlier file.
    func key(attempt: Int) -> String { attempt <= 1 ? self.id.text : "\(self.id.text)-\(attempt)" }

    /// As results show it: without the script.
    var summary: JSON {
        [
            "job_id": .string(self.id.text), "status": self.status.map(JSON.string) ?? nil,
            "niche": self.brief?["niche"] ?? nil, "content_type": self.brief?["content_type"] ?? nil,
            "platform": (self.platform ?? self.brief?["platform"]?.string).map(JSON.string) ?? nil,
            "hook": self.brief?["hook"] ?? nil, "attempts": JSON(self.attempts ?? 0),
            "output_url": self.outputURL.map(JSON.string) ?? nil, "error": self.error.map(JSON.string) ?? nil,
            "updated_at": self.updatedAt.map { .string($0.iso8601) } ?? nil,
        ]
    }
}
