public import Configuration

/// The tunables of the content mix.
public struct ContentMixSettings: Configurable, Hashable {
    /// CM-01. `content_creation` has none: it counts in the total and is never a gap (K40).
    public var targets = [
        "ai_automation": 0.35, "personal_brand": 0.20, "creator_economy": 0.20, "saas_growth": 0.15,
        "digital_marketing": 0.10,
    ]
    /// CM-02, with `tutorial` and `data` as the content types that they mean (K42).
    public var offers = [
        OfferChannel("safari_automation", "ai_automation", ["educational"], ["tiktok", "youtube"]),
        OfferChannel("creator_growth", "content_creation", ["inspirational", "case_study"], ["threads", "instagram"]),
        OfferChannel("saas_consulting", "saas_growth", ["thought_leadership"], ["twitter", "linkedin"]),
        OfferChannel("digital_agency", "digital_marketing", ["educational", "case_study"], ["youtube", "twitter"]),
    ]
    public var lookback: Duration = .seconds(30 * 86_400)
    public var researchLookback: Duration = .seconds(30 * 86_400)
    public var recommendationsMin = 3
    public var samplesMin = 3
    public var topPosts = 3

    public init() {}

    public static let fields: [Field<ContentMixSettings>] = [
        Field("targets", \.targets, "Share of all posts that a niche should have, 0…1; a niche without one is no gap."),
        Field("offers", \.offers, "What each offer is sold with: its niche, content types and platforms."),
        Field("lookback", \.lookback, in: .seconds(86_400)...(.seconds(366 * 86_400)), "How far back own posts count."),
        Field(
            "researchLookback", \.researchLookback, in: .seconds(86_400)...(.seconds(366 * 86_400)),
            "How far back other people's posts count in market-sync."),
        Field(
            "recommendationsMin", \.recommendationsMin, in: 0...20,
            "With fewer gaps the best rows of the resonance matrix fill up to so many recommendations."),
        Field(
            "samplesMin", \.samplesMin, in: 1...1_000,
            "Posts a group of the matrix needs to be preferred; smaller groups come after all of these."),
        Field("topPosts", \.topPosts, in: 1...20, "Posts that market-sync shows for an offer."),
    ]
}

/// What one offer is sold with (CM-02).
public struct OfferChannel: Configurable, Hashable {
    public var offer = ""
    public var niche = ""
    /// The best first.
    public var contentTypes: [String] = []
    /// The best first.
    public var platforms: [String] = []

    public init() {}

    init(_ offer: String, _ niche: String, _ contentTypes: [String], _ platforms: [String]) {
        self.offer = offer
        self.niche = niche
        self.contentTypes = contentTypes
        self.platforms = platforms
    }

    public static let fields: [Field<OfferChannel>] = [
        Field("offer", \.offer, isRequired: true, "The offer's slug."),
        Field("niche", \.niche, isRequired: true, "The niche it belongs to."),
        Field("contentTypes", \.contentTypes, "What it is shown with, the best first."),
        Field("platforms", \.platforms, "Where it is shown, the best first."),
    ]
}
