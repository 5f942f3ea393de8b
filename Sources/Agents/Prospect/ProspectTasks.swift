import JSON
import Records
import Time

/// The prospect agent's tasks: read → decide → write.
enum ProspectTasks {
    // MARK: Scoring

    /// Pages under way at once: one is decided while the store reads and writes the other.
    private static let pagesAtOnce = 2

    /// Scores every contact that is no bot, a page at a time (PR-01, PR-14, PR-23, PR-24, PR-27).
    ///
    /// Scheduled as `prospect_funnel_score` (PR-20); 500 contacts take far less than the minute of PR-22. The run's row is
    /// written by whoever runs the task (PR-28).
    static func scoreAll(_ context: TaskContext) async throws -> TaskResult {
        let sources = try await ProspectSources(context)
        let scorer = ProspectScorer(context.settings.prospect, outreach: context.settings.outreach, now: context.now)
        let history = try ScoreHistory(context)
        var tally = ScoreTally(context.settings.prospect)
        try await withThrowingTaskGroup(of: ScoredPage.self) { group in
            var underWay = 0
            var last: RowID?
            try await context.store.eachPage(of: Contacts.self) { contacts in
                let selection = ContactSelection.span(after: last, through: contacts.last?.id)
                last = contacts.last?.id
                if underWay == pagesAtOnce, let page = try await group.next() {
                    tally.add(page)
                    underWay -= 1
                    context.progress("contacts", tally.scored + tally.bots, nil)
                }
                group.addTask { try await scorePage(contacts, in: selection, sources, scorer, history, context) }
                underWay += 1
            }
            for try await page in group { tally.add(page) }
        }
        if !context.isDryRun { try history.finish(tally.moves, at: context.now) }
        return tally.result(isDryRun: context.isDryRun)
    }

    private static func scorePage(
        _ contacts: [Row<Contacts>], in selection: ContactSelection, _ sources: ProspectSources,
        _ scorer: ProspectScorer, _ history: ScoreHistory, _ context: TaskContext
    ) async throws -> ScoredPage {
        let page = try await ProspectPage(contacts, in: selection, sources)
        let cards = page.people.map { scorer.card(for: $0, page.signals(of: $0)) }
        let (moves, entrants) = history.moves(page, cards, at: context.now)
        guard !context.isDryRun else {
            return ScoredPage(page: page, cards: cards, moves: moves, entrants: entrants, removedBots: 0)
        }
        try history.keep(page, cards, at: context.now)
        try await context.store.upsert(zip(page.people, cards).map { draft($0.id, $1, now: context.now) })
        let removed = try await removeScores(ofBots: page.bots, in: context.store)
        return ScoredPage(page: page, cards: cards, moves: moves, entrants: entrants, removedBots: removed)
    }

    /// Scores one contact and shows why: each signal with its points and the row that it comes from, and what changed since
    /// the last score (PR-13, PR-18).
    static func score(_ context: TaskContext) async throws -> TaskResult {
        guard let id = context.arguments.id("contact_id"),
            let contact = try await context.store.first(Query<Contacts>(limit: 1).filter(\.id == id))
        else { throw TaskError("no contact has the id \(context.arguments.id("contact_id")?.text ?? "")") }
        let page = try await ProspectPage([contact], ProspectSources(context))
        guard page.bots.isEmpty else {
            let name = RankedContact(contact, stage: "", score: 0).name
            return TaskResult("\(name) is on a bot list and gets no score", data: ["scored": 0, "bots": 1])
        }
        let scorer = ProspectScorer(context.settings.prospect, outreach: context.settings.outreach, now: context.now)
        let card = scorer.card(for: contact, page.signals(of: contact))
        let evidence = try await ProspectEvidence(of: contact, context).all(card.breakdown)
        let previous = page.stored(contact)
        if !context.isDryRun {
            try ScoreHistory(context).keep(page, [card], at: context.now)
            try await context.store.upsert([draft(id, card, now: context.now)])
        }
        let ranked = RankedContact(contact, stage: card.stage.rawValue, score: card.score)
        var data = ranked.members
        data["scored"] = 1
        data["score_breakdown"] = .object(card.breakdown.mapValues { JSON($0) })
        data["evidence"] = .array(evidence.map(\.json))
        data["icp_fit"] = JSON(card.icpFit)
        data["offer_readiness"] = JSON(card.offerReadiness)
        data["next_touch_type"] = .string(card.nextTouchType)
        data["next_touch_at"] = card.nextTouchAt.map { .string($0.iso8601) } ?? nil
        data["signals"] = JSON(card.researchSignals)
        let changes = previous.map { ScoreChange.all(from: $0.breakdown, to: card.breakdown) } ?? []
        data["previous_score"] = previous.map { JSON($0.score) } ?? nil
        data["changes"] = .array(changes.map(\.json))
        let lines = evidence.map { [$0.signal, "\($0.points > 0 ? "+" : "")\($0.points)", $0.source, $0.detail] }
        let table = lines.isEmpty ? "no signal yet" : TextTable.render(["SIGNAL", "POINTS", "FROM", "WHAT"], lines)
        let since = previous.map { "; before: \($0.score)\(ScoreChange.text(changes))" } ?? ""
        return TaskResult(
            "\(ranked.name) (\(ranked.platform)): \(card.score), \(ranked.stage)\(since)\n\(table)", data: data)
    }

