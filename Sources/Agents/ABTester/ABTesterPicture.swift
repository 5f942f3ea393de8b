import JSON
import Records
import Statistics
import Time

/// The tests: what each says about its two posts, with the interval that it leaves open.
enum ABTesterPicture {
    static func read(_ context: TaskContext) async throws -> JSON {
        let rows = try await context.store.fetch(
            Query<ABTests>(limit: PictureLimit.shown).order(by: \.createdAt, descending: true))
        let account = try await TestJudgement.account(context)
        let tests = try rows.map { row in
            let kept = TestLooks(try context.memory.value(TestLooks.topicName, row.id.text))
            let intent = try context.memory.entry(TestIntent.topicName, row.id.text).flatMap { TestIntent($0) }
            return test(
                row, intent ?? TestIntent(unknown: row), kept.looks.isEmpty ? TestLooks(windowsOf: row) : kept,
                account: account)
        }
        return ["tests": .array(tests)]
    }

    /// One test. `estimate` and `interval` are percentages of B's rate over A's; null when the figures do not carry any.
    static func test(
        _ row: Row<ABTests>, _ intent: TestIntent, _ looks: TestLooks, account: AccountSpread = .unknown
    ) -> JSON {
        let flaws: Set<PairHistory.Flaw> = row.variantAText == row.variantBText ? [.sameText] : []
        let evidence = Statistics.Evidence(
            PairHistory(
                looks: looks.looks.filter { $0.a.isKnown && $0.b.isKnown }, expectedViews: intent.expectedViews,
                flaws: flaws), account: account)
        let interval = evidence.effect?.running.percent
        return [
            "id": .string(row.id.text), "niche": .string(row.niche), "status": .string(row.status),
            "winner": JSON(orNull: row.winner), "created_at": .string(row.createdAt.iso8601),
            "hook_a": .string(intent.hook(of: .a).rawValue), "hook_b": .string(intent.hook(of: .b).rawValue),
            "text_a": .string(row.variantAText.clipped(to: 140)), "text_b": .string(row.variantBText.clipped(to: 140)),
            "score_a": JSON(orNull: row.engScoreA), "score_b": JSON(orNull: row.engScoreB),
            "estimate": JSON(orNull: evidence.effect.map { percentChange($0.estimate.value) }),
            "interval": interval.map { .array([.number($0.lower), .number($0.upper)]) } ?? nil,
            "grade": .string(evidence.grade.rawValue),
            "sentence": .string(evidence.sentence(about: row.winner.flatMap(Side.init))),
        ]
    }
}
