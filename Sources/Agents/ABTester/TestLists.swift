import JSON
import Records
import Statistics
import Time

/// The A/B tester's lists: running and finished tests, tallies, posting windows (AB-11, AB-18).
enum TestLists {
    // MARK: status

    /// Running tests with their latest figures (AB-18).
    static func status(_ context: TaskContext) async throws -> TaskResult {
        var running: [Row<ABTests>] = []
        try await context.store.eachPage(of: ABTests.self, where: \.status == "running") { running += $0 }
        running.sort { ($0.createdAt, $0.id) < ($1.createdAt, $1.id) }
        let snapshots = try running.map { row -> (row: Row<ABTests>, metrics: TestMetrics?) in
            let looks = TestLooks(try context.memory.value(TestLooks.topicName, row.id.text)).looks
            let look = looks.last.map { TestMetrics(a: $0.a, b: $0.b) }
            return (row, look ?? (row.metrics24h ?? row.metrics4h ?? row.metrics1h).map { TestMetrics($0) })
        }
        let shown = snapshots.map { row, metrics -> JSON in
            [
                "test_id": .string(row.id.text), "niche": .string(row.niche),
                "created_at": .string(row.createdAt.iso8601),
                "post_url_a": row.postURLA.map(JSON.string) ?? nil, "post_url_b": row.postURLB.map(JSON.string) ?? nil,
                "snapshot": metrics?.json ?? nil,
                "score_a": metrics.map { .number($0.a.engagementScore) } ?? nil,
                "score_b": metrics.map { .number($0.b.engagementScore) } ?? nil,
            ]
        }
        guard !running.isEmpty else { return TaskResult("no test is running", data: ["tests": []]) }
        let table = TextTable.render(
            ["TEST", "NICHE", "AGE", "SCORE A", "SCORE B"],
            snapshots.map { row, metrics in
                [
                    row.id.text, row.niche, "\((context.now - row.createdAt).components.seconds / 3_600) h",
                    metrics.map { .grouped($0.a.engagementScore) } ?? "not read yet",
                    metrics.map { .grouped($0.b.engagementScore) } ?? "not read yet",
                ]
            })
        return TaskResult(table, data: ["tests": .array(shown)])
    }

    // MARK: results

    /// Finished tests, and per niche which ways and which hooks won (AB-11; the hooks as evidence of the niche).
    static func results(_ context: TaskContext) async throws -> TaskResult {
        let limit = context.arguments.integer("limit") ?? 20
        let finished: Predicate<ABTests> = .isOneOf(\.status, ["complete", "inconclusive", "error"])
        let rows = try await context.store.fetch(
            Query<ABTests>(limit: limit).filter(finished).order(by: \.createdAt, descending: true))
        var tallies: [String: NicheTally] = [:]
        var swaps = [0, 0]
        try await context.store.eachPage(of: ABTests.self, where: finished) { page in
            for row in page {
                let intent = try context.memory.entry(TestIntent.topicName, row.id.text).flatMap { TestIntent($0) }
                if let intent { swaps[intent.isSwapped ? 1 : 0] += 1 }
                tallies[row.niche, default: NicheTally()].add(row, intent ?? TestIntent(unknown: row))
            }
        }
        let niches = try contrasts(of: tallies, context.memory)
        let coin = try SampleRatio(counts: swaps, weights: [1, 1])
        var result = TaskResult(
            rows.isEmpty ? "no test is finished yet" : table(rows),
            data: [
                "tests": .array(rows.map(\.shown)), "niches": .array(niches),
                "coin": [
                    "straight": JSON(swaps[0]), "swapped": JSON(swaps[1]), "p": .number(coin.pValue),
                    "alarm": .bool(coin.isAlarm),
                ],
            ])
        if coin.isAlarm {
            result.degraded = ["the coin dealt \(swaps[0]) to \(swaps[1]): it is not fair, or rows are missing"]
        }
        return result
    }

