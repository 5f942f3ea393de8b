public import Configuration

/// The tunables of the youtube agent.
public struct YouTubeSettings: Configurable, Hashable {
    /// YT-05.
    public var niches = [
        KeywordList("ai_automation", ["claude", "gpt", "ai", "automation", "n8n", "zapier", "workflow", "agent"]),
        KeywordList("saas_growth", ["saas", "churn", "mrr", "product", "retention", "growth", "startup"]),
        KeywordList("content_creation", ["youtube", "video", "hook", "edit", "thumbnail", "content", "creator"]),
        KeywordList("digital_marketing", ["ads", "funnel", "seo", "email", "marketing", "campaign", "conversion"]),
        KeywordList("creator_economy", ["monetize", "brand deal", "sponsor", "audience", "subscriber"]),
        KeywordList("personal_brand", ["story", "journey", "behind", "day in", "vlog", "life"]),
    ]
    /// CM-04's content types with the words that betray them in a title.
    public var contentTypes = [
        KeywordList(
            "educational", ["how to", "tutorial", "guide", "learn", "explained", "tips", "beginner", "course"]),
        KeywordList(
            "case_study",
            ["case study", "results", "before and after", "grew", "made", "revenue", "from zero", "from 0"]),
        KeywordList("product_demo", ["demo", "walkthrough", "review", "setup", "feature", "unboxing"]),
        KeywordList(
            "thought_leadership", ["why", "future", "opinion", "truth", "prediction", "unpopular", "should"]),
        KeywordList("inspirational", ["story", "journey", "transformation", "motivation", "lessons"]),
        KeywordList("entertainment", ["funny", "challenge", "meme", "prank", "vs", "reaction"]),
    ]
    public var defaultContentType = "educational"
    /// CM-02.
    public var offersByNiche = [
        "ai_automation": ["safari_automation"], "content_creation": ["creator_growth"],
        "saas_growth": ["saas_consulting"], "digital_marketing": ["digital_agency"],
    ]
    public var topicTagsMax = 4
    public var stopWords = [
        "about", "after", "again", "all", "also", "and", "any", "are", "because", "been", "before", "being", "best",
        "but",
        "can", "could", "did", "does", "don", "down", "each", "ever", "every", "for", "from", "full", "get", "gets",
        "getting", "got", "had", "has", "have", "her", "here", "him", "his", "how", "into", "its", "just", "like",
        "make",
        "made", "makes", "making", "many", "more", "most", "much", "must", "need", "new", "not", "now", "off",
        "official",
        "one", "only", "our", "out", "over", "own", "really", "she", "should", "some", "than", "that", "the", "their",
        "them", "then", "there", "these", "they", "this", "those", "too", "under", "until", "very", "was", "watch",
        "way",
        "were", "what", "when", "where", "which", "while", "who", "why", "will", "with", "without", "would", "you",
        "your",
    ]
    public var hookTitles = 3
    public var hooksMax = 10
    public var alertMinSamples = 3

    public init() {}

    public static let fields: [Field<YouTubeSettings>] = [
        Field("niches", \.niches, "Keywords of each niche; the most hits win, the first of equals."),
        Field("contentTypes", \.contentTypes, "Keywords of each content type; the most hits win, the first of equals."),
        Field("defaultContentType", \.defaultContentType, "The content type of a title without any such keyword."),
        Field("offersByNiche", \.offersByNiche, "Offers that a niche speaks for; a niche not named here has none."),
        Field("topicTagsMax", \.topicTagsMax, in: 2...10, "Topic tags of one video, at most."),
        Field("stopWords", \.stopWords, "Words that say nothing about a video's topic."),
        Field("hookTitles", \.hookTitles, in: 1...20, "Titles of a group's most viewed posts taken as hook patterns."),
        Field("hooksMax", \.hooksMax, in: 1...100, "Hook patterns kept for a group, those of other sources included."),
        Field(
            "alertMinSamples", \.alertMinSamples, in: 1...1_000,
            "Posts a group needs to be the top niche of the weekly message, if any group has as many."),
    ]
}
