-- The tables of actpd, written by `actpd schema sql` from its own definitions. Do not edit.
-- Loads into an empty PostgreSQL 15 and may be run again; what is there already stays as it is.

-- actp_agent_tasks
DO $$ BEGIN
    IF to_regclass('public.actp_agent_tasks') IS NULL THEN
        CREATE TABLE "public"."actp_agent_tasks" (
            "id" uuid DEFAULT gen_random_uuid() NOT NULL,
            "domain" text NOT NULL,
            "task" text NOT NULL,
            "params" jsonb DEFAULT '{}'::jsonb,
            "status" text DEFAULT 'pending'::text NOT NULL,
            "result" jsonb DEFAULT '{}'::jsonb,
            "duration_ms" integer,
            "created_at" timestamptz DEFAULT now() NOT NULL,
            "completed_at" timestamptz,
            PRIMARY KEY ("id")
        );
        ALTER TABLE "public"."actp_agent_tasks" ENABLE ROW LEVEL SECURITY;
    END IF;
END $$;

-- crm_contacts
DO $$ BEGIN
    IF to_regclass('public.crm_contacts') IS NULL THEN
        CREATE TABLE "public"."crm_contacts" (
            "id" uuid DEFAULT gen_random_uuid() NOT NULL,
            "platform" text NOT NULL,
            "username" text NOT NULL,
            "display_name" text,
            "email" text,
            "bio" text,
            "headline" text,
            "icp_score" numeric,
            "follower_count" integer,
            "profile_url" text,
            "pipeline_stage" text DEFAULT 'new'::text,
            "source" text,
            "niche_label" text,
            "stage" text DEFAULT 'cold'::text,
            "relationship_stage" text,
            "relationship_score" integer,
            "offer_readiness" integer,
            "last_message" text,
            "last_message_at" text,
            "messages_sent" integer DEFAULT 0,
            "replies_received" integer DEFAULT 0,
            "engagement_score" double precision DEFAULT 0,
            "twitter_handle" text,
            "instagram_handle" text,
            "tiktok_handle" text,
            "linkedin_url" text,
            "email_opted_out" boolean DEFAULT false,
            "do_not_do" text,
            "last_outbound_at" timestamptz,
            "last_inbound_at" timestamptz,
            "archived_at" timestamptz,
            "synced_at" timestamptz,
            "created_at" timestamptz DEFAULT now(),
            "updated_at" timestamptz,
            PRIMARY KEY ("id"),
            UNIQUE ("platform", "username")
        );
        ALTER TABLE "public"."crm_contacts" ENABLE ROW LEVEL SECURITY;
    END IF;
END $$;

-- actp_prospect_scores
DO $$ BEGIN
    IF to_regclass('public.actp_prospect_scores') IS NULL THEN
        CREATE TABLE "public"."actp_prospect_scores" (
            "id" uuid DEFAULT gen_random_uuid() NOT NULL,
            "contact_id" uuid NOT NULL REFERENCES "public"."crm_contacts" ("id"),
            "funnel_stage" text NOT NULL,
            "score" integer NOT NULL,
            "score_breakdown" jsonb DEFAULT '{}'::jsonb,
            "research_done" boolean DEFAULT false,
            "research_data" jsonb,
            "research_at" timestamptz,
            "next_touch_type" text,
            "next_touch_at" timestamptz,
            "offer_readiness" integer DEFAULT 0,
            "icp_fit" integer DEFAULT 0,
            "updated_at" timestamptz DEFAULT now(),
            "created_at" timestamptz DEFAULT now(),
            PRIMARY KEY ("id"),
            UNIQUE ("contact_id")
        );
        ALTER TABLE "public"."actp_prospect_scores" ENABLE ROW LEVEL SECURITY;
    END IF;
END $$;
ALTER TABLE "public"."actp_prospect_scores" ADD COLUMN IF NOT EXISTS "id" uuid DEFAULT gen_random_uuid() NOT NULL;
ALTER TABLE "public"."actp_prospect_scores" ADD COLUMN IF NOT EXISTS "contact_id" uuid REFERENCES "public"."crm_contacts" ("id");
ALTER TABLE "public"."actp_prospect_scores" ADD COLUMN IF NOT EXISTS "funnel_stage" text;
ALTER TABLE "public"."actp_prospect_scores" ADD COLUMN IF NOT EXISTS "score" integer;
ALTER TABLE "public"."actp_prospect_scores" ADD COLUMN IF NOT EXISTS "score_breakdown" jsonb DEFAULT '{}'::jsonb;
ALTER TABLE "public"."actp_prospect_scores" ADD COLUMN IF NOT EXISTS "research_done" boolean DEFAULT false;
ALTER TABLE "public"."actp_prospect_scores" ADD COLUMN IF NOT EXISTS "research_data" jsonb;
ALTER TABLE "public"."actp_prospect_scores" ADD COLUMN IF NOT EXISTS "research_at" timestamptz;
ALTER TABLE "public"."actp_prospect_scores" ADD COLUMN IF NOT EXISTS "next_touch_type" text;
ALTER TABLE "public"."actp_prospect_scores" ADD COLUMN IF NOT EXISTS "next_touch_at" timestamptz;
ALTER TABLE "public"."actp_prospect_scores" ADD COLUMN IF NOT EXISTS "offer_readiness" integer DEFAULT 0;
ALTER TABLE "public"."actp_prospect_scores" ADD COLUMN IF NOT EXISTS "icp_fit" integer DEFAULT 0;
ALTER TABLE "public"."actp_prospect_scores" ADD COLUMN IF NOT EXISTS "updated_at" timestamptz DEFAULT now();
ALTER TABLE "public"."actp_prospect_scores" ADD COLUMN IF NOT EXISTS "created_at" timestamptz DEFAULT now();
DO $$ BEGIN
    IF NOT EXISTS (
        SELECT FROM pg_index i WHERE i.indrelid = '"public"."actp_prospect_scores"'::regclass AND i.indisunique
            AND i.indpred IS NULL AND i.indexprs IS NULL
            AND (SELECT array_agg(a.attname::text ORDER BY a.attname) FROM pg_attribute a
                WHERE a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey))
                = (SELECT array_agg(c ORDER BY c) FROM unnest(ARRAY['contact_id']) AS c)
    ) THEN
        CREATE UNIQUE INDEX "actp_prospect_scores_contact_id_actpd_key" ON "public"."actp_prospect_scores" ("contact_id");
    END IF;
