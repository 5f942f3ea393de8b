internal import Agents
internal import JSON

/// Reads what the service found. Every platform has its own names for the same things; every field may be missing.
enum ResearchResult {
    /// The findings of one niche in a result file.
    static func findings(in data: JSON, phrase: String) -> NicheFindings {
        let results = data["results"]?.array ?? []
        let result = results.first { $0["niche"]?.string?.lowercased() == phrase.lowercased() } ?? results.first ?? data
        let creators = result["creators"]?.array ?? data["allCreators"]?.array ?? []
        let items = ["tweets", "posts", "videos"].lazy.compactMap { result[$0]?.array }.first ?? []
        return findings(creators, items)
    }

    /// The answer of a service that works while we wait: creators at once, posts for Twitter alone (CR-02, K57).
    /// `nil` when the answer is none.
    static func direct(_ answer: JSON) -> NicheFindings? {
        guard let creators = answer["topCreators"]?.array else { return nil }
        return findings(creators, answer["tweets"]?.array ?? [])
    }

    private static func findings(_ creators: [JSON], _ items: [JSON]) -> NicheFindings {
        let posts = items.compactMap(post).sorted { $1.engagement < $0.engagement }
        var findings = NicheFindings(posts: posts)
        var nameless = 0
        var seen: Set<String> = []
        for json in creators {
            guard let creator = read(json) else {
                nameless += 1
                continue
            }
            if seen.insert(creator.handle.lowercased()).inserted { findings.creators.append(creator) }
        }
        if nameless > 0 { findings.remarks.append("\(nameless) creators without a handle were left out") }
        return findings
    }

    private static func read(_ json: JSON) -> FoundCreator? {
        guard let handle = bare(json["handle"]?.string ?? json["username"]?.string) else { return nil }
        var creator = FoundCreator(handle: handle)
        creator.displayName = words(json["displayName"])
        creator.bio = words(json["bio"])
        // Creators that were not looked at closely have 0 followers and no bio: unknown, not none.
        let followers = whole(json["followers"])
        creator.followers = followers == 0 && creator.bio == nil ? nil : followers
        creator.postCount = ["postCount", "tweetCount", "videoCount"].lazy.compactMap { whole(json[$0]) }.first
        creator.totalEngagement = json["totalEngagement"]?.double
        let best =
            ["topTweets", "topPosts", "topVideos"].lazy.compactMap { json[$0]?.array?.first }.first ?? json["topPost"]
        creator.topPostText = words(best?["text"])
        let address = ["topTweetUrl", "topPostUrl", "topVideoUrl"].lazy.compactMap { words(json[$0]) }.first
        creator.topPostURL = address ?? words(best?["url"])
        return creator
    }

    /// TikTok calls the text a description.
    private static func post(_ json: JSON) -> FoundPost? {
        guard let text = words(json["text"]) ?? words(json["description"]) else { return nil }
        return FoundPost(author: bare(json["author"]?.string), text: text, engagement: engagement(json))
    }

    /// The service's own score, else its formula.
    private static func engagement(_ json: JSON) -> Double {
        if let score = json["engagementScore"]?.double ?? json["engagement"]?.double { return score }
        let shares =
            (json["retweets"]?.double ?? json["reposts"]?.double).map { 2 * $0 } ?? 3 * (json["shares"]?.double ?? 0)
        return (json["likes"]?.double ?? 0) + (json["replies"]?.double ?? 2 * (json["comments"]?.double ?? 0)) + shares
    }

    private static func words(_ json: JSON?) -> String? {
        guard let text = json?.string, text.contains(where: { !$0.isWhitespace }) else { return nil }
        return text
    }

    private static func whole(_ json: JSON?) -> Int? {
        guard let number = json?.double, number.isFinite, number >= 0, number <= 2_000_000_000 else { return nil }
        return Int(number)
    }

    /// A handle without @ and blanks; `nil` for what is none.
    private static func bare(_ handle: String?) -> String? {
        guard let handle = handle?.drop(while: { $0 == "@" || $0.isWhitespace }), !handle.isEmpty,
            !handle.contains(where: \.isWhitespace)
        else { return nil }
        return String(handle)
    }
}
