import Services

extension Finding {
    /// Whether texts come from a model: the key, the models that are set, the day's budget.
    static func models(_ workplace: Workplace, offline: Bool) -> [Finding] {
        guard workplace.settings.credential(.anthropicAPIKey) != nil else {
            return [
                Finding(
                    .notable, "models",
                    "no ANTHROPIC_API_KEY: briefs, messages and labels come from templates and keyword lists")
            ]
        }
        guard let model = workplace.model(of: "check") else {
            return [Finding(.bad, "models", "ANTHROPIC_API_URL is no address that can be used")]
        }
        let claude = workplace.settings.tunables.claude
        let retired = claude.retiredModels.map {
            Finding(.notable, "models", "\($0.name) is retired, \($0.successor) is asked instead; claude.models")
        }
        return [budget(workplace)] + retired + (offline ? [] : asked(model, claude, workplace))
    }

    private static func budget(_ workplace: Workplace) -> Finding {
        do {
            let usage = try workplace.modelAccount.usageToday()
            let report = ModelReport(usage, budget: workplace.settings.tunables.claude.dailyBudget)
            return Finding(report.isSpent ? .notable : .good, "models", report.summary)
        } catch {
            return Finding(.bad, "models", "their usage cannot be read: \(error)")
        }
    }

    /// Free of charge: the service is asked about the models, not the models themselves.
    private static func asked(
        _ model: AnthropicModel, _ claude: ClaudeSettings, _ workplace: Workplace
    ) -> [Finding] {
        let known: [String: Bool]
        do {
            let found = try workplace.wait { try await model.check() }
            known = Dictionary(found.map { ($0.model, $0.isKnown) }) { $1 }
        } catch {
            return [Finding(.away, "models", "\(error)")]
        }
        return [("fast", claude.models.fast), ("brief", claude.models.brief)].map { purpose, names in
            let key = "claude.models.\(purpose)"
            let models = ClaudeSettings.currentModels(names)
            guard let first = models.first(where: { known[$0] == true }) else {
                let text = models.isEmpty ? "is empty" : "names no model that the service knows"
                return Finding(.notable, "models", "\(key) \(text): what it is for comes from templates")
            }
            let unknown = models.filter { known[$0] == false }
            let rest = unknown.isEmpty ? "" : "; not known there: \(unknown.joined(separator: ", "))"
            return Finding(unknown.isEmpty ? .good : .notable, "models", "\(key): \(first)\(rest)")
        }
    }
}
