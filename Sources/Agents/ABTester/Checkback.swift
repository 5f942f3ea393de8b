import JSON
import Records
import Statistics
import Time

/// What one checkback did with one test.
struct TestReport: Hashable, Sendable {
    let id: RowID
    let niche: String
    var status: String
    var winner: String?
    /// The way that the winning post went, and its lead as a share of the loser's score.
    var method: String?
    var uplift: Double?
    /// The windows that have figures by now.
    var windows: [String]
    var evidence: JSON = nil
    /// What could not be read or found.
    var remarks: [String] = []

    var shown: JSON {
        [
            "test_id": .string(id.text), "niche": .string(niche), "status": .string(status),
            "winner": winner.map(JSON.string) ?? nil, "windows": JSON(windows), "evidence": evidence,
            "remarks": JSON(remarks),
        ]
    }

    /// As the sweep's summary names a winner (DI-12).
    var shownWinner: JSON {
        [
            "test_id": .string(id.text), "niche": .string(niche), "winner": winner.map(JSON.string) ?? nil,
            "method": method.map(JSON.string) ?? nil, "uplift": uplift.map(JSON.number) ?? nil,
        ]
    }
}

/// Measures running tests and decides those that have their 24 hours (AB-05…AB-08, AB-12, AB-16, AB-17).
enum Checkback {
    /// Age and column of each window (AB-05).
    enum Window: String, CaseIterable {
        case oneHour = "1h"
        case fourHours = "4h"
        case day = "24h"

        var age: Duration {
            switch self {
            case .oneHour: .seconds(3_600)
            case .fourHours: .seconds(4 * 3_600)
            case .day: .seconds(86_400)
            }
        }

        func metrics(of row: Row<ABTests>) -> JSON? {
            switch self {
            case .oneHour: row.metrics1h
            case .fourHours: row.metrics4h
            case .day: row.metrics24h
            }
        }

        func set(_ json: JSON, in draft: inout Draft<ABTests>) {
            switch self {
            case .oneHour: draft.metrics1h = json
            case .fourHours: draft.metrics4h = json
            case .day: draft.metrics24h = json
            }
        }
    }

    static func run(_ context: TaskContext) async throws -> TaskResult {
        var alerts = try await recoverInterrupted(context)
        var running: [Row<ABTests>] = []
        try await context.store.eachPage(of: ABTests.self, where: \.status == "running") { running += $0 }
        running.sort { ($0.createdAt, $0.id) < ($1.createdAt, $1.id) }
        // What this run finds to be too little is looked at again by the next.
        let unsettled = try await EvidenceRecheck.unsettled(besides: Set(running.map(\.id)), context)
        var reports: [TestReport] = []
        var degraded: [String] = []
        var away: ServiceError?
        for (index, row) in running.enumerated() {
            context.progress("tests", index, running.count)
            do {
                let (report, news) = try await check(row, context)
                reports.append(report)
                alerts += news
                degraded += report.remarks.map { "test \(row.id): \($0)" }
            } catch let error as ServiceError {
                // One test that cannot be read does not keep the others waiting.
                away = error
                degraded.append("test \(row.id): \(error)")
            }
        }
        // Nothing could be read at all: the run failed, and a later one makes up for it.
        if reports.isEmpty, let away { throw away }
        let decided = reports.filter { $0.status != "running" }
        let (rechecked, trouble) = try await EvidenceRecheck.run(unsettled, context)
        degraded += trouble
        let lines = (reports + rechecked).map { report in
            [
                report.id.text, report.niche, report.status, report.winner ?? "",
                report.windows.joined(separator: ", "),
            ]
        }
        return TaskResult(
            lines.isEmpty
                ? "no test is running" : TextTable.render(["TEST", "NICHE", "STATUS", "WINNER", "WINDOWS"], lines),
            data: [
                "tests": .array((reports + rechecked).map(\.shown)),
                "running": JSON(reports.count - decided.count), "decided": JSON(decided.count),
                "winners": .array(reports.filter { $0.status == "complete" }.map(\.shownWinner)),
            ], degraded: degraded, alerts: alerts)
    }

