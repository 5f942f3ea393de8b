import JSON
import Records
import Statistics
import Time

/// The A/B tester's tasks: create.
enum ABTesterTasks {
    private static let postedTopic = "posted"

    // MARK: create

    /// Writes two variants of one idea and posts both, each by its own way (AB-01…AB-04, AB-15, AB-19).
    ///
    /// The order is what makes it safe: both services are asked whether they are ready, the texts are checked, what is
    /// about to be done is on the disk, and only then the first post goes out. Each is tried once.
    static func create(_ context: TaskContext) async throws -> TaskResult {
        let topic = context.arguments.text("topic") ?? ""
        let niche = context.arguments.text("niche") ?? ""
        let desk = try PostingDesk(context)
        if !context.isDryRun { try await desk.tweets.checkReadiness() }
        let hooks = try await hooks(of: niche, context)
        let (variants, degraded) = try await VariantWriter.write(topic: topic, niche: niche, hooks: hooks, context)
        let coin = CoinToss(niche: niche, topic: topic, day: String(context.now.iso8601.prefix(10)))
        let intent = TestIntent(
            id: RowID(orderedAt: context.now), niche: niche, topic: topic, variants: variants, coin: coin,
            createdAt: context.now, expectedViews: try await expectedViews(context))
        var data = shown(intent, variants)
        guard !context.isDryRun else {
            return TaskResult(
                """
                would post by \(coin.first == .a ? "Blotato" : "the browser") first (nothing was posted)
                by Blotato: \(intent.text(of: .a))
                by the browser: \(intent.text(of: .b))
                """, data: data, degraded: [degraded].compactMap(\.self))
        }
        try claimTexts(intent, context)
        try context.memory.remember([intent.change], at: context.now)
        let posted = try await post(intent, desk, context)
        data["post_id_a"] = .string(posted.submission)
        data["post_url_a"] = posted.urlA.map(JSON.string) ?? nil
        data["post_url_b"] = posted.urlB.map(JSON.string) ?? nil
        let missing = [("A", posted.urlA), ("B", posted.urlB)].filter { $0.1 == nil }.map {
            "the address of post \($0.0) is not known yet; checkback looks for it"
        }
        return TaskResult(
            "test \(intent.id) runs: \(intent.hook(of: .a).rawValue) by Blotato, "
                + "\(intent.hook(of: .b).rawValue) by the browser",
            data: data, degraded: [degraded].compactMap(\.self) + missing)
    }

    private static func shown(_ intent: TestIntent, _ variants: Variants) -> [String: JSON] {
        [
            "test_id": .string(intent.id.text), "niche": .string(intent.niche), "topic": .string(intent.topic),
            "variant_a_text": .string(intent.text(of: .a)), "variant_b_text": .string(intent.text(of: .b)),
            "hook_a": .string(intent.hook(of: .a).rawValue), "hook_b": .string(intent.hook(of: .b).rawValue),
            "swapped": .bool(intent.isSwapped), "first": .string(intent.first.rawValue),
            "coin_key": .string(intent.coinKey), "model": variants.model.map(JSON.string) ?? nil,
        ]
    }

    private static func hooks(of niche: String, _ context: TaskContext) async throws -> [String] {
        let rows = try await context.store.fetch(
            Query<NicheResonance>(limit: 3).filter(\.niche == niche).order(by: \.avgViews, descending: true))
        return Array(rows.compactMap { $0.topHookPatterns?.first }.prefix(3))
    }

    /// The median of the views of both posts at 24 h over the pairs of the last 30 days; 5,000 when unknown (decisions a4).
    private static func expectedViews(_ context: TaskContext) async throws -> Double {
        let since = context.now - .seconds(30 * 86_400)
        let tests = try await context.store.fetch(
            Query<ABTests>(limit: Store.pageSize).filter(\.createdAt >= since && .isNotNull(\.metrics24h)))
        let views = tests.compactMap { test -> Int? in
            guard let metrics = test.metrics24h.map(TestMetrics.init), let a = metrics.a.views,
                let b = metrics.b.views
            else { return nil }
            return a + b
        }.sorted()
        guard !views.isEmpty else { return 5_000 }
        let middle = views.count / 2
        return views.count.isMultiple(of: 2)
            ? Double(views[middle - 1] + views[middle]) / 2 : Double(views[middle])
    }

