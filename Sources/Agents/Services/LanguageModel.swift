public import JSON

/// A language model that answers with JSON of a given shape.
///
/// Answers are cached by content, so unchanged evidence is not paid for twice, and a dry run shows what the real run will
/// use. Usage is recorded for the domain and counts against its daily budget.
public protocol LanguageModel: Sendable {
    /// - Throws: ``ModelError``; every caller has a fallback, and says when it used it.
    func answer(_ prompt: ModelPrompt) async throws(ModelError) -> ModelAnswer
}

/// One question to a model.
public struct ModelPrompt: Sendable {
    /// DI-15: a small fast model for quick tasks, a larger one for briefs.
    public enum Purpose: String, Sendable {
        case fast, brief
    }

    /// Text that came from outside: posts, profiles, messages. Shown to the model as data, never as instructions.
    public struct Material: Hashable, Sendable {
        public let label: String
        public let text: String

        public init(_ label: String, _ text: String) {
            self.label = label
            self.text = text
        }
    }

    public let purpose: Purpose
    /// What to do, in our own words; no text from outside.
    public let instructions: String
    public let material: [Material]
    /// The JSON Schema of the answer, an object at its top: every object closed, no bounds on numbers or lengths
    /// (the service takes none; ``problems`` checks them).
    public let schema: JSON
    /// Tokens of the answer at most, thinking included: 2,048 or more for short texts, 8,192 or more for briefs.
    public let tokensMax: Int
    /// What is wrong with an answer of the right shape, in words that help the model to mend it; empty when it is good.
    public let problems: @Sendable (JSON) -> [String]

    public init(
        _ purpose: Purpose, _ instructions: String, material: [Material] = [], schema: JSON, tokensMax: Int = 2_048,
        problems: @escaping @Sendable (JSON) -> [String] = { _ in [] }
    ) {
        self.purpose = purpose
        self.instructions = instructions
        self.material = material
        self.schema = schema
        self.tokensMax = tokensMax
        self.problems = problems
    }
}

/// What a model answered, checked against the prompt's schema and its `problems`.
public struct ModelAnswer: Hashable, Sendable {
    public let json: JSON
    /// The model that wrote it, as the service names it.
    public let model: String
    /// Zero for an answer from the cache.
    public let inputTokens: Int
    public let outputTokens: Int
    public let isCached: Bool

    public init(json: JSON, model: String, inputTokens: Int = 0, outputTokens: Int = 0, isCached: Bool = false) {
        self.json = json
        self.model = model
        self.inputTokens = inputTokens
        self.outputTokens = outputTokens
        self.isCached = isCached
    }
}

/// Why there is no answer that can be used.
public enum ModelError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The day's budget is spent. A task that can do nothing without a model refuses with `budget`.
    case budgetSpent(String)
    /// The model declined.
    case declined(String)
    /// What it answered could not be used, also after one attempt at repair.
    case unusable(String)
    /// The service is away, or refuses the key, the model or the request.
    case unavailable(String)

    public var description: String {
        switch self {
        case .budgetSpent(let text): "budget: \(text)"
        case .declined(let text): "the model declined: \(text)"
        case .unusable(let text): "the model's answer cannot be used: \(text)"
        case .unavailable(let text): text
        }
    }
}