    // MARK: One test

    private static func check(
        _ row: Row<ABTests>, _ context: TaskContext
    ) async throws -> (TestReport, [Alert]) {
        let intent =
            try context.memory.entry(TestIntent.topicName, row.id.text).flatMap { TestIntent($0) }
            ?? TestIntent(unknown: row)
        let age = context.now - row.createdAt
        var report = TestReport(
            id: row.id, niche: row.niche, status: row.status,
            windows: Window.allCases.filter { $0.metrics(of: row) != nil }.map(\.rawValue))
        var looks = TestLooks(try context.memory.value(TestLooks.topicName, row.id.text))
        if looks.looks.isEmpty { looks = TestLooks(windowsOf: row) }
        var draft = Draft<ABTests>()
        if let day = row.metrics24h.map({ TestMetrics($0) }), !context.isDryRun {
            // Measured already: deciding asks nobody.
            return try await decide(
                row, intent, looks, day, (row.postURLA, row.postURLB), draft, report, context)
        }
        let urls: (a: String?, b: String?)
        do {
            urls = try await addresses(row, &draft, context)
        } catch let error as TaskError {
            return try await end(row, "post B is live, and post A is not: \(error.message)", &report, context)
        }
        var metrics: TestMetrics?
        if let a = urls.a, let b = urls.b, let tweets = context.services.tweets {
            metrics = looks.add(age: age, a: try await tweets.counts(of: a), b: try await tweets.counts(of: b))
        } else {
            report.remarks.append("the address of post \(urls.a == nil ? "A" : "B") is not known yet")
        }
        for (side, counts) in [("A", metrics?.a), ("B", metrics?.b)] where counts?.isKnown == false {
            report.remarks.append("post \(side) gave no figures")
        }
        let isComplete = metrics.map { $0.a.isKnown && $0.b.isKnown } ?? false
        if let metrics, isComplete {
            // K28: a window is taken at the first run that is old enough and finds it empty; a test stays eligible.
            for window in Window.allCases where age >= window.age && window.metrics(of: row) == nil {
                window.set(metrics.json(ageMinutes: age.components.seconds / 60), in: &draft)
                report.windows.append(window.rawValue)
            }
        }
        guard !context.isDryRun else { return (report, []) }
        if metrics != nil {
            try context.memory.remember(
                [MemoryChange(TestLooks.topicName, row.id.text, looks.json)], at: context.now)
        }
        if let day = (draft.metrics24h ?? nil).map({ TestMetrics($0) }) {
            return try await decide(row, intent, looks, day, urls, draft, report, context)
        }
        if age > context.settings.abTest.giveUpAfter {
            let side = urls.a == nil || metrics?.a.isKnown == false ? "A" : "B"
            return try await end(
                row, "no figures of post \(side) in \(age.components.seconds / 3_600) hours: deleted, or never there",
                &report, context)
        }
        if !draft.cells.isEmpty {
            try await context.store.update(where: \ABTests.id == row.id && \.status == "running", set: draft)
        }
        return (report, [])
    }

    /// Where both posts are; what was not known at creation is looked for again (K31).
    private static func addresses(
        _ row: Row<ABTests>, _ draft: inout Draft<ABTests>, _ context: TaskContext
    ) async throws -> (a: String?, b: String?) {
        var (a, b) = (row.postURLA, row.postURLB)
        guard a == nil || b == nil, let desk = try? PostingDesk(context) else { return (a, b) }
        if a == nil, let submission = row.postIDA {
            a = try await desk.urlOfA(
                submission: submission, text: row.variantAText, isPatient: false, since: row.createdAt)
            if let a { draft.postURLA = a }
        }
        if b == nil {
            b = try await desk.urlOnTimeline(text: row.variantBText, isPatient: false, since: row.createdAt)
            if let b { draft.postURLB = b }
        }
        return (a, b)
    }

