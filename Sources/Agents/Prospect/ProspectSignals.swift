import JSON
import Records
import Time

/// What is known about one contact besides its own row, gathered before the score is decided.
struct ProspectSignals: Hashable, Sendable {
    /// Rows of type `dmReply`.
    var replyRows = 0
    var emailOpened = false
    var lastEmailReply: Instant?
    /// Direct messages of either side within the time that counts for research.
    var recentExchanges = 0
    /// The newest interaction, ours or theirs (PR-12).
    var lastContact: Instant?
    var lastOutbound: Instant?
    /// The contact's own newest words; never ours (PR-10).
    var lastWords: String?
    /// Platforms of the contact's associations.
    var platforms: Set<String> = []
    var isTweetAuthor = false
    private var lastWordsAt: Instant?

    /// Takes in one interaction. Only what the contact did earns points; our own sends move the clock alone (K6).
    mutating func add(_ interaction: Row<Interactions>, exchangesSince: Instant) {
        let at = interaction.createdAt
        let type = interaction.type
        let isOurs = interaction.direction == "outbound"
        lastContact = max(lastContact ?? at, at)
        if isOurs { lastOutbound = max(lastOutbound ?? at, at) }
        switch type {
        case "dm_reply" where !isOurs: replyRows += 1
        case "email_reply" where !isOurs: lastEmailReply = max(lastEmailReply ?? at, at)
        case "email" where !isOurs: emailOpened = true
        case "email_open": emailOpened = true
        default: break
        }
        if interaction.metadata?["opened"]?.bool == true { emailOpened = true }
        if type == "dm" || type == "dm_reply", at >= exchangesSince { recentExchanges += 1 }
        if !isOurs, let words = interaction.content { say(words, at: at) }
    }

    /// Takes in a conversation's last message, unless it is ours: outbound, or beginning with “You:”.
    mutating func add(_ conversation: Row<Conversations>) {
        let messages = [conversation.lastMessage, conversation.lastMessagePreview].compactMap(\.self)
        guard let message = messages.first(where: { !$0.isEmpty }) else { return }
        let direction = conversation.lastMessageDirection
        guard direction != "outbound", direction == "inbound" || !message.lowercased().hasPrefix("you:") else { return }
        say(message, at: conversation.lastMessageAt ?? conversation.updatedAt ?? conversation.createdAt)
    }

    /// Words without a time count as older than all others.
    private mutating func say(_ words: String, at instant: Instant?) {
        if lastWords != nil, (instant?.microseconds ?? .min) < (lastWordsAt?.microseconds ?? .min) { return }
        lastWords = words
        lastWordsAt = instant
    }
}
