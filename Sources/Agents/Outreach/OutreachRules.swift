import Records
import Time

/// Everything about one contact that decides whether, where and when it is written to.
struct OutreachCase: Sendable {
    let contact: Row<Contacts>
    /// As it is stored (K2); `nil` for a word that is none of ours (D12).
    let stage: FunnelStage?
    let score: Int
    let nextTouchType: String?
    /// Where the contact lives, if that is known.
    let zone: Zone?
    var history = ContactHistory()
}

/// A message that may be written: to whom, where, when.
struct PlannedTouch: Hashable, Sendable {
    let stage: FunnelStage
    let address: Address
    let scheduledFor: Instant
    let lastTouch: Instant?
    let touchesThisWeek: Int

    /// OU-05: decision 1, consideration 2, awareness 3.
    var priority: Int { stage.priority }
}

extension FunnelStage {
    /// OU-05.
    var priority: Int {
        switch self {
        case .decision: 1
        case .consideration: 2
        case .awareness: 3
        }
    }

    init?(priority: Int?) {
        guard let stage = FunnelStage.allCases.first(where: { $0.priority == priority }) else { return nil }
        self = stage
    }
}

/// Why a contact is not written to, in the order in which the questions are asked.
enum NotDue: String, CaseIterable, Sendable {
    case bot
    case archived
    /// D12: a stage of another program.
    case unknownStage = "unknown_stage"
    /// OU-04: a message waits or is under way.
    case openMessage = "open_message"
    case cooldown
    case weeklyLimit = "weekly_limit"
    case optedOut = "opted_out"
    case doNotDo = "do_not_do"
    case stopWord = "stop_word"
    case noAddress = "no_address"
    /// No window of the next two weeks lies outside the recipient's quiet hours.
    case noWindow = "no_window"

    /// K22: the contact does not want to be written to, or is out of the business.
    var isRefusal: Bool { [.archived, .optedOut, .doNotDo, .stopWord].contains(self) }
}

/// Decides who may be written to. Knows no clock and no store.
struct OutreachRules: Sendable {
    /// Readings 4.
    static let week = Duration.seconds(168 * 3_600)
    /// A send that the CRM knows and no row shows is one of those rows when it is this near.
    private static let sameTouch = Duration.seconds(3_600)

    let settings: OutreachSettings
    private let optOut: OptOut
    private let bots: BotFilter

    init(_ settings: OutreachSettings, bots: BotLists) {
        self.settings = settings
        optOut = OptOut(settings.optOut)
        self.bots = BotFilter(bots)
    }

    /// How far back touches matter: the longest cooldown, at least a week.
    var lookback: Duration {
        FunnelStage.allCases.map { settings.rhythm(of: $0).cooldown }.reduce(OutreachRules.week, max)
    }

    /// Whether the contact may be written to at an instant, and when next (OU-01…OU-06).
    func verdict(_ person: OutreachCase, at now: Instant) -> Result<PlannedTouch, Refused> {
        if let obstacle = obstacle(person, at: now) ?? refusal(person) {
            return .failure(Refused(obstacle))
        }
        guard let stage = person.stage, let address = address(of: person) else { return .failure(Refused(.noAddress)) }
        guard let slot = slot(person, stage, from: now) else { return .failure(Refused(.noWindow)) }
        return .success(
            PlannedTouch(
                stage: stage, address: address, scheduledFor: slot, lastTouch: lastTouch(person),
                touchesThisWeek: touchesThisWeek(person, at: now)))
    }

    struct Refused: Error, Hashable {
        let reason: NotDue

        init(_ reason: NotDue) { self.reason = reason }
    }

    // MARK: The questions

    func isBot(_ contact: Row<Contacts>) -> Bool { bots.isBot(contact) }

    /// What can be told without the contact's words: bots, stage, open messages, cooldown (OU-01…OU-03, OU-04, OU-18) and
    /// the messages of the last 168 hours.
    func obstacle(_ person: OutreachCase, at now: Instant) -> NotDue? {
        if isBot(person.contact) { return .bot }
        if person.contact.archivedAt != nil { return .archived }
        guard let stage = person.stage else { return .unknownStage }
        if !person.history.openRows.isEmpty { return .openMessage }
        return touchObstacle(person, stage, at: now)
    }

    /// OU-01…OU-03: the cooldown of the stage and its limit in any 168 hours.
    func touchObstacle(_ person: OutreachCase, _ stage: FunnelStage, at now: Instant) -> NotDue? {
        let rhythm = settings.rhythm(of: stage)
        if let last = lastTouch(person), last > now - rhythm.cooldown { return .cooldown }
        return touchesThisWeek(person, at: now) >= rhythm.perWeek ? .weeklyLimit : nil
    }

    /// K22, readings 3: whether the contact has said, or somebody has noted, that it is not to be written to.
    func refusal(_ person: OutreachCase) -> NotDue? {
        let contact = person.contact
        if contact.archivedAt != nil { return .archived }
        if optOut.forbidden(by: contact.doNotDo) == .everything { return .doNotDo }
        if person.history.lastWords.map(optOut.isStop) ?? false { return .stopWord }
        // The CRM's preview may be ours or theirs; where no other word of theirs is known it counts as theirs.
        if person.history.lastWords == nil, let preview = contact.lastMessage, !preview.lowercased().hasPrefix("you:"),
            optOut.isStop(preview)
        {
            return .stopWord
        }
        return isEmailRefused(contact) && address(of: person) == nil && hasEmail(person) ? .optedOut : nil
    }

    /// OU-06 with readings 2 and 3.
    func address(of person: OutreachCase) -> Address? {
        AddressBook(person.contact, person.history.associations).choose(
            nextTouchType: person.nextTouchType, conversation: person.history.conversationPlatform,
            isEmailRefused: isEmailRefused(person.contact))
    }

    /// Whether messages to this address are refused, while others might go.
    func isRefused(_ address: Address, for contact: Row<Contacts>) -> Bool {
        address.platform == .gmail && isEmailRefused(contact)
    }

    private func isEmailRefused(_ contact: Row<Contacts>) -> Bool {
        contact.emailOptedOut == true || optOut.forbidden(by: contact.doNotDo) != .nothing
    }

    private func hasEmail(_ person: OutreachCase) -> Bool {
        AddressBook(person.contact, person.history.associations).handle(on: .gmail) != nil
    }

    // MARK: Times

    /// The contact's next moment in a window of its stage, outside of its quiet hours.
    func slot(_ person: OutreachCase, _ stage: FunnelStage, from instant: Instant) -> Instant? {
        settings.rhythm(of: stage).slot(for: person.contact.id, from: instant) { isQuiet(at: $0, person) }
    }

    func isQuiet(at instant: Instant, _ person: OutreachCase) -> Bool {
        settings.quietHours.isQuiet(at: instant, in: person.zone)
    }

    /// OU-18: the newest touch by interactions, queue and the CRM's own column.
    func lastTouch(_ person: OutreachCase) -> Instant? {
        let known = person.history.touches.values.max()
        return [known, person.contact.lastOutboundAt].compactMap(\.self).max()
    }

    /// Touches of the last 168 hours (readings 4). What only the CRM's column knows counts too.
    private func touchesThisWeek(_ person: OutreachCase, at now: Instant) -> Int {
        let since = now - OutreachRules.week
        let known = person.history.touches.values
        let count = known.count { $0 > since }
        guard let other = person.contact.lastOutboundAt, other > since,
            !known.contains(where: { max($0, other) - min($0, other) <= OutreachRules.sameTouch })
        else { return count }
        return count + 1
    }
}