    /// The row without its research and `created_at`: what is not sent stays as it is, so a brief survives (PR-17).
    private static func draft(_ contact: RowID, _ card: ScoreCard, now: Instant) -> Draft<ProspectScores> {
        Draft {
            $0.contactID = contact
            $0.funnelStage = card.stage.rawValue
            $0.score = card.score
            $0.scoreBreakdown = .object(card.breakdown.mapValues { JSON($0) })
            $0.nextTouchType = card.nextTouchType
            $0.nextTouchAt = card.nextTouchAt
            $0.offerReadiness = card.offerReadiness
            $0.icpFit = card.icpFit
            $0.updatedAt = now
        }
    }

    /// Bots that were scored before they were listed leave the table, where outreach would find them. A row with a brief
    /// stays: briefs cost money, and a mistyped list must not erase them; readers filter bots anyway.
    private static func removeScores(ofBots bots: [RowID], in store: Store) async throws -> Int {
        guard !bots.isEmpty else { return 0 }
        return try await store.delete(
            where: .isOneOf(\ProspectScores.contactID, bots)
                && (\.researchDone == false || .isNull(\.researchDone)))
    }

    // MARK: Lists

    /// The highest scores (PR-19, PR-26).
    static func top(_ context: TaskContext) async throws -> TaskResult {
        let limit = context.arguments.integer("limit") ?? 10
        let rows = try await ranked(by: scores(limit).order(by: \.score, descending: true), limit, context)
        guard !rows.isEmpty else {
            return TaskResult("no contact is scored yet; prospect score-all does it", data: ["contacts": []])
        }
        return TaskResult(table(rows.map(\.contact)), data: ["contacts": .array(rows.map(\.contact.json))])
    }

    /// Contacts whose next touch falls on today's date in UTC (PR-19).
    static func nextActions(_ context: TaskContext) async throws -> TaskResult {
        let limit = context.arguments.integer("limit") ?? 50
        let midnight = Instant(seconds: context.now.seconds.floorDivided(by: 86_400) * 86_400)
        let rows = try await ranked(
            by: scores(limit).filter(\.nextTouchAt >= midnight && \.nextTouchAt < midnight + .seconds(86_400))
                .order(by: \.score, descending: true),
            limit, context)
        let contacts = rows.map { row in
            var members = row.contact.members
            members["next_touch_type"] = row.score.nextTouchType.map(JSON.string) ?? nil
            members["next_touch_at"] = row.score.nextTouchAt.map { .string($0.iso8601) } ?? nil
            return JSON.object(members)
        }
        guard !rows.isEmpty else { return TaskResult("nobody is due today", data: ["contacts": []]) }
        let extra = rows.map { [$0.score.nextTouchType ?? "", $0.score.nextTouchAt?.iso8601 ?? ""] }
        return TaskResult(
            table(rows.map(\.contact), ["TOUCH", "AT"], extra), data: ["contacts": .array(contacts)])
    }

    /// Decision-stage scores without a brief (PR-19, PR-25); those with PR-15's signals come first (K3).
    static func researchReady(_ context: TaskContext) async throws -> TaskResult {
        let limit = context.arguments.integer("limit") ?? 50
        let queue = try await ResearchQueue.read(limit: limit, context)
        guard !queue.isEmpty else { return TaskResult("nobody is ready for research", data: ["contacts": []]) }
        let contacts = queue.map { entry in
            JSON.object(entry.contact.members.merging(["signals": JSON(entry.signals)]) { $1 })
        }
        let signals = queue.map { [$0.signals.joined(separator: ", ")] }
        return TaskResult(
            table(queue.map(\.contact), ["SIGNALS"], signals), data: ["contacts": .array(contacts)])
    }

    /// More rows than asked for, because those of bots fall out afterwards.
    static func scores(_ limit: Int) -> Query<ProspectScores> { Query(limit: limit + 100) }

    typealias RankedRow = (contact: RankedContact, row: Row<Contacts>, score: Row<ProspectScores>)

    static func ranked(
        by query: Query<ProspectScores>, _ limit: Int, _ context: TaskContext
    ) async throws -> [RankedRow] {
        let scores = try await context.store.fetch(query)
        let contacts = try await context.store.fetch(
            Query<Contacts>(limit: Store.pageSize).filter(.isOneOf(\.id, scores.map(\.contactID))))
        let byID = Dictionary(contacts.map { ($0.id, $0) }, uniquingKeysWith: { $1 })
        let bots = BotFilter(context.settings.prospect.bots)
        let rows = scores.compactMap { score -> RankedRow? in
            guard let contact = byID[score.contactID], !bots.isBot(contact) else { return nil }
            return (RankedContact(contact, stage: score.funnelStage, score: score.score), contact, score)
        }
        return Array(rows.sorted { RankedContact.ranksHigher($0.contact, $1.contact) }.prefix(limit))
    }

    private static func table(
        _ contacts: [RankedContact], _ header: [String] = [], _ extra: [[String]] = []
    ) -> String {
        TextTable.render(
            ["NAME", "STAGE", "SCORE", "PLATFORM"] + header,
            contacts.enumerated().map { index, contact in
                [contact.name.clipped(to: 40), contact.stage, String(contact.score), contact.platform]
                    + (header.isEmpty ? [] : extra[index])
            })
    }
}
