import JSON
import Records
import Time

/// A message as the queue gets it: exactly the bytes that will be sent (OU-09).
struct QueuedMessage: Hashable, Sendable {
    let id: RowID
    let contact: DueContact
    let body: String
    /// outreach, follow_up, value_add
    let type: String
    let offer: String?
    let reasoning: String
    let isGenerated: Bool

    func draft(at now: Instant) -> Draft<MessageQueue> {
        Draft {
            $0.id = id
            $0.contactID = contact.id
            $0.platform = contact.touch.address.platform.rawValue
            $0.messageBody = body
            $0.messageType = type
            $0.scheduledFor = contact.touch.scheduledFor
            $0.status = "pending"
            $0.aiReasoning = reasoning
            $0.offerName = offer
            $0.priority = contact.touch.priority
            $0.createdAt = now
        }
    }

    var json: JSON {
        .object(
            contact.members.merging([
                "id": .string(id.text), "message_body": .string(body), "message_type": .string(type),
                "offer_name": offer.map(JSON.string) ?? nil, "ai_reasoning": .string(reasoning),
                "priority": JSON(contact.touch.priority), "generated": .bool(isGenerated),
            ]) { $1 })
    }
}

/// What one run of build-queue did.
struct QueueBuild {
    /// How many messages a result shows when they are in the queue for everybody to see.
    private static let shownMax = 20

    private let tally: DueTally
    private var messages: [QueuedMessage] = []
    private(set) var generated = 0
    private var left: [String: Int] = [:]

    init(_ tally: DueTally) { self.tally = tally }

    mutating func add(_ message: QueuedMessage) {
        messages.append(message)
        if message.isGenerated { generated += 1 }
    }

    mutating func leave(_ reason: String) { left[reason, default: 0] += 1 }

    /// OU-13 for a dry run: every message, byte for byte.
    /// - Parameter fallbacks: why templates stand where a model should have written, and how often (OU-20).
    func result(isDryRun: Bool, fallbacks: [String: Int]) -> TaskResult {
        let decision = messages.filter { $0.contact.touch.stage == .decision }
        var data = tally.data
        data["queued"] = JSON(messages.count)
        data["decision"] = JSON(decision.count)
        data["generated"] = JSON(generated)
        data["left"] = .object(left.mapValues { JSON($0) })
        data["not_taken"] = JSON(tally.due - tally.first.elements.count)
        data["messages"] = .array(messages.prefix(isDryRun ? messages.count : QueueBuild.shownMax).map(\.json))
        let counts = Dictionary(grouping: messages, by: \.contact.touch.address.platform.shown).mapValues(\.count)
        let channels = counts.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
        let verb = isDryRun ? "would be queued" : "queued"
        var lines = [
            "\(String.grouped(messages.count)) messages \(verb) for \(String.grouped(tally.due)) who are due"
                + (channels.isEmpty ? "" : " (\(channels.joined(separator: ", ")); \(generated) written by a model)")
        ]
        lines += left.sorted { $0.key < $1.key }.map { "left out: \($0.value), \($0.key)" }
        if isDryRun {
            lines += messages.map { message in
                "\n\(message.contact.name) via \(message.contact.touch.address.platform.shown), "
                    + "\(message.contact.touch.scheduledFor.iso8601):\n\(message.body)"
            }
        }
        let alerts: [Alert] =
            messages.isEmpty || isDryRun ? [] : [.outreachQueued(messages.count, decision: decision.map(\.contact))]
        let degraded = fallbacks.sorted { $0.key < $1.key }.map { "\($0.value) messages are templates: \($0.key)" }
        return TaskResult(lines.joined(separator: "\n"), data: data, degraded: degraded, alerts: alerts)
    }
}
