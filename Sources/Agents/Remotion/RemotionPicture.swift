import JSON
import Records
import Time

/// The render pipeline: jobs by state, in the order that a job goes through, and those that moved last.
struct RemotionPicture {
    /// How far back finished jobs count.
    static let days = 90

    private var counts: [String: Int] = [:]
    private var oldestOpen: Instant?

    mutating func add(_ row: Row<GenJobs>) {
        // Another writer's word for queued (K61).
        let status = row.status == JobStatus.pending ? JobStatus.queued : row.status ?? JobStatus.queued
        counts[status, default: 0] += 1
        guard ![JobStatus.failed, JobStatus.distributed].contains(status), let at = row.createdAt else { return }
        oldestOpen = min(oldestOpen ?? at, at)
    }

    func json(latest: [Row<GenJobs>]) -> JSON {
        [
            "states": .array(
                JobStatus.all.map { ["state": .string($0), "count": JSON(counts[$0] ?? 0)] }),
            "oldest_open": JSON(orNull: oldestOpen), "days": JSON(RemotionPicture.days),
            "latest": .array(latest.map(\.summary)),
        ]
    }

    static func read(_ context: TaskContext) async throws -> JSON {
        var picture = RemotionPicture()
        let since = context.now - .seconds(days * 86_400)
        let ended = [JobStatus.failed, JobStatus.distributed].map(Optional.some)
        let open: Predicate<GenJobs> = .isOneOf(
            \.status,
            [JobStatus.queued, JobStatus.pending, JobStatus.rendering, JobStatus.complete, JobStatus.distributing])
        let wanted: Predicate<GenJobs> =
            \.model == RenderJobs.model && (open || .isOneOf(\.status, ended) && \.updatedAt >= since)
        let isWhole = try await context.store.eachUpToLimit(of: GenJobs.self, where: wanted) { picture.add($0) }
        let latest = try await context.store.fetch(
            Query<GenJobs>(limit: 10).filter(\.model == RenderJobs.model).order(by: \.updatedAt, descending: true))
        return picture.json(latest: latest).markedPartial(unless: isWhole)
    }
}
