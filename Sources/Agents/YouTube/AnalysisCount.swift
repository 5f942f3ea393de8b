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
        guard preview.count < AnalysisCount.previewLimit else { return }
        preview.append([
            "external_id": .string(video), "title": title.map(JSON.string) ?? nil, "niche": .string(tags.niche),
            "content_type": .string(tags.contentType), "offer_tags": JSON(tags.offers), "topic_tags": JSON(tags.topics),
        ])
    }

    func data(isDryRun: Bool) -> [String: JSON] {
        var data: [String: JSON] = [
            "method": "heuristic", "videos": JSON(videos), "tagged": JSON(tagged), "refreshed": JSON(refreshed),
            "unchanged": JSON(unchanged), "coverage": coverage.map(JSON.number) ?? nil, "ambiguous": JSON(ambiguous),
            "niches": .object(niches.mapValues { JSON($0) }),
        ]
        if isDryRun { data["would_tag"] = .array(preview) }
        return data
    }
}
