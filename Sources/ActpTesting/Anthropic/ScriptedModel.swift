public import Agents
public import JSON
import Synchronization

/// A language model that answers as a test says, and holds every answer against the prompt's own rules.
public final class ScriptedModel: LanguageModel {
    private let reply: @Sendable (ModelPrompt) throws(ModelError) -> JSON
    private let asked = Mutex<[ModelPrompt]>([])

    public init(_ reply: @escaping @Sendable (ModelPrompt) throws(ModelError) -> JSON) { self.reply = reply }

    /// Every question so far.
    public var prompts: [ModelPrompt] { asked.withLock { $0 } }

    public func answer(_ prompt: ModelPrompt) async throws(ModelError) -> ModelAnswer {
        // Without its check, which may hold on to who asks, and so to this model.
        let question = ModelPrompt(
            prompt.purpose, prompt.instructions, material: prompt.material, schema: prompt.schema,
            tokensMax: prompt.tokensMax)
        asked.withLock { $0.append(question) }
        let json = try reply(prompt)
        let problems = prompt.problems(json)
        guard problems.isEmpty else { throw .unusable(problems.joined(separator: "; ")) }
        return ModelAnswer(json: json, model: "scripted", inputTokens: 100, outputTokens: 50)
    }
}
