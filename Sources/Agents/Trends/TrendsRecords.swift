import JSON
import Records
import Statistics
import Time

/// The three sources of engagement as the rules see them (TR-07, TR-18).
extension ObservedPost {
    init(_ tweet: Row<TwitterResearch>) {
        let counts = PostCounts(
            views: tweet.views, likes: tweet.likes, replies: tweet.replies, retweets: tweet.retweets)
        self.init(
            platform: "twitter", niche: tweet.niche, text: tweet.tweetText, url: tweet.tweetURL,
            author: tweet.authorHandle, counts: counts)
    }

    /// Shares count as retweets.
    init(_ post: Row<PlatformResearch>) {
        let counts = PostCounts(views: post.views, likes: post.likes, replies: post.comments, retweets: post.shares)
        self.init(
            platform: post.sourcePlatform.lowercased(), niche: post.niche, text: post.postText, url: post.postURL,
            author: post.handle, counts: counts)
    }

    /// Videos carry no niche: their title tells (TR-07).
    init(_ video: Row<YouTubeVideoStats>) {
        let counts = PostCounts(views: video.views, likes: video.likes, replies: video.commentsCount)
        self.init(
            platform: "youtube", niche: nil, text: video.title, url: "https://www.youtube.com/watch?v=\(video.videoID)",
            author: nil, counts: counts)
    }
}

extension Trend {
    var shown: JSON {
        [
            "niche": .string(niche),
            "platforms": .array(
                platforms.map {
                    ["platform": .string($0.platform), "posts": JSON($0.posts), "engagement": .number($0.engagement)]
                }),
            "platform_count": JSON(platforms.count), "total_posts": JSON(posts),
            "total_engagement": .number(totalEngagement), "avg_engagement": .number(averageEngagement),
            "trend_strength": .number(strength), "top_hook": topHook.map(JSON.string) ?? nil,
        ]
    }
}

extension Trend.Post {
    /// An element of `top_posts`.
    var shown: JSON {
        [
            "platform": .string(platform), "text": .string(text), "url": url.map(JSON.string) ?? nil,
            "handle": author.map(JSON.string) ?? nil, "engagement": .number(engagement),
        ]
    }
}

/// The four sources of handles (TR-01).
extension Sighting {
    init(_ contact: Row<Contacts>) {
        self.init(
            platform: contact.platform.lowercased(), handle: contact.username, displayName: contact.displayName,
            profileURL: contact.profileURL, followers: contact.followerCount, firstSeen: contact.createdAt,
            isInCRM: true)
    }

    init(_ tweet: Row<TwitterResearch>) {
        self.init(
            platform: "twitter", handle: tweet.authorHandle, displayName: tweet.authorDisplayName,
            followers: tweet.authorFollowerCount, firstSeen: tweet.scrapedAt,
            lastActive: tweet.tweetDate ?? tweet.scrapedAt, posts: 1, isInResearch: true)
    }

    init(_ post: Row<PlatformResearch>) {
        self.init(
            platform: post.sourcePlatform.lowercased(), handle: post.handle ?? "", displayName: nil,
            firstSeen: post.scrapedAt, lastActive: post.scrapedAt, posts: 1, isInResearch: true)
    }

    init(_ creator: Row<PlatformCreators>) {
        self.init(
            platform: creator.platform.lowercased(), handle: creator.handle, displayName: creator.displayName,
            followers: creator.followers, firstSeen: creator.createdAt, lastActive: creator.lastSyncedAt,
            isInResearch: true)
    }
}

/// How a link becomes a row (TR-04, TR-05).
enum AssociationRules {
    /// The row to write, or `nil` when the one there says the same. The oldest `first_seen_at` is kept, and a guess never
    /// takes the place of a row that was matched exactly.
    static func draft(
        _ contact: RowID, _ link: Link, over stored: Row<PlatformAssociations>?, now: Instant
    ) -> Draft<PlatformAssociations>? {
        let exact = [MatchKind.handle.rawValue, MatchKind.crm.rawValue]
        if link.kind == .fuzzy, let kind = stored?.engagementType, exact.contains(kind) { return nil }
        let sighting = link.sighting
        let profileURL: String? = sighting.profileURL ?? stored?.profileURL
        let followers: Int? = sighting.followers ?? stored?.followers
        let firstSeen: Instant? = [stored?.firstSeenAt, sighting.firstSeen].compactMap(\.self).min()
        let draft = Draft<PlatformAssociations> {
            $0.contactID = contact
            $0.platform = link.platform
            $0.handle = sighting.handle
            $0.profileURL = profileURL
            $0.followers = followers
            $0.firstSeenAt = firstSeen ?? now
            $0.lastActiveAt = [stored?.lastActiveAt, sighting.lastActive].compactMap(\.self).max()
            $0.interactionCount = sighting.posts
            $0.engagementType = link.kind.rawValue
        }
        guard let stored else { return draft }
        let same = zip(PlatformAssociations.definition.columns, stored.cells).allSatisfy { draft.cells[$0.name] == $1 }
        return same ? nil : draft
    }
}

/// What a run over the associations did.
struct AssociationCount {
    var linked = 0
    var written = 0
    var unchanged = 0
    var kinds: [MatchKind: Int] = [:]
    private var contactsRead = 0

    mutating func read(_ contacts: Int) -> Int {
        contactsRead += contacts
        return contactsRead
    }

    var data: [String: JSON] {
        [
            "linked": JSON(linked), "written": JSON(written), "unchanged": JSON(unchanged),
            "by_type": .object(Dictionary(uniqueKeysWithValues: kinds.map { ($0.key.rawValue, JSON($0.value)) })),
        ]
    }
}
