public import JSON
public import Time

/// `actp_platform_research`: scraped posts of other people on platforms other than Twitter.
public struct PlatformResearch: Table {
    public static let columns = PlatformResearch()
    public static let definition = columns.define("actp_platform_research", key: ["id"])

    public let id = Column<RowID>("id", .inferred, default: .newID)
    public let sourcePlatform = Column<String>("source_platform", .stated)
    public let handle = Column<String?>("handle", .stated)
    public let niche = Column<String?>("niche", .stated)
    public let postURL = Column<String?>("post_url", .inferred)
    public let postText = Column<String?>("post_text", .inferred)
    public let likes = Column<Int?>("likes", .inferred, default: .constant(.integer(0)))
    public let views = Column<Int?>("views", .inferred, type: .bigint, default: .constant(.integer(0)))
    public let comments = Column<Int?>("comments", .inferred, default: .constant(.integer(0)))
    public let shares = Column<Int?>("shares", .inferred, default: .constant(.integer(0)))
    public let engagementScore = Column<Double?>("engagement_score", .inferred)
    public let scrapedAt = Column<Instant?>("scraped_at", .inferred, default: .now)
}

/// `actp_twitter_research`: scraped tweets. Look back by `scraped_at`, never by `created_at` (D5).
public struct TwitterResearch: Table {
    public static let columns = TwitterResearch()
    public static let definition = columns.define("actp_twitter_research", key: ["tweet_id"])

    public let id = Column<RowID>("id", .stated, default: .newID)
    public let tweetID = Column<String>("tweet_id", .stated)
    public let authorHandle = Column<String>("author_handle", .stated)
    public let authorDisplayName = Column<String?>("author_display_name", .stated)
    public let authorFollowerCount = Column<Int?>("author_follower_count", .stated)
    public let tweetText = Column<String>("tweet_text")
    public let tweetURL = Column<String?>("tweet_url", .stated)
    public let niche = Column<String>("niche", .stated)
    public let searchKeyword = Column<String?>("search_keyword", .stated)
    public let views = Column<Int?>("views", .stated, type: .bigint, default: .constant(.integer(0)))
    public let likes = Column<Int?>("likes", .stated, default: .constant(.integer(0)))
    public let replies = Column<Int?>("replies", .stated, default: .constant(.integer(0)))
    public let retweets = Column<Int?>("retweets", .stated, default: .constant(.integer(0)))
    public let quotes = Column<Int?>("quotes", .stated, default: .constant(.integer(0)))
    public let bookmarks = Column<Int?>("bookmarks", .stated, default: .constant(.integer(0)))
    /// Per thousand views, computed by the database; the rules score posts by their own formula (K29).
    public let engagementScore = Column<Double?>(
        "engagement_score", .stated, type: .double,
        default: .generated(
            as: "(likes * 1.0 + replies * 3.0 + retweets * 5.0 + quotes * 7.0 + bookmarks * 2.0)"
                + " / CASE WHEN views > 1 THEN views ELSE 1 END * 1000.0"))
    public let frameworkTags = Column<[String]?>("framework_tags", .stated, default: .constant(.texts([])))
    public let hookType = Column<String?>("hook_type", .stated)
    /// original, thread, reply, quote: not the content types of the resonance matrix.
    public let contentType = Column<String?>("content_type", .stated)
    public let emotionTags = Column<[String]?>("emotion_tags", .stated, default: .constant(.texts([])))
    public let ctaType = Column<String?>("cta_type", .stated)
    public let hasMedia = Column<Bool?>("has_media", .stated, default: .constant(.bool(false)))
    public let mediaType = Column<String?>("media_type", .stated)
    public let tweetDate = Column<Instant?>("tweet_date", .stated)
    public let scrapedAt = Column<Instant?>("scraped_at", default: .now)
    public let researchBatchID = Column<String?>("research_batch_id", .stated)
    public let createdAt = Column<Instant?>("created_at", .stated, default: .now)
}

/// `actp_platform_associations`: a contact's handle on each platform. Has no `updated_at`.
public struct PlatformAssociations: Table {
    public static let columns = PlatformAssociations()
    public static let definition = columns.define("actp_platform_associations", key: ["contact_id", "platform"])

    public let contactID = Column<RowID>("contact_id", references: "crm_contacts")
    public let platform = Column<String>("platform")
    public let handle = Column<String?>("handle")
    public let profileURL = Column<String?>("profile_url")
    public let followers = Column<Int?>("followers")
    /// The oldest sighting is kept.
    public let firstSeenAt = Column<Instant?>("first_seen_at")
    public let lastActiveAt = Column<Instant?>("last_active_at")
    public let interactionCount = Column<Int?>("interaction_count")
    /// handle_match, fuzzy_match, crm_match (K54)
    public let engagementType = Column<String?>("engagement_type")
}

/// `actp_cross_platform_trends`: a niche seen on several platforms. A row older than the look-back is inactive.
public struct CrossPlatformTrends: Table {
    public static let columns = CrossPlatformTrends()
    public static let definition = columns.define("actp_cross_platform_trends", key: ["niche"])

    public let id = Column<RowID>("id", default: .newID)
    public let niche = Column<String>("niche")
    public let platforms = Column<[String]>("platforms")
    public let platformCount = Column<Int?>("platform_count", default: .constant(.integer(0)))
    public let totalEngagement = Column<Double?>("total_engagement", default: .constant(.number(0)))
    public let avgEngagement = Column<Double?>("avg_engagement", default: .constant(.number(0)))
    public let trendStrength = Column<Double?>("trend_strength", default: .constant(.number(0)))
    public let topPosts = Column<JSON?>("top_posts", default: .constant(.json([])))
    /// The first detection, kept on later ones.
    public let detectedAt = Column<Instant>("detected_at", default: .now)
    public let updatedAt = Column<Instant>("updated_at", default: .now)
}

/// `actp_platform_creators`: top creators found by market research.
public struct PlatformCreators: Table {
    public static let columns = PlatformCreators()
    public static let definition = columns.define("actp_platform_creators", key: ["platform", "handle"])

    public let id = Column<RowID>("id", default: .newID)
    public let platform = Column<String>("platform")
    public let handle = Column<String>("handle")
    public let displayName = Column<String?>("display_name")
    public let niche = Column<String?>("niche")
    public let followers = Column<Int?>("followers")
    public let engagementScore = Column<Double?>("engagement_score")
    public let topPostText = Column<String?>("top_post_text")
    public let topPostURL = Column<String?>("top_post_url")
    public let offerMatch = Column<[String]?>("offer_match")
    /// 0…100
    public let icpFitScore = Column<Int?>("icp_fit_score")
    public let lastSyncedAt = Column<Instant?>("last_synced_at")
    public let createdAt = Column<Instant?>("created_at", default: .now)
}
