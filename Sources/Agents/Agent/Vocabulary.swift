/// Words that several agents allow in their parameters.
enum Vocabulary {
    /// Platforms that are posted to (DI-16).
    static let postingPlatforms = ["twitter", "tiktok", "instagram", "threads", "youtube", "linkedin"]
    /// Platforms the research service scrapes (CR-01).
    static let researchPlatforms = ["twitter", "tiktok", "instagram", "threads"]
    /// CM-03 without `other`.
    static let niches = [
        "ai_automation", "saas_growth", "content_creation", "digital_marketing", "creator_economy", "personal_brand",
    ]
    /// CM-04.
    static let contentTypes = [
        "educational", "inspirational", "entertainment", "thought_leadership", "case_study", "product_demo",
    ]
    /// Niches with A/B tests (AB-09).
    static let testNiches = [
        "ai_automation", "saas_growth", "content_creation", "digital_marketing", "creator_economy",
    ]
}
