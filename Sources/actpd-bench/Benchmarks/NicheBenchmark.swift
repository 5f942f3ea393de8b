import Glibc
import Statistics

extension Benchmark {
    private static let niches = 2_000
    private static let testsMax = 120

    /// Decisions g: a look after every test of a niche, up to 120 tests.
    static let niche = Benchmark("niche", "what niches say of hooks, looked at after every test") { _ in
        var figures: [Figure] = []
        for tau in [0.30, 0.62] {
            let outcomes = await outcomes(effect: 0, tau: tau)
            let name = "no effect, τ \(tau.fixed(2))"
            figures += [
                Figure(
                    "\(name): claims", outcomes.percent { $0.signs != nil }, .percent, atMost: 5,
                    note: "\(niches) niches of \(testsMax) tests"),
                Figure("\(name): mean log ratio beside 0", outcomes.percent { $0.mean != nil }, .percent),
            ]
        }
        for (change, tau) in [(0.3, 0.30), (0.3, 0.62), (0.5, 0.62), (1.0, 0.62)] {
            let outcomes = await outcomes(effect: log1p(change), tau: tau)
            let missed = outcomes.percent { ($0.signs ?? .max) > 60 }
            let isBar = change == 1
            figures.append(
                Figure(
                    "+\(Int(100 * change)) %, τ \(tau.fixed(2)): not found by 60 tests", missed, .percent,
                    atMost: isBar ? 10 : nil,
                    note: "found within \(testsMax): \(outcomes.percent { $0.signs != nil }.fixed(0)) %; by the mean "
                        + "\(outcomes.percent { $0.mean != nil }.fixed(0)) %"))
        }
        return figures
    }

    /// After how many tests a niche was first significant, and its mean first beside 0.
    private struct Outcome: Sendable {
        var signs: Int?
        var mean: Int?
    }

    private static func outcomes(effect: Double, tau: Double) async -> [Outcome] {
        let world = PostWorld(medianViews: 2_000, reach: 1, tau: tau)
        let account = AccountSpread(tau: tau, viewSpread: 1, posts: 1_000)
        return await Runs.map(niches, seed: "bench/niche/\(effect)/\(tau)") { random in
            var outcome = Outcome()
            var tests: [NicheTest] = []
            for number in 1...testsMax {
                // The coin of decisions a1: which text goes by which channel.
                let side: Side = random.uniform() < 0.5 ? .a : .b
                let history = world.pair(&random, effectOfB: side == .b ? effect : -effect, looks: [24])
                guard let test = NicheTest(Evidence(history, account: account), favouring: side) else { continue }
                tests.append(test)
                let niche = NicheEvidence(tests, tau: tau)
                if outcome.signs == nil, niche.isSignificant { outcome.signs = number }
                if outcome.mean == nil, niche.meanInterval?.excludesZero == true { outcome.mean = number }
            }
            return outcome
        }
    }
}
