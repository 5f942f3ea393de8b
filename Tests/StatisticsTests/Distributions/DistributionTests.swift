import Glibc
import Testing

@testable import Statistics

/// The special functions against scipy 1.17.1, far into the tails.
struct DistributionTests {
    private func expect(_ value: Double, _ wanted: Double, relative: Double = 1e-12) {
        #expect(abs(value - wanted) <= relative * abs(wanted), "\(value), not \(wanted)")
    }

    @Test(
        "normal quantiles",
        arguments: [
            (1e-300, -37.0470962993612), (1e-20, -9.262340089798409), (1e-5, -4.264890793922825),
            (0.025, -1.9599639845400545), (0.3, -0.5244005127080409), (0.975, 1.959963984540054),
        ])
    func normalQuantile(_ p: Double, _ x: Double) { expect(StandardNormal.quantile(p), x) }

    @Test(
        "normal probabilities",
        arguments: [
            (-10, 7.61985302416047e-24), (-3, 0.0013498980316300933), (-0.5, 0.3085375387259869), (0, 0.5),
            (2, 0.9772498680518208),
        ])
    func normalProbability(_ x: Double, _ p: Double) { expect(StandardNormal.cumulative(x), p) }

    @Test("the ends of the normal law, and what lies beyond")
    func normalEnds() {
        #expect(StandardNormal.quantile(0) == -.infinity)
        #expect(StandardNormal.quantile(1) == .infinity)
        #expect(StandardNormal.quantile(-0.1).isNaN && StandardNormal.quantile(1.1).isNaN)
        #expect(abs(StandardNormal.quantile(0.5)) < 1e-15)
    }

    @Test(
        "χ² tails",
        arguments: [
            (0.1, 1, 0.7518296340458492), (3.841458820694124, 1, 0.05), (10, 4, 0.04042768199451279),
            (0.5, 9, 0.9999695662588389), (60, 20, 7.121750862815593e-06), (200, 3, 4.218541107192018e-43),
            (0, 3, 1),
        ])
    func chiSquared(_ x: Double, _ degrees: Int, _ tail: Double) {
        expect(ChiSquared.upperTail(x, degreesOfFreedom: degrees), tail, relative: 1e-11)
    }

    @Test(
        "Student's quantiles, also of broken degrees of freedom",
        arguments: [
            (0.975, 9, 2.262157162798205), (0.9875, 59, 2.3000468994409324), (0.6, 2.5, 0.2814595127485477),
            (0.001, 21.05, -3.5259896694116364), (0.5, 4, 0),
        ])
    func studentQuantile(_ p: Double, _ degrees: Double, _ x: Double) {
        expect(StudentT.quantile(p, degreesOfFreedom: degrees), x, relative: 1e-10)
    }

    @Test(
        "Student's tails",
        arguments: [(1.1, 21.05, 0.28375330996712234), (5, 3, 0.015392438073302294), (0.01, 9, 0.9922394455363253)])
    func studentTail(_ x: Double, _ degrees: Double, _ tail: Double) {
        expect(StudentT.twoSidedTail(x, degreesOfFreedom: degrees), tail)
        expect(StudentT.twoSidedTail(-x, degreesOfFreedom: degrees), tail)
    }

    @Test(
        "Beta probabilities, skewed and narrow",
        arguments: [
            (0.01, 0.02, 0.3, 0.6611784272511076), (1e5, 2e5, 0.334, 0.7807618138321535), (1e6, 1e6, 0.5, 0.5),
            (0.5, 40, 1e-6, 0.007114137817972974), (30, 0.2, 0.9999, 0.6602730472975464),
            (2, 3, 0, 0), (2, 3, 1, 1),
        ])
    func betaProbability(_ alpha: Double, _ beta: Double, _ x: Double, _ p: Double) throws {
        expect(try BetaDistribution(alpha: alpha, beta: beta).cumulative(x), p, relative: 1e-9)
    }

    @Test(
        "Beta quantiles, also where the density is infinite",
        arguments: [
            (0.05, 0.3, 0.5, 1.401084271551705e-05), (0.2, 9, 0.025, 7.405932936185502e-10),
            (1e4, 3e4, 0.975, 0.2542551981342256), (50, 0.5, 0.01, 0.9354948162912644), (3, 7, 0, 0), (3, 7, 1, 1),
        ])
    func betaQuantile(_ alpha: Double, _ beta: Double, _ p: Double, _ x: Double) throws {
        expect(try BetaDistribution(alpha: alpha, beta: beta).quantile(p), x, relative: 1e-9)
    }

    @Test("a Beta law refuses parameters that are not positive and finite", arguments: [0, -1, .infinity, .nan])
    func betaRefusal(_ parameter: Double) {
        #expect(throws: StatisticsError.self) { try BetaDistribution(alpha: parameter, beta: 1) }
        #expect(throws: StatisticsError.self) { try BetaDistribution(alpha: 1, beta: parameter) }
    }

    @Test("of two independent probabilities one is the larger, and the losses differ by the difference of the means")
    func comparison() throws {
        for (a, b) in [((0.4, 3.0), (2.5, 0.7)), ((900.0, 17_000), (950, 17_100)), ((0.1, 0.15), (5, 1))] {
            let (first, second) = (
                try BetaDistribution(alpha: a.0, beta: a.1), try BetaDistribution(alpha: b.0, beta: b.1)
            )
            let (there, back) = (BetaComparison(first, second), BetaComparison(second, first))
            expect(there.chanceAIsLarger + back.chanceAIsLarger, 1, relative: 1e-6)
            expect(there.lossOfChoosingA - there.lossOfChoosingB, second.mean - first.mean, relative: 1e-6)
            expect(there.lossOfChoosingA, back.lossOfChoosingB, relative: 1e-6)
        }
    }
}
