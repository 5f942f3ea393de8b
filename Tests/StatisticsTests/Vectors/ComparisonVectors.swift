import JSON
import Testing

@testable import Statistics

/// Sections a and b: two posts, one niche, many contrasts.
extension VectorTests {
    static let comparisons: [String: @Sendable (Vector) throws -> JSON] = [
        "acs_proportion_diff": proportions, "acs_ratio_diff_slices": slices, "fixed_ratio_diff_slices": fixedSlices,
        "bayes_relative_normal": posterior, "normal_mixture_bound": mixtureBound, "normal_log_mixture": logMixture,
        "bernoulli_cs": winRate, "sign_eprocess": signs, "two_layer_log_ratio": twoLayers,
        "random_effects_dl": randomEffects, "rule_winner": rule,
    ]

    private static func rate(_ vector: Vector, _ side: String) throws -> RateEstimate {
        let post = try vector.input.member(side)
        return RateEstimate(actions: try post.whole("actions"), views: try post.whole("views"))
    }

    private static func sliceRate(_ vector: Vector, _ side: String) throws -> RateEstimate {
        let post = try vector.input.member(side)
        return RateEstimate(sliceViews: try post.numbers("views"), sliceActions: try post.numbers("actions"))
    }

    private static func form(_ vector: Vector) throws -> RateDifference.Form {
        try vector.input.text("difference") == "relative" ? .relative : .absolute
    }

    private static func proportions(_ vector: Vector) throws -> JSON {
        let difference = RateDifference(try rate(vector, "a"), try rate(vector, "b"), try form(vector))
        let alpha = try vector.input.number("alpha")
        let anytime = difference.anytime(expectedUnits: try vector.input.number("n_star"))
        let kappa = NormalMixture(tightestAt: anytime.expectedUnits, alpha: alpha).kappa
        return [
            "estimate": .number(difference.value), "variance": .number(difference.variance),
            "ci": .interval(anytime.interval(alpha: alpha)), "p_value": .number(anytime.pValue(alpha: alpha)),
            "rho": .number((1 / kappa).squareRoot()),
        ]
    }

    private static func slices(_ vector: Vector) throws -> JSON {
        let (a, b) = (try sliceRate(vector, "a"), try sliceRate(vector, "b"))
        let alpha = try vector.input.number("alpha")
        let anytime = RateDifference(a, b, try form(vector)).anytime(expectedUnits: try vector.input.number("n_star"))
        return [
            "ratio_a": .number(a.rate), "ratio_b": .number(b.rate), "unit_variance_a": .number(a.unitVariance),
            "unit_variance_b": .number(b.unitVariance), "estimate": .number(anytime.value),
            "ci": .interval(anytime.interval(alpha: alpha)), "p_value": .number(anytime.pValue(alpha: alpha)),
        ]
    }

    private static func fixedSlices(_ vector: Vector) throws -> JSON {
        let difference = RateDifference(try sliceRate(vector, "a"), try sliceRate(vector, "b"), try form(vector))
        let fixed = difference.fixedHorizon(alpha: try vector.input.number("alpha"))
        return [
            "estimate": .number(difference.value), "ci": .interval(fixed.interval), "p_value": .number(fixed.pValue),
            "dof": .number(difference.degreesOfFreedom),
        ]
    }

    private static func posterior(_ vector: Vector) throws -> JSON {
        let difference = RateDifference(try rate(vector, "a"), try rate(vector, "b"), .relative)
        let posterior = EffectPosterior(
            estimate: difference.value, variance: difference.variance, priorMean: try vector.input.number("prior_mean"),
            priorSD: try vector.input.number("prior_sd"))
        return [
            "chance_b_better": .number(posterior.chanceBIsBetter), "expected": .number(posterior.mean),
            "ci": .interval(posterior.interval(confidence: 1 - (try vector.input.number("alpha")))),
            "risk_choose_a_then_b": .numbers([posterior.lossOfChoosingA, posterior.lossOfChoosingB]),
        ]
    }

    private static func mixture(_ vector: Vector) throws -> NormalMixture {
        NormalMixture(
            tightestAt: try vector.input.number("v_opt"), alpha: try vector.input.number("alpha_opt"),
            sides: try vector.input.member("one_sided").bool == true ? .one : .two)
    }

    private static func mixtureBound(_ vector: Vector) throws -> JSON {
        .number(
            try mixture(vector).bound(
                variance: try vector.input.number("v"), alpha: try vector.input.number("alpha")))
    }

    private static func logMixture(_ vector: Vector) throws -> JSON {
        .number(
            try mixture(vector).logEvidence(
                sum: try vector.input.number("s"), variance: try vector.input.number("v")))
    }

    private static func winRate(_ vector: Vector) throws -> JSON {
        .interval(
            WinRate.interval(
                wins: try vector.input.whole("wins"), trials: try vector.input.whole("trials"),
                alpha: try vector.input.number("alpha"), tightestAt: try vector.input.number("t_opt"),
                alphaOfTightest: try vector.input.number("alpha_opt")))
    }

    private static func signs(_ vector: Vector) throws -> JSON {
        let test = SignTest(
            wins: try vector.input.whole("wins"), trials: try vector.input.whole("trials"),
            concentration: try vector.input.number("a"))
        return [
            "e_value": .number(test.eValue), "p_anytime": .number(test.pValue),
            "p_fixed_two_sided": .number(test.fixedHorizonPValue),
        ]
    }

    private static func twoLayers(_ vector: Vector) throws -> JSON {
        func post(_ side: String) throws -> WeightedActions {
            let post = try vector.input.member(side)
            return WeightedActions(
                views: try post.number("views"), sum: try post.number("actions"),
                secondMoment: try post.number("sum_w2"))
        }
        let claims = PairClaims(
            try post("a"), try post("b"), burst: (1, 1), expectedViews: try vector.input.number("n_star"))
        let alpha = try vector.input.number("alpha")
        let account = AccountSpread(tau: try vector.input.number("tau"), viewSpread: 1, posts: 0)
        return [
            "log_ratio": .number(claims.estimate.value), "variance": .number(claims.estimate.variance),
            "post_ci": .interval(claims.post(alpha: alpha)),
            "hook_ci": .interval(claims.hook(alpha: alpha, account: account)),
        ]
    }

    private static func randomEffects(_ vector: Vector) throws -> JSON {
        let effects = zip(try vector.input.numbers("effects"), try vector.input.numbers("variances"))
        let result = RandomEffects(effects.map { NicheTest(logRatio: $0, variance: $1) })
        return [
            "tau2": .number(result.betweenVariance), "fixed": .number(result.fixedMean), "random": .number(result.mean),
            "sd_random": .number(result.standardError), "q": .number(result.heterogeneity),
        ]
    }

    /// AB-06, AB-07, K26, K27.
    private static func rule(_ vector: Vector) throws -> JSON {
        func counts(_ side: String) throws -> PostCounts {
            let post = try vector.input.member(side)
            return PostCounts(
                views: try post.whole("views"), likes: try post.whole("likes"), replies: try post.whole("replies"),
                retweets: try post.whole("retweets"))
        }
        let verdict = RuleVerdict(try counts("a"), try counts("b"))
        return [
            "score_a": .number(verdict.scoreA), "score_b": .number(verdict.scoreB), "margin": .number(verdict.margin),
            "winner": .string(verdict.winner?.rawValue ?? "tie"),
            "status": .string(verdict.winner == nil ? "inconclusive" : "complete"),
            "uplift_over_loser": verdict.upliftOverLoser.map(JSON.number) ?? nil,
        ]
    }
}
