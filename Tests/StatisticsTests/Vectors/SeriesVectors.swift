import JSON
import Testing
import Time

@testable import Statistics

/// Sections b, d, e, f: checks, changes over time, what a score is worth, labels.
extension VectorTests {
    static let series: [String: @Sendable (Vector) throws -> JSON] = [
        "srm": sampleRatio, "bh": benjaminiHochberg, "ebh": eBH, "page_hinkley": pageHinkley, "cusum_lower": cusum,
        "saturation_ratio": saturation, "wilson": wilson, "calibration": calibration, "kappa": kappa,
        "kendall_tau_b": kendall,
    ]

    private static func sampleRatio(_ vector: Vector) throws -> JSON {
        let test = try SampleRatio(
            counts: try vector.input.wholes("counts"), weights: try vector.input.numbers("weights"))
        return ["p_value": .number(test.pValue)]
    }

    private static func benjaminiHochberg(_ vector: Vector) throws -> JSON {
        let result = try FalseDiscovery.benjaminiHochberg(
            try vector.input.numbers("p"), q: try vector.input.number("q"))
        return [
            "reject": .array(result.map { .bool($0.isRejected) }), "adjusted": .numbers(result.map(\.adjusted)),
        ]
    }

    private static func eBH(_ vector: Vector) throws -> JSON {
        let accepted = try FalseDiscovery.eBH(try vector.input.numbers("e"), q: try vector.input.number("q"))
        return ["reject": .array(accepted.map(JSON.bool))]
    }

    private static func pageHinkley(_ vector: Vector) throws -> JSON {
        var test = PageHinkley(
            minimumCount: try vector.input.whole("min_instances"), delta: try vector.input.number("delta"),
            threshold: try vector.input.number("threshold"),
            mode: try vector.input.text("mode") == "both" ? .both : .down)
        #expect(try vector.input.number("alpha") == 1, "without forgetting")
        let detections = try vector.input.numbers("series").enumerated().filter { test.add($0.element) }.map(\.offset)
        return ["detections": .array(detections.map { JSON($0) })]
    }

    private static func cusum(_ vector: Vector) throws -> JSON {
        #expect(try vector.input.number("k") == LowerCusum.slack)
        #expect(try vector.input.number("h") == LowerCusum.limit)
        #expect(try vector.input.number("clip") == LowerCusum.clip)
        let (mean, deviation) = (try vector.input.number("mu"), try vector.input.number("sd"))
        var cusum = LowerCusum()
        var firstAlarm: Int?
        for (index, x) in try vector.input.numbers("log_scores").enumerated() {
            cusum.add(x, mean: mean, standardDeviation: deviation)
            if cusum.isAlarm, firstAlarm == nil { firstAlarm = index }
        }
        // Where the change really was, another method found: an alarm cannot come before it.
        let change = try vector.expected.whole("offline_change_point")
        #expect(firstAlarm.map { $0 >= change } == true)
        return [
            "first_alarm": firstAlarm.map { JSON($0) } ?? nil, "final_s": .number(cusum.sum),
            "offline_change_point": JSON(change),
        ]
    }

    /// SC-05, K37.
    private static func saturation(_ vector: Vector) throws -> JSON {
        func instant(_ value: JSON) throws -> Instant {
            try #require(Instant(iso8601: value.string ?? ""), "an instant")
        }
        let posts = try #require(vector.input["posts"]?.array).map { post in
            ScoredPost(at: try instant(try post.member("at")), score: try post.number("score"))
        }
        let ratio = SaturationRatio(posts, now: try instant(try vector.input.member("now")))
        return [
            "mean7": .number(ratio.mean7), "mean30": .number(ratio.mean30),
            "ratio": ratio.ratio.map(JSON.number) ?? nil,
            "geo_ratio": ratio.geometricRatio.map(JSON.number) ?? nil, "below": .bool(ratio.isBelow),
        ]
    }

    private static func wilson(_ vector: Vector) throws -> JSON {
        .interval(
            .wilson(
                try vector.input.whole("successes"), of: try vector.input.whole("trials"),
                confidence: 1 - (try vector.input.number("alpha"))))
    }

    private static func calibration(_ vector: Vector) throws -> JSON {
        let labels = try vector.input.wholes("label").map { $0 == 1 }
        let calibration = Calibration(Array(zip(try vector.input.numbers("probability"), labels)))
        let bins = calibration.bins.map { bin -> JSON in
            [
                "lo": JSON(bin.from), "n": JSON(bin.count), "mean_p": .number(bin.meanProbability),
                "rate": .number(bin.rate),
            ]
        }
        return [
            "brier": .number(calibration.brier), "brier_skill": calibration.skill.map(JSON.number) ?? nil,
            "log_loss": .number(calibration.logLoss), "auc": calibration.auc.map(JSON.number) ?? nil,
            "bins": .array(bins), "ece": .number(calibration.expectedCalibrationError),
        ]
    }

    private static func kappa(_ vector: Vector) throws -> JSON {
        let pairs = Array(zip(try vector.input.wholes("rater1"), try vector.input.wholes("rater2")))
        let result = LabelAgreement(pairs)
        return ["agreement": .number(result.agreement), "kappa": result.kappa.map(JSON.number) ?? nil]
    }

    private static func kendall(_ vector: Vector) throws -> JSON {
        let tau = KendallTau.tauB(try vector.input.numbers("x"), try vector.input.numbers("y"))
        return ["tau": tau.map(JSON.number) ?? nil]
    }
}
