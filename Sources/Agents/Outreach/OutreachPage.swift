import JSON
import Records
import Time

/// What is the same for every contact of a run.
struct OutreachDesk: Sendable {
    let store: Store
    let rules: OutreachRules
    private let settings: OutreachSettings
    private let zones = ZoneDatabase()

    init(_ context: TaskContext) {
        store = context.store
        settings = context.settings.outreach
        rules = OutreachRules(settings, bots: context.settings.prospect.bots)
    }

    /// Where a contact lives: what the settings say, else what the brief says; `nil` when neither names a zone that exists.
    func zone(of contact: Row<Contacts>, _ brief: JSON?) -> Zone? {
        let named = settings.zones["\(contact.platform):\(contact.username)"] ?? brief?["timezone"]?.string
        return named.flatMap { try? zones.zone($0) }
    }
}

/// What is stored about a contact's place in the funnel.
struct FunnelFacts: Sendable {
    let contact: RowID
    let stage: FunnelStage?
    let score: Int
    let nextTouchType: String?
    let brief: JSON?

    init(_ score: Row<ProspectScores>) {
        contact = score.contactID
        stage = FunnelStage(rawValue: score.funnelStage)
        self.score = score.score
        nextTouchType = score.nextTouchType
        brief = score.researchData
    }

    /// Of a message: the stored stage counts (K2); where there is none, the one that the message was queued for.
    init(of row: Row<MessageQueue>, _ score: Row<ProspectScores>?) {
        contact = row.contactID
        stage = score.flatMap { FunnelStage(rawValue: $0.funnelStage) } ?? FunnelStage(priority: row.priority)
        self.score = score?.score ?? 0
        nextTouchType = score?.nextTouchType
        brief = score?.researchData
    }
}

/// Some contacts with what their outreach depends on; memory is that of the page, however many there are.
struct OutreachPage: Sendable {
    /// In the order of the scores. Those that are stopped by their touches alone come without their words.
    let cases: [OutreachCase]
    /// Scores whose contact is gone.
    let orphans: Int

    /// A page of contacts, those of them that are scored.
    /// - Parameter selection: the contacts as a condition. What it covers beyond them belongs to contacts that are gone.
    init(
        _ contacts: [Row<Contacts>], in selection: ContactSelection, _ desk: OutreachDesk, at now: Instant
    ) async throws {
        let byID = Dictionary(contacts.map { ($0.id, $0) }, uniquingKeysWith: { $1 })
        var facts: [(Row<Contacts>, FunnelFacts)] = []
        var orphans = 0
        try await desk.store.eachPage(of: ProspectScores.self, where: selection.rows(\.contactID)) { scores in
            for score in scores {
                if let contact = byID[score.contactID] {
                    facts.append((contact, FunnelFacts(score)))
                } else {
                    orphans += 1
                }
            }
        }
        try await self.init(facts, orphans: orphans, in: selection, desk, at: now, isWhole: false)
    }

    /// One contact, with everything that is known of it.
    init(_ contact: Row<Contacts>, _ facts: FunnelFacts, _ desk: OutreachDesk, at now: Instant) async throws {
        try await self.init([(contact, facts)], orphans: 0, in: .listed([contact.id]), desk, at: now, isWhole: true)
    }

    /// - Parameter isWhole: reads everything of everybody, also of those who are stopped by their touches.
    private init(
        _ facts: [(contact: Row<Contacts>, facts: FunnelFacts)], orphans: Int, in selection: ContactSelection,
        _ desk: OutreachDesk, at now: Instant, isWhole: Bool
    ) async throws {
        var histories = try await OutreachPage.touches(of: selection, desk, since: now - desk.rules.lookback)
        var cases = facts.map { contact, facts in
            OutreachCase(
                contact: contact, stage: facts.stage, score: facts.score, nextTouchType: facts.nextTouchType,
                zone: desk.zone(of: contact, facts.brief), history: histories[contact.id] ?? ContactHistory())
        }
        self.orphans = orphans
        let open = cases.filter { isWhole || desk.rules.obstacle($0, at: now) == nil }.map(\.contact.id)
        if !open.isEmpty {
            // A few are asked for by name; of many the whole span costs less than all their ids.
            try await OutreachPage.addWords(
                of: Set(open), in: open.count <= facts.count / 4 ? .listed(open) : selection, to: &histories, desk.store
            )
            for index in cases.indices {
                if let history = histories[cases[index].contact.id] { cases[index].history = history }
            }
        }
        self.cases = cases
    }

    /// OU-18: our messages, by the queue and by the interactions.
    private static func touches(
        of selection: ContactSelection, _ desk: OutreachDesk, since: Instant
    ) async throws -> [RowID: ContactHistory] {
        var histories: [RowID: ContactHistory] = [:]
        let open: Predicate<MessageQueue> = .isOneOf(\.status, ["pending", "sending"])
        // A row that failed long after it was written may stand for an attempt of yesterday: its note knows when.
        let relevant = open || \.sentAt >= since || \.status == "failed" || .isNull(\.status)
        try await desk.store.eachPage(of: MessageQueue.self, where: selection.rows(\.contactID) && relevant) { page in
            for row in page { histories[row.contactID, default: ContactHistory()].add(row) }
        }
        let ours: Predicate<Interactions> = \.direction == "outbound" && \.createdAt >= since
        try await each(selection.rows(\.contactID) && ours, desk.store) { id, contact, at, _ in
            histories[contact, default: ContactHistory()].addTouch(id, at: at)
        }
        return histories
    }

    /// - Parameter selection: covers the contacts; what belongs to others in it is passed over.
    private static func addWords(
        of contacts: Set<RowID>, in selection: ContactSelection, to histories: inout [RowID: ContactHistory],
        _ store: Store
    ) async throws {
        var found = histories
        try await each(selection.rows(\.contactID) && \.direction == "inbound", store) { _, contact, at, words in
            guard contacts.contains(contact) else { return }
            found[contact, default: ContactHistory()].addInbound(words, at: at)
        }
        try await store.eachPage(of: Conversations.self, where: selection.rows(\.contactID)) { page in
            for row in page where contacts.contains(row.contactID) {
                found[row.contactID, default: ContactHistory()].add(row)
            }
        }
        try await store.eachPage(of: PlatformAssociations.self, where: selection.rows(\.contactID)) { page in
            for row in page where contacts.contains(row.contactID) {
                found[row.contactID, default: ContactHistory()].add(row)
            }
        }
        histories = found
    }

    /// The few columns of interactions that matter here: their metadata would be most of what is read.
    private static func each(
        _ predicate: Predicate<Interactions>, _ store: Store,
        _ body: (_ id: RowID, _ contact: RowID, _ at: Instant, _ words: String?) -> Void
    ) async throws {
        let table = Interactions.columns
        let columns = [table.id.name, table.contactID.name, table.createdAt.name, table.content.name]
        try await store.eachPage(of: Interactions.definition, columns: columns, where: predicate.condition) { rows in
            for row in rows {
                guard let id = RowID(row[0]), let contact = RowID(row[1]), let at = Instant(row[2]) else {
                    throw StoreError(
                        .malformed, table: Interactions.definition.name, "a row without id, contact or time")
                }
                body(id, contact, at, String(row[3]))
            }
        }
    }
}
