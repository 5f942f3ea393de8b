extension Alert {
    /// OU-16: what was queued, and the first of those in the decision stage with their channels.
    static func outreachQueued(_ count: Int, decision: [DueContact]) -> Alert {
        let named = decision.prefix(3).map { "\(escape($0.name)) → \($0.touch.address.platform.shown)" }
        let rest = decision.count > named.count ? " and \(decision.count - named.count) more" : ""
        let names = named.isEmpty ? "" : " (\(named.joined(separator: ", "))\(rest))"
        return Alert(html: "📬 Outreach: \(count) queued | \(decision.count) decision\(names)")
    }
}

extension Alert {
    /// A message whose fate only a person can find out (readings 1).
    static func outreachUnknown(_ lines: [String]) -> Alert {
        Alert(
            html: """
                ❓ Outreach: \(lines.count == 1 ? "a message" : "\(lines.count) messages") may or may not have been sent
                \(lines.prefix(5).map { "• \(escape($0.clipped(to: 200)))" }.joined(separator: "\n"))
                Look there, then: actpd outreach resolve ID --sent, or --failed. Nothing is sent again by itself.
                """)
    }

    /// A service that needs somebody: one message a run.
    static func outreachStopped(_ lines: [String]) -> Alert {
        Alert(
            html: "🚧 Outreach: messages wait\n"
                + lines.prefix(5).map { "• \(escape($0.clipped(to: 200)))" }.joined(separator: "\n"))
    }
}
