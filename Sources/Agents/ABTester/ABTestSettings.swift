public import Configuration

/// The tunables of A/B tests.
public struct ABTestSettings: Configurable, Hashable {
    /// AB-07: a margin above this names a winner.
    public var margin = 0.15
    public var lengthMax = 280
    /// Words that the browser service replaces in what it posts.
    public var filteredWords = [
        "select", "insert", "update", "delete", "drop", "create", "alter", "exec", "union", "script",
    ]
    public var giveUpAfter: Duration = .seconds(72 * 3_600)
    public var hooksMax = 10

    public init() {}

    public static let fields: [Field<ABTestSettings>] = [
        Field(
            "margin", \.margin, in: 0...1,
            "The difference of the two scores, as a share of the larger one, above which a winner is named."),
        Field("lengthMax", \.lengthMax, in: 20...25_000, "Length of a variant in UTF-16 units, at most."),
        Field("filteredWords", \.filteredWords, "Words that the browser service replaces: no variant may have one."),
        Field(
            "giveUpAfter", \.giveUpAfter, in: .seconds(25 * 3_600)...(.seconds(30 * 86_400)),
            "A test without figures for so long ends in error; one with too few to judge is looked at again until then."
        ),
        Field("hooksMax", \.hooksMax, in: 1...100, "Hook patterns kept for a group, those of other sources included."),
    ]
}