EXCEPTION WHEN unique_violation THEN
    RAISE WARNING 'actp_prospect_scores: no unique key on (contact_id), because rows share it: %', SQLERRM;
END $$;

-- crm_interactions
DO $$ BEGIN
    IF to_regclass('public.crm_interactions') IS NULL THEN
        CREATE TABLE "public"."crm_interactions" (
            "id" uuid DEFAULT gen_random_uuid() NOT NULL,
            "contact_id" uuid NOT NULL REFERENCES "public"."crm_contacts" ("id"),
            "type" text NOT NULL,
            "platform" text,
            "direction" text NOT NULL,
            "content" text,
            "metadata" jsonb DEFAULT '{}'::jsonb,
            "created_at" timestamptz DEFAULT now() NOT NULL,
            PRIMARY KEY ("id")
        );
        ALTER TABLE "public"."crm_interactions" ENABLE ROW LEVEL SECURITY;
    END IF;
END $$;

-- crm_conversations
DO $$ BEGIN
    IF to_regclass('public.crm_conversations') IS NULL THEN
        CREATE TABLE "public"."crm_conversations" (
            "id" uuid DEFAULT gen_random_uuid() NOT NULL,
            "contact_id" uuid NOT NULL REFERENCES "public"."crm_contacts" ("id"),
            "platform" text NOT NULL,
            "platform_thread_id" text,
            "last_message" text,
            "last_message_preview" text,
            "last_message_at" timestamptz,
            "created_at" timestamptz,
            "updated_at" timestamptz,
            "reply_count" integer DEFAULT 0,
            "last_message_direction" text,
            PRIMARY KEY ("id")
        );
        ALTER TABLE "public"."crm_conversations" ENABLE ROW LEVEL SECURITY;
    END IF;
END $$;

-- crm_message_queue
DO $$ BEGIN
    IF to_regclass('public.crm_message_queue') IS NULL THEN
        CREATE TABLE "public"."crm_message_queue" (
            "id" uuid DEFAULT gen_random_uuid() NOT NULL,
            "contact_id" uuid NOT NULL REFERENCES "public"."crm_contacts" ("id"),
            "platform" text NOT NULL,
            "message_body" text NOT NULL,
            "message_type" text,
            "scheduled_for" timestamptz,
            "status" text DEFAULT 'pending'::text,
            "ai_reasoning" text,
            "offer_name" text,
            "priority" integer,
            "created_at" timestamptz DEFAULT now(),
            "sent_at" timestamptz,
            PRIMARY KEY ("id")
        );
        ALTER TABLE "public"."crm_message_queue" ENABLE ROW LEVEL SECURITY;
    END IF;
END $$;

-- actp_ab_tests
DO $$ BEGIN
    IF to_regclass('public.actp_ab_tests') IS NULL THEN
        CREATE TABLE "public"."actp_ab_tests" (
            "id" uuid DEFAULT gen_random_uuid() NOT NULL,
            "niche" text NOT NULL,
            "test_method_a" text NOT NULL,
            "test_method_b" text NOT NULL,
            "variant_a_text" text NOT NULL,
            "variant_b_text" text NOT NULL,
            "post_id_a" text,
            "post_url_b" text,
            "status" text DEFAULT 'running'::text NOT NULL,
            "winner" text,
            "metrics_1h" jsonb,
            "metrics_4h" jsonb,
            "metrics_24h" jsonb,
            "eng_score_a" numeric,
            "eng_score_b" numeric,
            "created_at" timestamptz DEFAULT now() NOT NULL,
            "completed_at" timestamptz,
            "post_url_a" text,
            "error" text,
            PRIMARY KEY ("id")
        );
        ALTER TABLE "public"."actp_ab_tests" ENABLE ROW LEVEL SECURITY;
    END IF;
END $$;
ALTER TABLE "public"."actp_ab_tests" ADD COLUMN IF NOT EXISTS "id" uuid DEFAULT gen_random_uuid() NOT NULL;
ALTER TABLE "public"."actp_ab_tests" ADD COLUMN IF NOT EXISTS "niche" text;
ALTER TABLE "public"."actp_ab_tests" ADD COLUMN IF NOT EXISTS "test_method_a" text;
ALTER TABLE "public"."actp_ab_tests" ADD COLUMN IF NOT EXISTS "test_method_b" text;
ALTER TABLE "public"."actp_ab_tests" ADD COLUMN IF NOT EXISTS "variant_a_text" text;
ALTER TABLE "public"."actp_ab_tests" ADD COLUMN IF NOT EXISTS "variant_b_text" text;
ALTER TABLE "public"."actp_ab_tests" ADD COLUMN IF NOT EXISTS "post_id_a" text;
ALTER TABLE "public"."actp_ab_tests" ADD COLUMN IF NOT EXISTS "post_url_b" text;
ALTER TABLE "public"."actp_ab_tests" ADD COLUMN IF NOT EXISTS "status" text DEFAULT 'running'::text NOT NULL;
ALTER TABLE "public"."actp_ab_tests" ADD COLUMN IF NOT EXISTS "winner" text;
ALTER TABLE "public"."actp_ab_tests" ADD COLUMN IF NOT EXISTS "metrics_1h" jsonb;
ALTER TABLE "public"."actp_ab_tests" ADD COLUMN IF NOT EXISTS "metrics_4h" jsonb;
ALTER TABLE "public"."actp_ab_tests" ADD COLUMN IF NOT EXISTS "metrics_24h" jsonb;
ALTER TABLE "public"."actp_ab_tests" ADD COLUMN IF NOT EXISTS "eng_score_a" numeric;
ALTER TABLE "public"."actp_ab_tests" ADD COLUMN IF NOT EXISTS "eng_score_b" numeric;
ALTER TABLE "public"."actp_ab_tests" ADD COLUMN IF NOT EXISTS "created_at" timestamptz DEFAULT now() NOT NULL;
ALTER TABLE "public"."actp_ab_tests" ADD COLUMN IF NOT EXISTS "completed_at" timestamptz;
ALTER TABLE "public"."actp_ab_tests" ADD COLUMN IF NOT EXISTS "post_url_a" text;
ALTER TABLE "public"."actp_ab_tests" ADD COLUMN IF NOT EXISTS "error" text;

