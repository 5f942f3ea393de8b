import JSON
import Records
import Time

/// The funnel: how many contacts each stage holds, how the scores lie, and who moved within a week.
struct ProspectPicture {
    /// How far back movements are counted.
    static let movement = Duration.seconds(7 * 86_400)

    private var stages: [String: Int] = [:]
    /// Contacts by tens of their score: 0…9, 10…19, …, 90…100.
    private var tens = Array(repeating: 0, count: 10)
    private var moves: [Move: Int] = [:]
    private let past: ScorePast

    /// From one stage to another; `new` for a contact that had no score a week ago.
    private struct Move: Hashable, Comparable {
        let from: String
        let to: String

        static func < (a: Move, b: Move) -> Bool { (a.from, a.to) < (b.from, b.to) }
    }

    init(past: ScorePast) { self.past = past }

    mutating func add(_ row: Row<ProspectScores>) {
        stages[row.funnelStage, default: 0] += 1
        tens[min(max(row.score / 10, 0), 9)] += 1
        guard let before = past.stage(of: row.contactID, createdAt: row.createdAt), before != row.funnelStage else {
            return
        }
        moves[Move(from: before, to: row.funnelStage), default: 0] += 1
    }

    var json: JSON {
        [
            "stages": .array(
                FunnelStage.allCases.map { stage in
                    let name = stage.rawValue
                    func count(_ matches: (Move) -> Bool) -> Int {
                        moves.filter { matches($0.key) }.values.reduce(0, +)
                    }
                    return [
                        "stage": .string(name), "count": JSON(stages[name] ?? 0),
                        "entered": JSON(count { $0.to == name }), "left": JSON(count { $0.from == name }),
                    ]
                }),
            "score_tens": .array(tens.map { JSON($0) }),
            "moves": .array(
                moves.sorted { $0.key < $1.key }.map { move, count in
                    ["from": .string(move.from), "to": .string(move.to), "count": JSON(count)]
                }),
            "movement_days": JSON(Int(ProspectPicture.movement.components.seconds / 86_400)),
        ]
    }

    static func read(_ context: TaskContext) async throws -> JSON {
        var picture = ProspectPicture(past: try ScorePast(context))
        let isWhole = try await context.store.eachUpToLimit(of: ProspectScores.self) { picture.add($0) }
        return picture.json.markedPartial(unless: isWhole && picture.past.isWhole)
    }
}

/// In which stage the contacts whose score has changed lately were before.
struct ScorePast {
    /// Days before the week that are looked through for a contact's last score before it.
    private static let daysBefore = 30
    /// Scores that are looked at, at most; beyond them a movement is not known.
    private static let scoresMax = 200_000

    /// False when a week had more scores than are looked at: then some movements are not known.
    let isWhole: Bool
    private let since: Instant
    private var before: [RowID: FunnelStage] = [:]
    private var firstSince: [RowID: FunnelStage] = [:]

    /// - Parameter snapshots: the oldest first.
    init(
        _ snapshots: some Sequence<(contact: RowID, snapshot: ScoreHistory.Snapshot)>, since: Instant,
        isWhole: Bool = true, stage: (Int) -> FunnelStage
    ) {
        self.since = since
        self.isWhole = isWhole
        for (contact, snapshot) in snapshots {
            if snapshot.at < since {
                before[contact] = stage(snapshot.score)
            } else if firstSince[contact] == nil {
                firstSince[contact] = stage(snapshot.score)
            }
        }
    }

    init(_ context: TaskContext) throws {
        let since = context.now - ProspectPicture.movement
        let week = Int(ProspectPicture.movement.components.seconds / 86_400)
        var changed: Set<RowID> = []
        var days: [[(contact: RowID, snapshot: ScoreHistory.Snapshot)]] = []
        var count = 0
        for age in 0...week + ScorePast.daysBefore where count < ScorePast.scoresMax {
            let day = context.now - .seconds(age * 86_400)
            // Before the week only those count whose score changed in it.
            let found = try ScoreHistory.snapshots(
                on: day, of: { age <= week || changed.contains($0) }, in: context.memory)
            if age <= week { changed.formUnion(found.map(\.contact)) }
            count += found.count
            days.append(found)
        }
        let settings = context.settings.prospect
        self.init(days.reversed().joined(), since: since, isWhole: days.count > week) { settings.stage(of: $0) }
    }

    /// The stage at the beginning of the week, `new` for a contact that was not scored then; `nil` when no change is known.
    func stage(of contact: RowID, createdAt: Instant?) -> String? {
        guard let first = firstSince[contact] else { return nil }
        if let stage = before[contact] { return stage.rawValue }
        if let createdAt, createdAt >= since { return "new" }
        return first.rawValue
    }
}
