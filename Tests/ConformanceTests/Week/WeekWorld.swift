import ActpTesting
import JSON
import Records
import Synchronization
import Time

/// What happens outside while the week goes by: renders get done, posts are seen, videos collect views, people answer.
final class WeekWorld: Sendable {
    /// A render takes so long.
    private static let renderTime = Duration.seconds(12 * 60)
    /// The figures of this day's test show late.
    private static let lateDay = Instant.at("2026-03-06T00:00:00Z")

    private let standIns: StandIns
    private let store: Store
    private let progress = WorldProgress()

    /// - Parameter store: the tables themselves, which are never out for whoever lives outside.
    init(_ standIns: StandIns, store: Store) {
        self.standIns = standIns
        self.store = store
    }

    func live(until now: Instant) async throws {
        render(now)
        try await showPosts(now)
        let day = Int(now.seconds / 86_400)
        // Somebody's script takes the channel's figures each morning.
        if now >= Instant(seconds: Int64(day) * 86_400 + 2 * 3_600), progress.isFirst("morning \(day)", now) {
            try await takeFigures(day, now)
            try await answerMessages(day, now)
        }
    }

    // MARK: Renders

    /// Every job is done after its time; the second one fails the first time.
    private func render(_ now: Instant) {
        for (index, job) in standIns.renderer.jobs.enumerated() where job.status == "rendering" {
            let since = progress.since("render \(job.id)", now)
            guard now - since >= WeekWorld.renderTime else { continue }
            standIns.renderer.change(index) { job in
                if index == 1 {
                    job.status = "failed"
                    job.error = "the browser crashed"
                } else {
                    job.status = "complete"
                    job.outputURL = "https://example.com/renders/\(job.id).mp4"
                }
            }
        }
    }

    // MARK: Posts

    /// Views come by the hour, the question's faster than the statement's; one test's figures are not shown for 30 hours.
    private func showPosts(_ now: Instant) async throws {
        let running = try await store.fetch(
            Query<ABTests>(limit: 100).filter(\.status == "running" && \.createdAt >= .at("2026-03-02T00:00:00Z")))
        for test in running {
            let hours = Int((now - test.createdAt).components.seconds / 3_600)
            let isLate = test.createdAt >= WeekWorld.lateDay && test.createdAt < WeekWorld.lateDay + .seconds(86_400)
            guard hours > 0, !isLate || hours >= 30 else { continue }
            for text in [test.variantAText, test.variantBText] {
                let pace = text.contains("?") ? 9 : 4
                standIns.twitter.count(
                    text, views: 250 * hours, likes: pace * hours, retweets: hours, replies: hours / 2)
            }
        }
    }

    // MARK: Videos and people

    private func takeFigures(_ day: Int, _ now: Instant) async throws {
        let drafts = (0..<12).map { number -> Draft<YouTubeVideoStats> in
            let age = day - 20_000 + number
            return Draft {
                $0.videoID = "week\(number)"
                $0.title = "How to build AI agent workflow number \(number)"
                $0.views = 1_000 * (number + 1) + 90 * age
                $0.likes = 40 + age
                $0.commentsCount = 5 + number
                $0.publishedAt = now - .seconds(86_400 * Int64(number + 1))
                $0.checkedAt = now
            }
        }
        try await store.insert(drafts)
    }

    /// Every fifth of those who were written to answers the next morning.
    private func answerMessages(_ day: Int, _ now: Instant) async throws {
        let sent = try await store.fetch(
            Query<MessageQueue>(limit: Store.pageSize).filter(
                \.status == "sent" && \.sentAt >= now - .seconds(86_400)
            ).order(by: \.sentAt))
        let answers = sent.enumerated().filter { $0.offset % 5 == 0 }.map { _, row -> Draft<Interactions> in
            Draft {
                $0.contactID = row.contactID
                $0.type = "dm_reply"
                $0.platform = row.platform
                $0.direction = "inbound"
                $0.content = "Thanks, tell me more"
                $0.createdAt = now
            }
        }
        try await store.insert(answers)
    }
}

/// What has happened already, and since when.
private final class WorldProgress: Sendable {
    private let begun = Mutex<[String: Instant]>([:])

    func isFirst(_ event: String, _ now: Instant) -> Bool {
        begun.withLock { $0.updateValue(now, forKey: event) == nil }
    }

    func since(_ event: String, _ now: Instant) -> Instant {
        begun.withLock { begun in
            let since = begun[event] ?? now
            begun[event] = since
            return since
        }
    }
}