-- actp_content_performance
DO $$ BEGIN
    IF to_regclass('public.actp_content_performance') IS NULL THEN
        CREATE TABLE "public"."actp_content_performance" (
            "id" uuid DEFAULT gen_random_uuid() NOT NULL,
            "external_id" text NOT NULL,
            "platform" text NOT NULL,
            "niche" text,
            "content_type" text,
            "offer_tags" text[],
            "topic_tags" text[],
            "title" text,
            "views" bigint,
            "likes" integer,
            "comments_count" integer,
            "watch_time_minutes" numeric,
            "engagement_score" numeric,
            "published_at" timestamptz,
            "created_at" timestamptz DEFAULT now(),
            PRIMARY KEY ("id"),
            UNIQUE ("platform", "external_id")
        );
        ALTER TABLE "public"."actp_content_performance" ENABLE ROW LEVEL SECURITY;
    END IF;
END $$;
ALTER TABLE "public"."actp_content_performance" ADD COLUMN IF NOT EXISTS "id" uuid DEFAULT gen_random_uuid() NOT NULL;
ALTER TABLE "public"."actp_content_performance" ADD COLUMN IF NOT EXISTS "external_id" text;
ALTER TABLE "public"."actp_content_performance" ADD COLUMN IF NOT EXISTS "platform" text;
ALTER TABLE "public"."actp_content_performance" ADD COLUMN IF NOT EXISTS "niche" text;
ALTER TABLE "public"."actp_content_performance" ADD COLUMN IF NOT EXISTS "content_type" text;
ALTER TABLE "public"."actp_content_performance" ADD COLUMN IF NOT EXISTS "offer_tags" text[];
ALTER TABLE "public"."actp_content_performance" ADD COLUMN IF NOT EXISTS "topic_tags" text[];
ALTER TABLE "public"."actp_content_performance" ADD COLUMN IF NOT EXISTS "title" text;
ALTER TABLE "public"."actp_content_performance" ADD COLUMN IF NOT EXISTS "views" bigint;
ALTER TABLE "public"."actp_content_performance" ADD COLUMN IF NOT EXISTS "likes" integer;
ALTER TABLE "public"."actp_content_performance" ADD COLUMN IF NOT EXISTS "comments_count" integer;
ALTER TABLE "public"."actp_content_performance" ADD COLUMN IF NOT EXISTS "watch_time_minutes" numeric;
ALTER TABLE "public"."actp_content_performance" ADD COLUMN IF NOT EXISTS "engagement_score" numeric;
ALTER TABLE "public"."actp_content_performance" ADD COLUMN IF NOT EXISTS "published_at" timestamptz;
ALTER TABLE "public"."actp_content_performance" ADD COLUMN IF NOT EXISTS "created_at" timestamptz DEFAULT now();
DO $$ BEGIN
    IF NOT EXISTS (
        SELECT FROM pg_index i WHERE i.indrelid = '"public"."actp_content_performance"'::regclass AND i.indisunique
            AND i.indpred IS NULL AND i.indexprs IS NULL
            AND (SELECT array_agg(a.attname::text ORDER BY a.attname) FROM pg_attribute a
                WHERE a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey))
                = (SELECT array_agg(c ORDER BY c) FROM unnest(ARRAY['platform', 'external_id']) AS c)
    ) THEN
        CREATE UNIQUE INDEX "actp_content_performance_platform_external_id_actpd_key" ON "public"."actp_content_performance" ("platform", "external_id");
    END IF;
EXCEPTION WHEN unique_violation THEN
    RAISE WARNING 'actp_content_performance: no unique key on (platform, external_id), because rows share it: %', SQLERRM;
END $$;

-- actp_posting_schedule
DO $$ BEGIN
    IF to_regclass('public.actp_posting_schedule') IS NULL THEN
        CREATE TABLE "public"."actp_posting_schedule" (
            "platform" text NOT NULL,
            "posts_per_day" integer,
            "best_hours" integer[],
            "active_days" integer[],
            "min_gap_hours" integer,
            "thompson_slots" jsonb,
            "updated_at" timestamptz DEFAULT now(),
            UNIQUE ("platform")
        );
        ALTER TABLE "public"."actp_posting_schedule" ENABLE ROW LEVEL SECURITY;
    END IF;
