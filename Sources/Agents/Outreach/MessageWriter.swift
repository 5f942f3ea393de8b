import JSON
import Records

/// Writes messages: by a model for those who are worth it, from templates for the others (OU-07, OU-08, OU-20).
struct MessageWriter: Sendable {
    enum Outcome: Sendable {
        case written(QueuedMessage)
        /// Not now, and why.
        case left(String)
    }

    /// Why templates stand where a model should have written, and how often.
    private(set) var fallbacks: [String: Int] = [:]
    private var generated = 0
    private let settings: MessageSettings
    private let offersByNiche: [String: [String]]
    private let offers: OfferMatcher
    private let niches: KeywordIndex
    private let model: (any LanguageModel)?

    init(_ context: TaskContext) {
        settings = context.settings.outreach.messages
        offersByNiche = context.settings.youtube.offersByNiche
        offers = OfferMatcher(context.settings.creators.offers)
        niches = KeywordIndex(context.settings.youtube.niches)
        model = context.services.model
    }

    mutating func message(for dossier: ContactDossier) async -> Outcome {
        guard isWorthModel(dossier.due) else { return template(dossier, because: nil) }
        guard let model else { return fallBack(dossier, "no model is configured") }
        guard generated < settings.generatedPerRun else {
            return .left("waits for the next run (messages.generatedPerRun)")
        }
        let request = request(for: dossier)
        guard !request.material.isEmpty else { return fallBack(dossier, "there is nothing of their own to cite") }
        do throws(ModelError) {
            let answer = try await model.answer(request.prompt)
            let text = answer.json["message"]?.string ?? ""
            // The client has asked already; what goes into the queue is held to its limits here in any case.
            let problems = request.check.problems(text, citing: answer.json["cites"]?.string ?? "")
            guard problems.isEmpty else { return fallBack(dossier, "the model's text was refused: \(problems[0])") }
            generated += 1
            return .written(queued(dossier, text, request.offer?.name, reasoning(dossier, answer), isGenerated: true))
        } catch {
            return fallBack(dossier, "\(error)")
        }
    }

    /// K13: the decision stage, or a score of 50.
    private func isWorthModel(_ due: DueContact) -> Bool {
        due.touch.stage == .decision || due.score >= settings.generateFromScore
    }

    private mutating func fallBack(_ dossier: ContactDossier, _ reason: String) -> Outcome {
        let outcome = template(dossier, because: reason)
        if case .written = outcome { fallbacks[reason, default: 0] += 1 }
        return outcome
    }

    private func queued(
        _ dossier: ContactDossier, _ text: String, _ offer: String?, _ reasoning: String, isGenerated: Bool
    ) -> QueuedMessage {
        QueuedMessage(
            id: .random(), contact: dossier.due, body: text, type: dossier.messageType, offer: offer,
            reasoning: reasoning, isGenerated: isGenerated)
    }

    // MARK: Templates

    /// OU-08, K14: the first text of the stage and channel that the contact has not had yet.
    private func template(_ dossier: ContactDossier, because reason: String?) -> Outcome {
        let platform = dossier.due.touch.address.platform
        let check = MessageCheck(platform: platform, lengthMax: settings.lengthMax(on: platform), material: [])
        let niche = niche(of: dossier)
        let texts = settings.templates(of: dossier.due.touch.stage).texts(on: platform).map { template in
            template.replacing("{name}", with: MessageWriter.firstName(dossier.contact))
                .replacing("{niche}", with: niche.spoken)
        }
        guard let text = texts.first(where: { !dossier.ourWords.contains($0) && check.form($0).isEmpty }) else {
            let isUsedUp = texts.contains { check.form($0).isEmpty }
            return .left(isUsedUp ? "has had every template of the stage" : "no template of the stage keeps its limits")
        }
        let offer = offer(for: dossier)?.name ?? niche.slug.flatMap { offersByNiche[$0]?.first }
        let why = reason.map { "; a template because \($0)" } ?? "; a template"
        return .written(queued(dossier, text, offer, context(dossier) + why, isGenerated: false))
    }

    /// OU-09: the stage and what led to the message.
    private func context(_ dossier: ContactDossier) -> String {
        let signals = dossier.signals.isEmpty ? "" : ", signals: \(dossier.signals.joined(separator: ", "))"
        return MessageWriter.line("\(dossier.due.reason), score \(dossier.due.score)\(signals)")
    }

    /// The first name as people would say it, `there` for names that are none.
    static func firstName(_ contact: Row<Contacts>) -> String {
        let first = (contact.displayName ?? "").split(whereSeparator: \.isWhitespace).first.map(String.init) ?? ""
        let isName = (2...20).contains(first.count) && first.allSatisfy { $0.isLetter || "-'’".contains($0) }
        return isName ? first : "there"
    }

