import Records
import Statistics

/// What is said about one title, by the keyword heuristic or by a model.
struct VideoTags: Hashable, Sendable {
    /// `other` without a keyword of any niche.
    let niche: String
    let contentType: String
    /// Offer slugs, or `none` alone.
    let offers: [String]
    /// Two to four words where the title has as many.
    let topics: [String]
    /// How many niches had a keyword in the title; two or more make the choice a guess.
    let nichesHit: Int
    var method = LabelMethod.heuristic
}

/// Classifies titles by keyword lists: what runs without a model (YT-04, K49).
struct VideoTagger: Sendable {
    private let niches: KeywordIndex
    private let contentTypes: KeywordIndex
    private let stopWords: Set<String>
    private let settings: YouTubeSettings

    init(_ settings: YouTubeSettings) {
        niches = KeywordIndex(settings.niches)
        contentTypes = KeywordIndex(settings.contentTypes)
        stopWords = Set(settings.stopWords)
        self.settings = settings
    }

    /// Niche (YT-05), content type, offers (YT-03) and topics of a title without HTML entities.
    func tags(of title: String) -> VideoTags {
        let words = FoldedWords.split(title)
        let hits = niches.hits(in: words)
        let niche = niches.best(of: hits)
        return VideoTags(
            niche: niche ?? Taxonomy.other,
            contentType: contentTypes.best(of: contentTypes.hits(in: words)) ?? settings.defaultContentType,
            offers: niche.flatMap { settings.offersByNiche[$0] } ?? [Taxonomy.noOffer],
            topics: topics(of: words, keywords: hits.map { words[$0.words].joined(separator: " ") }),
            nichesHit: Set(hits.map(\.list)).count)
    }

    /// The most informative words: keyword hits first, then long words before short ones. Stop words and bare numbers
    /// only fill up to two tags (YT-03).
    private func topics(of words: [String], keywords: [String]) -> [String] {
        let longestFirst = words.enumerated()
            .sorted { ($1.element.count, $0.offset) < ($0.element.count, $1.offset) }.map(\.element)
        let informative = longestFirst.filter { word in
            word.count > 2 && !stopWords.contains(word) && word.contains { !$0.isNumber }
        }
        // The words of a phrase say nothing more beside the phrase.
        let covered = Set(keywords.flatMap { $0.split(separator: " ").map { String($0) } })
        var topics: [String] = []
        for word in keywords + informative.filter({ !covered.contains($0) })
        where !topics.contains(word) && topics.count < settings.topicTagsMax {
            topics.append(word)
        }
        for word in longestFirst where topics.count < 2 && !topics.contains(word) { topics.append(word) }
        return topics
    }
}

/// The figures of a video that change; what the platform hides is `nil`, not 0.
struct VideoNumbers: Hashable, Sendable {
    let views: Int?
    let likes: Int?
    let comments: Int?
    let watchTimeMinutes: Double?

    init(_ video: Row<YouTubeVideoStats>) {
        views = video.views
        likes = video.likes
        comments = video.commentsCount
        watchTimeMinutes = video.watchTimeMinutes
    }

    init(_ post: Row<ContentPerformance>) {
        views = post.views
        likes = post.likes
        comments = post.commentsCount
        watchTimeMinutes = post.watchTimeMinutes
    }

    /// The formula of posts with comments as replies (K29).
    var engagementScore: Double { PostCounts(views: views, likes: likes, replies: comments).engagementScore }

    func write(to draft: inout Draft<ContentPerformance>) {
        draft.views = views
        draft.likes = likes
        draft.commentsCount = comments
        draft.watchTimeMinutes = watchTimeMinutes
        draft.engagementScore = engagementScore
    }
}