END $$;
ALTER TABLE "public"."actp_posting_schedule" ADD COLUMN IF NOT EXISTS "platform" text;
ALTER TABLE "public"."actp_posting_schedule" ADD COLUMN IF NOT EXISTS "posts_per_day" integer;
ALTER TABLE "public"."actp_posting_schedule" ADD COLUMN IF NOT EXISTS "best_hours" integer[];
ALTER TABLE "public"."actp_posting_schedule" ADD COLUMN IF NOT EXISTS "active_days" integer[];
ALTER TABLE "public"."actp_posting_schedule" ADD COLUMN IF NOT EXISTS "min_gap_hours" integer;
ALTER TABLE "public"."actp_posting_schedule" ADD COLUMN IF NOT EXISTS "thompson_slots" jsonb;
ALTER TABLE "public"."actp_posting_schedule" ADD COLUMN IF NOT EXISTS "updated_at" timestamptz DEFAULT now();
DO $$ BEGIN
    IF NOT EXISTS (
        SELECT FROM pg_index i WHERE i.indrelid = '"public"."actp_posting_schedule"'::regclass AND i.indisunique
            AND i.indpred IS NULL AND i.indexprs IS NULL
            AND (SELECT array_agg(a.attname::text ORDER BY a.attname) FROM pg_attribute a
                WHERE a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey))
                = (SELECT array_agg(c ORDER BY c) FROM unnest(ARRAY['platform']) AS c)
    ) THEN
        CREATE UNIQUE INDEX "actp_posting_schedule_platform_actpd_key" ON "public"."actp_posting_schedule" ("platform");
    END IF;
EXCEPTION WHEN unique_violation THEN
    RAISE WARNING 'actp_posting_schedule: no unique key on (platform), because rows share it: %', SQLERRM;
END $$;

-- actp_niche_resonance
DO $$ BEGIN
    IF to_regclass('public.actp_niche_resonance') IS NULL THEN
        CREATE TABLE "public"."actp_niche_resonance" (
            "platform" text NOT NULL,
            "niche" text NOT NULL,
            "offer_tag" text DEFAULT 'none'::text NOT NULL,
            "content_type" text NOT NULL,
            "avg_views" numeric,
            "avg_engagement" numeric,
            "avg_watch_time" numeric,
            "top_hook_patterns" text[],
            "top_post_ids" text[],
            "sample_count" integer,
            "last_updated" timestamptz,
            UNIQUE ("platform", "niche", "offer_tag", "content_type")
        );
        ALTER TABLE "public"."actp_niche_resonance" ENABLE ROW LEVEL SECURITY;
    END IF;
END $$;
ALTER TABLE "public"."actp_niche_resonance" ADD COLUMN IF NOT EXISTS "platform" text;
ALTER TABLE "public"."actp_niche_resonance" ADD COLUMN IF NOT EXISTS "niche" text;
ALTER TABLE "public"."actp_niche_resonance" ADD COLUMN IF NOT EXISTS "offer_tag" text DEFAULT 'none'::text NOT NULL;
ALTER TABLE "public"."actp_niche_resonance" ADD COLUMN IF NOT EXISTS "content_type" text;
ALTER TABLE "public"."actp_niche_resonance" ADD COLUMN IF NOT EXISTS "avg_views" numeric;
ALTER TABLE "public"."actp_niche_resonance" ADD COLUMN IF NOT EXISTS "avg_engagement" numeric;
ALTER TABLE "public"."actp_niche_resonance" ADD COLUMN IF NOT EXISTS "avg_watch_time" numeric;
ALTER TABLE "public"."actp_niche_resonance" ADD COLUMN IF NOT EXISTS "top_hook_patterns" text[];
ALTER TABLE "public"."actp_niche_resonance" ADD COLUMN IF NOT EXISTS "top_post_ids" text[];
ALTER TABLE "public"."actp_niche_resonance" ADD COLUMN IF NOT EXISTS "sample_count" integer;
ALTER TABLE "public"."actp_niche_resonance" ADD COLUMN IF NOT EXISTS "last_updated" timestamptz;
DO $$ BEGIN
    IF NOT EXISTS (
        SELECT FROM pg_index i WHERE i.indrelid = '"public"."actp_niche_resonance"'::regclass AND i.indisunique
            AND i.indpred IS NULL AND i.indexprs IS NULL
            AND (SELECT array_agg(a.attname::text ORDER BY a.attname) FROM pg_attribute a
                WHERE a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey))
                = (SELECT array_agg(c ORDER BY c) FROM unnest(ARRAY['platform', 'niche', 'offer_tag', 'content_type']) AS c)
    ) THEN
        CREATE UNIQUE INDEX "actp_niche_resonance_platform_niche_offer_tag_content_type_actpd_key" ON "public"."actp_niche_resonance" ("platform", "niche", "offer_tag", "content_type");
    END IF;
EXCEPTION WHEN unique_violation THEN
    RAISE WARNING 'actp_niche_resonance: no unique key on (platform, niche, offer_tag, content_type), because rows share it: %', SQLERRM;
END $$;

-- youtube_video_stats
DO $$ BEGIN
    IF to_regclass('public.youtube_video_stats') IS NULL THEN
        CREATE TABLE "public"."youtube_video_stats" (
            "id" uuid DEFAULT gen_random_uuid() NOT NULL,
            "video_id" text NOT NULL,
            "title" text,
            "views" bigint DEFAULT 0,
            "likes" integer DEFAULT 0,
            "comments_count" integer DEFAULT 0,
            "watch_time_minutes" numeric DEFAULT 0,
            "published_at" timestamptz,
            "avg_view_duration_secs" numeric DEFAULT 0,
            "impressions" integer DEFAULT 0,
            "ctr" numeric DEFAULT 0,
            "subscribers_gained" integer DEFAULT 0,
            "revenue_usd" numeric DEFAULT 0,
            "checked_at" timestamptz DEFAULT now(),
            "check_bucket" text,
            PRIMARY KEY ("id"),
            UNIQUE ("video_id", "checked_at")
        );
        ALTER TABLE "public"."youtube_video_stats" ENABLE ROW LEVEL SECURITY;
    END IF;
