import JSON
import Records
import Time

/// What a message to one contact can draw on. Read for those alone who get one.
struct ContactDossier: Sendable {
    let due: DueContact
    let contact: Row<Contacts>
    let signals: [String]
    let brief: JSON?
    /// The contact's own words, newest first.
    let theirWords: [String]
    /// What we wrote or queued before, so that nobody gets a text twice.
    let ourWords: Set<String>
    let lastOutbound: Instant?
    let lastInbound: Instant?

    /// OU-09: `outreach` to people we have never written to, `value_add` when the last word is theirs, else `follow_up`.
    var messageType: String {
        guard let lastOutbound else { return "outreach" }
        return lastInbound.map { $0 > lastOutbound } ?? false ? "value_add" : "follow_up"
    }

    private static let wordsMax = 5

    /// The dossiers in the order of the contacts; those of contacts that are gone are missing.
    static func read(_ due: [DueContact], _ store: Store) async throws -> [ContactDossier] {
        let ids = due.map(\.id)
        let contacts = try await store.fetch(Query<Contacts>(limit: Store.pageSize).filter(.isOneOf(\.id, ids)))
        let scores = try await store.fetch(
            Query<ProspectScores>(limit: Store.pageSize).filter(.isOneOf(\.contactID, ids)))
        var inbound: [RowID: [(at: Instant, words: String?)]] = [:]
        var outbound: [RowID: [(at: Instant, words: String?)]] = [:]
        try await store.eachPage(of: Interactions.self, where: .isOneOf(\.contactID, ids)) { page in
            for row in page {
                let entry = (at: row.createdAt, words: row.content)
                if row.direction == "outbound" {
                    outbound[row.contactID, default: []].append(entry)
                } else {
                    inbound[row.contactID, default: []].append(entry)
                }
            }
        }
        var queued: [RowID: Set<String>] = [:]
        try await store.eachPage(of: MessageQueue.self, where: .isOneOf(\.contactID, ids)) { page in
            for row in page { queued[row.contactID, default: []].insert(row.messageBody) }
        }
        let contactsByID = Dictionary(contacts.map { ($0.id, $0) }, uniquingKeysWith: { $1 })
        let scoresByID = Dictionary(scores.map { ($0.contactID, $0) }, uniquingKeysWith: { $1 })
        return due.compactMap { person in
            guard let contact = contactsByID[person.id] else { return nil }
            let score = scoresByID[person.id]
            let theirs = (inbound[person.id] ?? []).sorted { $1.at < $0.at }
            let ours = outbound[person.id] ?? []
            return ContactDossier(
                due: person, contact: contact, signals: (score?.scoreBreakdown?.object ?? [:]).keys.sorted(),
                brief: score?.researchData, theirWords: Array(theirs.compactMap(\.words).prefix(wordsMax)),
                ourWords: (queued[person.id] ?? []).union(ours.compactMap(\.words)),
                lastOutbound: [ours.map(\.at).max(), contact.lastOutboundAt].compactMap(\.self).max(),
                lastInbound: [theirs.first?.at, contact.lastInboundAt].compactMap(\.self).max())
        }
    }
}
