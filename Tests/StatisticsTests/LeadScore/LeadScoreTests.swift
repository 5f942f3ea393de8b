import Glibc
import Testing
import Time

@testable import Statistics

/// Decisions e: what the lead score is worth.
struct LeadScoreTests {
    private let start = Instant(seconds: 1_780_000_000)

    private func day(_ number: Int) -> Instant { start + .seconds(number * 86_400) }

    // MARK: Labels

    private func label(outreach: [Int], replies: [Int], now: Int = 100) -> Bool? {
        LabelledScore(
            snapshotAt: day(10), score: 50, outreach: outreach.map(day), replies: replies.map(day), now: day(now)
        )?.replied
    }

    @Test("a reply counts when it comes after the snapshot, within 14 days (decisions e)")
    func labels() {
        #expect(label(outreach: [12], replies: [13]) == true)
        #expect(label(outreach: [12], replies: [24]) == true)
        #expect(label(outreach: [12], replies: [25]) == false)
        #expect(label(outreach: [12], replies: [9]) == false, "it is in the score already")
        #expect(label(outreach: [12], replies: [10]) == false, "at the snapshot itself")
    }

    @Test("who was not written to is not asked, and who has time left is not counted as silent (decisions e)")
    func unlabelled() {
        #expect(label(outreach: [], replies: [13]) == nil)
        #expect(label(outreach: [9, 25], replies: []) == nil)
        #expect(label(outreach: [12], replies: [], now: 23) == nil)
        #expect(label(outreach: [12], replies: [], now: 24) == false)
        #expect(label(outreach: [12], replies: [13], now: 23) == nil, "a reply that is in is no label yet either")
    }

    // MARK: The report

    private func scores(_ count: Int, replied: (Int) -> Bool) -> [LabelledScore] {
        (0..<count).map { LabelledScore(at: day($0), score: $0 * 37 % 101, replied: replied($0)) }
    }

    @Test("below 50 labelled or 10 positives only counts are shown (decisions e)")
    func fewLabels() {
        let few = LeadScoreReport(scores(49) { $0 % 2 == 0 })
        #expect(few.labelled == 49 && few.positives == 25 && few.bins == nil && few.auc == nil)
        #expect(LeadScoreReport(scores(50) { $0 < 9 }).bins == nil)
        let enough = LeadScoreReport(scores(50) { $0 < 10 })
        #expect(enough.bins?.count == 5 && enough.auc != nil && enough.logistic == nil)
        #expect(enough.bins?.map(\.count).reduce(0, +) == 50)
    }

    @Test("from 200 on a fit of the older half is judged on the newer one (decisions e)")
    func fit() throws {
        #expect(LeadScoreReport(scores(199) { $0 % 3 == 0 }).logistic == nil)
        // The older half replies by score, the newer one against it: a fit on both, or on the newer, would not be bad.
        let turned = LeadScoreReport(
            (0..<400).map { index in
                let score = index * 37 % 101
                let likely = (index * 7_919 % 100) < score
                return LabelledScore(at: day(index), score: score, replied: index < 200 ? likely : !likely)
            })
        let logistic = try #require(turned.logistic)
        #expect(logistic.fit.slope > 0.02)
        #expect((logistic.judged.auc ?? 1) < 0.3 && (logistic.judged.skill ?? 1) < 0)
    }

    @Test("a logistic fit finds what made the labels; separated or equal labels have none")
    func logistic() throws {
        var generator = Xoshiro256(seed: 3)
        let pairs = (0..<20_000).map { index -> (score: Double, isPositive: Bool) in
            let score = Double(index % 101)
            return (score, generator.uniform() < 1 / (1 + exp(3 - 0.05 * score)))
        }
        let fit = try #require(LogisticFit(pairs))
        #expect(abs(fit.slope - 0.05) < 0.003 && abs(fit.intercept + 3) < 0.2)
        #expect(abs(fit.probability(60) - 0.5) < 0.02)
        #expect(LogisticFit((0..<40).map { (Double($0), $0 >= 20) }) == nil)
        #expect(LogisticFit((0..<40).map { (Double($0), true) }) == nil)
        #expect(LogisticFit((0..<40).map { (5, $0 % 2 == 0) }) == nil)
    }

    @Test("the AUC counts ties as one half; without both labels there is none")
    func auc() {
        #expect(Calibration.auc([(1, false), (2, true)]) == 1)
        #expect(Calibration.auc([(2, false), (1, true)]) == 0)
        #expect(Calibration.auc([(1, false), (1, true)]) == 0.5)
        #expect(Calibration.auc([(1, false), (2, true), (2, false), (3, true)]) == 0.875)
        #expect(Calibration.auc([(1, true)]) == nil)
    }

