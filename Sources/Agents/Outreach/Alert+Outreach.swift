extension Alert {
    /// OU-16: what was queued, and the first of those in the decision stage with their channels.
    static func outreachQueued(_ count: Int, decision: [DueContact]) -> Alert {
        let named = decision.prefix(3).map { "\(escape($0.name)) → \($0.touch.address.platform.shown)" }
        let rest = decision.count > named.count ? " and \(decision.count - named.count) more" : ""
        let names = named.isEmpty ? "" : " (\(named.joined(separator: ", "))\(rest))"
        return Alert(html: "📬 Outreach: \(count) queued | \(decision.count) decision\(names)")
    }
}
