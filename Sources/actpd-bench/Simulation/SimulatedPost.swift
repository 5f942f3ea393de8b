import Glibc
import Statistics

/// The world of decisions g: a post has a reach and a rate of its own, people act at random on top.
struct PostWorld: Sendable {
    /// Of the views at 24 h.
    let medianViews: Double
    /// Standard deviation of ln(views) between posts.
    let reach: Double
    /// τ: standard deviation of ln(actions per view) between posts.
    let tau: Double

    /// Likes, retweets, replies per view.
    private static let rates = (0.012, 0.002, 0.001)

    /// When both posts are looked at, in hours: the three windows of AB-05 and every two hours, thirteen looks in all.
    static let lookHours = [1, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 23, 24]

    /// The counts at each look. `effect` is the hook's own, as a natural-log ratio.
    func post(_ random: inout Xoshiro256, effect: Double = 0, looks: [Int] = lookHours) -> [PostCounts] {
        let total = medianViews * exp(reach * random.normal())
        let rate = exp(effect + tau * random.normal())
        var counts = PostCounts(views: 0, likes: 0, replies: 0, retweets: 0)
        var seen = 0.0
        return looks.map { hour in
            // Half of a post's views of a day come in its first three hours.
            let share = (1 - exp(-Double(hour) / 4.3)) / (1 - exp(-24 / 4.3))
            let views = (total * share).rounded()
            let increment = views - seen
            seen = views
            func add(_ counter: WritableKeyPath<PostCounts, Int?>, _ perView: Double) {
                let count = random.poisson(increment * perView * rate)
                counts[keyPath: counter] = (counts[keyPath: counter] ?? 0) + count
            }
            counts.views = Int(views)
            add(\.likes, PostWorld.rates.0)
            add(\.retweets, PostWorld.rates.1)
            add(\.replies, PostWorld.rates.2)
            return counts
        }
    }

    /// Two posts looked at together.
    func pair(_ random: inout Xoshiro256, effectOfB: Double = 0, looks: [Int] = lookHours) -> PairHistory {
        let a = post(&random, looks: looks)
        let b = post(&random, effect: effectOfB, looks: looks)
        return PairHistory(
            looks: looks.indices.map { .init(age: .seconds(looks[$0] * 3_600), a: a[$0], b: b[$0]) },
            expectedViews: 2 * medianViews)
    }
}

extension Xoshiro256 {
    /// By Knuth's products, in pieces whose product does not underflow.
    mutating func poisson(_ mean: Double) -> Int {
        var rest = mean
        var count = 0
        while rest > 0 {
            let piece = min(rest, 30)
            rest -= piece
            let limit = exp(-piece)
            var product = uniform()
            while product > limit {
                count += 1
                product *= uniform()
            }
        }
        return count
    }
}

/// Runs of a simulation, shared among the processors, each with a generator of its own: the same result however many
/// there are.
enum Runs {
    /// What `run` gives for each of `count` numbered generators, in order.
    static func map<Result: Sendable>(
        _ count: Int, seed: String, _ run: @escaping @Sendable (inout Xoshiro256) -> Result
    ) async -> [Result] {
        let pieces = 8
        return await withTaskGroup(of: (Int, [Result]).self) { group in
            for piece in 0..<pieces {
                group.addTask {
                    let numbers = piece * count / pieces..<(piece + 1) * count / pieces
                    return (
                        piece,
                        numbers.map { number in
                            var random = Xoshiro256(key: "\(seed)/\(number)")
                            return run(&random)
                        }
                    )
                }
            }
            var results = [[Result]](repeating: [], count: pieces)
            for await (piece, values) in group { results[piece] = values }
            return results.flatMap(\.self)
        }
    }
}

extension Array {
    /// The share of the elements, in percent.
    func percent(_ isCounted: (Element) -> Bool) -> Double {
        isEmpty ? 0 : 100 * Double(count(where: isCounted)) / Double(count)
    }
}
