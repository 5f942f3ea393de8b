import JSON
import Records
import Statistics
import Time

/// What is remembered of scores: every score that was computed and differed from the one before (decisions e: without
/// snapshots nothing can be evaluated later), and who counts as being in the decision stage for messages.
struct ScoreHistory: Sendable {
    private static let stages = "decision stage"
    /// Written at the end of the first complete run: from then on, who is not remembered is outside.
    private static let began = "*"
    /// Snapshots are kept so long.
    static let daysKept = 365

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

    /// Keeps the scores that differ from what the table has, all of a page in one entry: an entry for each contact would cost
    /// more than scoring it. To be called before the table is written: a run that is killed in between keeps a score twice
    /// then, and not never.
    func keep(_ page: ProspectPage, _ cards: [ScoreCard], at now: Instant) throws(StoreError) {
        var scores: [String: JSON] = [:]
        for (contact, card) in zip(page.people, cards) {
            let stored = page.stored(contact)
            guard stored?.score != card.score || stored?.breakdown != card.breakdown else { continue }
            let points = ProspectScorer.signals.map { JSON(card.breakdown[$0] ?? 0) }
            scores[contact.id.text] = .array([JSON(card.score)] + points)
        }
        guard let first = scores.keys.min() else { return }
        let value: JSON = ["signals": JSON(ProspectScorer.signals), "scores": .object(scores)]
        try memory.remember(
            [MemoryChange(ScoreHistory.topic(of: now), "\(now.iso8601Precise) \(first)", value)], at: now)
    }

    /// A topic for each day, so that whoever reads all of them holds one day's at a time.
    private static func topic(of day: Instant) -> String { "scores \(day.iso8601.prefix(10))" }

    /// Remembers what a complete run found, and forgets snapshots that are too old to tell anything.
    func finish(_ moves: [RowID: StageHysteresis], at now: Instant) throws(StoreError) {
        // Made one by one while they are written: of a hundred thousand contacts ten thousand may move.
        let changes = moves.lazy.map { id, state in
            var value: [String: JSON] = ["inside": .bool(state.isInside)]
            if let leftAt = state.leftAt { value["left_at"] = .string(leftAt.iso8601Precise) }
            return MemoryChange(ScoreHistory.stages, id.text, .object(value))
        }
        let began = hasBegun ? [] : [MemoryChange(ScoreHistory.stages, ScoreHistory.began, true)]
        try memory.remember([AnySequence(changes), AnySequence(began)].joined(), at: now)
        // The days since the last run, unless it was off for a season.
        for age in ScoreHistory.daysKept + 1...ScoreHistory.daysKept + 90 {
            let day = now - .seconds(age * 86_400)
            try memory.forget(ScoreHistory.topic(of: day), before: now)
        }
    }

    /// One score of the past.
    struct Snapshot: Hashable, Sendable {
        let at: Instant
        let score: Int
        /// Signal → points; one that earned none is not there.
        let breakdown: [String: Int]
    }

    /// The scores of some contacts that were kept on a day of UTC, the oldest first.
    static func snapshots(
        on day: Instant, of contacts: (RowID) -> Bool, in memory: any DomainMemory
    ) throws(StoreError) -> [(contact: RowID, snapshot: Snapshot)] {
        var found: [(contact: RowID, snapshot: Snapshot)] = []
        for entry in try memory.entries(topic(of: day), since: nil, limit: .max) {
            let signals = (entry.value["signals"]?.array ?? []).compactMap(\.string)
            for (key, value) in entry.value["scores"]?.object ?? [:] {
                let numbers = (value.array ?? []).compactMap { $0.integer.map(Int.init) }
                guard let contact = RowID(key), contacts(contact), let score = numbers.first else { continue }
                let points = zip(signals, numbers.dropFirst()).filter { $0.1 != 0 }.map { ($0.0, $0.1) }
                let breakdown = Dictionary(points) { $1 }
                found.append((contact, Snapshot(at: entry.at, score: score, breakdown: breakdown)))
            }
        }
        return found
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