    @Test("an interval around the AUC of a few leads is wide, and can be drawn again (decisions e)")
    func aucInterval() throws {
        let marks = (0..<20).map { (value: Double($0), isPositive: $0 % 3 == 0 || $0 > 14) }
        let interval = try #require(Calibration.aucInterval(marks, key: "leads/2026-03"))
        let auc = try #require(Calibration.auc(marks))
        #expect(interval.lower < auc - 0.1 && auc + 0.1 < interval.upper && interval.upper <= 1)
        #expect(interval == Calibration.aucInterval(marks, key: "leads/2026-03"))
        #expect(interval != Calibration.aucInterval(marks, key: "leads/2026-04"))
        #expect(Calibration.aucInterval([(1, true), (2, true)], key: "") == nil)
        #expect(Calibration.aucInterval([(2, true), (1, false)], key: "") == Interval(lower: 1, upper: 1))
    }

    @Test("bins begin at 0, 20, 40, 60 and 80, and 100 belongs to the last")
    func bins() {
        let bins = ReliabilityBin.of([(0.0, false), (0.2, true), (0.6, true), (0.599, false), (1.0, true), (0.8, true)])
        #expect(bins.map(\.count) == [1, 1, 1, 1, 2] && bins.map(\.from) == [0, 20, 40, 60, 80])
        #expect(bins[4].rate == 1 && bins[4].interval.upper == 1 && bins[0].rate == 0)
    }

    @Test("a certainty that was wrong is a large loss, not an infinite one")
    func logLoss() { #expect(Calibration([(0.0, true), (1.0, true)]).logLoss.isFinite) }

    // MARK: Rankings

    @Test("τ_b counts pairs as the definition does, with ties")
    func kendall() throws {
        var generator = Xoshiro256(seed: 9)
        for size in [2, 3, 7, 50] {
            let x = (0..<size).map { _ in Double(generator.next() % 9) }
            let y = (0..<size).map { _ in Double(generator.next() % 9) }
            var (agreeing, tiesX, tiesY) = (0.0, 0.0, 0.0)
            for i in 0..<size {
                for j in 0..<i {
                    let product = (x[i] - x[j]) * (y[i] - y[j])
                    agreeing += product > 0 ? 1 : product < 0 ? -1 : 0
                    tiesX += x[i] == x[j] ? 1 : 0
                    tiesY += y[i] == y[j] ? 1 : 0
                }
            }
            let pairs = Double(size * (size - 1) / 2)
            let wanted = agreeing / ((pairs - tiesX) * (pairs - tiesY)).squareRoot()
            guard let tau = KendallTau.tauB(x, y) else {
                #expect(wanted.isNaN || wanted.isInfinite)
                continue
            }
            #expect(abs(tau - wanted) < 1e-12, "\(size)")
        }
        #expect(KendallTau.tauB([1, 2, 3], [1, 2, 3]) == 1)
        #expect(KendallTau.tauB([1, 2, 3], [3, 2, 1]) == -1)
        #expect(KendallTau.tauB([1, 1], [1, 2]) == nil && KendallTau.tauB([1], [1]) == nil)
    }

    @Test("a signal that moves nobody is dead, one that most of the stage hangs on is a single point of failure")
    func signals() throws {
        let breakdowns = (0..<40).map { index in
            ["replies": index < 30 ? 40 : 10, "offer": 15, "icp": index % 11, "opened": index == 0 ? 6 : 0, "base": 15]
        }
        let weights = Dictionary(uniqueKeysWithValues: SignalWeight.all(breakdowns).map { ($0.signal, $0) })
        let replies = try #require(weights["replies"])
        #expect(replies.isSinglePointOfFailure && replies.shareOfDecisions == 1 && replies.crossings == 30)
        let opened = try #require(weights["opened"])
        #expect(opened.contacts == 1 && opened.crossings == 0 && !opened.isSinglePointOfFailure)
        let offer = try #require(weights["offer"])
        #expect(offer.tau == 1 && offer.crossings > 0 && !offer.isDead, "the same for all, and yet it decides")
        let icp = try #require(weights["icp"])
        #expect(
            !icp.isDead && (icp.tau ?? 1) < 1 && icp.crossings == 0, "nobody is within 10 points of losing the stage")
        #expect(
            SignalWeight.all(breakdowns.map { $0.merging(["noise": 0]) { $1 } }).first { $0.signal == "noise" }?.isDead
                == true)
    }

    @Test("scores stay within 0 and 100 when a signal is left out (PR-01)")
    func limits() {
        let weights = SignalWeight.all([["a": 120, "b": 5], ["a": 110, "b": 30], ["a": 20, "b": 1]])
        #expect(weights.first { $0.signal == "b" }?.tau == 1, "the first two are at 100 with it and without")
    }
}
