import JSON
import Records
import Statistics
import Time

/// What a finished test is worth: the evidence beside the rule's decision (decisions a, b).
struct TestJudgement: Sendable {
    let evidence: Statistics.Evidence
    let niche: NicheEvidence
    private let intent: TestIntent

    private static func topic(_ niche: String) -> String { "evidence/\(niche)" }

    /// Judges from the looks that were taken, the account's other posts, and the finished tests of the niche. Nothing is
    /// asked of a service.
    init(_ row: Row<ABTests>, _ intent: TestIntent, _ looks: TestLooks, _ context: TaskContext) async throws {
        self.intent = intent
        let account = try await TestJudgement.account(context)
        var flaws: Set<PairHistory.Flaw> = []
        if row.variantAText == row.variantBText { flaws.insert(.sameText) }
        let history = PairHistory(
            looks: looks.looks.filter { $0.a.isKnown && $0.b.isKnown }, expectedViews: intent.expectedViews,
            flaws: flaws)
        let alone = Statistics.Evidence(history, account: account)
        let finished = try TestJudgement.finished(of: row.niche, context.memory).filter { $0.key != row.id.text }
        let all = finished.map(\.test) + [NicheTest(alone, favouring: intent.questionSide)].compactMap(\.self)
        niche = NicheEvidence(all, tau: account.tau)
        evidence = Statistics.Evidence(
            history, account: account, niche: niche, nicheSide: intent.questionSide)
    }

    /// The spread of the account's posts of 90 days; from 10 pairs on the pairs themselves tell better.
    static func account(_ context: TaskContext) async throws -> AccountSpread {
        let since = context.now - .seconds(90 * 86_400)
        var counts: [PostCounts] = []
        try await context.store.eachPage(
            of: ContentPerformance.self, where: \.platform == "twitter" && \.publishedAt >= since
        ) { page in
            counts += page.compactMap { OwnPost($0)?.counts }
        }
        return AccountSpread(of: counts)
    }

    /// The finished tests of a niche in the order of completion, oriented to the question.
    static func finished(
        of niche: String, _ memory: any DomainMemory
    ) throws -> [(key: String, test: NicheTest)] {
        try memory.entries(topic(niche), since: nil, limit: .max).compactMap { entry in
            guard let value = entry.value["log_ratio"]?.double, let variance = entry.value["variance"]?.double else {
                return nil
            }
            return (entry.key, NicheTest(logRatio: value, variance: variance))
        }
    }

    /// Keeps the test for its niche; one without an effect counts for nothing there.
    func remember(_ context: TaskContext) throws {
        guard let test = NicheTest(evidence, favouring: intent.questionSide) else { return }
        try context.memory.remember(
            [
                MemoryChange(
                    TestJudgement.topic(intent.niche), intent.id.text,
                    ["log_ratio": .number(test.logRatio), "variance": .number(test.variance)])
            ], at: context.now)
    }

    /// The `evidence` object of the result.
    func shown(about winner: Side?) -> JSON {
        var members: [String: JSON] = [
            "grade": .string(evidence.grade.rawValue), "flaws": JSON(evidence.flaws.map(\.rawValue)),
            "notes": JSON(evidence.notes.map(\.rawValue)), "corrections": JSON(evidence.corrections),
            "age_s": .integer(evidence.age.components.seconds), "swapped": .bool(intent.isSwapped),
            "hook_a": .string(intent.hook(of: .a).rawValue), "hook_b": .string(intent.hook(of: .b).rawValue),
            "first": .string(intent.first.rawValue), "shortfall": .string(evidence.shortfall),
            "expected_views": .number(intent.expectedViews), "tests_needed": JSON(evidence.testsNeeded),
            "sentence": .string(evidence.sentence(about: winner)), "niche": niche.shown,
        ]
        if let effect = evidence.effect {
            members["effect"] = [
                "rate_a": .number(effect.rateA), "rate_b": .number(effect.rateB),
                "log_ratio": .number(effect.estimate.value), "post_interval": effect.post.shown,
                "running_interval": effect.running.shown, "hook_interval": effect.hook.shown,
                "p": .number(effect.pValue), "e": .number(effect.eValue),
                "chance_a_better": .number(effect.chance(.a)), "chance_b_better": .number(effect.chance(.b)),
                "expected_loss_of_a": .number(effect.worth.lossOfChoosingA),
                "expected_loss_of_b": .number(effect.worth.lossOfChoosingB), "futile": .bool(effect.isFutile),
            ]
        }
        return .object(members)
    }
}

extension Interval {
    /// Natural-log ratios, and what they are in percent.
    fileprivate var shown: JSON {
        [
            "log": .array([.number(lower), .number(upper)]),
            "percent": .array([.number(percent.lower), .number(percent.upper)]),
        ]
    }
}

extension NicheEvidence {
    /// About question hooks against statement hooks.
    var shown: JSON {
        let advice: String =
            switch self.advice {
            case .carryOn: "carry on"
            case .stop: "stop testing this contrast: no practical difference"
            case .needs(let tests): "still open: about \(tests) tests would show a difference of 30 %"
            }
        return [
            "contrast": "question over statement", "tests": JSON(tests.count), "decided": JSON(decided),
            "wins": JSON(wins), "e": .number(signs.eValue), "significant": .bool(isSignificant),
            "win_rate": .number(winRate), "win_rate_interval": winRateInterval.plain,
            "mean_log_ratio": meanLogRatio.map { .number($0.value) } ?? nil,
            "mean_interval": meanInterval?.plain ?? nil, "advice": .string(advice),
        ]
    }
}

extension Interval {
    fileprivate var plain: JSON { .array([.number(lower), .number(upper)]) }
}
