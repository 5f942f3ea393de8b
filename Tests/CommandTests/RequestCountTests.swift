import ActpTesting
import Foundation
import Testing

/// How often a task asks the owner's database: pages and chunks, never once a row. Every request costs tens of
/// milliseconds on the way.
@Suite(.timeLimit(.minutes(5)), .enabled(if: PostgresCluster.isInstalled, "\(PostgresCluster.missing)"))
struct RequestCountTests {
    /// 2,500 people, every second with a word of theirs and a conversation, every tenth seen on another platform too;
    /// 1,200 videos, 1,500 tweets.
    private static let rows = """
        INSERT INTO crm_contacts (platform, username, icp_score)
            SELECT CASE WHEN i % 10 = 0 THEN 'tiktok' ELSE 'twitter' END, 'user' || (i - i % 10), i % 100
            FROM generate_series(1, 2500) i ON CONFLICT DO NOTHING;
        INSERT INTO crm_contacts (platform, username)
            SELECT 'linkedin', 'other' || i FROM generate_series(1, 2500 - (SELECT count(*) FROM crm_contacts)) i;
        INSERT INTO crm_interactions (contact_id, type, direction)
            SELECT id, 'dm', 'inbound' FROM crm_contacts WHERE username LIKE '%0';
        INSERT INTO crm_conversations (contact_id, platform)
            SELECT id, platform FROM crm_contacts WHERE username LIKE '%5';
        INSERT INTO youtube_video_stats (video_id, title, views, likes, published_at)
            SELECT 'video' || i, 'How to automate with AI, part ' || i, i * 100, i, now() - i * interval '1 hour'
            FROM generate_series(1, 1200) i;
        INSERT INTO actp_twitter_research (tweet_id, author_handle, tweet_text, niche, likes)
            SELECT i::text, 'author' || i, 'automation', CASE WHEN i % 2 = 0 THEN 'ai_automation' ELSE 'saas_growth' END, i
            FROM generate_series(1, 1500) i;
        """

    @Test(
        "is a matter of pages and chunks",
        arguments: [
            ["prospect", "score-all"], ["prospect", "top"], ["youtube", "full"], ["trends", "full"],
            ["outreach", "due"],
            ["outreach", "build-queue"], ["outreach", "stats"], ["creators", "top"], ["content-mix", "recommend"],
        ])
    func counts(_ command: [String]) async throws {
        let installation = try Installation()
        try await Database.serve { database in
            try database.postgres.run(RequestCountTests.rows)
            if command[0] == "outreach" {
                #expect(
                    try await installation.actpd(["prospect", "score-all"], environment: database.settings).status == 0)
            }
            let before = database.requests.count
            let finished = try await installation.actpd(command, environment: database.settings)
            #expect(finished.status == 0, "\(finished.error)")
            // The run's own row, and what is asked once for all tasks, are not the task's.
            let asked = database.requests.dropFirst(before).filter {
                !$0.contains("actp_agent_tasks") && !$0.hasSuffix(" v1")
            }
            let counts = Dictionary(grouping: asked) { $0 }.map { "\($0.value.count) \($0.key)\n" }
            try Golden.expect(
                counts.sorted().joined(), is: "requests-\(command.joined(separator: "-")).txt")
            // 7,000 rows in and out would show.
            #expect(asked.count < 80)
        }
    }
}
