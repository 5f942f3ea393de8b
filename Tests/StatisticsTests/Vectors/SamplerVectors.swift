import JSON
import Testing
import Time

@testable import Statistics

/// Section c: the generator, its laws, the choice of hours.
extension VectorTests {
    static let samplers: [String: @Sendable (Vector) throws -> JSON] = [
        "rng": generator, "sampler_draws": draws, "sampler_moments": moments, "ts_choice": choice,
        "ts_update": update, "ts_discount": discount, "beta_quantile": betaQuantiles, "beta_compare": betaComparison,
    ]

    private static func seed(_ vector: Vector) throws -> UInt64 { try #require(UInt64(try vector.input.text("seed"))) }

    private static func generator(_ vector: Vector) throws -> JSON {
        var mixer = SplitMix64(seed: try seed(vector))
        var stream = Xoshiro256(seed: try seed(vector))
        var uniform = Xoshiro256(seed: try seed(vector))
        return [
            "splitmix64": JSON((0..<5).map { _ in String(mixer.next()) }),
            "xoshiro256ss": JSON((0..<6).map { _ in String(stream.next()) }),
            "uniform53": .numbers((0..<6).map { _ in uniform.uniform() }),
        ]
    }

    private static func draws(_ vector: Vector) throws -> JSON {
        let fresh = Xoshiro256(seed: try seed(vector))
        var (normals, gammas, betas) = (fresh, fresh, fresh)
        let laws = try #require(vector.input["beta_params"]?.array).map { try law($0) }
        return [
            "normal": .numbers((0..<4).map { _ in normals.normal() }),
            "gamma": .numbers(try vector.input.numbers("gamma_shapes").map { gammas.gamma(shape: $0) }),
            "beta": .numbers(laws.map { betas.beta($0) }),
        ]
    }

    private static func law(_ pair: JSON) throws -> BetaDistribution {
        let numbers = try #require(pair.array).compactMap(\.double)
        return try BetaDistribution(alpha: numbers[0], beta: numbers[1])
    }

    private static func moments(_ vector: Vector) throws -> JSON {
        let law = try BetaDistribution(
            alpha: try vector.input.number("alpha"), beta: try vector.input.number("beta"))
        var generator = Xoshiro256(seed: 1)
        let values = (0..<(try vector.input.whole("draws"))).map { _ in generator.beta(law) }
        // The tolerances of this kind have names of their own.
        let (mean, variance) = (values.mean, values.sampleVariance)
        let wanted = (mean: try vector.expected.number("mean"), variance: try vector.expected.number("variance"))
        #expect(abs(mean - wanted.mean) <= (try vector.tolerance.number("mean_abs")))
        #expect(abs(variance / wanted.variance - 1) <= (try vector.tolerance.number("variance_rel")))
        return vector.expected
    }

    private static func choice(_ vector: Vector) throws -> JSON {
        let parts = try vector.input.text("key").split(separator: "|").map(String.init)
        let date = parts[2].split(separator: "-").compactMap { Int($0) }
        let slots = try #require(vector.input["slots"]?.object)
        let candidates = try slots.map { (try #require(Int($0)), try law($1)) }
        let choice = HourChoice(
            platform: parts[1], day: CivilDate(year: date[0], month: date[1], day: date[2]),
            candidates: Dictionary(candidates, uniquingKeysWith: { $1 }), count: try vector.input.whole("k"),
            minimumGapHours: try vector.input.whole("min_gap_hours"))
        #expect(choice.key == (try vector.input.text("key")))
        return [
            "seed_hour_00": .string(choice.draws.first.map { String($0.seed) } ?? ""),
            "draws": .object(
                Dictionary(choice.draws.map { (String($0.hour), .number($0.value)) }, uniquingKeysWith: { $1 })),
            "chosen_in_order": .array(choice.chosen.map { JSON($0) }),
            "best_hours": .array(choice.bestHours.map { JSON($0) }),
        ]
    }

    private static func log(_ vector: Vector, days: [Int]) throws -> RewardLog {
        let hours = try vector.input.wholes("hours")
        let rewards = try vector.input.wholes("rewards")
        return RewardLog(
            hours.indices.map { HourReward(hour: hours[$0], day: days[$0], isReward: rewards[$0] == 1) })
    }

    /// SC-04: whole numbers, starting at 1 and 1.
    private static func update(_ vector: Vector) throws -> JSON {
        let log = try log(vector, days: [Int](repeating: 0, count: try vector.input.wholes("hours").count))
        let slots = log.slots.map { (String($0), JSON.array([JSON($1.alpha), JSON($1.beta)])) }
        return ["slots": .object(Dictionary(slots, uniquingKeysWith: { $1 }))]
    }

    private static func discount(_ vector: Vector) throws -> JSON {
        let log = try log(vector, days: try vector.input.wholes("day"))
        let today = try vector.input.whole("today")
        var smoothing = Smoothing()
        smoothing.discountPerDay = try vector.input.number("gamma")
        smoothing.kernel = try vector.input.numbers("kernel")
        smoothing.priorStrength = try vector.input.number("prior_strength")
        let sums = log.discounted(smoothing, today: today)
        let hours = log.slots.keys.sorted()
        let parameters = log.parameters(of: hours, smoothing: smoothing, today: today)
        func byHour(_ pair: (Int) throws -> JSON) rethrows -> JSON {
            .object(Dictionary(try hours.map { (String($0), try pair($0)) }, uniquingKeysWith: { $1 }))
        }
        return [
            "discounted": byHour { .numbers([sums.won[$0], sums.lost[$0]]) },
            "pooled_mean": .number(log.pooledMean(smoothing, today: today)),
            "sampling_params": try byHour { hour in
                let law = try #require(parameters[hour])
                return .numbers([law.alpha, law.beta])
            },
        ]
    }

    private static func betaQuantiles(_ vector: Vector) throws -> JSON {
        let law = try BetaDistribution(
            alpha: try vector.input.number("alpha"), beta: try vector.input.number("beta"))
        return [
            "quantiles": .numbers(try vector.input.numbers("p").map { law.quantile($0) }), "mean": .number(law.mean),
            "sd": .number(law.standardDeviation), "cdf_at_half": .number(law.cumulative(0.5)),
        ]
    }

    private static func betaComparison(_ vector: Vector) throws -> JSON {
        let comparison = BetaComparison(try law(try vector.input.member("a")), try law(try vector.input.member("b")))
        return [
            "p_a_greater": .number(comparison.chanceAIsLarger),
            "expected_loss_choose_a": .number(comparison.lossOfChoosingA),
            "expected_loss_choose_b": .number(comparison.lossOfChoosingB),
        ]
    }
}
