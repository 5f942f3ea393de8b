import Glibc
import Testing

@testable import Statistics

/// Decisions a5 and b: where evidence about hooks adds up.
struct NicheEvidenceTests {
    private func finished(wins: Int, losses: Int, size: Double = 0.3) -> [NicheTest] {
        [NicheTest](repeating: NicheTest(logRatio: size, variance: 0.02), count: wins)
            + [NicheTest](repeating: NicheTest(logRatio: -size, variance: 0.02), count: losses)
    }

    @Test("wins are counted by the sign of the rate; a test without a difference is undecided (decisions a5, 1)")
    func wins() {
        let niche = NicheEvidence(finished(wins: 3, losses: 1) + [NicheTest(logRatio: 0, variance: 0.1)])
        #expect(niche.wins == 3 && niche.decided == 4 && niche.tests.count == 5)
        #expect(niche.winRate == 0.75)
        #expect(NicheEvidence([]).winRate == 0.5)
    }

    @Test("eight wins in a row are significant, seven are not: E = 2^n/(n + 1) reaches 20 (decisions a5, 1)")
    func significance() {
        #expect(!NicheEvidence(finished(wins: 7, losses: 0)).isSignificant)
        let eight = NicheEvidence(finished(wins: 8, losses: 0))
        #expect(eight.isSignificant && abs(eight.signs.eValue - 256.0 / 9) < 1e-9)
        #expect(NicheEvidence(finished(wins: 0, losses: 8)).isSignificant, "against the hook")
        #expect(abs(eight.signs.pValue - 9.0 / 256) < 1e-12)
    }

    @Test("the mean speaks from ten tests on, and extreme tests are pulled in (decisions a5, 2)")
    func mean() throws {
        #expect(NicheEvidence(finished(wins: 9, losses: 0)).meanInterval == nil)
        #expect(NicheEvidence(finished(wins: 6, losses: 4)).meanInterval != nil)
        let wild = NicheEvidence(finished(wins: 9, losses: 0) + [NicheTest(logRatio: 40, variance: 1)])
        #expect(abs(try #require(wild.meanLogRatio).value - (9 * 0.3 + 3) / 10) < 1e-12)
    }

    @Test("the win rate's interval holds the win rate, and all rates before the first test (decisions a5, 1)")
    func winRate() {
        #expect(NicheEvidence([]).winRateInterval == Interval(lower: 0, upper: 1))
        for (wins, losses) in [(0, 5), (5, 0), (3, 4), (40, 2)] {
            let niche = NicheEvidence(finished(wins: wins, losses: losses))
            #expect(niche.winRateInterval.lower <= niche.winRate && niche.winRate <= niche.winRateInterval.upper)
            #expect(niche.winRateInterval.lower >= 0 && niche.winRateInterval.upper <= 1)
        }
        #expect(NicheEvidence(finished(wins: 5, losses: 0)).winRateInterval.upper == 1)
    }

    @Test("after 60 tests a contrast is given up, or told what it needs (decisions b)")
    func advice() {
        let small = (0..<400).map { NicheTest(logRatio: $0.isMultiple(of: 2) ? 0.2 : -0.2, variance: 0.02) }
        let wide = (0..<60).map { NicheTest(logRatio: $0.isMultiple(of: 2) ? 0.9 : -0.9, variance: 0.02) }
        #expect(NicheEvidence(Array(small.prefix(59))).advice == .carryOn)
        #expect(NicheEvidence(small).advice == .stop)
        #expect(NicheEvidence(wide).advice == .needs(tests: 100))
        #expect(NicheEvidence(finished(wins: 80, losses: 5)).advice == .carryOn, "known well")
    }

    @Test("about 18·(τ/θ)² tests, at least ten (decisions b)")
    func needed() {
        #expect(NicheEvidence.testsNeeded(tau: 0.62, logRatio: log(1.3)) == 100)
        #expect(NicheEvidence.testsNeeded(tau: 0.62, logRatio: log(2)) == 14)
        #expect(NicheEvidence.testsNeeded(tau: 0.1, logRatio: log(2)) == 10)
    }