END $$;

-- actp_platform_research
DO $$ BEGIN
    IF to_regclass('public.actp_platform_research') IS NULL THEN
        CREATE TABLE "public"."actp_platform_research" (
            "id" uuid DEFAULT gen_random_uuid() NOT NULL,
            "source_platform" text NOT NULL,
            "handle" text,
            "niche" text,
            "post_url" text,
            "post_text" text,
            "likes" integer DEFAULT 0,
            "views" bigint DEFAULT 0,
            "comments" integer DEFAULT 0,
            "shares" integer DEFAULT 0,
            "engagement_score" numeric,
            "scraped_at" timestamptz DEFAULT now(),
            PRIMARY KEY ("id")
        );
        ALTER TABLE "public"."actp_platform_research" ENABLE ROW LEVEL SECURITY;
    END IF;
END $$;
ALTER TABLE "public"."actp_platform_research" ADD COLUMN IF NOT EXISTS "id" uuid DEFAULT gen_random_uuid() NOT NULL;
ALTER TABLE "public"."actp_platform_research" ADD COLUMN IF NOT EXISTS "source_platform" text;
ALTER TABLE "public"."actp_platform_research" ADD COLUMN IF NOT EXISTS "handle" text;
ALTER TABLE "public"."actp_platform_research" ADD COLUMN IF NOT EXISTS "niche" text;
ALTER TABLE "public"."actp_platform_research" ADD COLUMN IF NOT EXISTS "post_url" text;
ALTER TABLE "public"."actp_platform_research" ADD COLUMN IF NOT EXISTS "post_text" text;
ALTER TABLE "public"."actp_platform_research" ADD COLUMN IF NOT EXISTS "likes" integer DEFAULT 0;
ALTER TABLE "public"."actp_platform_research" ADD COLUMN IF NOT EXISTS "views" bigint DEFAULT 0;
ALTER TABLE "public"."actp_platform_research" ADD COLUMN IF NOT EXISTS "comments" integer DEFAULT 0;
ALTER TABLE "public"."actp_platform_research" ADD COLUMN IF NOT EXISTS "shares" integer DEFAULT 0;
ALTER TABLE "public"."actp_platform_research" ADD COLUMN IF NOT EXISTS "engagement_score" numeric;
ALTER TABLE "public"."actp_platform_research" ADD COLUMN IF NOT EXISTS "scraped_at" timestamptz DEFAULT now();

-- actp_twitter_research
DO $$ BEGIN
    IF to_regclass('public.actp_twitter_research') IS NULL THEN
        CREATE TABLE "public"."actp_twitter_research" (
            "id" uuid DEFAULT gen_random_uuid() NOT NULL,
            "tweet_id" text NOT NULL,
            "author_handle" text NOT NULL,
            "author_display_name" text,
            "author_follower_count" integer,
            "tweet_text" text NOT NULL,
            "tweet_url" text,
            "niche" text NOT NULL,
            "search_keyword" text,
            "views" bigint DEFAULT 0,
            "likes" integer DEFAULT 0,
            "replies" integer DEFAULT 0,
            "retweets" integer DEFAULT 0,
            "quotes" integer DEFAULT 0,
            "bookmarks" integer DEFAULT 0,
            "engagement_score" double precision GENERATED ALWAYS AS ((likes * 1.0 + replies * 3.0 + retweets * 5.0 + quotes * 7.0 + bookmarks * 2.0) / CASE WHEN views > 1 THEN views ELSE 1 END * 1000.0) STORED,
            "framework_tags" text[] DEFAULT '{}'::text[],
            "hook_type" text,
            "content_type" text,
            "emotion_tags" text[] DEFAULT '{}'::text[],
            "cta_type" text,
            "has_media" boolean DEFAULT false,
            "media_type" text,
            "tweet_date" timestamptz,
            "scraped_at" timestamptz DEFAULT now(),
            "research_batch_id" text,
            "created_at" timestamptz DEFAULT now(),
            PRIMARY KEY ("id"),
            UNIQUE ("tweet_id")
        );
        ALTER TABLE "public"."actp_twitter_research" ENABLE ROW LEVEL SECURITY;
    END IF;
