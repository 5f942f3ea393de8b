import JSON
import Records
import Time

/// One page of people with everything their scores depend on; memory is that of the page, however many contacts there are.
struct ProspectPage: Sendable {
    /// Without bots.
    let people: [Row<Contacts>]
    let bots: [RowID]
    private let signals: [RowID: ProspectSignals]
    private let stored: [RowID: StoredScore]

    func signals(of contact: Row<Contacts>) -> ProspectSignals { signals[contact.id] ?? ProspectSignals() }
    /// The score as it was until now; `nil` for somebody who was never scored.
    func stored(_ contact: Row<Contacts>) -> StoredScore? { stored[contact.id] }

    /// Reads what belongs to the contacts.
    ///
    /// - Parameter selection: the contacts as a condition; `nil`: by their ids.
    init(
        _ contacts: [Row<Contacts>], in selection: ContactSelection? = nil, _ sources: ProspectSources
    ) async throws {
        let selection = selection ?? .listed(contacts.map(\.id))
        let store = sources.store
        var people: [Row<Contacts>] = []
        var bots: [RowID] = []
        for contact in contacts {
            if sources.bots.isBot(contact) { bots.append(contact.id) } else { people.append(contact) }
        }
        var signals = Dictionary(uniqueKeysWithValues: people.map { ($0.id, ProspectSignals()) })
        try await store.eachPage(of: Interactions.self, where: selection.rows(\.contactID)) { page in
            for row in page { signals[row.contactID]?.add(row, exchangesSince: sources.exchangesSince) }
        }
        try await store.eachPage(of: Conversations.self, where: selection.rows(\.contactID)) { page in
            for row in page { signals[row.contactID]?.add(row) }
        }
        try await store.eachPage(of: PlatformAssociations.self, where: selection.rows(\.contactID)) { page in
            for row in page { signals[row.contactID]?.platforms.insert(row.platform) }
        }
        for person in people where sources.isTweetAuthor(person) { signals[person.id]?.isTweetAuthor = true }
        stored = try await StoredScore.all(where: selection.rows(\.contactID), in: store)
        self.people = people
        self.bots = bots
        self.signals = signals
    }
}

/// A score as the table has it.
struct StoredScore: Hashable, Sendable {
    let score: Int
    let stage: String
    let breakdown: [String: Int]
    let isResearched: Bool

    private static let columns = ["id", "contact_id", "score", "funnel_stage", "score_breakdown", "research_done"]

    /// Without the briefs, which are long and many.
    static func all(
        where predicate: Predicate<ProspectScores>, in store: Store
    ) async throws -> [RowID: StoredScore] {
        var scores: [RowID: StoredScore] = [:]
        try await store.eachPage(of: ProspectScores.definition, columns: columns, where: predicate.condition) { rows in
            for row in rows {
                guard let contact = RowID(row[1]), let score = Int(row[2]), let stage = String(row[3]) else { continue }
                scores[contact] = StoredScore(
                    score: score, stage: stage, breakdown: points(JSON(row[4])), isResearched: Bool(row[5]) ?? false)
            }
        }
        return scores
    }

    static func points(_ breakdown: JSON?) -> [String: Int] {
        (breakdown?.object ?? [:]).compactMapValues { $0.integer.map(Int.init) }
    }
}

/// What is the same for every page of a run.
struct ProspectSources: Sendable {
    let store: Store
    let bots: BotFilter
    let exchangesSince: Instant
    /// Squished handles of everybody who wrote a scraped tweet (PR-05, K8).
    private let tweetAuthors: Set<String>

    init(_ context: TaskContext) async throws {
        store = context.store
        bots = BotFilter(context.settings.prospect.bots)
        exchangesSince = context.now - context.settings.prospect.research.exchangesWithin
        var authors: Set<String> = []
        let handle = TwitterResearch.columns.authorHandle.name
        try await store.eachPage(of: TwitterResearch.definition, columns: ["id", handle]) { rows in
            for row in rows { if let author = String(row[1]) { authors.insert(HandleRules.squish(author)) } }
        }
        tweetAuthors = authors
    }

    func isTweetAuthor(_ contact: Row<Contacts>) -> Bool {
        guard !tweetAuthors.isEmpty else { return false }
        let handle = contact.platform == "twitter" ? contact.username : contact.twitterHandle
        guard let squished = handle.map(HandleRules.squish), !squished.isEmpty else { return false }
        return tweetAuthors.contains(squished)
    }
}
