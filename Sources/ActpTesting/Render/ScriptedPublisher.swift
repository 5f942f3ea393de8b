public import Agents
import Synchronization

/// A publisher that answers as a test says, and keeps what it was asked to post.
public final class ScriptedPublisher: Publisher {
    private struct State {
        var posts: [PublishRequest] = []
        var errors: [String: any Error] = [:]
        var statuses: [String: PublishStatus] = [:]
        var found: [String: String] = [:]
        var uploads: [String] = []
        var uploadError: ServiceError?
    }

    private let state = Mutex(State())

    public init() {}

    /// What was posted, or may have been, in order.
    public var posts: [PublishRequest] { state.withLock { $0.posts } }
    /// Names of the files handed over.
    public var uploads: [String] { state.withLock { $0.uploads } }

    /// The next post to the platform ends so. An ``OutcomeUnknown`` has been posted.
    public func refuse(_ platform: String, with error: any Error) { state.withLock { $0.errors[platform] = error } }
    /// What becomes of the post to a platform; published at once when nothing is said.
    public func set(_ platform: String, _ status: PublishStatus) { state.withLock { $0.statuses[platform] = status } }
    /// A post that is found by its text.
    public func find(_ platform: String, at url: String) { state.withLock { $0.found[platform] = url } }
    public func failUploads(_ error: ServiceError?) { state.withLock { $0.uploadError = error } }

    public func publish(_ post: PublishRequest) async throws -> Submission {
        let error = state.withLock { state in
            let error = state.errors.removeValue(forKey: post.platform)
            if error == nil || error is OutcomeUnknown { state.posts.append(post) }
            return error
        }
        if let error { throw error }
        return Submission(id: "submission on \(post.platform)")
    }

    public func status(of submission: String, after pause: Duration) async throws(ServiceError) -> PublishStatus {
        let platform = submission.split(separator: " ").last.map(String.init) ?? ""
        return state.withLock { $0.statuses[platform] }
            ?? .published(url: "https://example.com/\(platform)/status/7\(platform.count)")
    }

    public func publishedURL(platform: String, text: String) async throws(ServiceError) -> String? {
        state.withLock { $0.found[platform] }
    }

    public func upload(filename: String, mediaType: String, bytes: [UInt8]) async throws(ServiceError) -> String {
        let error = state.withLock { state in
            if state.uploadError == nil { state.uploads.append(filename) }
            return state.uploadError
        }
        if let error { throw error }
        return "https://media.example.com/\(filename)"
    }
}
