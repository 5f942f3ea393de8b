public import JSON

/// The service that publishes posts for the owner's accounts (Blotato).
public protocol Publisher: Sendable {
    /// Publishes at once. A post is asked for once: never repeat after ``OutcomeUnknown``.
    ///
    /// - Throws: ``ServiceError`` when it is certain that nothing was published; ``OutcomeUnknown`` when it is not.
    func publish(_ post: PublishRequest) async throws -> Submission

    /// What became of a post. An id that the service does not know reads as `inProgress`, so ask for a limited time.
    ///
    /// - Parameter pause: how long to wait before asking.
    func status(of submission: String, after pause: Duration) async throws(ServiceError) -> PublishStatus

    /// The address of a post that was published with this text, newest first; `nil` when there is none: for posts whose
    /// answer got lost. `nil` too from services that cannot list posts.
    func publishedURL(platform: String, text: String) async throws(ServiceError) -> String?

    /// Hands over a file and returns the public address that a post may name. May be repeated.
    func upload(filename: String, mediaType: String, bytes: [UInt8]) async throws(ServiceError) -> String
}

/// A post to one account.
public struct PublishRequest: Hashable, Sendable {
    public let platform: String
    /// The account's id at the service.
    public let accountID: String
    public let text: String
    /// Public addresses.
    public let mediaURLs: [String]
    /// What the platform wants to know beside the text, under the service's names.
    public let target: [String: JSON]

    public init(
        platform: String, accountID: String, text: String, mediaURLs: [String] = [], target: [String: JSON] = [:]
    ) {
        self.platform = platform
        self.accountID = accountID
        self.text = text
        self.mediaURLs = mediaURLs
        self.target = target
    }
}

/// The service has taken a post; it is published a little later.
public struct Submission: Hashable, Sendable {
    /// To ask after it.
    public let id: String

    public init(id: String) { self.id = id }
}

/// What became of a submission.
public enum PublishStatus: Hashable, Sendable {
    case inProgress
    /// Waits for its time at the service.
    case scheduled
    /// - Parameter url: its public address, where the service says it.
    case published(url: String?)
    /// Final.
    case failed(String)
}
