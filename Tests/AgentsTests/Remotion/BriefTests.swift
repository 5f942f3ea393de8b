import ActpTesting
import JSON
import Testing

@testable import Agents

@Suite struct BriefTests {
    static func opportunity(
        type: String = "educational", offer: String = "safari_automation", hooks: [String] = ["first", "second"]
    ) -> Opportunity {
        Opportunity(
            platform: "tiktok", sourcePlatform: "youtube", niche: "ai_automation", contentType: type, offer: offer,
            hooks: hooks, averageViews: 1, averageEngagement: 1, samples: 3, recency: 1, isTrending: false, rank: 1)
    }

    @Test("act lengths are scaled so that they sum to the duration (RE-03, K66, readings 29)")
    func lengths() {
        #expect(BriefTiming.seconds(of: 53) == [3, 10, 30, 10])
        #expect(BriefTiming.seconds(of: 60) == [4, 11, 34, 11])
        for duration in 15...180 {
            let seconds = BriefTiming.seconds(of: duration)
            #expect(seconds.reduce(0, +) == duration)
            #expect(seconds.allSatisfy { $0 > 0 })
        }
    }

    @Test(
        "a template is a valid brief for every content type (RE-02, RE-15)",
        arguments: [
            "educational", "case_study", "thought_leadership", "inspirational", "product_demo", "entertainment", "odd",
        ])
    func templates(_ type: String) {
        for offer in ["safari_automation", "creator_growth", "saas_consulting", "digital_agency", "none"] {
            let brief = BriefTemplate.brief(
                BriefTests.opportunity(type: type, offer: offer), hook: nil, durationSecs: 60)
            #expect(BriefSchema.problems(brief.json) == [])
            #expect(brief.json["script"]?.array?.count == 3)
            #expect(brief.json["generated_by"] == "template")
        }
    }

    @Test("every fault of a brief is named (RE-15)")
    func faults() {
        #expect(BriefSchema.problems("x") == ["the brief is a string, not an object"])
        let good = BriefTemplate.brief(BriefTests.opportunity(), hook: nil, durationSecs: 60).json
        #expect(BriefSchema.problems(good.with("hook", "  ")) == ["hook: it is empty"])
        #expect(
            BriefSchema.problems(good.with("script", ["one", "two"])) == ["script: three acts were expected, not 2"])
        #expect(BriefSchema.problems(good.with("script", ["one", "two", "three"])) == [])
        #expect(BriefSchema.problems(good.with("overlays", ["a", "b"])) == ["overlays: 3 to 4 were expected, not 2"])
        #expect(
            BriefSchema.problems(good.with("hashtags", JSON((1...11).map { "#t\($0)" }))) == [
                "hashtags: 8 to 10 were expected, not 11"
            ])
        #expect(
            BriefSchema.problems(good.with("generated_by", "request")) == [
                "generated_by: claude or template was expected"
            ])
        #expect(BriefSchema.problems(good.without("cta").with("niche", 7)).count == 2)
    }

    @Test(
        "a video is as long as its platform takes (RE-08)",
        arguments: [
            ("tiktok", 15, 60), ("instagram", 15, 60), ("youtube", 1, 60), ("twitter", 1, 140),
        ])
    func formats(_ platform: String, _ least: Int64, _ most: Int64) {
        let good = BriefTemplate.brief(BriefTests.opportunity(), hook: nil, durationSecs: 60).json
            .with("platform", .string(platform))
        #expect(BriefSchema.problems(good.with("duration_secs", .integer(least))) == [])
        #expect(BriefSchema.problems(good.with("duration_secs", .integer(most))) == [])
        #expect(BriefSchema.problems(good.with("duration_secs", .integer(most + 1))).count == 1)
        #expect(BriefSchema.problems(good.with("duration_secs", .integer(least - 1))).count == 1)
    }

    @Test("texts lose apostrophes and control characters, at every depth")
    func cleaned() {
        #expect(BriefText.cleaned("it's $(rm -rf) `x`\n\u{7}end\u{2028}") == "it’s $(rm -rf) `x`  end ")
        let value: JSON = ["a'": ["b'", ["c": "d'", "n": 1]], "z": nil]
        #expect(!BriefText.cleaned(value).text.contains("'"))
        #expect(BriefText.cleaned(value)["a’"]?.array?.first == "b’")
    }

    // MARK: The model

    /// Answers with one JSON, or not at all.
    static let written: JSON = [
        "hook": "Don't do this by hand", "script": ["one", "two", "three"], "overlays": ["a", "b", "c"],
        "cta": "Follow", "hashtags": ["#a", "#b", "c", "#d", "#e", "#f", "#g", "#h h"],
    ]

    @Test("the model writes the texts, the times stay ours, and the brief says who wrote it (RE-02, RE-03)")
    func model() async {
        let writer = BriefWriter(model: ScriptedModel { _ in BriefTests.written }, durationSecs: 60)
        let (brief, degraded) = await writer.write(BriefTests.opportunity())
        #expect(degraded == nil)
        #expect(brief.hook == "Don’t do this by hand")
        #expect(
            brief.acts == [
                .init(text: "one", seconds: 11), .init(text: "two", seconds: 34), .init(text: "three", seconds: 11),
            ])
        #expect(brief.hashtags == ["#a", "#b", "#c", "#d", "#e", "#f", "#g", "#hh"])
        #expect(brief.generatedBy == "claude")
        #expect(brief.json["model"] == "scripted")
        #expect(BriefSchema.problems(brief.json) == [])
    }

    @Test("without a usable answer a template stands in, and the result says so")
    func fallback() async {
        let bad = BriefTests.written.with("script", ["only one"])
        for model in [
            nil, ScriptedModel { _ throws(ModelError) in throw .budgetSpent("0.50 of 0.50 USD") },
            ScriptedModel { _ in bad },
        ] {
            let (brief, degraded) = await BriefWriter(model: model, durationSecs: 30).write(BriefTests.opportunity())
            #expect(brief.generatedBy == "template")
            #expect(degraded?.hasPrefix("the brief is a template: ") == true)
            #expect(brief.durationSecs == 30)
        }
    }

    @Test("each further video of one kind opens with the next pattern")
    func rounds() async {
        let writer = BriefWriter(model: nil, durationSecs: 60)
        var hooks: [String] = []
        for round in 0...2 { hooks.append(await writer.write(BriefTests.opportunity(), round: round).brief.hook) }
        #expect(hooks == ["first", "second", "first"])
        #expect(await writer.write(BriefTests.opportunity(hooks: [])).brief.hook.contains("AI automation"))
    }
}
