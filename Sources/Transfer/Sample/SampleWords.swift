/// The words of the made business. All invented; addresses lie in domains reserved for examples, but for the one that the
/// bot rules look for.
enum SampleWords {
    static let niches = [
        "ai_automation", "saas_growth", "content_creation", "digital_marketing", "creator_economy", "personal_brand",
    ]

    /// Often named is often picked.
    static let contactPlatforms = [
        "twitter", "twitter", "twitter", "twitter", "twitter", "instagram", "instagram", "instagram", "linkedin",
        "linkedin", "tiktok", "tiktok", "threads", "youtube", "gmail", "gmail",
    ]

    static let contentTypes = [
        "educational", "inspirational", "entertainment", "thought_leadership", "case_study", "product_demo",
    ]

    static let bots = [
        (prefix: "noreply", domain: "example.com", name: "Sample Billing"),
        (prefix: "updates", domain: "example.com", name: "LinkedIn"),
        (prefix: "no-reply", domain: "example.com", name: "Sample Newsletter"),
        (prefix: "notifications", domain: "linkedin.com", name: "Sample Notice"),
        (prefix: "mailer-daemon", domain: "example.com", name: "Mail Delivery"),
        (prefix: "receipts", domain: "example.com", name: "Stripe"),
        (prefix: "donotreply", domain: "example.com", name: "Sample Survey"),
    ]

    static let firstNames = [
        "Ada", "Bela", "Cora", "Dario", "Edda", "Farid", "Gwen", "Hugo", "Ines", "Jona", "Kaya", "Leif", "Mira", "Nilo",
        "Oona", "Pim", "Quinn", "Runa", "Sami", "Tove", "Uma", "Viggo", "Wren", "Xenia", "Yara", "Zeno",
    ]

    static let lastNames = [
        "Sampleton", "Mockridge", "Testova", "Exempel", "Beispiel", "Demoux", "Fixture", "Placeholder", "Specimen",
        "Prototyp", "Dummyson", "Esempio", "Muster", "Pretender", "Draftly", "Trial",
    ]

    static let idealRoles = [
        "Agency owner building automation for clients", "Founder of a small SaaS", "Solopreneur and developer",
        "CTO who lives in n8n and Zapier", "Content creator and coach", "YouTuber growing an audience",
        "Product manager fighting churn", "Coach helping people monetize what they know",
    ]

    static let otherRoles = [
        "Gardener", "Reads more than is good", "Teacher on leave", "Baker of long loaves", "Runs slowly, but far",
        "Student of maps", "Photographs bridges", "Collects old radios",
    ]

    static let openers = [
        "Liked your last post. How do you handle the follow-up today?",
        "Your thread on workflows was clear. What was the hardest part?",
        "Saw that you ship weekly. Who does the editing?",
    ]

    static let replies = [
        "Thanks, that means a lot!", "Honestly, mostly by hand.", "Good question, I will think about it.",
        "We tried two tools and kept neither.", "Yes, every Sunday evening.",
    ]

    /// Messages with the words that offers are recognised by.
    static let buyingWords = [
        "What is your pricing for something like this?", "Could we work together on it this quarter?",
        "Is there room in the budget for a small pilot? What would it cost?",
        "Do you offer this as one of your services?",
        "We would rather hire someone for that.",
    ]

    static let refusals = ["no email please", "do not message", "no DMs, call only"]

    /// A niche as people say it.
    static func spoken(_ niche: String) -> String { niche.replacing("_", with: " ") }

    /// Beginnings of titles, by niche; the words are those that the keyword lists look for.
    static let topics: [String: [String]] = [
        "ai_automation": [
            "an n8n workflow", "a Claude agent", "Zapier automation", "a GPT assistant", "an AI automation",
        ],
        "saas_growth": ["SaaS churn", "MRR growth", "product retention", "a startup pricing page", "SaaS onboarding"],
        "content_creation": [
            "a YouTube hook", "thumbnail tests", "video editing", "a content calendar", "short video hooks",
        ],
        "digital_marketing": [
            "an email funnel", "SEO for small sites", "paid ads", "a marketing campaign", "funnel conversion",
        ],
        "creator_economy": [
            "a brand deal", "sponsor rates", "an audience of 1,000", "ways to monetize", "subscriber offers",
        ],
        "personal_brand": [
            "my story", "a day in my life", "the journey so far", "behind the scenes", "a slow life vlog",
        ],
    ]

    /// Patterns of titles, by content type; `%` stands for the topic.
    static let patterns: [String: [String]] = [
        "educational": ["How to build % in ten minutes", "% explained, step by step", "A beginner's guide to %"],
        "inspirational": [
            "Why I never gave up on %", "% changed everything for me", "What % taught me about patience",
        ],
        "entertainment": ["I tried % for 30 days", "% gone wrong", "Guessing the price of %"],
        "thought_leadership": ["The future of %", "Most people are wrong about %", "An unpopular opinion on %"],
        "case_study": [
            "Case study: % from zero to 10k", "How a bakery used % to double bookings", "% results after a year",
        ],
        "product_demo": ["Demo: %", "A tour of %, live", "First look at %"],
    ]

    static func title(niche: String, contentType: String, _ random: inout SeededRandom) -> String {
        let topic = random.pick(topics[niche] ?? [spoken(niche)])
        let title = random.pick(patterns[contentType] ?? ["%"]).replacing("%", with: topic)
        return title.prefix(1).uppercased() + title.dropFirst()
    }
}
