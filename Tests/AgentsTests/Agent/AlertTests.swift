import JSON
import Testing

@testable import Agents

@Suite struct AlertTests {
    private func contact(_ number: Int, _ name: String, _ score: Int, _ platform: String = "twitter") -> RankedContact {
        RankedContact(id: id(number), name: name, platform: platform, stage: "decision", score: score)
    }

    @Test("the message about new decision-stage prospects names the top three and marks who is new (PR-21)")
    func newDecisionProspects() {
        let ada = contact(1, "Ada <Countess> & Co", 91)
        let bob = contact(2, "Bob", 88, "gmail")
        let cyd = contact(3, "Cyd", 80)
        let eve = contact(4, "Eve", 66)
        let alert = Alert.newDecisionProspects(top: [ada, bob, cyd], entered: [ada, eve], count: 2)
        #expect(
            alert.html == """
                🎯 New decision-stage prospects: 2
                • Ada &lt;Countess&gt; &amp; Co: 91 (twitter) 🆕
                • Bob: 88 (gmail)
                • Cyd: 80 (twitter)
                Also new: Eve: 66 (twitter)
                """)
    }

    @Test("of many newcomers the message names three and counts the rest")
    func manyNewcomers() {
        let all = (1...9).map { contact($0, "P\($0)", 100 - $0) }
        let alert = Alert.newDecisionProspects(top: Array(all.prefix(3)), entered: all, count: 40)
        #expect(alert.html.hasSuffix("Also new: P4: 96 (twitter), P5: 95 (twitter), P6: 94 (twitter) and 34 more"))
    }

    @Test("the trend message has a bullet for each niche with platforms, strength, engagement and hook (TR-15)")
    func trends() {
        let trend = Trend(
            niche: "ai_automation",
            platforms: [
                .init(platform: "twitter", posts: 7, engagement: 70),
                .init(platform: "youtube", posts: 1, engagement: 9_930),
            ],
            topPosts: [.init(platform: "youtube", text: "AI <b>now</b>", url: nil, author: nil, engagement: 9_930)])
        #expect(
            Alert.crossPlatformTrends([trend, trend]).html == """
                🔥 Cross-Platform Trend Detected
                • ai_automation: twitter (7 posts), youtube (1 post) | strength 5,199, avg engagement 1,250 | “AI &lt;b&gt;now&lt;/b&gt;”
                • ai_automation: twitter (7 posts), youtube (1 post) | strength 5,199, avg engagement 1,250 | “AI &lt;b&gt;now&lt;/b&gt;”
                """)
    }

    @Test("the weekly video message says that the niche comes from keywords (YT-13)")
    func weekly() {
        let alert = Alert.weeklyVideos(
            tagged: 1_200, niche: "content_creation", averageViews: 1_234_567.8, posts: 47, hook: "Q&A: how > why")
        #expect(
            alert.html == """
                📺 YouTube: 1,200 new videos tagged
                Top niche (by keywords): content_creation (1,234,568 avg views, 47 posts)
                Top hook: Q&amp;A: how &gt; why
                """)
        #expect(!Alert.weeklyVideos(tagged: 1, niche: "x", averageViews: nil, posts: 1, hook: nil).html.contains("nil"))
    }

    @Test("an agent's error shows the first 200 characters, escaped (DI-08, K70)")
    func agentError() {
        let alert = Alert.agentError(
            domain: "youtube", task: "full", message: String(repeating: "<", count: 300), failures: 1)
        #expect(alert.html == "⚠️ Agent error: youtube.full\n" + String(repeating: "&lt;", count: 200))
    }

    @Test(
        "the sweep's summary has a bullet for each domain with something to tell, and names who failed (DI-12, DI-14)")
    func sweep() {
        let alert = Alert.sweep(
            passed: 8, of: 9,
            results: [
                "ab-tester.checkback": [
                    "running": 3, "winners": [["method": "blotato", "niche": "saas_growth", "uplift": 0.34]],
                ],
                "content-mix.recommend": [
                    "recommendations": [["niche": "ai_automation", "platform": "tiktok", "recommended_count": 4]]
                ],
                "remotion.check-jobs": ["by_status": ["complete": 2, "distributing": 1, "queued": 5]],
                "outreach.build-queue": ["queued": 7, "decision": 2],
                "creators.sync": ["error": "the research service <is> away"],
            ])
        #expect(
            alert.html == """
                🤖 Daily Agent Sweep — 8/9 ⚠️
                • A/B tests: 3 running, winners: blotato +34 % on saas_growth
                • Make next: 4 × ai_automation for tiktok
                • Outreach: 7 queued, 2 of them decision
                • Renders: 2 complete, 1 distributing, 0 rendering, 5 queued
                • creators.sync: ❌ the research service &lt;is&gt; away
                """)
    }
}
