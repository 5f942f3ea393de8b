import JSON
import Records
import Synchronization
import Time

@testable import Agents

/// A model that answers what a test wrote for it, and remembers what it was asked.
final class ScriptedWriter: LanguageModel {
    private let answer: Result<JSON, ModelError>
    private let asked = Mutex<[ModelPrompt]>([])

    init(_ answer: JSON) { self.answer = .success(answer) }

    init(failing error: ModelError) { answer = .failure(error) }

    var prompts: [ModelPrompt] { asked.withLock { $0 } }

    func answer(_ prompt: ModelPrompt) async throws(ModelError) -> ModelAnswer {
        asked.withLock { $0.append(prompt) }
        return ModelAnswer(json: try answer.get(), model: "scripted-1")
    }
}

extension Rows {
    static func score(
        _ contact: Int, _ stage: String = "consideration", _ score: Int = 40, touch: String? = "dm", brief: JSON? = nil
    ) -> Draft<ProspectScores> {
        Draft {
            $0.contactID = id(contact)
            $0.funnelStage = stage
            $0.score = score
            $0.nextTouchType = touch
            $0.researchData = brief
        }
    }

    static func message(
        _ number: Int, to contact: Int, _ status: String = "pending", _ platform: String = "twitter",
        body: String = "a message", at: Instant = Bench.noon, sentAt: Instant? = nil, reasoning: String? = nil,
        type: String = "outreach", priority: Int = 2
    ) -> Draft<MessageQueue> {
        Draft {
            $0.id = id(900_000 + number)
            $0.contactID = id(contact)
            $0.platform = platform
            $0.messageBody = body
            $0.messageType = type
            $0.scheduledFor = at
            $0.status = status
            $0.aiReasoning = reasoning
            $0.priority = priority
            $0.createdAt = at - .seconds(3_600)
            $0.sentAt = sentAt
        }
    }

    static func association(
        _ contact: Int, _ platform: String, _ handle: String, _ type: String = "handle_match"
    ) -> Draft<PlatformAssociations> {
        Draft {
            $0.contactID = id(contact)
            $0.platform = platform
            $0.handle = handle
            $0.engagementType = type
        }
    }
}

/// A case as rules see it, made of drafts.
enum Cases {
    static func contact(_ draft: Draft<Contacts>) throws -> Row<Contacts> {
        try Row(
            Contacts.definition.columns.map { column in
                if let cell = draft.cells[column.name] { return cell }
                if case .constant(let cell) = column.default { return cell }
                return .null
            })
    }

    static func person(
        _ draft: Draft<Contacts> = Rows.contact(1), stage: FunnelStage? = .consideration, touch: String? = "dm",
        zone: Zone? = nil, _ history: (inout ContactHistory) -> Void = { _ in }
    ) throws -> OutreachCase {
        var person = OutreachCase(
            contact: try contact(draft), stage: stage, score: 40, nextTouchType: touch, zone: zone)
        history(&person.history)
        return person
    }
}
