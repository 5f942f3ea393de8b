import JSON
import Records
import Time

/// A made contact: what there is to know before any row is written.
struct SamplePerson {
    /// How far the acquaintance goes; decides what the person did.
    enum Warmth { case cold, warm, hot }

    let index: Int
    let id: RowID
    let platform: String
    let handle: String
    let name: String
    let niche: String
    let warmth: Warmth
    let isBot: Bool
    /// Where the person's further choices come from.
    var random: SeededRandom
}

extension SampleBusiness {
    /// The person of that number; always the same one.
    func person(_ index: Int) -> SamplePerson {
        var random = random("person", index)
        let roll = random.int(0...99)
        let warmth: SamplePerson.Warmth = roll < 7 ? .hot : roll < 30 ? .warm : .cold
        let niche = random.pick(SampleWords.niches)
        var platform = random.pick(SampleWords.contactPlatforms)
        if index % 40 == 7 {
            let bot = SampleWords.bots[index / 40 % SampleWords.bots.count]
            let address = "\(bot.prefix)+\(index)@\(bot.domain)"
            return SamplePerson(
                index: index, id: id("contact", index), platform: "gmail", handle: address, name: bot.name,
                niche: niche,
                warmth: .cold, isBot: true, random: random)
        }
        // Every twelfth contact is the one before on another platform, under the same name.
        if index % 12 == 5, (index - 1) % 40 != 7 {
            let twin = person(index - 1)
            platform = twin.platform == "twitter" ? "instagram" : "twitter"
            let handle = twin.platform == "gmail" ? SampleBusiness.handle(twin.name, index - 1) : twin.handle
            return SamplePerson(
                index: index, id: id("contact", index), platform: platform, handle: handle, name: twin.name,
                niche: twin.niche, warmth: warmth, isBot: false, random: random)
        }
        let name = "\(random.pick(SampleWords.firstNames)) \(random.pick(SampleWords.lastNames))"
        let handle = SampleBusiness.handle(name, index)
        return SamplePerson(
            index: index, id: id("contact", index), platform: platform,
            handle: platform == "gmail" ? "\(handle)@example.com" : handle, name: name, niche: niche, warmth: warmth,
            isBot: false, random: random)
    }

    private static func handle(_ name: String, _ index: Int) -> String {
        name.lowercased().replacing(" ", with: "_") + "_\(index)"
    }

    /// The rows of some people: contacts first, because the others point to them.
    func statements(forPeople indices: Range<Int>) -> [InsertStatement] {
        var contacts: [Draft<Contacts>] = []
        var interactions: [Draft<Interactions>] = []
        var conversations: [Draft<Conversations>] = []
        for index in indices {
            var person = person(index)
            let touches = touches(of: &person)
            contacts.append(contact(&person, touches))
            for (number, touch) in touches.enumerated() {
                interactions.append(interaction(touch, number, of: person))
            }
            if let conversation = conversation(of: &person, touches) { conversations.append(conversation) }
        }
        return SampleBusiness.statements(contacts) + SampleBusiness.statements(interactions)
            + SampleBusiness.statements(conversations)
    }
}

/// One message or signal of a made person.
private struct Touch {
    let type: String
    let isInbound: Bool
    let at: Instant
    let content: String?
}

extension SampleBusiness {
    /// What happened between us and a person, oldest first.
    private func touches(of person: inout SamplePerson) -> [Touch] {
        guard !person.isBot else { return [] }
        var touches: [Touch] = []
        let days =
            switch person.warmth {
            case .hot: 13
            case .warm: 40
            case .cold: 120
            }
        func moment() -> Instant { ago(minutes: person.random.int(20...days * 1_440)) }
        func add(_ type: String, inbound: Bool, _ content: String?) {
            touches.append(Touch(type: type, isInbound: inbound, at: moment(), content: content))
        }
        let sends = person.platform == "gmail" ? "email" : "dm"
        let replies =
            switch person.warmth {
            case .hot: person.random.int(3...6)
            case .warm: person.random.int(1...2)
            case .cold: 0
            }
        for _ in 0..<replies { add("dm_reply", inbound: true, person.random.pick(SampleWords.replies)) }
        for _ in 0..<replies { add(sends, inbound: false, person.random.pick(SampleWords.openers)) }
        switch person.warmth {
        case .hot:
            if person.random.chance(70) { add("email_open", inbound: true, nil) }
            if person.random.chance(50) {
                add("email_reply", inbound: true, person.random.pick(SampleWords.buyingWords))
            }
        case .warm:
            if person.random.chance(45) { add("email_open", inbound: true, nil) }
            if person.random.chance(10) { add("email_reply", inbound: true, person.random.pick(SampleWords.replies)) }
        case .cold:
            if person.random.chance(40) { add(sends, inbound: false, person.random.pick(SampleWords.openers)) }
            if person.random.chance(12) { add("email_open", inbound: true, nil) }
        }
        return touches.sorted { $0.at < $1.at }
    }

