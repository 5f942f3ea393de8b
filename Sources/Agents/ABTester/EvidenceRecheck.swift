import JSON
import Records
import Statistics
import Time

/// Tests whose evidence was `insufficient` when the rule decided them: their figures are read again until 72 hours have
/// passed, then that is final (decisions b). The rule's winner, the row and the message stay as they were at 24 h.
enum EvidenceRecheck {
    private static let topic = "recheck"

    /// Remembers, before the test is decided, that there is too little to judge it by.
    static func note(_ grade: Statistics.Evidence.Grade, of row: Row<ABTests>, _ context: TaskContext) throws {
        let isEarly = context.now - row.createdAt < context.settings.abTest.giveUpAfter
        guard grade == .insufficient, isEarly else { return }
        try context.memory.remember([MemoryChange(topic, row.id.text, [:])], at: context.now)
    }

    /// Decided tests that are to be looked at again, the oldest first.
    ///
    /// - Parameter running: tests that are not decided yet, by whatever went wrong after ``note(_:of:_:)``.
    static func unsettled(besides running: Set<RowID>, _ context: TaskContext) async throws -> [Row<ABTests>] {
        var rows: [Row<ABTests>] = []
        for entry in try context.memory.entries(topic, since: nil, limit: .max) {
            guard let id = RowID(entry.key), !running.contains(id) else { continue }
            rows += try await context.store.fetch(Query<ABTests>(limit: 1).filter(\.id == id))
        }
        return rows
    }

    /// - Returns: what was found, and what could not be read.
    static func run(
        _ rows: [Row<ABTests>], _ context: TaskContext
    ) async throws -> (reports: [TestReport], trouble: [String]) {
        var (reports, trouble): ([TestReport], [String]) = ([], [])
        for row in rows {
            do {
                reports.append(try await look(row, context))
            } catch let error as ServiceError {
                // The rule has decided; a later run looks again.
                trouble.append("test \(row.id), evidence: \(error)")
            }
        }
        return (reports, trouble)
    }

    private static func look(_ row: Row<ABTests>, _ context: TaskContext) async throws -> TestReport {
        let intent =
            try context.memory.entry(TestIntent.topicName, row.id.text).flatMap { TestIntent($0) }
            ?? TestIntent(unknown: row)
        var looks = TestLooks(try context.memory.value(TestLooks.topicName, row.id.text))
        if looks.looks.isEmpty { looks = TestLooks(windowsOf: row) }
        let age = context.now - row.createdAt
        let isFinal = age >= context.settings.abTest.giveUpAfter
        if let a = row.postURLA, let b = row.postURLB, let tweets = context.services.tweets {
            _ = looks.add(age: age, a: try await tweets.counts(of: a), b: try await tweets.counts(of: b))
        }
        let judgement = try await TestJudgement(row, intent, looks, context)
        if !context.isDryRun {
            try judgement.remember(context)
            var changes = [MemoryChange(TestLooks.topicName, row.id.text, looks.json)]
            if isFinal || judgement.evidence.grade != .insufficient {
                changes.append(MemoryChange(topic, row.id.text, nil))
            }
            try context.memory.remember(changes, at: context.now)
        }
        return TestReport(
            id: row.id, niche: row.niche, status: row.status, winner: row.winner,
            windows: Checkback.Window.allCases.filter { $0.metrics(of: row) != nil }.map(\.rawValue),
            evidence: judgement.shown(about: row.winner.flatMap(Side.init)))
    }
}