    /// A test that cannot be finished: `error`, with the side that is live (AB-14).
    private static func end(
        _ row: Row<ABTests>, _ reason: String, _ report: inout TestReport, _ context: TaskContext
    ) async throws -> (TestReport, [Alert]) {
        report.status = "error"
        report.remarks.append(reason)
        guard !context.isDryRun else { return (report, []) }
        let changed = try await context.store.update(
            where: \ABTests.id == row.id && \.status == "running",
            set: Draft {
                $0.status = "error"
                $0.error = reason
                $0.completedAt = context.now
            })
        return (report, changed.isEmpty ? [] : [.testFailed(row.niche, reason)])
    }

    /// AB-07, AB-08: the rule decides; the evidence stands beside it. What the test taught goes out first and may be
    /// repeated; the change of status comes last, is made by one run alone, and brings the message (AB-13, ABTS-005).
    private static func decide(
        _ row: Row<ABTests>, _ intent: TestIntent, _ looks: TestLooks, _ day: TestMetrics,
        _ urls: (a: String?, b: String?), _ draft: Draft<ABTests>, _ report: TestReport, _ context: TaskContext
    ) async throws -> (TestReport, [Alert]) {
        var (draft, report) = (draft, report)
        let verdict = RuleVerdict(day.a, day.b, minimumMargin: context.settings.abTest.margin)
        let judgement = try await TestJudgement(row, intent, looks, context)
        try await Lessons.record(row, intent, day, urls, verdict.winner, context)
        try judgement.remember(context)
        try EvidenceRecheck.note(judgement.evidence.grade, of: row, context)
        draft.status = verdict.winner == nil ? "inconclusive" : "complete"
        draft.winner = verdict.winner?.rawValue ?? "tie"
        draft.engScoreA = verdict.scoreA
        draft.engScoreB = verdict.scoreB
        draft.completedAt = context.now
        report.status = draft.status ?? ""
        report.winner = draft.winner ?? nil
        report.method = verdict.winner.map { $0 == .a ? row.testMethodA : row.testMethodB }
        report.uplift = verdict.upliftOverLoser
        report.evidence = judgement.shown(about: verdict.winner)
        let changed = try await context.store.update(
            where: \ABTests.id == row.id && \.status == "running", set: draft)
        guard !changed.isEmpty, let winner = verdict.winner else { return (report, []) }
        return (
            report,
            [
                .testWinner(
                    method: report.method ?? "", uplift: report.uplift,
                    niche: row.niche, hook: TweetText.hook(of: winner == .a ? row.variantAText : row.variantBText),
                    evidence: judgement.evidence.sentence(about: winner))
            ]
        )
    }

    // MARK: Interrupted

    /// Tests whose posting was under way when the process died: a row says so, because a post may be live.
    private static func recoverInterrupted(_ context: TaskContext) async throws -> [Alert] {
        let open = try context.memory.entries(TestIntent.topicName, since: nil, limit: .max)
            .compactMap { TestIntent($0) }
            .filter { $0.phase == .posting && context.now - $0.createdAt > .seconds(3_600) }
        guard !context.isDryRun else { return [] }
        var alerts: [Alert] = []
        for var intent in open {
            let reason = "interrupted while posting: whether a post is live is not known; look for the texts on Twitter"
            let row = Draft<ABTests> {
                $0.id = intent.id
                $0.niche = intent.niche
                $0.testMethodA = "blotato"
                $0.testMethodB = "safari"
                $0.variantAText = intent.text(of: .a)
                $0.variantBText = intent.text(of: .b)
                $0.status = "error"
                $0.error = reason
                $0.createdAt = intent.createdAt
                $0.completedAt = context.now
            }
            // A row that is there tells more than this.
            let isThere = try await context.store.first(Query<ABTests>(limit: 1).filter(\.id == intent.id)) != nil
            if !isThere {
                try await context.store.insert([row], onConflict: .ignore)
                alerts.append(.testFailed(intent.niche, reason))
            }
            intent.phase = .recorded
            try context.memory.remember([intent.change], at: context.now)
        }
        return alerts
    }
}

extension TestMetrics {
    /// With the true age at which the figures were read.
    func json(ageMinutes: Int64) -> JSON {
        var members = json.object ?? [:]
        members["age_minutes"] = .integer(ageMinutes)
        return .object(members)
    }
}
