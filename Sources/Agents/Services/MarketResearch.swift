/// Scrapes what people publish in a niche on one platform. One piece of research takes minutes.
public protocol MarketResearch: Sendable {
    /// Has one niche researched and waits for the result. Research of the same niche that is under way is adopted, other
    /// research of the platform is waited for.
    ///
    /// - Parameter progress: told what happens, in a few words, each time something is known.
    /// - Throws: ``ServiceError``. It is away when nobody answers; other errors concern this piece of research alone.
    func study(
        _ study: NicheStudy, progress: @escaping @Sendable (String) -> Void
    ) async throws(ServiceError) -> NicheFindings
}

/// What to research (CR-01).
public struct NicheStudy: Hashable, Sendable {
    /// twitter, tiktok, instagram, threads
    public let platform: String
    /// As people write it: `ai automation`.
    public let phrase: String
    public let creatorsMax: Int
    public let postsMax: Int
    public let scrollsMax: Int

    public init(platform: String, phrase: String, creatorsMax: Int, postsMax: Int, scrollsMax: Int) {
        self.platform = platform
        self.phrase = phrase
        self.creatorsMax = creatorsMax
        self.postsMax = postsMax
        self.scrollsMax = scrollsMax
    }
}

/// What was found: creators, and the posts that were looked at. Fields that a platform does not have are `nil`.
public struct NicheFindings: Hashable, Sendable {
    public var creators: [FoundCreator]
    /// The most engaging first.
    public var posts: [FoundPost]
    /// What is less than it should be, and why.
    public var remarks: [String]

    public init(creators: [FoundCreator] = [], posts: [FoundPost] = [], remarks: [String] = []) {
        self.creators = creators
        self.posts = posts
        self.remarks = remarks
    }
}

/// One creator, whatever the platform calls its fields (CR-02, K57).
public struct FoundCreator: Hashable, Sendable {
    /// Without @.
    public var handle: String
    public var displayName: String?
    public var bio: String?
    public var followers: Int?
    public var postCount: Int?
    /// By the platform's own formula: not to be compared across platforms.
    public var totalEngagement: Double?
    public var topPostText: String?
    public var topPostURL: String?

    public init(handle: String) { self.handle = handle }
}

/// One post that was looked at.
public struct FoundPost: Hashable, Sendable {
    /// Without @; `nil` when it is not known.
    public var author: String?
    public var text: String
    public var engagement: Double

    public init(author: String?, text: String, engagement: Double) {
        self.author = author
        self.text = text
        self.engagement = engagement
    }
}
