import JSON
import Services

/// What the models cost today, for people.
struct ModelReport {
    let usage: [(domain: String, usage: ModelAccount.Usage)]
    /// Dollars a day.
    let budget: Double

    init(_ usage: [String: ModelAccount.Usage], budget: Double) {
        self.usage = usage.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        self.budget = budget
    }

    /// Millionths of a dollar.
    var spent: Int { usage.reduce(0) { $0 + $1.usage.cost } }
    var isSpent: Bool { Double(spent) >= budget * 1_000_000 }

    /// `$0.0123 of $2.00 spent today (UTC)`
    var summary: String {
        "\(ModelReport.dollars(spent)) of \(ModelReport.dollars(Int(budget * 1_000_000))) spent today (UTC)"
            + (isSpent ? "; model work is skipped until midnight: claude.dailyBudget" : "")
    }

    /// The summary with each domain's share.
    var text: String {
        let shares = usage.map { domain, usage in
            "\(domain) \(ModelReport.dollars(usage.cost)) in \(usage.calls) call\(usage.calls == 1 ? "" : "s")"
        }
        return ([summary] + [shares.joined(separator: ", ")].filter { !$0.isEmpty }).joined(separator: ": ")
    }

    var json: JSON {
        [
            "budget_microdollars": JSON(Int(budget * 1_000_000)), "spent_microdollars": JSON(spent),
            "domains": .object(
                Dictionary(
                    uniqueKeysWithValues: usage.map { domain, usage in
                        (
                            domain,
                            [
                                "calls": JSON(usage.calls), "input_tokens": JSON(usage.inputTokens),
                                "output_tokens": JSON(usage.outputTokens), "cost_microdollars": JSON(usage.cost),
                            ]
                        )
                    })),
        ]
    }

    /// Cents, or hundredths of them below a dollar.
    static func dollars(_ millionths: Int) -> String {
        let isSmall = millionths % 10_000 != 0 && millionths < 1_000_000
        let unit = isSmall ? 100 : 10_000
        let rounded = (millionths + unit / 2) / unit
        let scale = isSmall ? 10_000 : 100
        let cents = String(rounded % scale)
        return "$\(rounded / scale)." + String(repeating: "0", count: (isSmall ? 4 : 2) - cents.count) + cents
    }
}
