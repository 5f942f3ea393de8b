import JSON
import Records
import Statistics
import Time

/// What is remembered of scores: every score that was computed and differed from the one before (decisions e: without
/// snapshots nothing can be evaluated later), and who counts as being in the decision stage for messages.
struct ScoreHistory: Sendable {
    /// Topics of the snapshots, by the last digits of the contact's id: what is worked on is read a shelf at a time.
    static let shelves = (0..<256).map { "scores " + ($0 < 16 ? "0" : "") + String($0, radix: 16) }
    private static let stages = "decision stage"
    /// Written at the end of the first complete run: from then on, who is not remembered is outside.
    private static let began = "*"
    private static let snapshotsMaxAge = Duration.seconds(365 * 86_400)

    private let memory: any DomainMemory
    private let limits: StageHysteresis.Limits
    private let states: [RowID: StageHysteresis]
    private let hasBegun: Bool

    init(_ context: TaskContext) throws(StoreError) {
        memory = context.memory
        var limits = StageHysteresis.Limits()
        limits.enter = context.settings.prospect.decisionFrom
        limits.leave = min(context.settings.prospect.alertLeaveBelow, limits.enter)
        limits.pause = context.settings.prospect.alertPause
        self.limits = limits
        let entries = try context.memory.entries(ScoreHistory.stages, since: nil, limit: .max)
        hasBegun = entries.contains { $0.key == ScoreHistory.began }
        states = Dictionary(
            entries.compactMap { entry in
                RowID(entry.key).map { id in
                    (
                        id,
                        StageHysteresis(
                            isInside: entry.value["inside"]?.bool ?? false,
                            leftAt: entry.value["left_at"]?.string.flatMap { Instant(iso8601: $0) }, limits: limits)
                    )
                }
            }, uniquingKeysWith: { $1 })
    }

    /// Who enters or leaves the decision stage with these scores (PR-21, decisions e). Nothing is remembered yet: only a
    /// run that is through has told anybody.
    func moves(
        _ page: ProspectPage, _ cards: [ScoreCard], at now: Instant
    ) -> (moves: [RowID: StageHysteresis], entrants: [RowID: StageEntry]) {
        var moves: [RowID: StageHysteresis] = [:]
        var entrants: [RowID: StageEntry] = [:]
        for (contact, card) in zip(page.people, cards) {
            // Scores of before the first run with a memory: whoever was in the stage then is no news now.
            let was = !hasBegun && page.stored(contact)?.stage == FunnelStage.decision.rawValue
            guard card.score >= limits.enter || was || states[contact.id] != nil else { continue }
            var state = states[contact.id] ?? StageHysteresis(isInside: was, limits: limits)
            let event = state.observe(card.score, at: now)
            if case .entered(let alerts) = event { entrants[contact.id] = alerts ? .told : .untold }
            if event != nil || states[contact.id] == nil { moves[contact.id] = state }
        }
        return (moves, entrants)
    }

    /// Keeps the scores that differ from what the table had.
    func keep(_ page: ProspectPage, _ cards: [ScoreCard], at now: Instant) throws(StoreError) {
        var changes: [MemoryChange] = []
        for (contact, card) in zip(page.people, cards) {
            let stored = page.stored(contact)
            guard stored?.score != card.score || stored?.breakdown != card.breakdown else { continue }
            let value: JSON = ["score": JSON(card.score), "breakdown": .object(card.breakdown.mapValues { JSON($0) })]
            let shelf = "scores \(contact.id.text.suffix(2))"
            changes.append(MemoryChange(shelf, "\(contact.id.text) \(now.iso8601Precise)", value))
        }
        try memory.remember(changes, at: now)
    }

    /// Remembers what a complete run found, and forgets snapshots that are too old to tell anything.
    func finish(_ moves: [RowID: StageHysteresis], at now: Instant) throws(StoreError) {
        var changes = moves.map { id, state in
            var value: [String: JSON] = ["inside": .bool(state.isInside)]
            if let leftAt = state.leftAt { value["left_at"] = .string(leftAt.iso8601Precise) }
            return MemoryChange(ScoreHistory.stages, id.text, .object(value))
        }
        if !hasBegun { changes.append(MemoryChange(ScoreHistory.stages, ScoreHistory.began, true)) }
        try memory.remember(changes, at: now)
        for shelf in ScoreHistory.shelves {
            try memory.forget(shelf, before: now - ScoreHistory.snapshotsMaxAge)
        }
    }

    /// One score of the past.
    struct Snapshot: Hashable, Sendable {
        let at: Instant
        let score: Int
    }

    /// The snapshots of a shelf by contact, the oldest first.
    static func snapshots(on shelf: String, in memory: any DomainMemory) throws(StoreError) -> [RowID: [Snapshot]] {
        var snapshots: [RowID: [Snapshot]] = [:]
        for entry in try memory.entries(shelf, since: nil, limit: .max) {
            guard let contact = entry.key.split(separator: " ").first.flatMap({ RowID(String($0)) }),
                let score = entry.value["score"]?.integer
            else { continue }
            snapshots[contact, default: []].append(Snapshot(at: entry.at, score: Int(score)))
        }
        return snapshots
    }
}

/// How a signal's points differ from the last score's.
struct ScoreChange: Hashable, Sendable {
    let signal: String
    let before: Int
    let after: Int

    static func all(from before: [String: Int], to after: [String: Int]) -> [ScoreChange] {
        Set(before.keys).union(after.keys).sorted().compactMap { signal in
            let change = ScoreChange(signal: signal, before: before[signal] ?? 0, after: after[signal] ?? 0)
            return change.before == change.after ? nil : change
        }
    }

    var json: JSON { ["signal": .string(signal), "before": JSON(before), "after": JSON(after)] }

    static func text(_ changes: [ScoreChange]) -> String {
        guard !changes.isEmpty else { return ", unchanged" }
        let texts = changes.map { "\($0.signal) \($0.after - $0.before > 0 ? "+" : "")\($0.after - $0.before)" }
        return " (\(texts.joined(separator: ", ")))"
    }
}
