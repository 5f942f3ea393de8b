/// The first version of `actp.db`, as it was released: never edited. Made from the definitions in `Records/Schema`.
///
/// Types by SQLite's STRICT rules: instants as ISO 8601 text with six fraction digits (so that they sort), JSON and lists
/// as JSON text, booleans as 0 and 1.
enum StoreVersion1 {
    static let sql = """
        CREATE TABLE "actp_agent_tasks" (
            "id" TEXT PRIMARY KEY NOT NULL,
            "domain" TEXT NOT NULL,
            "task" TEXT NOT NULL,
            "params" TEXT DEFAULT '{}',
            "status" TEXT NOT NULL DEFAULT 'pending',
            "result" TEXT DEFAULT '{}',
            "duration_ms" INTEGER,
            "created_at" TEXT NOT NULL,
            "completed_at" TEXT
        ) STRICT;
        CREATE TABLE "crm_contacts" (
            "id" TEXT PRIMARY KEY NOT NULL,
            "platform" TEXT NOT NULL,
            "username" TEXT NOT NULL,
            "display_name" TEXT,
            "email" TEXT,
            "bio" TEXT,
            "headline" TEXT,
            "icp_score" REAL,
            "follower_count" INTEGER,
            "profile_url" TEXT,
            "pipeline_stage" TEXT DEFAULT 'new',
            "source" TEXT,
            "niche_label" TEXT,
            "stage" TEXT DEFAULT 'cold',
            "relationship_stage" TEXT,
            "relationship_score" INTEGER,
            "offer_readiness" INTEGER,
            "last_message" TEXT,
            "last_message_at" TEXT,
            "messages_sent" INTEGER DEFAULT 0,
            "replies_received" INTEGER DEFAULT 0,
            "engagement_score" REAL DEFAULT 0.0,
            "twitter_handle" TEXT,
            "instagram_handle" TEXT,
            "tiktok_handle" TEXT,
            "linkedin_url" TEXT,
            "email_opted_out" INTEGER DEFAULT 0 CHECK ("email_opted_out" IN (0, 1)),
            "do_not_do" TEXT,
            "last_outbound_at" TEXT,
            "last_inbound_at" TEXT,
            "archived_at" TEXT,
            "synced_at" TEXT,
            "created_at" TEXT,
            "updated_at" TEXT,
            UNIQUE ("platform", "username")
        ) STRICT;
        CREATE TABLE "actp_prospect_scores" (
            "id" TEXT PRIMARY KEY NOT NULL,
            "contact_id" TEXT NOT NULL REFERENCES "crm_contacts"("id"),
            "funnel_stage" TEXT NOT NULL,
            "score" INTEGER NOT NULL,
            "score_breakdown" TEXT DEFAULT '{}',
            "research_done" INTEGER DEFAULT 0 CHECK ("research_done" IN (0, 1)),
            "research_data" TEXT,
            "research_at" TEXT,
            "next_touch_type" TEXT,
            "next_touch_at" TEXT,
            "offer_readiness" INTEGER DEFAULT 0,
            "icp_fit" INTEGER DEFAULT 0,
            "updated_at" TEXT,
            "created_at" TEXT,
            UNIQUE ("contact_id")
        ) STRICT;
        CREATE TABLE "crm_interactions" (
            "id" TEXT PRIMARY KEY NOT NULL,
            "contact_id" TEXT NOT NULL REFERENCES "crm_contacts"("id"),
            "type" TEXT NOT NULL,
            "platform" TEXT,
            "direction" TEXT NOT NULL,
            "content" TEXT,
            "metadata" TEXT DEFAULT '{}',
            "created_at" TEXT NOT NULL
        ) STRICT;
        CREATE TABLE "crm_conversations" (
            "id" TEXT PRIMARY KEY NOT NULL,
            "contact_id" TEXT NOT NULL REFERENCES "crm_contacts"("id"),
            "platform" TEXT NOT NULL,
            "platform_thread_id" TEXT,
            "last_message" TEXT,
            "last_message_preview" TEXT,
            "last_message_at" TEXT,
            "created_at" TEXT,
            "updated_at" TEXT,
            "reply_count" INTEGER DEFAULT 0,
            "last_message_direction" TEXT
        ) STRICT;
        CREATE TABLE "crm_message_queue" (
            "id" TEXT PRIMARY KEY NOT NULL,
            "contact_id" TEXT NOT NULL REFERENCES "crm_contacts"("id"),
            "platform" TEXT NOT NULL,
            "message_body" TEXT NOT NULL,
            "message_type" TEXT,
            "scheduled_for" TEXT,
            "status" TEXT DEFAULT 'pending',
            "ai_reasoning" TEXT,
            "offer_name" TEXT,
            "priority" INTEGER,
            "created_at" TEXT,
            "sent_at" TEXT
        ) STRICT;
        CREATE TABLE "actp_ab_tests" (
            "id" TEXT PRIMARY KEY NOT NULL,
            "niche" TEXT NOT NULL,
            "test_method_a" TEXT NOT NULL,
            "test_method_b" TEXT NOT NULL,
            "variant_a_text" TEXT NOT NULL,
            "variant_b_text" TEXT NOT NULL,
            "post_id_a" TEXT,
            "post_url_b" TEXT,
            "status" TEXT NOT NULL DEFAULT 'running',
            "winner" TEXT,
            "metrics_1h" TEXT,
            "metrics_4h" TEXT,
            "metrics_24h" TEXT,
            "eng_score_a" REAL,
            "eng_score_b" REAL,
            "created_at" TEXT NOT NULL,
            "completed_at" TEXT,
            "post_url_a" TEXT,
            "error" TEXT
        ) STRICT;
        CREATE TABLE "actp_content_performance" (
            "id" TEXT PRIMARY KEY NOT NULL,
            "external_id" TEXT NOT NULL,
            "platform" TEXT NOT NULL,
            "niche" TEXT,
            "content_type" TEXT,
            "offer_tags" TEXT,
            "topic_tags" TEXT,
            "title" TEXT,
            "views" INTEGER,
            "likes" INTEGER,
            "comments_count" INTEGER,
            "watch_time_minutes" REAL,
            "engagement_score" REAL,
            "published_at" TEXT,
            "created_at" TEXT,
            UNIQUE ("platform", "external_id")
        ) STRICT;
        CREATE TABLE "actp_posting_schedule" (
            "platform" TEXT NOT NULL,
            "posts_per_day" INTEGER,
            "best_hours" TEXT,
            "active_days" TEXT,
            "min_gap_hours" INTEGER,
            "thompson_slots" TEXT,
            "updated_at" TEXT,
            UNIQUE ("platform")
        ) STRICT;
        CREATE TABLE "actp_niche_resonance" (
            "platform" TEXT NOT NULL,
            "niche" TEXT NOT NULL,
            "offer_tag" TEXT NOT NULL DEFAULT 'none',
            "content_type" TEXT NOT NULL,
            "avg_views" REAL,
            "avg_engagement" REAL,
            "avg_watch_time" REAL,
            "top_hook_patterns" TEXT,
            "top_post_ids" TEXT,
            "sample_count" INTEGER,
            "last_updated" TEXT,
            UNIQUE ("platform", "niche", "offer_tag", "content_type")
        ) STRICT;
        CREATE TABLE "youtube_video_stats" (
            "id" TEXT PRIMARY KEY NOT NULL,
            "video_id" TEXT NOT NULL,
            "title" TEXT,
            "views" INTEGER DEFAULT 0,
            "likes" INTEGER DEFAULT 0,
            "comments_count" INTEGER DEFAULT 0,
            "watch_time_minutes" REAL DEFAULT 0.0,
            "published_at" TEXT,
            "avg_view_duration_secs" REAL DEFAULT 0.0,
            "impressions" INTEGER DEFAULT 0,
            "ctr" REAL DEFAULT 0.0,
            "subscribers_gained" INTEGER DEFAULT 0,
            "revenue_usd" REAL DEFAULT 0.0,
            "checked_at" TEXT,
            "check_bucket" TEXT,
            UNIQUE ("video_id", "checked_at")
        ) STRICT;
        CREATE TABLE "actp_platform_research" (
            "id" TEXT PRIMARY KEY NOT NULL,
            "source_platform" TEXT NOT NULL,
            "handle" TEXT,
            "niche" TEXT,
            "post_url" TEXT,
            "post_text" TEXT,
            "likes" INTEGER DEFAULT 0,
            "views" INTEGER DEFAULT 0,
            "comments" INTEGER DEFAULT 0,
            "shares" INTEGER DEFAULT 0,
            "engagement_score" REAL,
            "scraped_at" TEXT
        ) STRICT;
        CREATE TABLE "actp_twitter_research" (
            "id" TEXT PRIMARY KEY NOT NULL,
            "tweet_id" TEXT NOT NULL,
            "author_handle" TEXT NOT NULL,
            "author_display_name" TEXT,
            "author_follower_count" INTEGER,
            "tweet_text" TEXT NOT NULL,
            "tweet_url" TEXT,
            "niche" TEXT NOT NULL,
            "search_keyword" TEXT,
            "views" INTEGER DEFAULT 0,
            "likes" INTEGER DEFAULT 0,
            "replies" INTEGER DEFAULT 0,
            "retweets" INTEGER DEFAULT 0,
            "quotes" INTEGER DEFAULT 0,
            "bookmarks" INTEGER DEFAULT 0,
            "engagement_score" REAL GENERATED ALWAYS AS ((likes * 1.0 + replies * 3.0 + retweets * 5.0 + quotes * 7.0 + bookmarks * 2.0) / CASE WHEN views > 1 THEN views ELSE 1 END * 1000.0) STORED,
            "framework_tags" TEXT DEFAULT '[]',
            "hook_type" TEXT,
            "content_type" TEXT,
            "emotion_tags" TEXT DEFAULT '[]',
            "cta_type" TEXT,
            "has_media" INTEGER DEFAULT 0 CHECK ("has_media" IN (0, 1)),
            "media_type" TEXT,
            "tweet_date" TEXT,
            "scraped_at" TEXT,
            "research_batch_id" TEXT,
            "created_at" TEXT,
            UNIQUE ("tweet_id")
        ) STRICT;
        CREATE TABLE "actp_platform_associations" (
            "contact_id" TEXT NOT NULL REFERENCES "crm_contacts"("id"),
            "platform" TEXT NOT NULL,
            "handle" TEXT,
            "profile_url" TEXT,
            "followers" INTEGER,
            "first_seen_at" TEXT,
            "last_active_at" TEXT,
            "interaction_count" INTEGER,
            "engagement_type" TEXT,
            UNIQUE ("contact_id", "platform")
        ) STRICT;
        CREATE TABLE "actp_cross_platform_trends" (
            "id" TEXT PRIMARY KEY NOT NULL,
            "niche" TEXT NOT NULL,
            "platforms" TEXT NOT NULL,
            "platform_count" INTEGER DEFAULT 0,
            "total_engagement" REAL DEFAULT 0.0,
            "avg_engagement" REAL DEFAULT 0.0,
            "trend_strength" REAL DEFAULT 0.0,
            "top_posts" TEXT DEFAULT '[]',
            "detected_at" TEXT NOT NULL,
            "updated_at" TEXT NOT NULL,
            UNIQUE ("niche")
        ) STRICT;
        CREATE TABLE "actp_platform_creators" (
            "id" TEXT PRIMARY KEY NOT NULL,
            "platform" TEXT NOT NULL,
            "handle" TEXT NOT NULL,
            "display_name" TEXT,
            "niche" TEXT,
            "followers" INTEGER,
            "engagement_score" REAL,
            "top_post_text" TEXT,
            "top_post_url" TEXT,
            "offer_match" TEXT,
            "icp_fit_score" INTEGER,
            "last_synced_at" TEXT,
            "created_at" TEXT,
            UNIQUE ("platform", "handle")
        ) STRICT;
        CREATE TABLE "actp_gen_jobs" (
            "id" TEXT PRIMARY KEY NOT NULL,
            "model" TEXT DEFAULT 'remotion',
            "executor" TEXT,
            "brief" TEXT,
            "status" TEXT DEFAULT 'queued',
            "output_url" TEXT,
            "platform" TEXT,
            "error" TEXT,
            "created_at" TEXT,
            "updated_at" TEXT,
            "provider_job_id" TEXT,
            "attempts" INTEGER DEFAULT 0,
            "prompt" TEXT
        ) STRICT;
        CREATE TABLE "actp_workflow_tasks" (
            "id" TEXT PRIMARY KEY NOT NULL,
            "execution_id" TEXT,
            "step_id" TEXT,
            "task_type" TEXT NOT NULL,
            "status" TEXT NOT NULL DEFAULT 'pending',
            "input_data" TEXT NOT NULL,
            "output_data" TEXT,
            "claimed_by" TEXT,
            "claimed_at" TEXT,
            "completed_at" TEXT,
            "timeout_minutes" INTEGER DEFAULT 30,
            "error" TEXT,
            "created_at" TEXT
        ) STRICT;
        CREATE TABLE "actp_agent_registry" (
            "id" TEXT PRIMARY KEY NOT NULL,
            "agent_id" TEXT NOT NULL,
            "name" TEXT,
            "entry_point" TEXT,
            "capabilities" TEXT,
            "health_url" TEXT,
            "status" TEXT,
            "registered_at" TEXT,
            UNIQUE ("agent_id")
        ) STRICT;

        -- Beside the unique keys: the columns that tasks filter by.
        CREATE INDEX "actp_agent_tasks_created_at" ON "actp_agent_tasks" (created_at);
        CREATE INDEX "crm_interactions_contact_id_created_at" ON "crm_interactions" (contact_id, created_at);
        CREATE INDEX "crm_conversations_contact_id" ON "crm_conversations" (contact_id);
        CREATE INDEX "crm_message_queue_contact_id_status" ON "crm_message_queue" (contact_id, status);
        CREATE INDEX "crm_message_queue_status_scheduled_for" ON "crm_message_queue" (status, scheduled_for);
        CREATE INDEX "actp_prospect_scores_score" ON "actp_prospect_scores" (score);
        CREATE INDEX "youtube_video_stats_checked_at" ON "youtube_video_stats" (checked_at);
        CREATE INDEX "actp_twitter_research_scraped_at" ON "actp_twitter_research" (scraped_at);
        CREATE INDEX "actp_platform_research_scraped_at" ON "actp_platform_research" (scraped_at);
        CREATE INDEX "actp_content_performance_published_at" ON "actp_content_performance" (published_at);
        """
}