    private func contact(_ person: inout SamplePerson, _ touches: [Touch]) -> Draft<Contacts> {
        let (fit, keywordChance) =
            switch person.warmth {
            case .hot: (person.random.int(70...98), 90)
            case .warm: (person.random.int(40...85), 70)
            case .cold: (person.random.int(5...60), 30)
            }
        let role =
            person.random.chance(keywordChance)
            ? person.random.pick(SampleWords.idealRoles) : person.random.pick(SampleWords.otherRoles)
        let refusal = person.random.chance(3) ? person.random.pick(SampleWords.refusals) : nil
        let isOptedOut = person.random.chance(4)
        let archivedAt = person.random.chance(3) ? ago(minutes: person.random.int(2_000...90_000)) : nil
        let followers = person.random.heavyTailed(median: 900, spread: 1.4)
        let createdAt = ago(minutes: person.random.int(180_000...500_000))
        // Typed, because an optional chain assigned to a draft takes the column out instead of writing NULL.
        let inboundAt: Instant? = touches.last { $0.isInbound }?.at
        let outboundAt: Instant? = touches.last { !$0.isInbound }?.at
        let message = touches.last { $0.content != nil }
        let (text, textAt): (String?, String?) = (message?.content, message?.at.iso8601)
        return Draft {
            $0.id = person.id
            $0.platform = person.platform
            $0.username = person.handle
            $0.displayName = person.name
            $0.email = person.platform == "gmail" ? person.handle : nil as String?
            $0.bio =
                person.isBot
                ? nil as String? : "\(role). Writes about \(SampleWords.spoken(person.niche)). Sample data."
            $0.headline = person.platform == "linkedin" ? role : nil as String?
            $0.icpScore = person.isBot ? nil as Double? : Double(fit)
            $0.followerCount = person.platform == "gmail" ? nil as Int? : followers
            $0.profileURL =
                person.platform == "gmail" ? nil as String? : "https://example.com/\(person.platform)/\(person.handle)"
            $0.pipelineStage = touches.isEmpty ? "new" : inboundAt == nil ? "contacted" : "replied"
            $0.source = "sample"
            $0.nicheLabel = person.niche
            $0.lastMessage = text
            $0.lastMessageAt = textAt
            $0.messagesSent = touches.count { !$0.isInbound }
            $0.repliesReceived = touches.count { $0.type == "dm_reply" }
            $0.twitterHandle = person.platform == "twitter" ? person.handle : nil as String?
            $0.emailOptedOut = isOptedOut
            $0.doNotDo = refusal
            $0.lastOutboundAt = outboundAt
            $0.lastInboundAt = inboundAt
            $0.archivedAt = archivedAt
            $0.createdAt = createdAt
            $0.updatedAt = now
        }
    }

    private func interaction(_ touch: Touch, _ number: Int, of person: SamplePerson) -> Draft<Interactions> {
        Draft {
            $0.id = id("interaction", person.index * 64 + number)
            $0.contactID = person.id
            $0.type = touch.type
            $0.platform = touch.type.hasPrefix("email") ? "gmail" : person.platform
            $0.direction = touch.isInbound ? "inbound" : "outbound"
            $0.content = touch.content
            $0.metadata = ["sample": true]
            $0.createdAt = touch.at
        }
    }

    private func conversation(of person: inout SamplePerson, _ touches: [Touch]) -> Draft<Conversations>? {
        guard let first = touches.first,
            let last = touches.last(where: { $0.type.hasPrefix("dm") || $0.type == "email" })
        else { return nil }
        let wantsToBuy = person.warmth == .hot ? person.random.chance(85) : person.random.chance(8)
        let message = wantsToBuy ? person.random.pick(SampleWords.buyingWords) : last.content ?? ""
        let isInbound = wantsToBuy || last.isInbound
        return Draft {
            $0.id = id("conversation", person.index)
            $0.contactID = person.id
            $0.platform = person.platform
            $0.platformThreadID = "sample-thread-\(person.index)"
            // Both spellings occur in real data, so both occur here.
            $0.lastMessage = person.index.isMultiple(of: 3) ? nil as String? : message
            $0.lastMessagePreview = isInbound ? message : "You: \(message)"
            $0.lastMessageAt = last.at
            $0.createdAt = first.at
            $0.updatedAt = last.at
            $0.replyCount = touches.count { $0.type == "dm_reply" }
            $0.lastMessageDirection = isInbound ? "inbound" : "outbound"
        }
    }
}
