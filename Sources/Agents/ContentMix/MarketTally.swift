import JSON
import Records
import Statistics

/// Other people's posts by the offer that they speak for (CM-10). Memory grows with offers and platforms alone.
struct MarketTally {
    struct Post: Hashable {
        let platform: String
        let text: String
        let url: String?
        let engagement: Double
    }

    /// One offer and what was found for it.
    struct Share {
        let channel: OfferChannel
        var posts = 0
        var engagement = 0.0
        var platforms: [String: Int] = [:]
        var top: TopList<Post>

        var averageEngagement: Double { posts > 0 ? engagement / Double(posts) : 0 }
    }

    private let keywords: KeywordIndex
    private let listed: Set<String>
    /// In the order of the offers.
    private(set) var shares: [Share]
    private(set) var posts = 0
    /// Posts of no niche, or of a niche without an offer.
    private(set) var withoutOffer = 0

    /// - Parameter niches: keyword lists for posts that come without a niche.
    init(offers: [OfferChannel], niches: [KeywordList], topPosts: Int) {
        keywords = KeywordIndex(niches)
        listed = Set(niches.map(\.name))
        shares = offers.map { channel in
            Share(
                channel: channel,
                top: TopList(topPosts) { ($1.engagement, $0.platform, $0.text) < ($0.engagement, $1.platform, $1.text) }
            )
        }
    }

    /// Counts a post for every offer of its niche; the niche is the source's, else the one that its text speaks of (K43).
    mutating func add(_ post: Row<PlatformResearch>) {
        posts += 1
        let text = HTMLEntities.decode(post.postText ?? "")
        let niche =
            Taxonomy.niche(post.niche, listed: listed)
            ?? keywords.best(of: keywords.hits(in: FoldedWords.split(text)))
        let places = shares.indices.filter { shares[$0].channel.niche == niche }
        if places.isEmpty { withoutOffer += 1 }
        let counts = PostCounts(views: post.views, likes: post.likes, replies: post.comments, retweets: post.shares)
        let platform = post.sourcePlatform.lowercased()
        for place in places {
            shares[place].posts += 1
            shares[place].engagement += counts.engagementScore
            shares[place].platforms[platform, default: 0] += 1
            shares[place].top.insert(
                Post(
                    platform: platform, text: text.clipped(to: 200), url: post.postURL,
                    engagement: counts.engagementScore))
        }
    }
}

extension MarketTally.Share {
    var shown: JSON {
        [
            "offer": .string(channel.offer), "niche": .string(channel.niche), "posts": JSON(posts),
            "avg_engagement": .number(averageEngagement), "platforms": .object(platforms.mapValues { JSON($0) }),
            "content_types": JSON(channel.contentTypes),
            "top_posts": .array(
                top.elements.map {
                    [
                        "platform": .string($0.platform), "text": .string($0.text),
                        "url": $0.url.map(JSON.string) ?? nil, "engagement": .number($0.engagement),
                    ]
                }),
        ]
    }
}
