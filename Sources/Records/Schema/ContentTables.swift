public import JSON
public import Time

/// `actp_ab_tests`: two variants of one post, three snapshots of their metrics, a winner.
public struct ABTests: Table {
    public static let columns = ABTests()
    public static let definition = columns.define("actp_ab_tests", key: ["id"])

    public let id = Column<RowID>("id", default: .newID)
    public let niche = Column<String>("niche")
    public let testMethodA = Column<String>("test_method_a")
    public let testMethodB = Column<String>("test_method_b")
    public let variantAText = Column<String>("variant_a_text")
    public let variantBText = Column<String>("variant_b_text")
    public let postIDA = Column<String?>("post_id_a")
    public let postURLB = Column<String?>("post_url_b")
    /// running, complete, inconclusive, error (K26)
    public let status = Column<String>("status", default: .constant(.text("running")))
    /// a, b, tie
    public let winner = Column<String?>("winner")
    public let metrics1h = Column<JSON?>("metrics_1h")
    public let metrics4h = Column<JSON?>("metrics_4h")
    public let metrics24h = Column<JSON?>("metrics_24h")
    public let engScoreA = Column<Double?>("eng_score_a")
    public let engScoreB = Column<Double?>("eng_score_b")
    public let createdAt = Column<Instant>("created_at", default: .now)
    public let completedAt = Column<Instant?>("completed_at")
    public let postURLA = Column<String?>("post_url_a", .inferred)
    public let error = Column<String?>("error", .inferred)
}

/// `actp_content_performance`: own published posts, classified and measured.
public struct ContentPerformance: Table {
    public static let columns = ContentPerformance()
    public static let definition = columns.define("actp_content_performance", key: ["platform", "external_id"])

    public let id = Column<RowID>("id", .inferred, default: .newID)
    public let externalID = Column<String>("external_id")
    public let platform = Column<String>("platform", .stated)
    public let niche = Column<String?>("niche", .stated)
    public let contentType = Column<String?>("content_type", .stated)
    public let offerTags = Column<[String]?>("offer_tags")
    public let topicTags = Column<[String]?>("topic_tags", .stated)
    public let title = Column<String?>("title", .stated)
    /// 64 bits, as in the video figures that it is taken from.
    public let views = Column<Int?>("views", .stated, type: .bigint)
    public let likes = Column<Int?>("likes", .stated)
    public let commentsCount = Column<Int?>("comments_count")
    public let watchTimeMinutes = Column<Double?>("watch_time_minutes")
    public let engagementScore = Column<Double?>("engagement_score", .stated)
    public let publishedAt = Column<Instant?>("published_at", .stated)
    public let createdAt = Column<Instant?>("created_at", .inferred, default: .now)
}

/// `actp_posting_schedule`: hours, days, limits and Thompson slots of each platform.
public struct PostingSchedule: Table {
    public static let columns = PostingSchedule()
    public static let definition = columns.define("actp_posting_schedule", key: ["platform"])

    public let platform = Column<String>("platform")
    public let postsPerDay = Column<Int?>("posts_per_day")
    /// Hours of the day in UTC, 0…23.
    public let bestHours = Column<[Int64]?>("best_hours")
    /// 0 = Monday … 6 = Sunday, where cron counts from Sunday (K38).
    public let activeDays = Column<[Int64]?>("active_days")
    public let minGapHours = Column<Int?>("min_gap_hours")
    /// Hour as text → {alpha, beta}
    public let thompsonSlots = Column<JSON?>("thompson_slots")
    public let updatedAt = Column<Instant?>("updated_at", default: .now)
}

/// `actp_niche_resonance`: averages by platform, niche, offer and content type. Key columns are never NULL (D14).
public struct NicheResonance: Table {
    public static let columns = NicheResonance()
    public static let definition = columns.define(
        "actp_niche_resonance", key: ["platform", "niche", "offer_tag", "content_type"])

    public let platform = Column<String>("platform")
    public let niche = Column<String>("niche")
    /// The most frequent offer of the group; `none` without one.
    public let offerTag = Column<String>("offer_tag", default: .constant(.text("none")))
    public let contentType = Column<String>("content_type")
    public let avgViews = Column<Double?>("avg_views")
    public let avgEngagement = Column<Double?>("avg_engagement")
    public let avgWatchTime = Column<Double?>("avg_watch_time")
    public let topHookPatterns = Column<[String]?>("top_hook_patterns")
    public let topPostIDs = Column<[String]?>("top_post_ids")
    public let sampleCount = Column<Int?>("sample_count")
    public let lastUpdated = Column<Instant?>("last_updated")
}

/// `youtube_video_stats`: raw figures of videos; one video can have several rows, the newest `checked_at` counts (K48).
public struct YouTubeVideoStats: Table {
    public static let columns = YouTubeVideoStats()
    public static let definition = columns.define("youtube_video_stats", key: ["video_id", "checked_at"])

    public let id = Column<RowID>("id", .stated, default: .newID)
    public let videoID = Column<String>("video_id")
    public let title = Column<String?>("title")
    /// 64 bits: the most seen videos have long passed what 32 can count.
    public let views = Column<Int?>("views", type: .bigint, default: .constant(.integer(0)))
    public let likes = Column<Int?>("likes", default: .constant(.integer(0)))
    public let commentsCount = Column<Int?>("comments_count", default: .constant(.integer(0)))
    public let watchTimeMinutes = Column<Double?>("watch_time_minutes", default: .constant(.number(0)))
    public let publishedAt = Column<Instant?>("published_at")
    public let avgViewDurationSecs = Column<Double?>("avg_view_duration_secs", .stated, default: .constant(.number(0)))
    public let impressions = Column<Int?>("impressions", .stated, default: .constant(.integer(0)))
    public let ctr = Column<Double?>("ctr", .stated, default: .constant(.number(0)))
    public let subscribersGained = Column<Int?>("subscribers_gained", .stated, default: .constant(.integer(0)))
    public let revenueUSD = Column<Double?>("revenue_usd", .stated, default: .constant(.number(0)))
    public let checkedAt = Column<Instant?>("checked_at", .stated, default: .now)
    public let checkBucket = Column<String?>("check_bucket", .stated)
}
