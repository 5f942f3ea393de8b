extension Alert {
    /// CM-13: the weekly message. Without a gap it says so; without a matrix there is no top niche to name.
    static func weeklyMix(top: NicheViews?, gap: Recommendation?) -> Alert {
        let niche =
            top.map { "\(escape($0.niche)) (\(String.grouped($0.averageViews)) avg views)" } ?? "not known yet"
        let need =
            gap.map { gap in
                "need \(gap.count) more \(escape(gap.niche)) \(gap.count == 1 ? "post" : "posts") "
                    + "on \(escape(gap.platform))"
            } ?? "none, the mix is on target"
        return Alert(html: "🎯 Top niche: \(niche) | Gap: \(need)")
    }
}
