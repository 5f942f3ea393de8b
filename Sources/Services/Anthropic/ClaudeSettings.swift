public import Configuration

/// The tunables of the language models.
public struct ClaudeSettings: Configurable, Hashable {
    public var models = Models()
    /// What all domains together may spend in a day of UTC, in dollars.
    public var dailyBudget = 2.0
    public var prices = ClaudeSettings.listPrices
    public var fastTimeout = Duration.seconds(120)
    public var briefTimeout = Duration.seconds(300)
    /// How long an answer stands for the same question.
    public var cacheMaxAge = Duration.seconds(30 * 86_400)

    public init() {}

    public static let fields: [Field<ClaudeSettings>] = [
        Field(
            "models", \.models, "Models in the order of preference; one that the service does not know is passed over."),
        Field(
            "dailyBudget", \.dailyBudget, in: 0...10_000,
            "Dollars that all domains together may spend in a day of UTC; then their model work is skipped."),
        Field("prices", \.prices, "Dollars for a million tokens; a model that is not named counts as the dearest one."),
        Field("fastTimeout", \.fastTimeout, in: .seconds(5)...(.seconds(600)), "Patience for a short answer."),
        Field("briefTimeout", \.briefTimeout, in: .seconds(5)...(.seconds(900)), "Patience for a brief."),
        Field(
            "cacheMaxAge", \.cacheMaxAge, in: .zero...(.seconds(365 * 86_400)),
            "How long an answer stands for the same question, so that it is not paid for again."),
    ]

    /// Models by purpose (DI-15, readings 17).
    public struct Models: Configurable, Hashable {
        public var fast = ["claude-haiku-5-5", "claude-haiku-4-5"]
        public var brief = ["claude-sonnet-5-5", "claude-haiku-5-5"]

        public init() {}

        public static let fields: [Field<Models>] = [
            Field("fast", \.fast, "For short texts and classification."), Field("brief", \.brief, "For briefs."),
        ]
    }

    /// Dollars for a million tokens.
    public struct Price: Configurable, Hashable {
        public var input = 0.0
        public var output = 0.0

        public init() {}

        init(_ input: Double, _ output: Double) { (self.input, self.output) = (input, output) }

        public static let fields: [Field<Price>] = [
            Field("input", \.input, in: 0...1_000, "Of what is asked."),
            Field("output", \.output, in: 0...1_000, "Of what is answered, thinking included."),
        ]
    }

    /// For questions of up to 100,000 tokens; ours are far shorter.
    private static let listPrices = [
        "claude-haiku-5-5": Price(0.1, 0.5), "claude-haiku-4-5": Price(1, 5), "claude-sonnet-5-5": Price(2, 10),
        "claude-opus-5-5": Price(4, 20),
    ]

    /// What a call cost, in millionths of a dollar. Dated names count as their family.
    func cost(_ model: String, input: Int, output: Int) -> Int {
        let price = prices.filter { model.hasPrefix($0.key) }.max { $0.key.count < $1.key.count }?.value
        let dearest = Price(prices.values.map(\.input).max() ?? 0, prices.values.map(\.output).max() ?? 0)
        let applied = price ?? dearest
        return Int((Double(input) * applied.input + Double(output) * applied.output).rounded(.up))
    }
}
