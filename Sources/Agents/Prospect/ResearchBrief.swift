import JSON
import Records
import Time

/// What a brief about one contact is written from.
struct ResearchSubject: Sendable {
    let ranked: RankedContact
    let contact: Row<Contacts>
    /// PR-15's signals that are present; stored with the brief (K3).
    let signals: [String]
    let breakdown: [String: Int]
    /// Both sides' newest words with who said them, newest first.
    let words: [(isTheirs: Bool, text: String)]
}

/// The brief of PR-16: three sentences for whoever writes to the contact, and what they rest on.
enum ResearchBrief {
    private static let sentences = 3
    private static let lengthMax = 900

    /// - Parameter offers: what we sell, by slug, for the model to choose from.
    static func prompt(_ subject: ResearchSubject, offers: [String]) -> ModelPrompt {
        let instructions = """
            You prepare a person for writing to a prospect. From the material, write a brief of exactly three sentences: who \
            they are and what they work on; what they seem to need, by their own words or signals; how to open a \
            conversation with them. State nothing that the material does not show; where it shows little, say so in the \
            brief. Choose the offer that fits best, or "none". No greeting, no lists, no links.
            """
        let schema: JSON = [
            "type": "object", "additionalProperties": false, "required": ["brief", "pain_point", "offer"],
            "properties": [
                "brief": ["type": "string"], "pain_point": ["type": "string"],
                "offer": ["type": "string", "enum": JSON(offers + [Taxonomy.noOffer])],
            ],
        ]
        return ModelPrompt(
            .brief, instructions, material: material(subject), schema: schema, tokensMax: 8_192, problems: problems)
    }

    /// What is wrong with a brief; the limits are checked, not hoped for.
    static func problems(_ answer: JSON) -> [String] {
        let brief = answer["brief"]?.string ?? ""
        var found: [String] = []
        let count = sentenceCount(brief)
        if count != sentences { found.append("the brief has \(count) sentences, not \(sentences)") }
        if brief.count > lengthMax { found.append("the brief has \(brief.count) characters, more than \(lengthMax)") }
        if brief.contains("http://") || brief.contains("https://") { found.append("the brief has a link") }
        if brief.contains("{") || brief.contains("[") { found.append("the brief has a placeholder") }
        return found
    }

    /// Ends of sentences: a stop, a question or an exclamation before a blank or the end.
    static func sentenceCount(_ text: String) -> Int {
        var count = 0
        var isEnd = false
        for character in text {
            if ".!?…".contains(character) {
                isEnd = true
            } else if character.isWhitespace, isEnd {
                count += 1
                isEnd = false
            } else if !"\"”’)".contains(character) {
                isEnd = false
            }
        }
        return isEnd ? count + 1 : count
    }

    /// As `research_data` holds it.
    static func stored(
        _ brief: JSON, _ subject: ResearchSubject, generatedBy: String, model: String?, at now: Instant
    ) -> JSON {
        var members = brief.object ?? [:]
        members["signals"] = JSON(subject.signals)
        members["score"] = JSON(subject.ranked.score)
        members["generated_by"] = .string(generatedBy)
        if let model { members["model"] = .string(model) }
        members["written_at"] = .string(now.iso8601)
        return .object(members)
    }

    /// Without a model: what the rows say, in the same three sentences, marked as such where it is stored.
    static func template(_ subject: ResearchSubject, offer: String?) -> JSON {
        let about = [subject.contact.headline, subject.contact.bio].compactMap { $0?.trimmed }.first { !$0.isEmpty }
        let who = about.map { "“\(sentence($0))”" } ?? "nothing about their work"
        let why = subject.signals.isEmpty ? "no buying signal yet" : subject.signals.joined(separator: ", ")
        let theirs = subject.words.first(where: \.isTheirs).map { "“\(sentence($0.text))”" }
        return [
            "brief": .string(
                """
                \(sentence(subject.ranked.name)) on \(subject.ranked.platform) says of themselves: \(who). \
                The score of \(subject.ranked.score) rests on \(subject.breakdown.keys.sorted().joined(separator: ", ")), \
                with \(why). \
                \(theirs.map { "Begin with what they wrote last: \($0)." } ?? "They have written nothing yet, so begin with their work.")
                """),
            "pain_point": "", "offer": .string(offer ?? Taxonomy.noOffer),
        ]
    }

    /// A piece of somebody's text that ends no sentence.
    private static func sentence(_ text: String) -> String {
        String(text.map { ".!?…\n{[".contains($0) ? " " : $0 }).split(separator: " ").joined(separator: " ").clipped(
            to: 120)
    }

    private static func material(_ subject: ResearchSubject) -> [ModelPrompt.Material] {
        let contact = subject.contact
        var material: [ModelPrompt.Material] = []
        func add(_ label: String, _ text: String?) {
            guard let text = text?.trimmed, !text.isEmpty else { return }
            material.append(ModelPrompt.Material(label, text))
        }
        add("name", subject.ranked.name)
        add("platform", subject.ranked.platform)
        add("headline", contact.headline)
        add("bio", contact.bio)
        add("niche", contact.nicheLabel)
        add(
            "signals and points",
            subject.breakdown.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", "))
        add("buying signals", subject.signals.joined(separator: ", "))
        for words in subject.words.prefix(20) { add(words.isTheirs ? "they wrote" : "we wrote", words.text) }
        return material
    }
}