    /// The same text is never posted twice within a day: an idea that was tried is not tried again by accident.
    private static func claimTexts(_ intent: TestIntent, _ context: TaskContext) throws {
        for key in textKeys(intent) {
            if let known = try context.memory.entry(postedTopic, key), context.now - known.at < .seconds(86_400) {
                throw TaskRefusal("duplicate: one of the texts was posted at \(known.at.iso8601), less than a day ago")
            }
        }
        try context.memory.remember(
            textKeys(intent).map { MemoryChange(postedTopic, $0, ["test_id": .string(intent.id.text)]) },
            at: context.now)
    }

    /// Nothing was posted: the texts are free again.
    private static func releaseTexts(_ intent: TestIntent, _ context: TaskContext) throws {
        try context.memory.remember(
            textKeys(intent).map { MemoryChange(postedTopic, $0, nil) }, at: context.now)
    }

    private static func textKeys(_ intent: TestIntent) -> [String] {
        Side.allCases.map { String(Xoshiro256.seed(of: intent.text(of: $0)), radix: 16) }
    }

    // MARK: Posting

    private struct Posted {
        var submission = ""
        var urlA: String?
        var urlB: String?
    }

    /// Both posts, in the order that the coin chose. A failure ends the test with status `error` and says which side is
    /// live (AB-14, readings 27).
    private static func post(
        _ intent: TestIntent, _ desk: PostingDesk, _ context: TaskContext
    ) async throws -> Posted {
        var posted = Posted()
        var live: [Side] = []
        for side in [intent.first, intent.first.other] {
            do {
                switch side {
                case .a: posted.submission = try await desk.publish(intent.text(of: .a)).id
                case .b: try await desk.tweet(intent.text(of: .b))
                }
                live.append(side)
            } catch {
                let failure = PostFailure(side: side, live: live, error: error)
                try await record(intent, posted, failure: failure, context)
                if failure.isNothingPosted { try releaseTexts(intent, context) }
                throw failure.thrown
            }
        }
        try await record(intent, posted, failure: nil, context)
        // The row is there; finding addresses may take a minute, and checkback looks again.
        posted.urlA = try? await desk.urlOfA(submission: posted.submission, text: intent.text(of: .a))
        posted.urlB = try? await desk.urlOnTimeline(text: intent.text(of: .b))
        let (urlA, urlB) = (posted.urlA, posted.urlB)
        if urlA != nil || urlB != nil {
            try await context.store.update(
                where: \ABTests.id == intent.id,
                set: Draft {
                    if let urlA { $0.postURLA = urlA }
                    if let urlB { $0.postURLB = urlB }
                })
        }
        return posted
    }

    private static func record(
        _ intent: TestIntent, _ posted: Posted, failure: PostFailure?, _ context: TaskContext
    ) async throws {
        let row = Draft<ABTests> {
            $0.id = intent.id
            $0.niche = intent.niche
            $0.testMethodA = "blotato"
            $0.testMethodB = "safari"
            $0.variantAText = intent.text(of: .a)
            $0.variantBText = intent.text(of: .b)
            $0.postIDA = posted.submission.isEmpty ? nil as String? : posted.submission
            $0.status = failure == nil ? "running" : "error"
            $0.error = failure?.text
            $0.createdAt = intent.createdAt
        }
        try await context.store.insert([row], onConflict: .ignore)
        var recorded = intent
        recorded.phase = .recorded
        try context.memory.remember([recorded.change], at: context.now)
    }
}

/// What stopped a test between its posts.
private struct PostFailure {
    let text: String
    let thrown: any Error
    /// Whether it is certain that neither post is live.
    let isNothingPosted: Bool

    init(side: Side, live: [Side], error: any Error) {
        let ways: [Side: String] = [.a: "post A (Blotato)", .b: "post B (the browser)"]
        let failed = ways[side] ?? ""
        let state = live.first.map { "\(ways[$0] ?? "") is live and the test is over; " } ?? ""
        switch error {
        case let error as OutcomeUnknown:
            text = "\(state)whether \(failed) went out is not known, look there: \(error.message)"
            thrown = OutcomeUnknown(text)
            isNothingPosted = false
        case let error as ServiceError:
            text = "\(live.isEmpty ? "no post is live; " : state)\(failed) failed: \(error.message)"
            thrown = ServiceError(
                error.service, text, isAway: error.isAway, isSafeToRepeat: live.isEmpty && error.isSafeToRepeat)
            isNothingPosted = live.isEmpty
        default:
            text = "\(state)\(failed) failed: \(error)"
            thrown = TaskError(text)
            isNothingPosted = false
        }
    }
}
