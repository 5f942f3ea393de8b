import JSON

/// Writes a brief: by a model where one answers, else from a template, which the brief then says (RE-02, RE-03).
struct BriefWriter {
    let model: (any LanguageModel)?
    let durationSecs: Int

    /// - Parameters:
    ///   - round: how many videos were made of the opportunity before: the next hook pattern is taken.
    ///   - wish: why it was asked for, if somebody did.
    /// - Returns: the brief, cleaned for the render service, and why a template stands in for a model's work.
    func write(
        _ opportunity: Opportunity, round: Int = 0, wish: String? = nil
    ) async -> (brief: Brief, degraded: String?) {
        let hooks = opportunity.hooks
        let hook = hooks.isEmpty ? nil : hooks[round % hooks.count]
        let template = BriefTemplate.brief(opportunity, hook: hook, durationSecs: durationSecs)
        guard let model else { return (cleaned(template), "the brief is a template: no model is configured") }
        do {
            let brief = merged(try await model.answer(prompt(opportunity, wish: wish)), into: template)
            let problems = BriefSchema.problems(brief.json)
            guard problems.isEmpty else {
                return (cleaned(template), "the brief is a template: the model's was refused: \(problems[0])")
            }
            return (cleaned(brief), nil)
        } catch {
            return (cleaned(template), "the brief is a template: \(error)")
        }
    }

    /// What the model wrote in place of the template's texts; the shape and the times stay ours.
    private func merged(_ answer: ModelAnswer, into template: Brief) -> Brief {
        var brief = template
        func texts(_ key: String) -> [String] { answer.json[key]?.array?.compactMap(\.string) ?? [] }
        brief.hook = answer.json["hook"]?.string ?? template.hook
        brief.acts = zip(texts("script"), template.acts).map { Brief.Act(text: $0, seconds: $1.seconds) }
        brief.overlays = texts("overlays")
        brief.callToAction = answer.json["cta"]?.string ?? template.callToAction
        brief.hashtags = texts("hashtags").map { tag in
            "#" + tag.filter { $0.isLetter || $0.isNumber || $0 == "_" }
        }
        brief.generatedBy = "claude"
        brief.model = answer.model
        return brief
    }

    private func prompt(_ opportunity: Opportunity, wish: String?) -> ModelPrompt {
        let seconds = BriefTiming.seconds(of: durationSecs)
        var material = opportunity.hooks.prefix(5).enumerated().map { index, hook in
            ModelPrompt.Material("hook that worked \(index + 1)", hook.clipped(to: 200))
        }
        if let wish { material.append(ModelPrompt.Material("why it is needed", wish.clipped(to: 300))) }
        return ModelPrompt(
            .brief,
            """
            Write the script of a vertical video of \(durationSecs) seconds for \(opportunity.platform). The topic is \
            \(BriefTemplate.spoken(opportunity.niche)), the kind of content \
            \(BriefTemplate.spoken(opportunity.contentType)).
            hook: one sentence for \(seconds[0]) seconds, at most 120 characters, in the style of the hooks that worked, \
            and not a copy of one of them.
            script: three spoken texts: the problem (\(seconds[1]) s), the solution (\(seconds[2]) s), the result with a \
            call to action (\(seconds[3]) s). About two and a half words a second.
            overlays: three or four short texts shown on the screen, at most 60 characters each.
            cta: one short call to action. hashtags: eight to ten, each with #.
            Mention this in passing, without advertising: \(BriefTemplate.benefit(of: opportunity.offer)).
            """,
            material: material, schema: BriefWriter.schema, tokensMax: 8_192,
            problems: { BriefSchema.problems(written: $0) })
    }

    private static let schema: JSON = [
        "type": "object", "additionalProperties": false,
        "required": ["hook", "script", "overlays", "cta", "hashtags"],
        "properties": [
            "hook": ["type": "string"], "cta": ["type": "string"],
            "script": ["type": "array", "items": ["type": "string"]],
            "overlays": ["type": "array", "items": ["type": "string"]],
            "hashtags": ["type": "array", "items": ["type": "string"]],
        ],
    ]

    private func cleaned(_ brief: Brief) -> Brief {
        var brief = brief
        brief.hook = BriefText.cleaned(brief.hook)
        brief.acts = brief.acts.map { Brief.Act(text: BriefText.cleaned($0.text), seconds: $0.seconds) }
        brief.overlays = brief.overlays.map(BriefText.cleaned)
        brief.callToAction = BriefText.cleaned(brief.callToAction)
        brief.hashtags = brief.hashtags.map(BriefText.cleaned)
        return brief
    }
}
