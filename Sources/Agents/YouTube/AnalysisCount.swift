import JSON

/// What one analysis did, counted on the way.
struct AnalysisCount {
    /// How many taggings a dry run shows.
    private static let previewLimit = 20

    /// Distinct videos.
    let videos: Int
    private(set) var tagged = 0
    var refreshed = 0
    var unchanged = 0
    private var ambiguous = 0
    private var niches: [String: Int] = [:]
    private var preview: [JSON] = []
    private var byModel = 0
    private var calls = 0
    private var cachedCalls = 0
    private var inputTokens = 0
    private var outputTokens = 0
    private var models: Set<String> = []
    private(set) var failures: Set<String> = []

    init(videos: Int) { self.videos = videos }

    var done: Int { tagged + refreshed + unchanged }

    /// The share of new videos that got a niche; `nil` when there were none.
    var coverage: Double? {
        tagged == 0 ? nil : Double(tagged - (niches[Taxonomy.other] ?? 0)) / Double(tagged)
    }

    mutating func add(_ tags: VideoTags, video: String, title: String?) {
        tagged += 1
        niches[tags.niche, default: 0] += 1
        if tags.nichesHit > 1 { ambiguous += 1 }
        if tags.method == .model { byModel += 1 }
        guard preview.count < AnalysisCount.previewLimit else { return }
        preview.append([
            "external_id": .string(video), "title": title.map(JSON.string) ?? nil, "niche": .string(tags.niche),
            "content_type": .string(tags.contentType), "offer_tags": JSON(tags.offers), "topic_tags": JSON(tags.topics),
            "method": .string(tags.method.rawValue),
        ])
    }

    /// A call to the model (YT-02): what it cost, or why it brought nothing.
    mutating func add(_ batch: TitleClassifier.Batch) {
        if let failure = batch.failure { failures.insert("\(failure)") }
        guard let model = batch.model else { return }
        calls += 1
        cachedCalls += batch.isCached ? 1 : 0
        inputTokens += batch.inputTokens
        outputTokens += batch.outputTokens
        models.insert(model)
    }

    /// `heuristic`, `model`, or `mixed` when keywords stood in for some titles (YT-04, decisions f).
    private var method: String { byModel == 0 ? "heuristic" : byModel == tagged ? "model" : "mixed" }

    /// How many new titles the keywords stood in for although a model was asked.
    var fallbacks: Int { calls == 0 && failures.isEmpty ? 0 : tagged - byModel }

    func data(isDryRun: Bool) -> [String: JSON] {
        var data: [String: JSON] = [
            "method": .string(method), "by_model": JSON(byModel), "by_keywords": JSON(tagged - byModel),
            "videos": JSON(videos), "tagged": JSON(tagged), "refreshed": JSON(refreshed),
            "unchanged": JSON(unchanged), "coverage": coverage.map(JSON.number) ?? nil, "ambiguous": JSON(ambiguous),
            "niches": .object(niches.mapValues { JSON($0) }),
        ]
        if calls > 0 {
            data["model"] = [
                "calls": JSON(calls), "cached_calls": JSON(cachedCalls), "input_tokens": JSON(inputTokens),
                "output_tokens": JSON(outputTokens), "models": JSON(models.sorted()),
            ]
        }
        if isDryRun { data["would_tag"] = .array(preview) }
        return data
    }
}
