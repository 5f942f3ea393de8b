extension Alert {
    /// CR-14: new creators, and the most engaging of the pull.
    static func newCreators(_ count: Int, seeded: Int, top: (handle: String, engagement: Double)?) -> Alert {
        let best = top.map { " | Top: @\(escape($0.handle)) (\(thousands($0.engagement)) eng)" } ?? ""
        let added = seeded > 0 ? "\n\(seeded) of them added to the CRM" : ""
        return Alert(html: "🔬 Market Research: \(count) new creator\(count == 1 ? "" : "s") found\(best)\(added)")
    }

    /// CR-14, K69: the weekly message.
    static func topCreators(_ niches: [(niche: String, creators: [RankedCreator])]) -> Alert {
        let lines = niches.map { niche, creators in
            let names = creators.map { "@\(escape($0.handle)) (\($0.platform), \(thousands($0.engagement)))" }
            return "• \(escape(niche)): \(names.joined(separator: ", "))"
        }
        return Alert(html: (["🏆 Top creators of the week"] + lines).joined(separator: "\n"))
    }

    /// 12,345 as 12.3k.
    private static func thousands(_ number: Double) -> String {
        guard number >= 1_000, number < 1e12 else { return String.grouped(number) }
        let tenths = Int((number / 100).rounded())
        return tenths.isMultiple(of: 10)
            ? "\(String.grouped(tenths / 10))k" : "\(String.grouped(tenths / 10)).\(tenths % 10)k"
    }
}
