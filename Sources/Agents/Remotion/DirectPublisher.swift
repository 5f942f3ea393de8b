import JSON
import Records
import Time

/// Publishes a video from here, one post a platform, over as many polls as it takes (`remotion.distribution: direct`).
///
/// Before a post is sent the memory says that it is about to be; whoever dies in between leaves a post that is looked for,
/// and never one that is sent twice.
struct DirectPublisher {
    /// How long a post may be under way at the publisher; a video takes its time.
    static let patience: Duration = .seconds(20 * 60)
    /// A post whose answer got lost is looked for after this.
    static let settling: Duration = .seconds(120)
    private static let topic = "post"

    let order: PublishOrder
    let publisher: any Publisher
    let context: TaskContext

    /// One step on every platform that is not at its end.
    /// - Returns: where each platform is now, in the order of the settings.
    func step() async throws -> [(platform: String, result: PlatformResult)] {
        var results: [(platform: String, result: PlatformResult)] = []
        for (platform, account) in order.accounts {
            let known = try remembered(platform)
            guard known?.isFinal != true else {
                if let known { results.append((platform, known)) }
                continue
            }
            if let result = try await next(platform, account, after: known) {
                try remember(result, platform)
                results.append((platform, result))
            }
        }
        return results
    }

    /// Where a platform was left; `nil` before the first try.
    func remembered(_ platform: String) throws -> PlatformResult? {
        try context.memory.value(DirectPublisher.topic, key(platform)).flatMap(PlatformResult.init(json:))
    }

    private func remember(_ result: PlatformResult?, _ platform: String) throws {
        try context.memory.remember(
            [MemoryChange(DirectPublisher.topic, key(platform), result?.json)], at: context.now)
    }

    private func key(_ platform: String) -> String { "\(order.job) \(platform)" }

    private func next(
        _ platform: String, _ account: String, after known: PlatformResult?
    ) async throws -> PlatformResult? {
        guard var known else { return try await post(platform, account) }
        switch known.state {
        case .posting, .unknown: return try await look(for: platform, known)
        case .submitted:
            do {
                switch try await publisher.status(of: known.submission ?? "", after: .zero) {
                case .published(let url):
                    return PlatformResult(.published, submission: known.submission, url: url, since: context.now)
                case .failed(let reason):
                    return PlatformResult(.failed, submission: known.submission, error: reason, since: context.now)
                case .inProgress, .scheduled: break
                }
            } catch {
                known.error = "\(error)"
            }
            return context.now - known.since > DirectPublisher.patience ? try await look(for: platform, known) : known
        default: return known
        }
    }

    /// `nil` when the publisher is away and certainly has nothing: the next poll tries again.
    private func post(_ platform: String, _ account: String) async throws -> PlatformResult? {
        let intent = PlatformResult(.posting, since: context.now)
        guard try context.memory.claim(DirectPublisher.topic, key(platform), intent.json, at: context.now) else {
            return try remembered(platform)
        }
        do {
            let submission = try await publisher.publish(
                PublishRequest(
                    platform: platform, accountID: account, text: order.text(for: platform),
                    mediaURLs: [order.videoURL],
                    target: order.target(for: platform, settings: context.settings.remotion)))
            return PlatformResult(.submitted, submission: submission.id, since: context.now)
        } catch let error as ServiceError {
            guard !error.isAway else {
                try remember(nil, platform)
                return nil
            }
            return PlatformResult(.failed, error: "\(error)", since: context.now)
        } catch let error as OutcomeUnknown {
            return PlatformResult(.unknown, error: "\(error)", since: context.now)
        }
    }

    /// A post that may or may not be there: adopted when it is found, given up as unresolved when it is not.
    private func look(for platform: String, _ known: PlatformResult) async throws -> PlatformResult {
        guard context.now - known.since >= DirectPublisher.settling else { return known }
        do {
            if let url = try await publisher.publishedURL(platform: platform, text: order.text(for: platform)) {
                return PlatformResult(.published, submission: known.submission, url: url, since: context.now)
            }
        } catch {
            guard context.now - known.since > DirectPublisher.patience else { return known }
        }
        let reason =
            known.submission == nil
            ? "whether it was posted is not known; look at the account" : "the publisher took it and did not confirm it"
        return PlatformResult(.unresolved, submission: known.submission, error: reason, since: context.now)
    }

    /// The row's `output_data` when every platform is at its end.
    static func output(_ results: [(platform: String, result: PlatformResult)]) -> JSON {
        let posted = results.filter(\.result.isPosted)
        let failed = results.filter { !$0.result.isPosted }
        return [
            "published": .array(
                posted.map { platform, result in
                    [
                        "platform": .string(platform), "post_id": result.submission.map(JSON.string) ?? nil,
                        "post_url": result.url.map(JSON.string) ?? nil,
                        "confirmed": .bool(result.state == .published),
                    ]
                }),
            "publish_count": JSON(posted.count), "failed_platforms": JSON(failed.map(\.platform)),
            "errors": .object(
                Dictionary(
                    results.compactMap { result in result.result.error.map { (result.platform, .string($0)) } },
                    uniquingKeysWith: { $1 })),
        ]
    }
}