END $$;
ALTER TABLE "public"."actp_twitter_research" ADD COLUMN IF NOT EXISTS "id" uuid DEFAULT gen_random_uuid() NOT NULL;
ALTER TABLE "public"."actp_twitter_research" ADD COLUMN IF NOT EXISTS "tweet_id" text;
ALTER TABLE "public"."actp_twitter_research" ADD COLUMN IF NOT EXISTS "author_handle" text;
ALTER TABLE "public"."actp_twitter_research" ADD COLUMN IF NOT EXISTS "author_display_name" text;
ALTER TABLE "public"."actp_twitter_research" ADD COLUMN IF NOT EXISTS "author_follower_count" integer;
ALTER TABLE "public"."actp_twitter_research" ADD COLUMN IF NOT EXISTS "tweet_text" text;
ALTER TABLE "public"."actp_twitter_research" ADD COLUMN IF NOT EXISTS "tweet_url" text;
ALTER TABLE "public"."actp_twitter_research" ADD COLUMN IF NOT EXISTS "niche" text;
ALTER TABLE "public"."actp_twitter_research" ADD COLUMN IF NOT EXISTS "search_keyword" text;
ALTER TABLE "public"."actp_twitter_research" ADD COLUMN IF NOT EXISTS "views" bigint DEFAULT 0;
ALTER TABLE "public"."actp_twitter_research" ADD COLUMN IF NOT EXISTS "likes" integer DEFAULT 0;
ALTER TABLE "public"."actp_twitter_research" ADD COLUMN IF NOT EXISTS "replies" integer DEFAULT 0;
ALTER TABLE "public"."actp_twitter_research" ADD COLUMN IF NOT EXISTS "retweets" integer DEFAULT 0;
ALTER TABLE "public"."actp_twitter_research" ADD COLUMN IF NOT EXISTS "quotes" integer DEFAULT 0;
ALTER TABLE "public"."actp_twitter_research" ADD COLUMN IF NOT EXISTS "bookmarks" integer DEFAULT 0;
ALTER TABLE "public"."actp_twitter_research" ADD COLUMN IF NOT EXISTS "engagement_score" double precision GENERATED ALWAYS AS ((likes * 1.0 + replies * 3.0 + retweets * 5.0 + quotes * 7.0 + bookmarks * 2.0) / CASE WHEN views > 1 THEN views ELSE 1 END * 1000.0) STORED;
ALTER TABLE "public"."actp_twitter_research" ADD COLUMN IF NOT EXISTS "framework_tags" text[] DEFAULT '{}'::text[];
ALTER TABLE "public"."actp_twitter_research" ADD COLUMN IF NOT EXISTS "hook_type" text;
ALTER TABLE "public"."actp_twitter_research" ADD COLUMN IF NOT EXISTS "content_type" text;
ALTER TABLE "public"."actp_twitter_research" ADD COLUMN IF NOT EXISTS "emotion_tags" text[] DEFAULT '{}'::text[];
ALTER TABLE "public"."actp_twitter_research" ADD COLUMN IF NOT EXISTS "cta_type" text;
ALTER TABLE "public"."actp_twitter_research" ADD COLUMN IF NOT EXISTS "has_media" boolean DEFAULT false;
ALTER TABLE "public"."actp_twitter_research" ADD COLUMN IF NOT EXISTS "media_type" text;
ALTER TABLE "public"."actp_twitter_research" ADD COLUMN IF NOT EXISTS "tweet_date" timestamptz;
ALTER TABLE "public"."actp_twitter_research" ADD COLUMN IF NOT EXISTS "scraped_at" timestamptz DEFAULT now();
ALTER TABLE "public"."actp_twitter_research" ADD COLUMN IF NOT EXISTS "research_batch_id" text;
ALTER TABLE "public"."actp_twitter_research" ADD COLUMN IF NOT EXISTS "created_at" timestamptz DEFAULT now();
DO $$ BEGIN
    IF NOT EXISTS (
        SELECT FROM pg_index i WHERE i.indrelid = '"public"."actp_twitter_research"'::regclass AND i.indisunique
            AND i.indpred IS NULL AND i.indexprs IS NULL
            AND (SELECT array_agg(a.attname::text ORDER BY a.attname) FROM pg_attribute a
                WHERE a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey))
                = (SELECT array_agg(c ORDER BY c) FROM unnest(ARRAY['tweet_id']) AS c)
    ) THEN
        CREATE UNIQUE INDEX "actp_twitter_research_tweet_id_actpd_key" ON "public"."actp_twitter_research" ("tweet_id");
    END IF;
EXCEPTION WHEN unique_violation THEN
    RAISE WARNING 'actp_twitter_research: no unique key on (tweet_id), because rows share it: %', SQLERRM;
END $$;

-- actp_platform_associations
DO $$ BEGIN
    IF to_regclass('public.actp_platform_associations') IS NULL THEN
        CREATE TABLE "public"."actp_platform_associations" (
            "contact_id" uuid NOT NULL REFERENCES "public"."crm_contacts" ("id"),
            "platform" text NOT NULL,
            "handle" text,
            "profile_url" text,
            "followers" integer,
            "first_seen_at" timestamptz,
            "last_active_at" timestamptz,
            "interaction_count" integer,
            "engagement_type" text,
            UNIQUE ("contact_id", "platform")
        );
        ALTER TABLE "public"."actp_platform_associations" ENABLE ROW LEVEL SECURITY;
    END IF;
END $$;
ALTER TABLE "public"."actp_platform_associations" ADD COLUMN IF NOT EXISTS "contact_id" uuid REFERENCES "public"."crm_contacts" ("id");
ALTER TABLE "public"."actp_platform_associations" ADD COLUMN IF NOT EXISTS "platform" text;
ALTER TABLE "public"."actp_platform_associations" ADD COLUMN IF NOT EXISTS "handle" text;
ALTER TABLE "public"."actp_platform_associations" ADD COLUMN IF NOT EXISTS "profile_url" text;
ALTER TABLE "public"."actp_platform_associations" ADD COLUMN IF NOT EXISTS "followers" integer;
ALTER TABLE "public"."actp_platform_associations" ADD COLUMN IF NOT EXISTS "first_seen_at" timestamptz;
ALTER TABLE "public"."actp_platform_associations" ADD COLUMN IF NOT EXISTS "last_active_at" timestamptz;
ALTER TABLE "public"."actp_platform_associations" ADD COLUMN IF NOT EXISTS "interaction_count" integer;
ALTER TABLE "public"."actp_platform_associations" ADD COLUMN IF NOT EXISTS "engagement_type" text;
DO $$ BEGIN
    IF NOT EXISTS (
        SELECT FROM pg_index i WHERE i.indrelid = '"public"."actp_platform_associations"'::regclass AND i.indisunique
            AND i.indpred IS NULL AND i.indexprs IS NULL
            AND (SELECT array_agg(a.attname::text ORDER BY a.attname) FROM pg_attribute a
                WHERE a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey))
                = (SELECT array_agg(c ORDER BY c) FROM unnest(ARRAY['contact_id', 'platform']) AS c)
    ) THEN
        CREATE UNIQUE INDEX "actp_platform_associations_contact_id_platform_actpd_key" ON "public"."actp_platform_associations" ("contact_id", "platform");
    END IF;
