/// The services outside that a task may ask, bound to its domain. One that is `nil` is not configured: the task does
/// without and says so.
///
/// The faces are declared here, by those who need them; whoever talks to the real service implements them.
public struct TaskServices: Sendable {
    public var model: (any LanguageModel)?
    /// The direct message services of outreach.
    public var messages: (any DirectMessages)?
    /// The research service of creators.
    public var research: (any MarketResearch)?
    public var publisher: (any Publisher)?
    public var tweets: (any TweetBrowser)?
    public var files: (any FileWriter)?
    public var renders: (any RenderService)?

    public init(
        model: (any LanguageModel)? = nil, messages: (any DirectMessages)? = nil, research: (any MarketResearch)? = nil,
        publisher: (any Publisher)? = nil, tweets: (any TweetBrowser)? = nil, files: (any FileWriter)? = nil,
        renders: (any RenderService)? = nil
    ) {
        self.model = model
        self.messages = messages
        self.research = research
        self.publisher = publisher
        self.tweets = tweets
        self.files = files
        self.renders = renders
    }
}

/// Why a service could not do what it was asked, in words for the person who reads the alert.
public struct ServiceError: Error, Hashable, Sendable, CustomStringConvertible {
    /// As errors name it: `Blotato`, `the render service`.
    public let service: String
    public let message: String
    /// Whether it is away for now, so that a later attempt makes sense: refused connections, busy, rate limits.
    public let isAway: Bool
    /// Whether asking again cannot do a thing twice: the request never reached it, or had no effect.
    public let isSafeToRepeat: Bool

    public init(_ service: String, _ message: String, isAway: Bool, isSafeToRepeat: Bool) {
        self.service = service
        self.message = message
        self.isAway = isAway
        self.isSafeToRepeat = isSafeToRepeat
    }

    public var description: String { "\(service): \(message)" }
}

/// Whether an irreversible step was done is not known. The run's outcome is `unknown`, and nothing is repeated by itself.
public struct OutcomeUnknown: Error, Hashable, Sendable, CustomStringConvertible {
    public let message: String

    public init(_ message: String) { self.message = message }

    public var description: String { message }
}
