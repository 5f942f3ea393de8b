import Glibc
import Testing

@testable import Statistics

/// Decisions a3: bursts within a post, spread between posts.
struct SpreadTests {
    /// Cumulative looks with these increments of views and likes.
    private func looks(_ increments: [(views: Int, likes: Int)]) -> [PostCounts] {
        var (views, likes) = (0, 0)
        return increments.map { increment in
            (views, likes) = (views + increment.views, likes + increment.likes)
            return PostCounts(views: views, likes: likes, replies: 0, retweets: 0)
        }
    }

    @Test("likes that come in bursts make the effect less certain (decisions a3)")
    func bursts() throws {
        let even = looks([Int](repeating: 0, count: 10).map { _ in (1_000, 12) })
        let burst = looks((0..<10).map { (1_000, $0 == 3 ? 66 : 6) })
        #expect(burstFactor(of: even) == 1, "never below 1")
        let factor = try #require(burstFactor(of: burst))
        // y = 3·120, q = 9·120; the slices' sums of squares by hand: Y is 198 once and 18 nine times, mean 36.
        let squares = (162.0 * 162 + 9 * 18 * 18) / 9
        #expect(abs(factor - (squares / 10 / (36 * 36)) / (9.0 * 120 / (360 * 360))) < 1e-9)
    }

    @Test("fewer than 8 slices give no factor; the platform's median stands in (decisions a3)")
    func fewSlices() throws {
        let seven = looks((0..<7).map { (1_000, $0 == 3 ? 66 : 6) })
        #expect(burstFactor(of: seven) == nil)
        let history = PairHistory(
            looks: seven.map { .init(age: .seconds(86_400), a: $0, b: $0) })
        let plain = try #require(Evidence(history).effect)
        let median = try #require(Evidence(history, medianBurst: 2).effect)
        #expect(abs(median.estimate.variance - 2 * plain.estimate.variance) < 1e-12)
        #expect(Evidence(history).notes.contains(.burstAssumed))
    }

    @Test("a cumulative counter that falls is an increment of 0, and counted (decisions a3)")
    func corrections() {
        let fallen = [
            PostCounts(views: 500, likes: 9, replies: 0, retweets: 0),
            PostCounts(views: 480, likes: 8, replies: 0, retweets: 0),
        ]
        let slices = PostSlices(fallen)
        #expect(slices.views == [500, 0] && slices.actions == [27, 0] && slices.corrections == 2)
        let history = PairHistory(looks: fallen.map { .init(age: .seconds(3_600), a: $0, b: $0) })
        #expect(Evidence(history).corrections == 4)
    }

    @Test("a look with a missing count is passed over, its increment goes to the next (decisions a3)")
    func gap() {
        let slices = PostSlices([
            PostCounts(views: 100, likes: 1, replies: 0, retweets: 0), PostCounts(views: 150),
            PostCounts(views: 300, likes: 5, replies: 0, retweets: 0),
        ])
        #expect(slices.views == [100, 200] && slices.actions == [3, 12])
    }

    // MARK: τ

    /// Posts whose log rates alternate around a centre, with so many actions that the Poisson part is nothing.
    private func posts(_ count: Int, spread: Double) -> [PostCounts] {
        (0..<count).map { index in
            let rate = 0.02 * exp(index.isMultiple(of: 2) ? spread : -spread)
            return PostCounts(views: 10_000_000, likes: Int(rate * 10_000_000), replies: 0, retweets: 0)
        }
    }

    @Test("fewer than ten posts: the default, flagged (decisions a3)")
    func tooFew() {
        let spread = AccountSpread(of: posts(9, spread: 0.1))
        #expect(spread == .unknown && spread.isDefault && spread.tau == 0.62 && spread.viewSpread == 1)
        #expect(!AccountSpread(of: posts(10, spread: 0.1)).isDefault)
    }

    @Test("τ is the spread of the log rates without the Poisson part, at least 0.05 (decisions a3)")
    func tau() {
        #expect(abs(AccountSpread(of: posts(100, spread: 0.4)).tau - 0.4 * (100.0 / 99).squareRoot()) < 1e-3)
        #expect(AccountSpread(of: posts(100, spread: 0)).tau == 0.05)
        // Few actions: the differences are all Poisson.
        let noisy = (0..<40).map {
            PostCounts(views: 1_000, likes: $0.isMultiple(of: 2) ? 3 : 5, replies: 0, retweets: 0)
        }
        #expect(AccountSpread(of: noisy).tau == 0.05)
    }

    @Test(
        "one viral post does not set the spread; posts without actions or enough views are passed over (decisions a3)")
    func viral() {
        let viral = PostCounts(views: 1_000, likes: 900, replies: 0, retweets: 0)
        let usual = (0..<30).map { index -> PostCounts in
            let rate = 0.01 * exp(Double(index % 5 - 2) * 0.1)
            return PostCounts(views: 10_000_000, likes: Int(rate * 10_000_000), replies: 0, retweets: 0)
        }
        let without = AccountSpread(of: usual)
        let with = AccountSpread(of: usual + [viral])
        #expect(with.tau < 1.35 * without.tau)
        let silent = PostCounts(views: 5_000, likes: 0, replies: 0, retweets: 0)
        let small = PostCounts(views: 99, likes: 50, replies: 0, retweets: 0)
        #expect(AccountSpread(of: usual + [silent, small]) == without)
    }

    @Test("with 10 to 60 posts the limit is Student's, wider than normal (decisions a3)")
    func smallSample() {
        func quantile(_ posts: Int) -> Double { AccountSpread(tau: 0.3, viewSpread: 1, posts: posts).quantile(0.9875) }
        #expect(abs(quantile(10) - 2.6850108468164575) < 1e-9)
        #expect(abs(quantile(60) - 2.3000468994409324) < 1e-9)
        #expect(quantile(61) == StandardNormal.quantile(0.9875))
        #expect(quantile(9) == StandardNormal.quantile(0.9875), "the default is taken as known")
    }
}