EXCEPTION WHEN unique_violation THEN
    RAISE WARNING 'actp_platform_associations: no unique key on (contact_id, platform), because rows share it: %', SQLERRM;
END $$;

-- actp_cross_platform_trends
DO $$ BEGIN
    IF to_regclass('public.actp_cross_platform_trends') IS NULL THEN
        CREATE TABLE "public"."actp_cross_platform_trends" (
            "id" uuid DEFAULT gen_random_uuid() NOT NULL,
            "niche" text NOT NULL,
            "platforms" text[] NOT NULL,
            "platform_count" integer DEFAULT 0,
            "total_engagement" numeric DEFAULT 0,
            "avg_engagement" numeric DEFAULT 0,
            "trend_strength" numeric DEFAULT 0,
            "top_posts" jsonb DEFAULT '[]'::jsonb,
            "detected_at" timestamptz DEFAULT now() NOT NULL,
            "updated_at" timestamptz DEFAULT now() NOT NULL,
            PRIMARY KEY ("id"),
            UNIQUE ("niche")
        );
        ALTER TABLE "public"."actp_cross_platform_trends" ENABLE ROW LEVEL SECURITY;
    END IF;
END $$;
ALTER TABLE "public"."actp_cross_platform_trends" ADD COLUMN IF NOT EXISTS "id" uuid DEFAULT gen_random_uuid() NOT NULL;
ALTER TABLE "public"."actp_cross_platform_trends" ADD COLUMN IF NOT EXISTS "niche" text;
ALTER TABLE "public"."actp_cross_platform_trends" ADD COLUMN IF NOT EXISTS "platforms" text[];
ALTER TABLE "public"."actp_cross_platform_trends" ADD COLUMN IF NOT EXISTS "platform_count" integer DEFAULT 0;
ALTER TABLE "public"."actp_cross_platform_trends" ADD COLUMN IF NOT EXISTS "total_engagement" numeric DEFAULT 0;
ALTER TABLE "public"."actp_cross_platform_trends" ADD COLUMN IF NOT EXISTS "avg_engagement" numeric DEFAULT 0;
ALTER TABLE "public"."actp_cross_platform_trends" ADD COLUMN IF NOT EXISTS "trend_strength" numeric DEFAULT 0;
ALTER TABLE "public"."actp_cross_platform_trends" ADD COLUMN IF NOT EXISTS "top_posts" jsonb DEFAULT '[]'::jsonb;
ALTER TABLE "public"."actp_cross_platform_trends" ADD COLUMN IF NOT EXISTS "detected_at" timestamptz DEFAULT now() NOT NULL;
ALTER TABLE "public"."actp_cross_platform_trends" ADD COLUMN IF NOT EXISTS "updated_at" timestamptz DEFAULT now() NOT NULL;
DO $$ BEGIN
    IF NOT EXISTS (
        SELECT FROM pg_index i WHERE i.indrelid = '"public"."actp_cross_platform_trends"'::regclass AND i.indisunique
            AND i.indpred IS NULL AND i.indexprs IS NULL
            AND (SELECT array_agg(a.attname::text ORDER BY a.attname) FROM pg_attribute a
                WHERE a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey))
                = (SELECT array_agg(c ORDER BY c) FROM unnest(ARRAY['niche']) AS c)
    ) THEN
        CREATE UNIQUE INDEX "actp_cross_platform_trends_niche_actpd_key" ON "public"."actp_cross_platform_trends" ("niche");
    END IF;
EXCEPTION WHEN unique_violation THEN
    RAISE WARNING 'actp_cross_platform_trends: no unique key on (niche), because rows share it: %', SQLERRM;
END $$;

-- actp_platform_creators
DO $$ BEGIN
    IF to_regclass('public.actp_platform_creators') IS NULL THEN
        CREATE TABLE "public"."actp_platform_creators" (
            "id" uuid DEFAULT gen_random_uuid() NOT NULL,
            "platform" text NOT NULL,
            "handle" text NOT NULL,
            "display_name" text,
            "niche" text,
            "followers" integer,
            "engagement_score" numeric,
            "top_post_text" text,
            "top_post_url" text,
            "offer_match" text[],
            "icp_fit_score" integer,
            "last_synced_at" timestamptz,
            "created_at" timestamptz DEFAULT now(),
            PRIMARY KEY ("id"),
            UNIQUE ("platform", "handle")
        );
        ALTER TABLE "public"."actp_platform_creators" ENABLE ROW LEVEL SECURITY;
    END IF;
