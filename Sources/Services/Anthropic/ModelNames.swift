/// Models that the service has retired, and what stands for them (readings 17): asking for one would only be answered 404.
enum ModelNames {
    private static let successors = [
        "claude-3-5-haiku-20241022": "claude-haiku-5-5", "claude-3-haiku-20240307": "claude-haiku-5-5",
        "claude-3-5-sonnet-20241022": "claude-sonnet-5-5", "claude-3-7-sonnet-20250219": "claude-sonnet-5-5",
        "claude-sonnet-4-20250514": "claude-sonnet-5-5", "claude-3-opus-20240229": "claude-opus-5-5",
        "claude-opus-4-20250514": "claude-opus-5-5", "claude-opus-4-1-20250805": "claude-opus-5-5",
    ]

    /// The models to ask, in order, none twice; and the retired ones among those that were set.
    static func current(_ names: [String]) -> (models: [String], retired: [(name: String, successor: String)]) {
        var models: [String] = []
        var retired: [(name: String, successor: String)] = []
        for name in names {
            let successor = successors[name]
            if let successor, !retired.contains(where: { $0.name == name }) { retired.append((name, successor)) }
            let model = successor ?? name
            if !models.contains(model) { models.append(model) }
        }
        return (models, retired)
    }
}

extension ClaudeSettings {
    /// The models that are asked for such a list, in order: retired ones replaced, none twice.
    public static func currentModels(_ names: [String]) -> [String] { ModelNames.current(names).models }

    /// The models that are set though the service has retired them, and what is asked instead.
    public var retiredModels: [(name: String, successor: String)] {
        ModelNames.current(models.fast + models.brief).retired
    }
}
