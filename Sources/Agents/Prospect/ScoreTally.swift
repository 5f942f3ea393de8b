import JSON
import Records
import Statistics
import Time

/// A page with its people's scores, in their order.
struct ScoredPage: Sendable {
    let page: ProspectPage
    let cards: [ScoreCard]
    /// Who entered or left the decision stage, as far as messages are concerned.
    let moves: [RowID: StageHysteresis]
    let entrants: [RowID: StageEntry]
    let removedBots: Int
}

/// Somebody entered the decision stage.
enum StageEntry: Hashable, Sendable {
    case told
    /// Back so soon after leaving that it is no news.
    case untold
}

/// What one run over all contacts found; its size does not depend on their number.
struct ScoreTally {
    /// How many contacts a result names; the rest is counted.
    private static let namedMax = 20
    /// The daily summary's top (K4).
    private static let topCount = 10

    private(set) var scored = 0
    /// The stages that changed, to be remembered when the run is through.
    private(set) var moves: [RowID: StageHysteresis] = [:]
    private(set) var bots = 0
    private var removedBots = 0
    private var stages: [FunnelStage: Int] = [:]
    private var researchReady = 0
    private var enteredCount = 0
    private var entered = TopList<RankedContact>(namedMax, by: RankedContact.ranksHigher)
    private var top = TopList<RankedContact>(topCount, by: RankedContact.ranksHigher)
    private var decided: TopList<RankedContact>

    init(_ settings: ProspectSettings) {
        decided = TopList(settings.alertTop, by: RankedContact.ranksHigher)
    }

    mutating func add(_ scored: ScoredPage) {
        let page = scored.page
        bots += page.bots.count
        moves.merge(scored.moves) { $1 }
        removedBots += scored.removedBots
        for (contact, card) in zip(page.people, scored.cards) {
            add(
                contact, card, entry: scored.entrants[contact.id],
                isResearched: page.stored(contact)?.isResearched ?? false)
        }
    }

    private mutating func add(_ contact: Row<Contacts>, _ card: ScoreCard, entry: StageEntry?, isResearched: Bool) {
        scored += 1
        stages[card.stage, default: 0] += 1
        guard card.stage == .decision || !top.isBeyond(card.score) else { return }
        let ranked = RankedContact(contact, stage: card.stage.rawValue, score: card.score)
        top.insert(ranked)
        guard card.stage == .decision else { return }
        decided.insert(ranked)
        if !isResearched { researchReady += 1 }
        guard entry == .told else { return }
        enteredCount += 1
        entered.insert(ranked)
    }

    /// The message comes only when somebody entered the decision stage (PR-21, K4).
    func result(isDryRun: Bool) -> TaskResult {
        let counts = FunnelStage.allCases.reversed().map { "\(String.grouped(stages[$0] ?? 0)) \($0.rawValue)" }
        let data: [String: JSON] = [
            "scored": JSON(scored), "bots": JSON(bots), "removed_bots": JSON(removedBots),
            "stages": .object(
                Dictionary(uniqueKeysWithValues: FunnelStage.allCases.map { ($0.rawValue, JSON(stages[$0] ?? 0)) })),
            "research_ready": JSON(researchReady), "entered_count": JSON(enteredCount),
            "entered_decision": .array(entered.elements.map(\.json)), "top": .array(top.elements.map(\.json)),
        ]
        let alerts: [Alert] =
            enteredCount == 0
            ? [] : [.newDecisionProspects(top: decided.elements, entered: entered.elements, count: enteredCount)]
        return TaskResult(
            "\(String.grouped(scored)) contacts scored (\(counts.joined(separator: ", "))), "
                + "\(String.grouped(bots)) bots left out\(isDryRun ? " (dry run: nothing written)" : "")",
            data: data, alerts: alerts)
    }
}

extension TopList<RankedContact> {
    /// Whether a contact with this score would not be taken, so that most need not be looked at.
    fileprivate func isBeyond(_ score: Int) -> Bool { isFull && score < elements.last?.score ?? 0 }
}
