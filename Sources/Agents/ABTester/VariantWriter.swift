import JSON

/// Both texts of a test, and who wrote them.
struct Variants: Hashable, Sendable {
    let question: String
    let statement: String
    /// The model's name; `nil` for the templates.
    let model: String?

    func text(_ kind: HookKind) -> String { kind == .question ? question : statement }
}

/// Writes the variants: by the model, or by templates when there is none (AB-01).
enum VariantWriter {
    /// - Parameter hooks: what worked in this niche before, as examples.
    /// - Returns: the variants, and why the templates stand in, if they do.
    /// - Throws: ``TaskError`` when the texts may not be posted: nothing was.
    static func write(
        topic: String, niche: String, hooks: [String], _ context: TaskContext
    ) async throws -> (variants: Variants, degraded: String?) {
        let rules = VariantRules(context.settings.abTest)
        guard let model = context.services.model else {
            return (try template(topic, rules), "no model is configured: the variants come from templates")
        }
        do {
            let answer = try await model.answer(prompt(topic: topic, niche: niche, hooks: hooks, rules, context))
            let variants = Variants(
                question: answer.json["question"]?.string ?? "", statement: answer.json["statement"]?.string ?? "",
                model: answer.model)
            let problems = rules.problems(question: variants.question, statement: variants.statement)
            guard problems.isEmpty else { throw ModelError.unusable(problems.joined(separator: "; ")) }
            return (variants, nil)
        } catch let error as ModelError {
            return (try template(topic, rules), "the variants come from templates: \(error)")
        }
    }

    private static func prompt(
        topic: String, niche: String, hooks: [String], _ rules: VariantRules, _ context: TaskContext
    ) -> ModelPrompt {
        let settings = context.settings.abTest
        return ModelPrompt(
            .fast,
            """
            Write two posts for Twitter about one and the same idea, for readers interested in \(niche). They differ in their \
            opening alone: "question" opens with a question to the reader, "statement" opens with a statement or a figure. \
            Each has at most \(settings.lengthMax - 20) characters, plain text, no hashtags, no links, no emoji, and does not \
            begin with @. Do not invent figures, names or results. Do not use any of these words: \
            \(settings.filteredWords.joined(separator: ", ")).
            """,
            material: [ModelPrompt.Material("topic", topic)]
                + (hooks.isEmpty
                    ? [] : [ModelPrompt.Material("openings that worked", hooks.joined(separator: "\n"))]),
            schema: [
                "type": "object", "additionalProperties": false, "required": ["question", "statement"],
                "properties": ["question": ["type": "string"], "statement": ["type": "string"]],
            ],
            problems: { json in
                rules.problems(
                    question: json["question"]?.string ?? "", statement: json["statement"]?.string ?? "")
            })
    }

    private static func template(_ topic: String, _ rules: VariantRules) throws -> Variants {
        let subject = topic.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        let variants = Variants(
            question: "What is holding you back with \(subject)? Most of it can be solved in one quiet afternoon.",
            statement: "Most people overthink \(subject). Most of it can be solved in one quiet afternoon.", model: nil)
        let problems = rules.problems(question: variants.question, statement: variants.statement)
        guard problems.isEmpty else {
            throw TaskError(
                "nothing was posted: \(problems.joined(separator: "; ")). Say the topic in other, fewer words")
        }
        return variants
    }
}
