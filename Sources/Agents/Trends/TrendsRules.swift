import Glibc
import Statistics

/// A scraped post or a video, as far as trends are concerned.
struct ObservedPost: Sendable {
    let platform: String
    /// What its source filed it under, if it did.
    let niche: String?
    let text: String?
    let url: String?
    let author: String?
    let counts: PostCounts
}

/// A niche with engagement on several platforms (TR-06, TR-09).
struct Trend: Hashable, Sendable {
    struct Platform: Hashable, Sendable {
        let platform: String
        let posts: Int
        let engagement: Double
    }

    struct Post: Hashable, Sendable {
        let platform: String
        let text: String
        let url: String?
        let author: String?
        let engagement: Double
    }

    let niche: String
    /// In alphabetical order.
    let platforms: [Platform]
    /// The most engaging ones, best first.
    let topPosts: [Post]

    var posts: Int { platforms.reduce(0) { $0 + $1.posts } }
    var totalEngagement: Double { platforms.reduce(0) { $0 + $1.engagement } }
    /// Per post, not per platform (K53).
    var averageEngagement: Double { totalEngagement / Double(max(posts, 1)) }
    /// avg_engagement × platform_count × ln(total_posts): one post is no trend, whatever its engagement (TR-08, K51).
    var strength: Double { averageEngagement * Double(platforms.count) * log(Double(max(posts, 1))) }
    /// What the most engaging post opens with.
    var topHook: String? { topPosts.first { !$0.text.isEmpty }?.text }
}

/// Sums engagement by niche and platform, post by post. Memory grows with niches and platforms alone.
struct TrendTally {
    private struct Niche {
        var platforms: [String: (posts: Int, engagement: Double)] = [:]
        var top: TopList<Trend.Post>
    }

    private let keywords: KeywordIndex
    private let listed: Set<String>
    private let settings: TrendsSettings
    private var niches: [String: Niche] = [:]
    private(set) var posts = 0
    /// Posts of no niche.
    private(set) var withoutNiche = 0

    init(_ settings: TrendsSettings) {
        keywords = KeywordIndex(settings.niches)
        listed = Set(settings.niches.map(\.name))
        self.settings = settings
    }

    /// Counts a post under the niche its source gave it, else under the one its text speaks of (TR-07, K43).
    mutating func add(_ post: ObservedPost) {
        posts += 1
        let text = HTMLEntities.decode(post.text ?? "")
        guard
            let name = Taxonomy.niche(post.niche, listed: listed)
                ?? keywords.best(of: keywords.hits(in: FoldedWords.split(text)))
        else {
            withoutNiche += 1
            return
        }
        let engagement = post.counts.engagementScore
        var niche =
            niches.removeValue(forKey: name)
            ?? Niche(
                top: TopList(settings.topPosts) {
                    ($1.engagement, $0.platform, $0.text) < ($0.engagement, $1.platform, $1.text)
                })
        niche.platforms[post.platform, default: (0, 0)].posts += 1
        niche.platforms[post.platform, default: (0, 0)].engagement += engagement
        niche.top.insert(
            Trend.Post(
                platform: post.platform, text: text.clipped(to: 200), url: post.url, author: post.author,
                engagement: engagement))
        niches[name] = niche
    }

    /// The niches on enough platforms with enough engagement, the strongest first (TR-06, TR-09, K50).
    func trends() -> [Trend] {
        niches.map { name, niche in
            let platforms = niche.platforms.sorted { $0.key < $1.key }.map {
                Trend.Platform(platform: $0.key, posts: $0.value.posts, engagement: $0.value.engagement)
            }
            return Trend(niche: name, platforms: platforms, topPosts: niche.top.elements)
        }
        .filter { $0.platforms.count >= settings.platformsMin && $0.totalEngagement >= settings.engagementMin }
        .sorted { ($1.strength, $0.niche) < ($0.strength, $1.niche) }
    }
}
