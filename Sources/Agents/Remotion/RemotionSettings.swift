public import Configuration
public import JSON

/// The tunables of the remotion agent.
public struct RemotionSettings: Configurable, Hashable {
    public var apiStyle = RenderStyle.auto
    public var outputDir = ""
    public var distribution = DistributionRoute.workflow
    public var samplesMin = 3
    public var freshness: Duration = .seconds(30 * 86_400)
    public var trendWeight = 1.25
    public var repeatAfter: Duration = .seconds(7 * 86_400)
    public var durationSecs = 60
    public var rendersAtOnce = 1
    public var renderDeadline: Duration = .seconds(45 * 60)
    public var retriesMax = 3
    /// RE-07, K62.
    public var platforms = ["tiktok", "instagram", "twitter", "threads"]
    public var distributeWithin: Duration = .seconds(3 * 86_400)
    /// What the publisher must be told beside the text: without the six answers TikTok takes no post.
    public var targets: [String: JSON] = [
        "tiktok": [
            "privacyLevel": "PUBLIC_TO_EVERYONE", "disabledComments": false, "disabledDuet": false,
            "disabledStitch": false, "isBrandedContent": false, "isYourBrand": true, "isAiGenerated": true,
        ],
        "instagram": ["mediaType": "reel"],
        "youtube": ["privacyStatus": "public", "shouldNotifySubscribers": true, "containsSyntheticMedia": true],
    ]

    public init() {}

    public static let fields: [Field<RemotionSettings>] = [
        Field(
            "apiStyle", \.apiStyle,
            """
            How the render service is spoken to: service is the public one, prd the one of the product documents; auto asks \
            which it is.
            """),
        Field(
            "outputDir", \.outputDir,
            "The folder in which the render service leaves its files, when it runs on this machine; empty when it does not."
        ),
        Field(
            "distribution", \.distribution,
            "workflow queues a publish order for the worker that reads actp_workflow_tasks; direct publishes from here."
        ),
        Field("samplesMin", \.samplesMin, in: 1...1_000, "Posts a resonance row needs to be an opportunity."),
        Field("freshness", \.freshness, "Older resonance rows are no opportunity; their weight halves until then."),
        Field("trendWeight", \.trendWeight, in: 1...10, "The factor of an opportunity whose niche trends now."),
        Field(
            "repeatAfter", \.repeatAfter,
            "What was made into a video this long ago or less comes after everything that was not."),
        Field("durationSecs", \.durationSecs, in: 15...60, "The length of a video in seconds."),
        Field("rendersAtOnce", \.rendersAtOnce, in: 1...20, "Renders handed to the service at once; others wait."),
        Field("renderDeadline", \.renderDeadline, "A render that takes longer has failed."),
        Field("retriesMax", \.retriesMax, in: 0...10, "How often a failed render is tried again."),
        Field("platforms", \.platforms, "Where finished videos go, each to its account under accounts."),
        Field(
            "distributeWithin", \.distributeWithin,
            "A video that was finished longer ago is not published by itself; actpd remotion distribute does it."),
        Field(
            "targets", \.targets,
            "What Blotato is told of a post beside its text, by platform and under Blotato's names: privacy among them."
        ),
    ]
}

/// Which requests the render service understands.
public enum RenderStyle: String, WordSetting, Hashable {
    case auto, service, prd
}

/// Who publishes finished videos.
public enum DistributionRoute: String, WordSetting, Hashable {
    case workflow, direct
}
