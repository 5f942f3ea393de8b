import Records
import Time

/// Messages of the last weeks in every state that the queue knows, so that sending, e-mails, figures and what is to be settled
/// by hand have something to show.
extension SampleBusiness {
    var outreach: [InsertStatement] { SampleBusiness.statements(messages) }

    private struct Message {
        let platform: String
        let status: String
        let daysAgo: Int
        var note: String?
        var type = "outreach"
        var priority = 2
    }

    /// The last two are another sender's: types and priorities of its own.
    private var plan: [Message] {
        let attempt = ago(minutes: 3 * 1_440)
        return [
            Message(platform: "twitter", status: "sent", daysAgo: 9),
            Message(platform: "twitter", status: "sent", daysAgo: 12),
            Message(platform: "instagram", status: "sent", daysAgo: 10),
            Message(platform: "linkedin", status: "sent", daysAgo: 15),
            Message(platform: "tiktok", status: "sent", daysAgo: 20),
            Message(
                platform: "twitter", status: "failed", daysAgo: 6,
                note: "[failed \(ago(minutes: 6 * 1_440).iso8601)] User not found"),
            Message(
                platform: "instagram", status: "cancelled", daysAgo: 5,
                note: "[cancelled \(ago(minutes: 5 * 1_440).iso8601)] the contact replied after the message was queued"),
            Message(
                platform: "linkedin", status: "failed", daysAgo: 3,
                note: "[outcome unknown \(attempt.iso8601)] timed out waiting for the answer"),
            Message(platform: "gmail", status: "pending", daysAgo: 2),
            Message(platform: "gmail", status: "pending", daysAgo: 6),
            Message(platform: "twitter", status: "pending", daysAgo: 0, priority: 1),
            Message(platform: "instagram", status: "pending", daysAgo: 0),
            Message(platform: "twitter", status: "pending", daysAgo: 1, type: "nurture", priority: 8),
            Message(platform: "twitter", status: "sent", daysAgo: 1, type: "offer", priority: 6),
        ]
    }

    /// Each to another person on the platform, from the end of the crowd.
    private var messages: [Draft<MessageQueue>] {
        var taken: Set<Int> = []
        return plan.enumerated().compactMap { number, message in
            let people = (0..<SampleBusiness.contactCount).reversed().lazy.map(person)
            guard
                let person = people.first(where: { person in
                    person.platform == message.platform && !person.isBot && !taken.contains(person.index)
                })
            else { return nil }
            taken.insert(person.index)
            let at = ago(minutes: message.daysAgo * 1_440 + 120)
            let first = person.name.split(separator: " ").first.map { String($0) } ?? "there"
            let text = "Hi \(first), sample message number \(number + 1). What are you working on these days?"
            let sentAt: Instant? = message.status == "sent" ? at : nil
            return Draft {
                $0.id = id("message", number)
                $0.contactID = person.id
                $0.platform = message.platform
                $0.messageBody = message.platform == "gmail" ? "Subject: Sample \(number + 1)\n\n\(text)" : text
                $0.messageType = message.type
                $0.scheduledFor = at
                $0.status = message.status
                $0.aiReasoning = ["sample data", message.note].compactMap(\.self).joined(separator: "\n")
                $0.priority = message.priority
                $0.createdAt = at - .seconds(3_600)
                $0.sentAt = sentAt
            }
        }
    }
}
