import JSON
import Records
import Statistics
import Time

/// The task `calibration`: what the score is worth against replies that came later, and what each signal decides
/// (decisions e). The score is points and is never shown as a probability.
enum ProspectCalibration {
    private static let lookback = Duration.seconds(180 * 86_400)

    static func calibration(_ context: TaskContext) async throws -> TaskResult {
        let touches = try await touches(context)
        var breakdowns: [[String: Int]] = []
        var missing: [String: Int] = [:]
        // A score that the memory knows no change of stands as it is in the table.
        var history: [RowID: [ScoreHistory.Snapshot]] = [:]
        try await context.store.eachPage(of: ProspectScores.self) { page in
            for row in page {
                let points = StoredScore.points(row.scoreBreakdown)
                breakdowns.append(points)
                for signal in ProspectScorer.signals where points[signal] == nil { missing[signal, default: 0] += 1 }
                guard touches[row.contactID] != nil else { continue }
                history[row.contactID] = [.init(at: Instant(microseconds: .min), score: row.score, breakdown: points)]
            }
        }
        try addSnapshots(to: &history, of: touches, context)
        let report = LeadScoreReport(touches.flatMap { labels(history[$0.key] ?? [], $0.value, now: context.now) })
        let weights = SignalWeight.all(breakdowns, limit: context.settings.prospect.decisionFrom)
        return TaskResult(
            text(report, weights, contacts: breakdowns.count), data: data(report, weights, missing, breakdowns.count))
    }

    /// When we wrote to contacts and when they replied; those whom nobody wrote to are left out.
    private static func touches(_ context: TaskContext) async throws -> [RowID: Touches] {
        var touches: [RowID: Touches] = [:]
        let since: Predicate<Interactions> = \.createdAt >= context.now - lookback
        try await context.store.eachPage(of: Interactions.self, where: since) { page in
            for row in page {
                if row.direction == "outbound" {
                    touches[row.contactID, default: Touches()].outreach.append(row.createdAt)
                } else if row.type == "dm_reply" || row.type == "email_reply" {
                    touches[row.contactID, default: Touches()].replies.append(row.createdAt)
                }
            }
        }
        return touches.filter { !$0.value.outreach.isEmpty }
    }

    /// Puts what is remembered in the place of what the table has, a day at a time.
    private static func addSnapshots(
        to history: inout [RowID: [ScoreHistory.Snapshot]], of touches: [RowID: Touches], _ context: TaskContext
    ) throws {
        var known: [RowID: [ScoreHistory.Snapshot]] = [:]
        for age in (0...ScoreHistory.daysKept).reversed() {
            try Task.checkCancellation()
            let kept = try ScoreHistory.snapshots(
                on: context.now - .seconds(age * 86_400), of: { touches[$0] != nil }, in: context.memory)
            for (contact, snapshot) in kept { known[contact, default: []].append(snapshot) }
        }
        history.merge(known) { $1 }
    }

    /// When we wrote to a contact, and when they replied.
    struct Touches: Hashable, Sendable {
        var outreach: [Instant] = []
        var replies: [Instant] = []
    }

    /// One label for each stretch of 14 days that begins with a message of ours: the score that was in force when we wrote.
    /// Only changes are kept, so a score stands until the next; and a contact whose score changes often counts no more than
    /// one whose score stands still.
    ///
    /// - Parameter snapshots: of one contact, the oldest first.
    static func labels(
        _ snapshots: [ScoreHistory.Snapshot], _ touches: Touches, now: Instant
    ) -> [LabelledScore] {
        var labels: [LabelledScore] = []
        var end: Instant?
        for sent in touches.outreach.sorted() where end.map({ sent > $0 }) ?? true {
            guard let snapshot = snapshots.last(where: { $0.at < sent }) else { continue }
            end = sent + LabelledScore.horizon
            let label = LabelledScore(
                snapshotAt: sent - .microseconds(1), score: snapshot.score, outreach: [sent],
                replies: touches.replies, now: now)
            if let label { labels.append(label) }
        }
        return labels
    }

    private static func text(_ report: LeadScoreReport, _ weights: [SignalWeight], contacts: Int) -> String {
        var lines = [
            "\(String.grouped(report.labelled)) messages of ours are at least 14 days old; "
                + "\(String.grouped(report.positives)) of them were answered in that time"
        ]
        if let bins = report.bins {
            lines.append(
                TextTable.render(
                    ["SCORE", "SCORES", "REPLIED", "95 %"],
                    bins.map { bin in
                        [
                            "\(bin.from)–\(bin.from == 80 ? 100 : bin.from + 19)", String(bin.count),
                            bin.count > 0 ? String.percent(bin.rate) : "–",
                            bin.count > 0
                                ? "\(String.percent(bin.interval.lower))–\(String.percent(bin.interval.upper))" : "–",
                        ]
                    }))
        } else {
            lines.append("too few to say more: 50 with 10 replies are needed")
        }
        if let auc = report.auc {
            lines.append("a replier outranks a silent one in \(String.percent(auc)) of pairs (50 % would be chance)")
        }
        lines.append("only those who were written to can reply, so low scores stay largely unjudged")
        lines.append(
            TextTable.render(
                ["SIGNAL", "CONTACTS", "DECIDES"],
                weights.map { weight in
                    let note =
                        weight.isDead ? " (moves nobody)" : weight.isSinglePointOfFailure ? " (decides alone)" : ""
                    return [
                        weight.signal, String.grouped(weight.contacts),
                        "\(String.percent(weight.shareOfDecisions)) of the decision stage\(note)",
                    ]
                }))
        return lines.joined(separator: "\n")
    }

    private static func data(
        _ report: LeadScoreReport, _ weights: [SignalWeight], _ missing: [String: Int], _ contacts: Int
    ) -> [String: JSON] {
        func number(_ value: Double?) -> JSON { value.map(JSON.number) ?? nil }
        let bins = (report.bins ?? []).map { bin -> JSON in
            [
                "from": JSON(bin.from), "count": JSON(bin.count), "positives": JSON(bin.positives),
                "rate": .number(bin.rate), "lower": .number(bin.interval.lower), "upper": .number(bin.interval.upper),
            ]
        }
        let signals = weights.map { weight -> JSON in
            [
                "signal": .string(weight.signal), "contacts": JSON(weight.contacts), "tau_b": number(weight.tau),
                "crossings": JSON(weight.crossings), "share_of_decisions": .number(weight.shareOfDecisions),
                "dead": .bool(weight.isDead), "single_point_of_failure": .bool(weight.isSinglePointOfFailure),
            ]
        }
        var data: [String: JSON] = [
            "labelled": JSON(report.labelled), "positives": JSON(report.positives), "bins": .array(bins),
            "auc": number(report.auc), "signals": .array(signals), "contacts": JSON(contacts),
            "without_signal": .object(missing.mapValues { JSON($0) }),
        ]
        if let percent = report.asPercent {
            data["read_as_percent"] = [
                "brier": .number(percent.brier), "skill": number(percent.skill),
                "expected_calibration_error": .number(percent.expectedCalibrationError),
            ]
        }
        if let logistic = report.logistic {
            data["logistic"] = [
                "intercept": .number(logistic.fit.intercept), "slope": .number(logistic.fit.slope),
                "brier": .number(logistic.judged.brier), "skill": number(logistic.judged.skill),
                "auc": number(logistic.judged.auc),
            ]
        }
        return data
    }
}