END $$;
ALTER TABLE "public"."actp_platform_creators" ADD COLUMN IF NOT EXISTS "id" uuid DEFAULT gen_random_uuid() NOT NULL;
ALTER TABLE "public"."actp_platform_creators" ADD COLUMN IF NOT EXISTS "platform" text;
ALTER TABLE "public"."actp_platform_creators" ADD COLUMN IF NOT EXISTS "handle" text;
ALTER TABLE "public"."actp_platform_creators" ADD COLUMN IF NOT EXISTS "display_name" text;
ALTER TABLE "public"."actp_platform_creators" ADD COLUMN IF NOT EXISTS "niche" text;
ALTER TABLE "public"."actp_platform_creators" ADD COLUMN IF NOT EXISTS "followers" integer;
ALTER TABLE "public"."actp_platform_creators" ADD COLUMN IF NOT EXISTS "engagement_score" numeric;
ALTER TABLE "public"."actp_platform_creators" ADD COLUMN IF NOT EXISTS "top_post_text" text;
ALTER TABLE "public"."actp_platform_creators" ADD COLUMN IF NOT EXISTS "top_post_url" text;
ALTER TABLE "public"."actp_platform_creators" ADD COLUMN IF NOT EXISTS "offer_match" text[];
ALTER TABLE "public"."actp_platform_creators" ADD COLUMN IF NOT EXISTS "icp_fit_score" integer;
ALTER TABLE "public"."actp_platform_creators" ADD COLUMN IF NOT EXISTS "last_synced_at" timestamptz;
ALTER TABLE "public"."actp_platform_creators" ADD COLUMN IF NOT EXISTS "created_at" timestamptz DEFAULT now();
DO $$ BEGIN
    IF NOT EXISTS (
        SELECT FROM pg_index i WHERE i.indrelid = '"public"."actp_platform_creators"'::regclass AND i.indisunique
            AND i.indpred IS NULL AND i.indexprs IS NULL
            AND (SELECT array_agg(a.attname::text ORDER BY a.attname) FROM pg_attribute a
                WHERE a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey))
                = (SELECT array_agg(c ORDER BY c) FROM unnest(ARRAY['platform', 'handle']) AS c)
    ) THEN
        CREATE UNIQUE INDEX "actp_platform_creators_platform_handle_actpd_key" ON "public"."actp_platform_creators" ("platform", "handle");
    END IF;
EXCEPTION WHEN unique_violation THEN
    RAISE WARNING 'actp_platform_creators: no unique key on (platform, handle), because rows share it: %', SQLERRM;
END $$;

-- actp_gen_jobs
DO $$ BEGIN
    IF to_regclass('public.actp_gen_jobs') IS NULL THEN
        CREATE TABLE "public"."actp_gen_jobs" (
            "id" uuid DEFAULT gen_random_uuid() NOT NULL,
            "model" text DEFAULT 'remotion'::text,
            "executor" text,
            "brief" jsonb,
            "status" text DEFAULT 'queued'::text,
            "output_url" text,
            "platform" text,
            "error" text,
            "created_at" timestamptz DEFAULT now(),
            "updated_at" timestamptz DEFAULT now(),
            "provider_job_id" text,
            "attempts" integer DEFAULT 0,
            "prompt" text,
            PRIMARY KEY ("id")
        );
        ALTER TABLE "public"."actp_gen_jobs" ENABLE ROW LEVEL SECURITY;
    END IF;
END $$;

-- actp_workflow_tasks
DO $$ BEGIN
    IF to_regclass('public.actp_workflow_tasks') IS NULL THEN
        CREATE TABLE "public"."actp_workflow_tasks" (
            "id" uuid DEFAULT gen_random_uuid() NOT NULL,
            "execution_id" uuid,
            "step_id" uuid,
            "task_type" text NOT NULL,
            "status" text DEFAULT 'pending'::text NOT NULL,
            "input_data" jsonb NOT NULL,
            "output_data" jsonb,
            "claimed_by" text,
            "claimed_at" timestamptz,
            "completed_at" timestamptz,
            "timeout_minutes" integer DEFAULT 30,
            "error" text,
            "created_at" timestamptz DEFAULT now(),
            PRIMARY KEY ("id")
        );
        ALTER TABLE "public"."actp_workflow_tasks" ENABLE ROW LEVEL SECURITY;
    END IF;
END $$;

-- actp_agent_registry
DO $$ BEGIN
    IF to_regclass('public.actp_agent_registry') IS NULL THEN
        CREATE TABLE "public"."actp_agent_registry" (
            "id" uuid DEFAULT gen_random_uuid() NOT NULL,
            "agent_id" text NOT NULL,
            "name" text,
            "entry_point" text,
            "capabilities" jsonb,
            "health_url" text,
            "status" text,
            "registered_at" timestamptz DEFAULT now(),
            PRIMARY KEY ("id"),
            UNIQUE ("agent_id")
        );
        ALTER TABLE "public"."actp_agent_registry" ENABLE ROW LEVEL SECURITY;
    END IF;
END $$;
ALTER TABLE "public"."actp_agent_registry" ADD COLUMN IF NOT EXISTS "id" uuid DEFAULT gen_random_uuid() NOT NULL;
ALTER TABLE "public"."actp_agent_registry" ADD COLUMN IF NOT EXISTS "agent_id" text;
ALTER TABLE "public"."actp_agent_registry" ADD COLUMN IF NOT EXISTS "name" text;
ALTER TABLE "public"."actp_agent_registry" ADD COLUMN IF NOT EXISTS "entry_point" text;
ALTER TABLE "public"."actp_agent_registry" ADD COLUMN IF NOT EXISTS "capabilities" jsonb;
ALTER TABLE "public"."actp_agent_registry" ADD COLUMN IF NOT EXISTS "health_url" text;
ALTER TABLE "public"."actp_agent_registry" ADD COLUMN IF NOT EXISTS "status" text;
ALTER TABLE "public"."actp_agent_registry" ADD COLUMN IF NOT EXISTS "registered_at" timestamptz DEFAULT now();
DO $$ BEGIN
    IF NOT EXISTS (
        SELECT FROM pg_index i WHERE i.indrelid = '"public"."actp_agent_registry"'::regclass AND i.indisunique
            AND i.indpred IS NULL AND i.indexprs IS NULL
            AND (SELECT array_agg(a.attname::text ORDER BY a.attname) FROM pg_attribute a
                WHERE a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey))
                = (SELECT array_agg(c ORDER BY c) FROM unnest(ARRAY['agent_id']) AS c)
    ) THEN
        CREATE UNIQUE INDEX "actp_agent_registry_agent_id_actpd_key" ON "public"."actp_agent_registry" ("agent_id");
    END IF;
EXCEPTION WHEN unique_violation THEN
    RAISE WARNING 'actp_agent_registry: no unique key on (agent_id), because rows share it: %', SQLERRM;
END $$;
