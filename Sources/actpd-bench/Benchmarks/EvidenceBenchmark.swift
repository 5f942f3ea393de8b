import Glibc
import Statistics

extension Benchmark {
    private static let worlds: [(String, PostWorld)] = [
        ("same reach, Poisson only", PostWorld(medianViews: 2_000, reach: 0, tau: 0)),
        ("same reach, τ 0.30", PostWorld(medianViews: 2_000, reach: 0, tau: 0.30)),
        ("same reach, τ 0.62", PostWorld(medianViews: 2_000, reach: 0, tau: 0.62)),
        ("reach sd 1, τ 0.30", PostWorld(medianViews: 2_000, reach: 1, tau: 0.30)),
        ("reach sd 1, τ 0.62", PostWorld(medianViews: 2_000, reach: 1, tau: 0.62)),
        ("300 views, reach sd 1, τ 0.62", PostWorld(medianViews: 300, reach: 1, tau: 0.62)),
    ]
    private static let pairs = 4_000

    /// Decisions g: what is claimed about pairs that do not differ. A claim counts when any of the 13 looks makes it.
    static let evidence = Benchmark("evidence", "what A/B tests without a difference are said to show") { _ in
        var figures: [Figure] = []
        for (name, world) in worlds {
            // The spread of the account is known; the worlds without any have the least that is assumed.
            let account = AccountSpread(tau: max(0.05, world.tau), viewSpread: max(1, world.reach), posts: 1_000)
            let results = await Runs.map(pairs, seed: "bench/evidence/\(name)") { random in
                PairOutcome(world.pair(&random), account)
            }
            figures += [
                Figure(
                    "\(name): hook claims at any look", results.percent(\.claimsHook), .percent, atMost: 1,
                    note: "\(pairs) pairs without a difference"),
                Figure("\(name): the rule names a winner", results.percent(\.hasWinner), .percent),
                Figure("\(name): post claims at any look, true of posts", results.percent(\.claimsPost), .percent),
            ]
        }
        figures.append(await worth())
        figures.append(timing())
        return figures
    }

    /// The worth of the decision against the truth: effects drawn from the prior, the chance that is claimed.
    private static func worth() async -> Figure {
        let world = PostWorld(medianViews: 2_000, reach: 1, tau: 0.62)
        let account = AccountSpread(tau: 0.62, viewSpread: 1, posts: 1_000)
        let spread = EvidenceSettings().hookSpread
        let results = await Runs.map(20_000, seed: "bench/worth") { random -> (right: Bool, chance: Double)? in
            let effect = spread * random.normal()
            let history = world.pair(&random, effectOfB: effect, looks: [24])
            guard let found = Evidence(history, account: account).effect,
                abs(found.estimate.value) > log(1 / 0.85)
            else { return nil }
            let side: Side = found.estimate.value > 0 ? .b : .a
            return ((effect > 0) == (side == .b), found.chance(side))
        }.compactMap(\.self)
        let right = results.percent(\.right)
        let claimed = 100 * results.map(\.chance).reduce(0, +) / Double(results.count)
        return Figure(
            "chance of the better hook: claimed minus true", abs(claimed - right), .percent,
            note: "\(claimed.fixed(1)) % claimed, \(right.fixed(1)) % right of \(results.count) pairs past the margin")
    }

    /// The evidence of one test with 13 looks, its niche with 120 tests, and the sentence.
    private static func timing() -> Figure {
        var random = Xoshiro256(key: "bench/evidence/time")
        let world = PostWorld(medianViews: 2_000, reach: 1, tau: 0.62)
        let histories = (0..<100).map { _ in world.pair(&random) }
        let account = AccountSpread(of: (0..<90).compactMap { _ in world.post(&random, looks: [24]).last })
        let tests = histories.compactMap { NicheTest(Evidence($0, account: account), favouring: .b) }
        var letters = 0
        let rounds = 20
        let seconds = Clock.processorSeconds {
            for _ in 0..<rounds {
                for history in histories {
                    let niche = NicheEvidence(tests, tau: account.tau)
                    let evidence = Evidence(history, account: account, niche: niche)
                    letters += evidence.sentence().count + Int(niche.winRateInterval.upper)
                    letters += niche.randomEffects?.count ?? 0
                }
            }
        }
        return Figure(
            "evidence of one test, its niche included", seconds / Double(rounds * histories.count) * 1e3, .milliseconds,
            below: 1, note: letters > 0 ? "13 looks, a niche of \(tests.count) tests, the sentence" : nil)
    }
}

/// What is claimed about one pair, over its looks.
private struct PairOutcome: Sendable {
    let claimsHook: Bool
    let claimsPost: Bool
    let hasWinner: Bool

    init(_ history: PairHistory, _ account: AccountSpread) {
        let grades = history.looks.indices.map { last in
            let soFar = PairHistory(looks: Array(history.looks[...last]), expectedViews: history.expectedViews)
            return Evidence(soFar, account: account).grade
        }
        claimsHook = grades.contains(.hook)
        claimsPost = claimsHook || grades.contains(.post)
        hasWinner = history.looks.last.map { RuleVerdict($0.a, $0.b).winner != nil } ?? false
    }
}
