import Records
import Time

/// What to do with a message whose time has come, decided in the instant of sending.
enum SendVerdict: Hashable, Sendable {
    case send(Address)
    /// Not any more: the contact replied, refused, or cannot be reached.
    case cancel(String)
    /// Not now; from then on.
    case postpone(String, until: Instant)
    /// Stays as it is, and why.
    case wait(String)
}

/// Checks again, in the instant of sending, all that was checked when the message was queued (K22, readings 4…6).
struct SendCheck: Sendable {
    let rules: OutreachRules

    /// - Parameters:
    ///   - row: the message as it is stored now.
    ///   - person: whom it is for; `nil` when the contact is gone.
    func verdict(_ row: Row<MessageQueue>, _ person: OutreachCase?, at now: Instant) -> SendVerdict {
        guard let person else { return .cancel("the contact is gone") }
        if let reason = farewell(row, person) { return .cancel(reason) }
        guard let stage = person.stage else { return .wait("its stage is none of ours") }
        guard let platform = OutreachPlatform(named: row.platform), platform != .gmail else {
            return .wait("e-mails are sent by hand (K17)")
        }
        guard let handle = AddressBook(person.contact, person.history.associations).handle(on: platform) else {
            return .cancel("there is no handle on \(platform.shown) any more")
        }
        guard person.history.rowsUnderWay.subtracting([row.id]).isEmpty else {
            return .wait("another message to the contact is under way")
        }
        if let obstacle = rules.touchObstacle(person, stage, at: now) {
            let cooldown = rules.settings.rhythm(of: stage).cooldown
            let free = obstacle == .cooldown ? rules.lastTouch(person).map { $0 + cooldown } : nil
            return later(
                "\(obstacle.rawValue.replacing("_", with: " "))", person, stage, from: free ?? now + .seconds(86_400))
        }
        guard (row.scheduledFor ?? now) <= now else { return .wait("its time has not come") }
        guard rules.settings.rhythm(of: stage).isOpen(at: now, grace: rules.settings.sendGrace) else {
            return .wait("waits for the next window")
        }
        if rules.isQuiet(at: now, person) { return later("quiet hours of the recipient", person, stage, from: now) }
        return .send(Address(platform: platform, handle: handle))
    }

    /// Why the message is not to be sent at all: opt-outs, a bot, a reply since it was queued (readings 6).
    private func farewell(_ row: Row<MessageQueue>, _ person: OutreachCase) -> String? {
        if let refusal = rules.refusal(person) {
            return "the contact is not to be written to: \(refusal.rawValue.replacing("_", with: " "))"
        }
        if rules.isBot(person.contact) { return "the contact is on a bot list" }
        let replies = [person.history.lastInbound, person.contact.lastInboundAt].compactMap(\.self)
        guard let queuedAt = row.createdAt ?? row.scheduledFor, let reply = replies.max(), reply > queuedAt else {
            return nil
        }
        return "the contact replied at \(reply.iso8601), after the message was queued"
    }

    private func later(
        _ reason: String, _ person: OutreachCase, _ stage: FunnelStage, from instant: Instant
    ) -> SendVerdict {
        guard let slot = rules.slot(person, stage, from: instant) else {
            return .wait("\(reason), and no window lies outside")
        }
        return .postpone(reason, until: slot)
    }
}

/// How many messages an account has sent lately, by our own memory and by the shared queue: survives restarts, and counts
/// what another sender sent.
struct SendBudget: Sendable {
    let limit: SendLimit
    private var sends: [RowID: Instant]

    init(_ limit: SendLimit, _ sends: [RowID: Instant]) {
        self.limit = limit
        self.sends = sends
    }

    mutating func add(_ id: RowID, at instant: Instant) { sends[id] = instant }
    mutating func takeBack(_ id: RowID) { sends[id] = nil }

    /// Messages in the last 60 minutes and in the last 24 hours.
    func used(at now: Instant) -> (hour: Int, day: Int) {
        (
            sends.values.count { $0 > now - .seconds(3_600) },
            sends.values.count { $0 > now - .seconds(86_400) }
        )
    }

    /// Why no message may be sent at this instant; `nil` when one may. An hour and a day are the last 60 minutes and the
    /// last 24 hours.
    func obstacle(at now: Instant) -> String? {
        let (hour, day) = used(at: now)
        if hour >= limit.perHour { return "\(hour) messages in the last hour; \(limit.perHour) are allowed" }
        return day >= limit.perDay ? "\(day) messages in the last 24 hours; \(limit.perDay) are allowed" : nil
    }
}