    /// Each niche's tally with its contrast; together they are read under one false-discovery rate (e-BH, decisions b).
    private static func contrasts(of tallies: [String: NicheTally], _ memory: any DomainMemory) throws -> [JSON] {
        let niches = tallies.keys.sorted()
        let evidence = try niches.map { NicheEvidence(try TestJudgement.finished(of: $0, memory).map(\.test)) }
        let accepted = try FalseDiscovery.eBH(evidence.map(\.signs.eValue))
        return zip(niches, zip(evidence, accepted)).map { niche, found in
            var members = tallies[niche]?.shown ?? [:]
            members["niche"] = .string(niche)
            members["hooks"] = found.0.shown
            members["accepted"] = .bool(found.1)
            return .object(members)
        }
    }

    private static func table(_ rows: [Row<ABTests>]) -> String {
        TextTable.render(
            ["FINISHED", "NICHE", "STATUS", "WINNER", "SCORE A", "SCORE B", "TEXT A"],
            rows.map { row in
                [
                    row.completedAt?.iso8601 ?? "", row.niche, row.status, row.winner ?? "",
                    row.engScoreA.map { .grouped($0) } ?? "", row.engScoreB.map { .grouped($0) } ?? "",
                    row.variantAText.clipped(to: 50),
                ]
            })
    }

    // MARK: schedule

    /// The next posting window of Twitter, where tests are posted (AB-11).
    static func schedule(_ context: TaskContext) async throws -> TaskResult {
        let windows = try await windows(context).filter { $0.rhythm.platform == "twitter" }
        guard let next = windows.first?.next else {
            return TaskResult("Twitter has no posting hours; scheduler init writes them", data: ["next": nil])
        }
        return TaskResult("next window: \(next.iso8601)", data: ["next": .string(next.iso8601)])
    }

    /// The posting windows of every platform (AB-11).
    static func allSchedules(_ context: TaskContext) async throws -> TaskResult {
        let windows = try await windows(context)
        let table = TextTable.render(
            ["PLATFORM", "HOURS (UTC)", "POSTS A DAY", "NEXT"],
            windows.map { rhythm, next in
                [
                    rhythm.platform, rhythm.hours.map(String.init).joined(separator: ", "),
                    String(rhythm.postsPerDay), next?.iso8601 ?? "none",
                ]
            })
        return TaskResult(
            table,
            data: [
                "schedules": .array(
                    windows.map { rhythm, next in
                        [
                            "platform": .string(rhythm.platform), "hours": .array(rhythm.hours.map { JSON($0) }),
                            "days": .array(rhythm.days.map { JSON($0) }), "posts_per_day": JSON(rhythm.postsPerDay),
                            "min_gap_hours": JSON(rhythm.minimumGapHours),
                            "next": next.map { .string($0.iso8601) } ?? nil,
                        ]
                    })
            ])
    }

    private static func windows(_ context: TaskContext) async throws -> [(rhythm: PostingRhythm, next: Instant?)] {
        try await CalendarTasks.rhythms(context).map { rhythm in
            let coming = rhythm.instants(from: context.now.daysSinceEpoch, days: 8).first { $0 > context.now }
            return (rhythm, coming)
        }
    }
}

/// Which ways and which hooks won in one niche, by the rule.
struct NicheTally {
    private var tests = 0
    private var ties = 0
    private var errors = 0
    private var methods: [String: Int] = [:]
    private var hooks: [String: Int] = [:]

    mutating func add(_ row: Row<ABTests>, _ intent: TestIntent) {
        tests += 1
        guard row.status != "error" else {
            errors += 1
            return
        }
        guard let side = row.winner.flatMap(Side.init) else {
            ties += 1
            return
        }
        methods[side == .a ? row.testMethodA : row.testMethodB, default: 0] += 1
        hooks[intent.hook(of: side).rawValue, default: 0] += 1
    }

    var shown: [String: JSON] {
        [
            "tests": JSON(tests), "ties": JSON(ties), "errors": JSON(errors),
            "method_wins": .object(methods.mapValues { JSON($0) }),
            "hook_wins": .object(hooks.mapValues { JSON($0) }),
        ]
    }
}
