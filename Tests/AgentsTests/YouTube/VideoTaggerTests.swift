import Statistics
import Testing

@testable import Agents

@Suite struct VideoTaggerTests {
    private let tagger = VideoTagger(YouTubeSettings())

    @Test("real titles get the niche and content type that an independent program gave them (YT-04, YT-05)")
    func realTitles() {
        for video in RealVideos.all {
            let tags = tagger.tags(of: HTMLEntities.decode(video.title))
            #expect(tags.niche == video.niche, "\(video.title)")
            #expect(tags.contentType == video.contentType, "\(video.title)")
        }
    }

    static let titles: [(String, niche: String, type: String, offers: [String])] = [
        ("How to build an AI agent with n8n", "ai_automation", "educational", ["safari_automation"]),
        ("Our SaaS revenue: before and after", "saas_growth", "case_study", ["saas_consulting"]),
        ("Thumbnail review", "content_creation", "product_demo", ["creator_growth"]),
        ("Why SEO is the future of marketing", "digital_marketing", "thought_leadership", ["digital_agency"]),
        ("My first brand deal", "creator_economy", "educational", ["none"]),
        ("A story of one day in my life", "personal_brand", "inspirational", ["none"]),
        ("Ａ　ｆｕｎｎｙ ＡＩ prank", "ai_automation", "entertainment", ["safari_automation"]),
        ("Ten facts about bees", "other", "educational", ["none"]),
        ("again and again", "other", "educational", ["none"]), ("", "other", "educational", ["none"]),
    ]

    @Test("niche, content type and offer follow from the title (YT-03, YT-05, CM-02, CM-04)", arguments: titles)
    func tags(_ title: String, niche: String, type: String, offers: [String]) {
        let tags = tagger.tags(of: title)
        #expect(tags.niche == niche)
        #expect(tags.contentType == type)
        #expect(tags.offers == offers)
    }

    @Test("of equal counts the earlier niche wins, and the choice counts as ambiguous (K49)")
    func tie() {
        let tags = tagger.tags(of: "video ai")
        #expect(tags.niche == "ai_automation")
        #expect(tags.nichesHit == 2)
    }

    static let topics: [(String, [String])] = [
        ("How to build an AI agent with n8n", ["ai", "agent", "n8n", "build"]),
        ("My first brand deal and the long negotiations", ["brand deal", "negotiations", "first", "long"]),
        ("The One 2021", ["2021", "the"]),
        ("Bees", ["bees"]), ("", []),
    ]

    @Test("topic tags are keyword hits first, then long words, two to four of them (YT-03)", arguments: topics)
    func topicTags(_ title: String, _ topics: [String]) { #expect(tagger.tags(of: title).topics == topics) }

    @Test("every title of two words or more has two to four topic tags, each once")
    func topicCount() {
        for video in RealVideos.all {
            let title = HTMLEntities.decode(video.title)
            let topics = tagger.tags(of: title).topics
            #expect(topics.count <= 4)
            #expect(topics.count >= min(2, Set(FoldedWords.split(title)).count))
            #expect(Set(topics).count == topics.count)
        }
    }

    @Test("engagement is likes × 3 + comments × 4 + views × 0.1, and what is missing counts 0 (K29)")
    func engagement() {
        #expect(PostCounts(views: 1_003, likes: 7, replies: 2, retweets: 1).engagementScore == 134.3)
        #expect(PostCounts(views: nil, likes: nil, replies: 3).engagementScore == 12)
        #expect(PostCounts().engagementScore == 0)
    }
}
