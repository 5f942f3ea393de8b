/// Briefs without a model: what is said is made of the niche, the content type and a hook that worked (RE-02).
enum BriefTemplate {
    /// A niche in words that can be said.
    static func spoken(_ slug: String) -> String {
        switch slug {
        case "ai_automation": "AI automation"
        case "saas_growth": "SaaS growth"
        case "personal_brand": "a personal brand"
        case "creator_economy": "the creator economy"
        default: slug.split(separator: "_").joined(separator: " ")
        }
    }

    /// What the offer does for a viewer, said in passing (RE-03).
    static func benefit(of offer: String) -> String {
        switch offer {
        case "safari_automation": "a browser that does the clicking for you"
        case "creator_growth": "a plan for what to post next"
        case "saas_consulting": "a second pair of eyes on your numbers"
        case "digital_agency": "somebody who runs it with you"
        default: "a simple routine you can keep"
        }
    }

    /// - Parameter hook: the pattern to open with; `nil` where nothing is known to work yet.
    static func brief(_ opportunity: Opportunity, hook: String?, durationSecs: Int) -> Brief {
        let topic = spoken(opportunity.niche)
        let seconds = BriefTiming.seconds(of: durationSecs)
        let (problem, solution, result) = story(opportunity.contentType, topic, benefit(of: opportunity.offer))
        return Brief(
            niche: opportunity.niche, contentType: opportunity.contentType, platform: opportunity.platform,
            offer: opportunity.offer, durationSecs: durationSecs,
            hook: hook?.clipped(to: 120) ?? "What nobody tells you about \(topic)", hookSecs: seconds[0],
            acts: [
                .init(text: problem, seconds: seconds[1]), .init(text: solution, seconds: seconds[2]),
                .init(text: result, seconds: seconds[3]),
            ],
            overlays: ["The problem", "What works", "The result", "Your turn"],
            callToAction: "Follow for more on \(topic)", hashtags: hashtags(opportunity), generatedBy: "template",
            model: nil)
    }

    private static func story(
        _ contentType: String, _ topic: String, _ benefit: String
    ) -> (problem: String, solution: String, result: String) {
        switch contentType {
        case "case_study":
            (
                "Three months ago \(topic) took hours every week, and the numbers did not move.",
                "Then one thing changed: write down every step, keep the two that matter, hand over the rest. "
                    + "All it took was \(benefit).",
                "The hours came back, and the numbers followed. The link in the profile shows how."
            )
        case "thought_leadership":
            (
                "Most advice on \(topic) was true two years ago. It is not any more.",
                "What counts now is how fast you learn from what you ship. Small tests, honest numbers, and \(benefit).",
                "Whoever starts this week is ahead by the end of the month. Say in the comments what you would try."
            )
        case "inspirational":
            (
                "Everybody starts \(topic) with nobody watching.",
                "The ones who stay are not louder. They show up, learn one thing a day, and have \(benefit).",
                "Start with one small step today, and come back tomorrow. Follow along."
            )
        case "product_demo":
            (
                "This part of \(topic) usually takes a whole afternoon.",
                "Watch it happen step by step: set it up once, check the first result, let it run. It is \(benefit).",
                "Done, and it runs again tomorrow by itself. The link in the profile has the set-up."
            )
        case "entertainment":
            (
                "\(topic): what people think it is.",
                "And what it is: forty tabs, cold coffee, and one script that finally works. Next time: \(benefit).",
                "Send this to somebody who knows the feeling."
            )
        default:
            (
                "If \(topic) feels like too much, you are doing three things at once.",
                "Take one: pick a single goal, do the first step today, and measure it for a week. It helps to have "
                    + "\(benefit).",
                "After a week you know what works, and drop the rest. Save this and try it."
            )
        }
    }

    /// Eight: niche, content type, platform, and words that any of them can carry.
    private static func hashtags(_ opportunity: Opportunity) -> [String] {
        var tags: [String] = []
        let words =
            [
                opportunity.niche, opportunity.contentType,
                opportunity.offer == Taxonomy.noOffer ? "" : opportunity.offer,
            ]
            + ["tips", "howto", "learn", "growth", "video", "today", "business", "creator"]
        for word in words {
            let tag = "#" + word.filter { $0.isLetter || $0.isNumber }
            if tag.count > 1, !tags.contains(tag), tags.count < BriefSchema.hashtagCount.lowerBound { tags.append(tag) }
        }
        return tags
    }
}
