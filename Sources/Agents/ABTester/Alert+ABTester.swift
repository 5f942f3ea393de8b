extension Alert {
    /// AB-13, K27: the rule's line, then what it is worth.
    ///
    /// - Parameters:
    ///   - method: the way the winning post went.
    ///   - uplift: its lead as a share of the loser's score; `nil` when the loser has nothing.
    static func testWinner(method: String, uplift: Double?, niche: String, hook: String, evidence: String) -> Alert {
        let lead = uplift.map { "+\(String.grouped($0 * 100))%" } ?? "(the other had nothing)"
        return Alert(
            html: """
                🧪 A/B Test Winner: \(escape(method)) \(lead) on \(escape(niche)) niche
                “\(escape(hook.clipped(to: 140)))”
                \(escape(evidence))
                """)
    }

    /// AB-14: a test that a failed post ended.
    static func testFailed(_ niche: String, _ reason: String) -> Alert {
        Alert(html: "🧪 A/B test on \(escape(niche)) ended in error\n\(escape(reason.clipped(to: 300)))")
    }
}
