import Glibc
import Statistics
import Testing

@testable import Agents

@Suite struct TrendTallyTests {
    private func tally(_ posts: [ObservedPost], _ settings: TrendsSettings = TrendsSettings()) -> [Trend] {
        var tally = TrendTally(settings)
        for post in posts { tally.add(post) }
        return tally.trends()
    }

    private func post(
        _ platform: String, _ niche: String? = "ai_automation", likes: Int? = 10, text: String? = nil
    ) -> ObservedPost {
        ObservedPost(
            platform: platform, niche: niche, text: text, url: nil, author: nil, counts: PostCounts(likes: likes))
    }

    @Test("strength is average engagement × platforms × ln(posts), per post (TR-08, K51, K53)")
    func strength() throws {
        let trend = try #require(tally([post("twitter"), post("twitter", likes: 20), post("tiktok", likes: 60)]).first)
        #expect(trend.totalEngagement == 270)
        #expect(trend.averageEngagement == 90)
        #expect(abs(trend.strength - 90 * 2 * log(3)) < 1e-9)
        #expect(trend.platforms.map(\.platform) == ["tiktok", "twitter"])
        #expect(trend.platforms.map(\.posts) == [1, 2])
    }

    @Test("the sample of K51: 168 posts, 312 on average, 3 platforms is 4796")
    func sample() throws {
        let posts = (0..<168).map { post(["a", "b", "c"][$0 % 3], likes: 104) }
        #expect(Int(try #require(tally(posts).first).strength.rounded()) == 4_796)
    }

    @Test("a niche needs two platforms and an engagement of 50 in all (TR-06, K50)")
    func thresholds() {
        #expect(tally([post("twitter"), post("twitter")]).isEmpty)
        #expect(tally([post("twitter", likes: 8), post("tiktok", likes: 8)]).isEmpty)
        // 3 × 9 + 3 × 8 = 51
        #expect(tally([post("twitter", likes: 9), post("tiktok", likes: 8)]).count == 1)
        #expect(tally([post("twitter", likes: 17), post("tiktok", likes: nil)]).count == 1)
    }

    @Test("a post without a listed niche is filed by its text, one with a niche is not (TR-07, K43)")
    func niches() {
        let trends = tally([
            post("twitter", nil, text: "ChatGPT or Claude?"),
            post("tiktok", "gardening", text: "an llm &amp; a hook, gpt"),
            post("twitter", "email_marketing", text: "ai"), post("tiktok", "digital_marketing"),
            post("twitter", "other", text: "nothing here"), post("tiktok", nil, text: nil),
        ])
        #expect(trends.map(\.niche).sorted() == ["ai_automation", "digital_marketing"])
        #expect(trends.map(\.posts) == [2, 2])
    }

    @Test("the stronger trend comes first, and its best posts are kept, best first")
    func order() throws {
        let weak = [post("a", "saas_growth"), post("b", "saas_growth")]
        let strong = (1...9).map { post($0.isMultiple(of: 2) ? "a" : "b", likes: $0 * 100, text: "post \($0)") }
        let trends = tally(weak + strong)
        #expect(trends.map(\.niche) == ["ai_automation", "saas_growth"])
        #expect(trends[0].topPosts.map(\.text) == ["post 9", "post 8", "post 7", "post 6", "post 5"])
        #expect(trends[0].topHook == "post 9")
        #expect(trends[1].topHook == nil)
    }
}
