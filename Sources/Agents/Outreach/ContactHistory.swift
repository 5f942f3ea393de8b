import Records
import Time

/// What passed between us and one contact, as far as the decision to write again depends on it.
struct ContactHistory: Sendable {
    /// Our messages of the look-back. A message stands in the interactions and in the queue under one id, so it counts once.
    private(set) var touches: [RowID: Instant] = [:]
    /// Rows of the queue that are `pending` or `sending`.
    private(set) var openRows: Set<RowID> = []
    /// Of these the ones that somebody is sending now.
    private(set) var rowsUnderWay: Set<RowID> = []
    /// When the contact last said or did something.
    private(set) var lastInbound: Instant?
    /// The contact's newest words.
    private(set) var lastWords: String?
    private var lastWordsAt: Instant?
    /// The platform of the latest conversation (OU-06).
    private(set) var conversationPlatform: String?
    private var conversationAt: Instant?
    private(set) var associations: [Row<PlatformAssociations>] = []

    /// A message that we sent, or that may have been sent.
    mutating func addTouch(_ id: RowID, at instant: Instant) { touches[id] = max(touches[id] ?? instant, instant) }

    /// OU-04, OU-18: a message that waits or is under way, that was sent, or whose fate is unknown (readings 1).
    mutating func add(_ row: Row<MessageQueue>) {
        switch QueueStatus(row) {
        case .pending: openRows.insert(row.id)
        case .sending:
            openRows.insert(row.id)
            rowsUnderWay.insert(row.id)
        case .sent: if let at = row.sentAt ?? row.scheduledFor { addTouch(row.id, at: at) }
        case .unknown(let at): addTouch(row.id, at: at)
        case .failed, .cancelled, .other: break
        }
    }

    /// Something that the contact said or did.
    mutating func addInbound(_ words: String?, at instant: Instant) {
        lastInbound = max(lastInbound ?? instant, instant)
        if let words, !words.trimmed.isEmpty { say(words, at: instant) }
    }

    /// A conversation: its platform counts, and its last message where it is the contact's (“You: …” is ours).
    mutating func add(_ conversation: Row<Conversations>) {
        let at = conversation.lastMessageAt ?? conversation.updatedAt ?? conversation.createdAt
        if isNewerConversation(conversation.platform, at: at) {
            conversationPlatform = conversation.platform
            conversationAt = at
        }
        let messages = [conversation.lastMessage, conversation.lastMessagePreview].compactMap(\.self)
        guard let message = messages.first(where: { !$0.trimmed.isEmpty }) else { return }
        let direction = conversation.lastMessageDirection
        guard direction != "outbound", direction == "inbound" || !message.lowercased().hasPrefix("you:") else { return }
        say(message, at: at)
        // Only a message that is marked as theirs is proof of a reply.
        if direction == "inbound", let at { lastInbound = max(lastInbound ?? at, at) }
    }

    mutating func add(_ association: Row<PlatformAssociations>) { associations.append(association) }

    /// Of conversations of one instant the preferred platform counts (OU-06's priority list).
    private func isNewerConversation(_ platform: String, at instant: Instant?) -> Bool {
        guard let current = conversationPlatform else { return true }
        let (new, old) = (instant?.microseconds ?? .min, conversationAt?.microseconds ?? .min)
        return new == old ? ContactHistory.rank(platform) < ContactHistory.rank(current) : new > old
    }

    private static func rank(_ platform: String) -> Int {
        OutreachPlatform(named: platform).flatMap { OutreachPlatform.allCases.firstIndex(of: $0) } ?? .max
    }

    /// Words without a time count as older than all others.
    private mutating func say(_ words: String, at instant: Instant?) {
        if lastWords != nil, (instant?.microseconds ?? .min) < (lastWordsAt?.microseconds ?? .min) { return }
        lastWords = words
        lastWordsAt = instant
    }
}
