public import JSON
public import Time

/// `crm_contacts`: one row per person and platform, shared with several other programs.
public struct Contacts: Table {
    public static let columns = Contacts()
    public static let definition = columns.define("crm_contacts", key: ["platform", "username"])

    public let id = Column<RowID>("id", default: .newID)
    /// twitter, instagram, tiktok, linkedin, threads, youtube, gmail
    public let platform = Column<String>("platform", .stated)
    /// The handle without @; a profile URL for many LinkedIn rows.
    public let username = Column<String>("username", .stated)
    public let displayName = Column<String?>("display_name", .stated)
    public let email = Column<String?>("email", .stated)
    public let bio = Column<String?>("bio", .stated)
    public let headline = Column<String?>("headline", .stated)
    /// 0…100
    public let icpScore = Column<Double?>("icp_score", .stated)
    public let followerCount = Column<Int?>("follower_count", .stated)
    public let profileURL = Column<String?>("profile_url", .stated)
    /// The default `new` is refused where a later CHECK is live (K60), so writers always name it.
    public let pipelineStage = Column<String?>("pipeline_stage", .stated, default: .constant(.text("new")))
    public let source = Column<String?>("source", .stated)
    public let nicheLabel = Column<String?>("niche_label", .stated)
    /// Another notion than the funnel stage.
    public let stage = Column<String?>("stage", .stated, default: .constant(.text("cold")))
    public let relationshipStage = Column<String?>("relationship_stage", .stated)
    public let relationshipScore = Column<Int?>("relationship_score", .stated)
    public let offerReadiness = Column<Int?>("offer_readiness", .stated)
    public let lastMessage = Column<String?>("last_message", .stated)
    /// Text in one source, an instant in another: read tolerantly.
    public let lastMessageAt = Column<String?>("last_message_at", .stated)
    public let messagesSent = Column<Int?>("messages_sent", .stated, default: .constant(.integer(0)))
    public let repliesReceived = Column<Int?>("replies_received", .stated, default: .constant(.integer(0)))
    public let engagementScore = Column<Double?>(
        "engagement_score", .stated, type: .double, default: .constant(.number(0)))
    public let twitterHandle = Column<String?>("twitter_handle", .stated)
    public let instagramHandle = Column<String?>("instagram_handle", .stated)
    public let tiktokHandle = Column<String?>("tiktok_handle", .stated)
    public let linkedinURL = Column<String?>("linkedin_url", .stated)
    public let emailOptedOut = Column<Bool?>("email_opted_out", .stated, default: .constant(.bool(false)))
    /// Free text; blocks outreach when it speaks of messaging (K22).
    public let doNotDo = Column<String?>("do_not_do", .stated)
    public let lastOutboundAt = Column<Instant?>("last_outbound_at", .stated)
    public let lastInboundAt = Column<Instant?>("last_inbound_at", .stated)
    public let archivedAt = Column<Instant?>("archived_at", .stated)
    public let syncedAt = Column<Instant?>("synced_at", .stated)
    public let createdAt = Column<Instant?>("created_at", .stated, default: .now)
    public let updatedAt = Column<Instant?>("updated_at", .stated)
}

/// `crm_interactions`: the log of touches, ours and theirs.
public struct Interactions: Table {
    public static let columns = Interactions()
    public static let definition = columns.define("crm_interactions", key: ["id"])

    public let id = Column<RowID>("id", .inferred, default: .newID)
    public let contactID = Column<RowID>("contact_id", .inferred, references: "crm_contacts")
    /// email, email_reply, email_open, dm, dm_reply
    public let type = Column<String>("type", .stated)
    public let platform = Column<String?>("platform", .inferred)
    /// outbound, inbound
    public let direction = Column<String>("direction", .inferred)
    public let content = Column<String?>("content", .inferred)
    public let metadata = Column<JSON?>("metadata", .inferred, default: .constant(.json([:])))
    public let createdAt = Column<Instant>("created_at", .stated, default: .now)
}

/// `crm_conversations`: one row per contact and thread with the latest message.
public struct Conversations: Table {
    public static let columns = Conversations()
    public static let definition = columns.define("crm_conversations", key: ["id"])

    public let id = Column<RowID>("id", .stated, default: .newID)
    public let contactID = Column<RowID>("contact_id", .stated, references: "crm_contacts")
    public let platform = Column<String>("platform", .stated)
    public let platformThreadID = Column<String?>("platform_thread_id", .stated)
    public let lastMessage = Column<String?>("last_message", .stated)
    /// Read where ``lastMessage`` is missing (D3).
    public let lastMessagePreview = Column<String?>("last_message_preview", .stated)
    public let lastMessageAt = Column<Instant?>("last_message_at", .stated)
    public let createdAt = Column<Instant?>("created_at", .stated)
    public let updatedAt = Column<Instant?>("updated_at", .stated)
    public let replyCount = Column<Int?>("reply_count", .inferred, default: .constant(.integer(0)))
    /// inbound, outbound
    public let lastMessageDirection = Column<String?>("last_message_direction", .inferred)
}

/// `crm_message_queue`: messages waiting to be sent, shared with other senders (D4).
public struct MessageQueue: Table {
    public static let columns = MessageQueue()
    public static let definition = columns.define("crm_message_queue", key: ["id"])

    public let id = Column<RowID>("id", default: .newID)
    public let contactID = Column<RowID>("contact_id", references: "crm_contacts")
    public let platform = Column<String>("platform")
    public let messageBody = Column<String>("message_body")
    /// outreach, follow_up, value_add
    public let messageType = Column<String?>("message_type")
    public let scheduledFor = Column<Instant?>("scheduled_for")
    /// pending → sending → sent | failed
    public let status = Column<String?>("status", default: .constant(.text("pending")))
    public let aiReasoning = Column<String?>("ai_reasoning")
    public let offerName = Column<String?>("offer_name")
    /// 1 decision, 2 consideration, 3 awareness
    public let priority = Column<Int?>("priority")
    public let createdAt = Column<Instant?>("created_at", default: .now)
    public let sentAt = Column<Instant?>("sent_at")
}

/// `actp_prospect_scores`: score, stage, brief and next touch, exactly one row a contact.
public struct ProspectScores: Table {
    public static let columns = ProspectScores()
    public static let definition = columns.define("actp_prospect_scores", key: ["contact_id"])

    public let id = Column<RowID>("id", default: .newID)
    public let contactID = Column<RowID>("contact_id", references: "crm_contacts")
    /// awareness, consideration, decision
    public let funnelStage = Column<String>("funnel_stage")
    /// 0…100
    public let score = Column<Int>("score")
    /// Signal name → points.
    public let scoreBreakdown = Column<JSON?>("score_breakdown", default: .constant(.json([:])))
    public let researchDone = Column<Bool?>("research_done", default: .constant(.bool(false)))
    public let researchData = Column<JSON?>("research_data")
    public let researchAt = Column<Instant?>("research_at")
    /// dm, email, twitter
    public let nextTouchType = Column<String?>("next_touch_type")
    public let nextTouchAt = Column<Instant?>("next_touch_at")
    /// 0…100
    public let offerReadiness = Column<Int?>("offer_readiness", default: .constant(.integer(0)))
    /// 0…100
    public let icpFit = Column<Int?>("icp_fit", default: .constant(.integer(0)))
    public let updatedAt = Column<Instant?>("updated_at", default: .now)
    public let createdAt = Column<Instant?>("created_at", default: .now)
}
