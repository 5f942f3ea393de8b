import JSON
import Records

/// Has a model classify titles, twenty a call (YT-02, YT-15).
///
/// Each answer is checked title by title: what is not on the lists is no answer, and the keywords stand in for that title
/// alone (YT-04).
struct TitleClassifier: Sendable {
    /// YT-02.
    static let batchSize = 20
    /// Calls under way at once: a thousand new titles are fifty calls.
    private static let callsAtOnce = 4

    private let model: any LanguageModel
    private let settings: YouTubeSettings

    init(_ model: any LanguageModel, _ settings: YouTubeSettings) {
        self.model = model
        self.settings = settings
    }

    /// What one call brought.
    struct Batch: Sendable {
        /// By position in the batch; titles without a usable answer are missing.
        var tags: [Int: VideoTags] = [:]
        var model: String?
        var inputTokens = 0
        var outputTokens = 0
        var isCached = false
        var failure: ModelError?
    }

    /// The batches' answers in the titles' order. After a failure that the next call would meet too (no budget, no service)
    /// no further call begins.
    func classify(_ titles: [String]) async -> [Batch] {
        let batches = stride(from: 0, to: titles.count, by: TitleClassifier.batchSize).map {
            Array(titles[$0..<min($0 + TitleClassifier.batchSize, titles.count)])
        }
        return await withTaskGroup(of: (Int, Batch).self) { group in
            var answers = [Batch](repeating: Batch(), count: batches.count)
            var next = 0
            var stop: ModelError?
            while next < min(TitleClassifier.callsAtOnce, batches.count) {
                group.addTask { [next] in (next, await self.answer(batches[next])) }
                next += 1
            }
            for await (index, batch) in group {
                answers[index] = batch
                if let failure = batch.failure, failure.concernsAll { stop = failure }
                if stop == nil, next < batches.count {
                    group.addTask { [next] in (next, await self.answer(batches[next])) }
                    next += 1
                }
            }
            if let stop { for index in next..<batches.count { answers[index].failure = stop } }
            return answers
        }
    }

    private func answer(_ titles: [String]) async -> Batch {
        do throws(ModelError) {
            let answer = try await model.answer(prompt(titles))
            return Batch(
                tags: tags(in: answer.json, of: titles.count), model: answer.model, inputTokens: answer.inputTokens,
                outputTokens: answer.outputTokens, isCached: answer.isCached)
        } catch {
            return Batch(failure: error)
        }
    }

    // MARK: Question

    private func prompt(_ titles: [String]) -> ModelPrompt {
        let niches = settings.niches.map(\.name) + [Taxonomy.other]
        let types = settings.contentTypes.map(\.name)
        return ModelPrompt(
            .fast,
            """
            Classify each of the \(titles.count) video titles by itself. Answer with one element for each title, with its \
            number as index. niche is what the title is about; \(Taxonomy.other) when it is none of the listed. \
            content_type is what kind of video it promises. offer_tags are the offers it speaks for, \(Taxonomy.noOffer) \
            alone when it speaks for none: \(offerHints). topic_tags are two to four lower-case keywords.
            """,
            material: titles.enumerated().map { .init("title \($0)", $1.clipped(to: 300)) },
            schema: [
                "type": "object", "additionalProperties": false, "required": ["videos"],
                "properties": [
                    "videos": [
                        "type": "array",
                        "items": [
                            "type": "object", "additionalProperties": false,
                            "required": ["index", "niche", "content_type", "offer_tags", "topic_tags"],
                            "properties": [
                                "index": ["type": "integer"], "niche": ["enum": JSON(niches)],
                                "content_type": ["enum": JSON(types)],
                                "offer_tags": ["type": "array", "items": ["enum": JSON(offers + [Taxonomy.noOffer])]],
                                "topic_tags": ["type": "array", "items": ["type": "string"]],
                            ],
                        ],
                    ]
                ],
            ],
            tokensMax: 8_192,
            // A title or two without an answer fall back; asking again pays only when most are missing.
            problems: { [self] json in
                let usable = tags(in: json, of: titles.count).count
                return usable * 2 < titles.count
                    ? ["\(usable) of \(titles.count) titles have a usable answer; each needs exactly one element"] : []
            })
    }

    private var offers: [String] { Set(settings.offersByNiche.values.joined()).sorted() }

    private var offerHints: String {
        settings.niches.compactMap { niche in
            settings.offersByNiche[niche.name].map { "\(niche.name): \($0.joined(separator: ", "))" }
        }.joined(separator: "; ")
    }

    // MARK: Answer

    /// The usable elements by their index. An index that comes twice is no answer for either.
    private func tags(in json: JSON, of count: Int) -> [Int: VideoTags] {
        var tags: [Int: VideoTags] = [:]
        var twice: Set<Int> = []
        for element in json["videos"]?.array ?? [] {
            guard let index = element["index"]?.integer.map({ Int(clamping: $0) }), (0..<count).contains(index),
                let found = tag(element)
            else { continue }
            if tags.updateValue(found, forKey: index) != nil { twice.insert(index) }
        }
        for index in twice { tags[index] = nil }
        return tags
    }

    /// `nil` unless niche, content type and every offer are on the lists and there are two to four topics (YT-03).
    private func tag(_ element: JSON) -> VideoTags? {
        let niches = settings.niches.map(\.name) + [Taxonomy.other]
        guard let niche = element["niche"]?.string, niches.contains(niche),
            let type = element["content_type"]?.string, settings.contentTypes.contains(where: { $0.name == type }),
            let tags = element["offer_tags"]?.array?.compactMap(\.string),
            tags.allSatisfy({ offers.contains($0) || $0 == Taxonomy.noOffer }),
            let topics = element["topic_tags"]?.array?.compactMap(\.string)
        else { return nil }
        let words = topics.map { $0.lowercased().clipped(to: 40) }.filter { !$0.allSatisfy(\.isWhitespace) }
        guard words.count >= 2 else { return nil }
        let named = tags.filter { $0 != Taxonomy.noOffer }
        return VideoTags(
            niche: niche, contentType: type, offers: named.isEmpty ? [Taxonomy.noOffer] : named,
            topics: Array(words.prefix(settings.topicTagsMax)), nichesHit: niche == Taxonomy.other ? 0 : 1,
            method: .model)
    }
}

extension ModelError {
    /// Whether the next call would meet it too.
    fileprivate var concernsAll: Bool {
        switch self {
        case .budgetSpent, .unavailable: true
        case .declined, .unusable: false
        }
    }
}

/// Who filed a video under its niche: remembered for each, because the tables have no column for it (decisions f).
enum LabelMethod: String, Sendable {
    case model, heuristic
}

/// Which label of which video came from where.
struct LabelLog {
    private static let topic = "label"
    /// More labels than that are not asked for; the oldest count as not known.
    private static let limit = 200_000

    private let methods: [String: LabelMethod]

    init(_ memory: any DomainMemory) throws {
        methods = Dictionary(
            try memory.entries(LabelLog.topic, since: nil, limit: LabelLog.limit).compactMap { entry in
                entry.value.string.flatMap(LabelMethod.init).map { (entry.key, $0) }
            }, uniquingKeysWith: { $1 })
    }

    /// `nil` for posts that somebody else has filed.
    subscript(platform: String, external: String) -> LabelMethod? { methods["\(platform) \(external)"] }

    static func change(platform: String, external: String, _ method: LabelMethod) -> MemoryChange {
        MemoryChange(topic, "\(platform) \(external)", .string(method.rawValue))
    }
}