    /// The niche that the CRM names, else the one that bio and headline speak of, and how people call it (OU-08, OU-20).
    private func niche(of dossier: ContactDossier) -> (slug: String?, spoken: String) {
        let listed = Set(niches.names)
        let label = dossier.contact.nicheLabel.map { $0.lowercased().replacing(" ", with: "_") }
        let words = [dossier.contact.headline, dossier.contact.bio].compactMap(\.self).flatMap(FoldedWords.split)
        guard let slug = Taxonomy.niche(label, listed: listed) ?? niches.best(of: niches.hits(in: words)) else {
            return (nil, MessageWriter.spoken(label) ?? "your field")
        }
        return (slug, MessageWriter.spoken(slug) ?? slug)
    }

    /// `ai_automation` as `AI automation`; `nil` for what is no short phrase of words.
    private static func spoken(_ niche: String?) -> String? {
        let words = (niche ?? "").split(whereSeparator: { $0 == "_" || $0 == "-" || $0 == " " })
        guard (1...4).contains(words.count), words.allSatisfy({ $0.allSatisfy(\.isLetter) && $0.count <= 20 }) else {
            return nil
        }
        let short = ["ai": "AI", "saas": "SaaS", "seo": "SEO", "b2b": "B2B"]
        return words.map { short[String($0)] ?? String($0) }.joined(separator: " ")
    }

    private func offer(for dossier: ContactDossier) -> OfferProfile? {
        let contact = dossier.contact
        return offers.best(
            [contact.bio, contact.headline].compactMap(\.self) + dossier.theirWords, niche: niche(of: dossier).slug)
    }

    // MARK: Generated messages

    private struct Request {
        let prompt: ModelPrompt
        let check: MessageCheck
        let material: [ModelPrompt.Material]
        let offer: OfferProfile?
    }

    /// OU-07: two or three sentences that cite the contact's own work, touch a pain that the offer takes away and end with
    /// a soft question.
    private func request(for dossier: ContactDossier) -> Request {
        let platform = dossier.due.touch.address.platform
        let lengthMax = settings.lengthMax(on: platform)
        let offer = offer(for: dossier)
        let material = MessageWriter.material(dossier)
        let check = MessageCheck(platform: platform, lengthMax: lengthMax, material: material.map(\.text))
        let subject =
            platform == .gmail
            ? "Begin with one line \"Subject: \" and a subject, then an empty line. The text after it has two or three "
                + "sentences." : "Write two or three sentences."
        let pain = offer.map { "What we take away from people: \($0.pain). " } ?? ""
        let previous =
            dossier.messageType == "outreach"
            ? "It is the first message to this person. " : "There were messages before; do not begin anew. "
        let instructions = """
            Write one personal message to the person whom the material describes, sent by \(platform.shown). \(subject) \
            At most \(lengthMax) characters in all. Cite something of their own work that stands in the material; touch \
            one pain that fits what we offer, without naming a product or a price; end with a soft question. \
            \(pain)\(previous)State no fact that is not in the material: no numbers, names, links or shared history of your \
            own making. No hashtags, no placeholders, no emoji, no flattery. Address them as \
            \(MessageWriter.firstName(dossier.contact)). In "cites", copy the words of the material that the message refers \
            to; in "pain_point", name the pain in a few words; in "reasoning", say in one sentence why this message now.
            """
        let prompt = ModelPrompt(.fast, instructions, material: material, schema: MessageWriter.schema) { answer in
            check.problems(answer["message"]?.string ?? "", citing: answer["cites"]?.string ?? "")
        }
        return Request(prompt: prompt, check: check, material: material, offer: offer)
    }

    private static let schema: JSON = [
        "type": "object", "additionalProperties": false, "required": ["message", "cites", "pain_point", "reasoning"],
        "properties": [
            "message": ["type": "string"], "cites": ["type": "string"], "pain_point": ["type": "string"],
            "reasoning": ["type": "string"],
        ],
    ]

    /// What the contact wrote, and what is known of them: each a piece with its own label.
    private static func material(_ dossier: ContactDossier) -> [ModelPrompt.Material] {
        let contact = dossier.contact
        var material: [ModelPrompt.Material] = []
        func add(_ label: String, _ text: String?) {
            guard let text = text?.trimmed, !text.isEmpty else { return }
            material.append(ModelPrompt.Material(label, String(text.prefix(2_000))))
        }
        add("headline", contact.headline)
        add("bio", contact.bio)
        for words in dossier.theirWords { add("a message of theirs", words) }
        if let brief = dossier.brief, brief != .null { add("research brief", brief.text) }
        return material
    }

    private func reasoning(_ dossier: ContactDossier, _ answer: ModelAnswer) -> String {
        let parts = ["reasoning", "pain_point", "cites"].compactMap { key in
            answer.json[key]?.string.map { "\(key.replacing("_", with: " ")): \(MessageWriter.line($0))" }
        }
        return "\(context(dossier)); written by \(answer.model); " + parts.joined(separator: "; ")
    }

    /// On one line: notes of the queue are lines of their own, and nothing else may look like one.
    private static func line(_ text: String) -> String { text.clipped(to: 400) }
}
