import JSON
import Records
import Time

/// Where the points of one contact come from: the row behind each signal (PR-03…PR-13). Read for one contact alone; scoring
/// everybody needs no more than the points.
struct ProspectEvidence: Sendable {
    /// One signal with its points and the row that earned them.
    struct Signal: Hashable, Sendable {
        let signal: String
        let points: Int
        /// Table and row, as in `crm_interactions 0190…`.
        let source: String
        let detail: String

        var json: JSON {
            [
                "signal": .string(signal), "points": JSON(points), "source": .string(source), "detail": .string(detail),
            ]
        }
    }

    private let contact: Row<Contacts>
    private let interactions: [Row<Interactions>]
    private let conversations: [Row<Conversations>]
    private let platforms: [String]
    private let tweet: Row<TwitterResearch>?
    private let settings: ProspectSettings

    init(of contact: Row<Contacts>, _ context: TaskContext) async throws {
        let store = context.store
        self.contact = contact
        settings = context.settings.prospect
        interactions = try await store.fetch(
            Query<Interactions>(limit: Store.pageSize).filter(\.contactID == contact.id)
                .order(by: \.createdAt, descending: true))
        conversations = try await store.fetch(
            Query<Conversations>(limit: Store.pageSize).filter(\.contactID == contact.id))
        platforms = try await store.fetch(
            Query<PlatformAssociations>(limit: Store.pageSize).filter(\.contactID == contact.id)
        ).map(\.platform).sorted()
        let handle = contact.platform == "twitter" ? contact.username : contact.twitterHandle ?? ""
        let spellings = Set([handle, "@" + handle, handle.lowercased(), HandleRules.squish(handle)])
        tweet =
            handle.isEmpty
            ? nil
            : try await store.first(Query<TwitterResearch>(limit: 1).filter(.isOneOf(\.authorHandle, spellings)))
    }

    /// The signals with the most points first.
    func all(_ breakdown: [String: Int]) -> [Signal] {
        breakdown.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { signal, points in
            let (source, detail) = origin(of: signal)
            return Signal(signal: signal, points: points, source: source, detail: detail)
        }
    }

    private func origin(of signal: String) -> (source: String, detail: String) {
        switch signal {
        case "dm_reply", "dm_replies": return replies
        case "twitter_eng":
            return tweet.map { ("actp_twitter_research \($0.id)", "wrote the scraped tweet \($0.tweetID)") }
                ?? ("actp_twitter_research", "the author of a scraped tweet, by another spelling of the handle")
        case "email_opened":
            return row("an opened e-mail") { row in
                (row.type == "email" && row.direction != "outbound") || row.type == "email_open"
                    || row.metadata?["opened"]?.bool == true
            }
        case "email_replied":
            return row("an answer by e-mail") { $0.type == "email_reply" && $0.direction != "outbound" }
        case "icp_keyword":
            return keyword(settings.icpKeywords, [("bio", contact.bio), ("headline", contact.headline)])
        case "multi_platform":
            return ("actp_platform_associations", "seen on \(platforms.joined(separator: ", "))")
        case "offer_keyword": return offer
        case "icp_fit":
            return ("crm_contacts \(contact.id)", "icp_score \(contact.icpScore.map { "\($0)" } ?? "none")")
        case "decay":
            return row("the last contact") { _ in true }
        default: return ("", "")
        }
    }

    private var replies: (String, String) {
        let rows = interactions.filter { $0.type == "dm_reply" && $0.direction != "outbound" }
        let counted = contact.repliesReceived ?? 0
        guard counted <= rows.count, let newest = rows.first else {
            return ("crm_contacts \(contact.id)", "replies_received is \(counted)")
        }
        return ("crm_interactions \(newest.id)", "\(rows.count) replies, the newest \(newest.createdAt.iso8601)")
    }

    private var offer: (String, String) {
        for conversation in conversations {
            let words = conversation.lastMessage ?? conversation.lastMessagePreview ?? ""
            if let hit = hit(settings.offerKeywords, words) {
                return ("crm_conversations \(conversation.id)", "“\(hit)” in their last message")
            }
        }
        for row in interactions where row.direction != "outbound" {
            if let hit = hit(settings.offerKeywords, row.content ?? "") {
                return ("crm_interactions \(row.id)", "“\(hit)” in their message of \(row.createdAt.iso8601)")
            }
        }
        return ("", "")
    }

    private func row(_ what: String, where isMeant: (Row<Interactions>) -> Bool) -> (String, String) {
        guard let row = interactions.first(where: isMeant) else { return ("crm_interactions", what) }
        return ("crm_interactions \(row.id)", "\(what), \(row.createdAt.iso8601)")
    }

    private func keyword(_ keywords: [String], _ texts: [(column: String, text: String?)]) -> (String, String) {
        for (column, text) in texts {
            if let hit = hit(keywords, text ?? "") { return ("crm_contacts \(contact.id)", "“\(hit)” in \(column)") }
        }
        return ("", "")
    }

    private func hit(_ keywords: [String], _ text: String) -> String? {
        keywords.first { KeywordIndex([$0]).isHit(by: text) }
    }
}
