import Statistics

extension Alert {
    /// SC-15: a platform's engagement fell by more than 30 %. What the rule alone says is marked as such (decisions d).
    static func saturation(_ report: SaturationReport) -> Alert {
        let ratio = report.assessment.ratio
        let drop = ratio.ratio.map { String.percent(1 - $0) } ?? "?"
        var lines = [
            "📉 Saturation \(report.assessment.state.rawValue) on \(escape(report.platform)): engagement down \(drop)",
            "7-day mean \(String.grouped(ratio.mean7)), 30-day mean \(String.grouped(ratio.mean30))",
        ]
        if let fallen = report.fallen {
            lines.append("Fell most: \(escape(fallen.niche)) (week/month \(String.hundredths(fallen.ratio)))")
        }
        switch ratio.cause {
        case .distribution: lines.append("Fewer people see the posts; those who do act as before.")
        case .content: lines.append("As many people see the posts; fewer of them act.")
        case .both: lines.append("Fewer people see the posts, and fewer of them act.")
        case nil: break
        }
        if let posts = report.recommendedPostsPerDay {
            lines.append("Recommended: \(posts) a day instead of \(report.postsPerDay)")
        }
        if report.assessment.state != .confirmed {
            lines.append("not confirmed: about 9–15 such alarms a year happen by chance")
        }
        return Alert(html: lines.joined(separator: "\n"))
    }

    /// The episode that was alerted is over.
    static func saturationOver(_ report: SaturationReport) -> Alert {
        let accepted =
            report.assessment.newNormalAt == nil
            ? "" : "\nThe lower level has lasted so long that it counts as the new normal."
        return Alert(html: "📈 \(escape(report.platform)) has recovered: week/month \(report.ratioText)\(accepted)")
    }

    /// Nothing can be said of a platform because its figures did not arrive.
    static func figuresUnknown(_ report: SaturationReport) -> Alert {
        let reasons = report.assessment.ingestFailures.map { failure in
            switch failure {
            case .rowsMissing: "rows of posts are missing"
            case .emptyRun: "several posts in a row came without any figure"
            case .countsStalled: "no figure changed for 12 hours"
            case .sharedDrop: "several platforms fell on the same day"
            case .serviceErrors: "the runs that read them failed"
            }
        }
        return Alert(
            html: """
                🩺 \(escape(report.platform)): figures unknown, so nothing is said about saturation
                \(reasons.joined(separator: "; "))
                """)
    }

    /// SC-12, K39: days of the coming week on which a platform takes no further post.
    static func capacityReached(_ days: [(platform: String, days: Int, limit: Int)]) -> Alert {
        let list = days.map { "\(escape($0.platform)) on \($0.days) days (\($0.limit) a day)" }
        return Alert(html: "📅 Next week is full: \(list.joined(separator: ", "))")
    }
}
