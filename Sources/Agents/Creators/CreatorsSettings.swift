public import Configuration

/// The tunables of the creators agent, and the offers that it and outreach recognise people by.
public struct CreatorsSettings: Configurable, Hashable {
    /// CR-05…CR-07; K41: an offer without a profile is recognised by its niche alone.
    public var offers = [
        OfferProfile(
            "safari_automation", niches: ["ai_automation", "content_creation"],
            roles: ["developer", "agency owner", "solopreneur"],
            keywords: ["automation", "workflow", "claude", "n8n", "zapier"],
            pain: "hours that go into repetitive work on social media and between tools"),
        OfferProfile(
            "creator_growth", niches: ["content_creation", "creator_economy"],
            roles: ["content creator", "youtuber", "coach"],
            keywords: ["views", "subscribers", "monetize", "audience"],
            pain: "posting a lot without the audience or the income growing"),
        OfferProfile(
            "saas_consulting", niches: ["saas_growth", "digital_marketing"],
            roles: ["founder", "cto", "product manager"], keywords: ["churn", "mrr", "retention", "growth"],
            pain: "users who leave before they see what the product is worth"),
    ]
    /// CR-04, K56: twelve pairs.
    public var matrix = [
        "twitter": ["ai_automation", "saas_growth", "content_creation"],
        "tiktok": ["ai_automation", "content_creation", "creator_economy"],
        "threads": ["content_creation", "personal_brand", "creator_economy"],
        "instagram": ["personal_brand", "creator_economy", "digital_marketing"],
    ]
    /// CR-01.
    public var creatorsPerNiche = 100
    /// CR-01.
    public var postsPerNiche = 1_000
    /// CR-01.
    public var maxScrollsPerSearch = 50
    /// CR-10, K58.
    public var seedAboveFit = 60
    public var fit = CreatorFit()
    public var hooksPerPull = 5

    public init() {}

    public static let fields: [Field<CreatorsSettings>] = [
        Field("offers", \.offers, "What is offered, and to whom."),
        Field("matrix", \.matrix, "Niches that are researched, by platform."),
        Field("creatorsPerNiche", \.creatorsPerNiche, in: 1...1_000, "Creators that one pull asks for."),
        Field("postsPerNiche", \.postsPerNiche, in: 10...10_000, "Posts that one pull asks for."),
        Field("maxScrollsPerSearch", \.maxScrollsPerSearch, in: 1...1_000, "How far one search scrolls."),
        Field("seedAboveFit", \.seedAboveFit, in: 0...100, "A new creator whose fit exceeds this becomes a contact."),
        Field("fit", \.fit, "Points of a creator's fit."),
        Field("hooksPerPull", \.hooksPerPull, in: 0...50, "Hook patterns taken from one pull, at most."),
    ]
}

/// An offer and whom it is for (CR-05…CR-07).
public struct OfferProfile: Configurable, Hashable {
    public var name = ""
    public var niches: [String] = []
    public var roles: [String] = []
    public var keywords: [String] = []
    public var pain = ""

    public init() {}

    init(_ name: String, niches: [String], roles: [String], keywords: [String], pain: String) {
        self.name = name
        self.niches = niches
        self.roles = roles
        self.keywords = keywords
        self.pain = pain
    }

    public static let fields: [Field<OfferProfile>] = [
        Field("name", \.name, isRequired: true, "The offer's short name, as tables have it."),
        Field("niches", \.niches, "Niches that it is for."),
        Field("roles", \.roles, "What people call themselves that it is for."),
        Field("keywords", \.keywords, "Words that its people use."),
        Field("pain", \.pain, "What it takes away, in a few words; generated messages speak of it."),
    ]
}

/// Points of a creator's fit, 0…100 in all (CR-08, K58).
public struct CreatorFit: Configurable, Hashable {
    public var firstRole = 40
    public var eachRole = 10
    public var rolesMax = 60
    public var highEngagement = 10_000
    public var highPoints = 40
    public var someEngagement = 1_000
    public var somePoints = 25
    public var littlePoints = 10

    public init() {}

    public static let fields: [Field<CreatorFit>] = [
        Field("firstRole", \.firstRole, in: 0...100, "When a word for a role of an offer is in bio or posts."),
        Field("eachRole", \.eachRole, in: 0...100, "For each further one."),
        Field("rolesMax", \.rolesMax, in: 0...100, "For roles in all, at most."),
        Field("highEngagement", \.highEngagement, in: 0...1_000_000_000, "Engagement from which it is high."),
        Field("highPoints", \.highPoints, in: 0...100, "For high engagement."),
        Field("someEngagement", \.someEngagement, in: 0...1_000_000_000, "Engagement from which there is some."),
        Field("somePoints", \.somePoints, in: 0...100, "For some engagement."),
        Field("littlePoints", \.littlePoints, in: 0...100, "For less than that, but any."),
    ]
}