    @Test("from ten tests on the pairs themselves give τ: theirs is √2 times as wide (decisions a5, 3)")
    func tau() throws {
        #expect(NicheEvidence(finished(wins: 5, losses: 4)).tauOfPosts == nil)
        let tests = (0..<200).map { NicheTest(logRatio: $0.isMultiple(of: 2) ? 0.6 : -0.6, variance: 1e-6) }
        #expect(abs(try #require(NicheEvidence(tests).tauOfPosts) - 0.6 / 2.0.squareRoot()) < 0.01)
    }
}

/// Decisions b: whether our own coin was fair, and many contrasts at once.
struct CheckTests {
    @Test("a sample ratio alarms below 0.001, and refuses what is no sample")
    func sampleRatio() throws {
        #expect(try SampleRatio(counts: [5_000, 5_350], weights: [1, 1]).isAlarm)
        #expect(try !SampleRatio(counts: [5_000, 5_300], weights: [1, 1]).isAlarm)
        #expect(try SampleRatio(counts: [0, 0], weights: [1, 1]).pValue == 1)
        for (counts, weights) in [
            ([1], [1.0]), ([1, 2], [1]), ([-1, 2], [1, 1]), ([1, 2], [1, 0]), ([1, 2], [1, .nan]),
        ] {
            #expect(throws: StatisticsError.self) { try SampleRatio(counts: counts, weights: weights) }
        }
    }

    @Test("one contrast alone needs e ≥ 20, one of ten needs 200, also when the nine are not listed")
    func eBH() throws {
        #expect(try FalseDiscovery.eBH([20]) == [true])
        #expect(try FalseDiscovery.eBH([19.9]) == [false])
        #expect(try FalseDiscovery.eBH([200], started: 10) == [true])
        #expect(try FalseDiscovery.eBH([199], started: 10) == [false])
        #expect(try FalseDiscovery.eBH([.infinity, 3]) == [true, false])
        #expect(try FalseDiscovery.eBH([]) == [])
    }

    @Test("ties share the decision, also with what others carried over the line")
    func ties() throws {
        #expect(try FalseDiscovery.eBH([20, 20, 20]) == [true, true, true])
        #expect(try FalseDiscovery.eBH([30, 30, 30, 1]) == [true, true, true, false])
        #expect(try FalseDiscovery.eBH([26, 26, 26, 1]) == [false, false, false, false])
        #expect(try FalseDiscovery.benjaminiHochberg([0.04, 0.04, 0.9]).map(\.isRejected) == [false, false, false])
        #expect(try FalseDiscovery.benjaminiHochberg([0.03, 0.03, 0.9]).map(\.isRejected) == [true, true, false])
        #expect(try FalseDiscovery.benjaminiHochberg([]).isEmpty)
    }

    @Test("what is no number is an error")
    func errors() {
        #expect(throws: StatisticsError.self) { try FalseDiscovery.eBH([.nan]) }
        #expect(throws: StatisticsError.self) { try FalseDiscovery.eBH([-1]) }
        #expect(throws: StatisticsError.self) { try FalseDiscovery.eBH([1, 2], started: 1) }
        #expect(throws: StatisticsError.self) { try FalseDiscovery.benjaminiHochberg([.nan]) }
        #expect(throws: StatisticsError.self) { try FalseDiscovery.benjaminiHochberg([1.1]) }
    }

    @Test("a score is the rule's, with missing counts as zero; a tie has no winner (AB-06, AB-07, K29)")
    func rule() {
        let verdict = RuleVerdict(PostCounts(views: 1_000), PostCounts(views: 800, likes: 10))
        #expect(
            verdict.scoreA == 100 && verdict.scoreB == 110 && verdict.winner == nil && verdict.upliftOverLoser == nil)
        let first = RuleVerdict(PostCounts(likes: 1), PostCounts())
        #expect(
            first.winner == .a && first.margin == 1 && first.upliftOverLoser == nil, "over nothing there is no uplift")
    }
}
