import Agents
import Statistics
import Synchronization
import Time

/// Twitter as the agents see it: the publishing service and the browser over one list of tweets, faults included.
final class ScriptedTwitter: Publisher, TweetBrowser {
    struct Tweet: Hashable {
        let id: String
        let text: String
        let way: String
    }

    struct State {
        var tweets: [Tweet] = []
        var counts: [String: PostCounts] = [:]
        /// Thrown instead of publishing, or of posting in the browser.
        var publishFault: (any Error)?
        var tweetFault: (any Error)?
        /// Tweets of the browser that go out in spite of the fault.
        var tweetsAnyway = false
        var status: PublishStatus?
        var timelineShows = true
        var readFault: ServiceError?
        var changesText = false
        var isReady = true
        var order: [String] = []
        var reads = 0
    }

    let state = Mutex(State())
    let handle = "IsaiahDupree7"

    var tweets: [Tweet] { state.withLock { $0.tweets } }
    var order: [String] { state.withLock { $0.order } }

    func set(_ change: (inout State) -> Void) { state.withLock { change(&$0) } }

    /// The figures of a tweet by the way that it was posted.
    func count(_ way: String, _ views: Int, _ likes: Int, _ retweets: Int, _ replies: Int) {
        set { state in
            for tweet in state.tweets where tweet.way == way {
                state.counts[tweet.id] = PostCounts(views: views, likes: likes, replies: replies, retweets: retweets)
            }
        }
    }

    private func appear(_ text: String, _ way: String) {
        set { $0.tweets.append(Tweet(id: "\(100 + $0.tweets.count)", text: text, way: way)) }
    }

    private func url(_ tweet: Tweet) -> String { "https://x.com/\(handle)/status/\(tweet.id)" }

    func publish(_ post: PublishRequest) async throws -> Submission {
        set { $0.order.append("blotato") }
        if let fault = state.withLock({ $0.publishFault }) { throw fault }
        appear(post.text, "blotato")
        return Submission(id: "submission")
    }

    func status(of submission: String, after pause: Duration) async throws(ServiceError) -> PublishStatus {
        if let status = state.withLock({ $0.status }) { return status }
        return tweets.first { $0.way == "blotato" }.map { .published(url: url($0)) } ?? .inProgress
    }

    func publishedURL(platform: String, text: String) async throws(ServiceError) -> String? { nil }

    func upload(filename: String, mediaType: String, bytes: [UInt8]) async throws(ServiceError) -> String { "" }

    func checkReadiness() async throws(ServiceError) {
        if !state.withLock({ $0.isReady }) {
            throw ServiceError("the Twitter browser", "nobody is logged in", isAway: true, isSafeToRepeat: true)
        }
    }

    func post(_ text: String) async throws -> SentTweet {
        set { $0.order.append("safari") }
        let (fault, anyway, changes) = state.withLock { ($0.tweetFault, $0.tweetsAnyway, $0.changesText) }
        let sent = changes ? text + " [FILTERED:script]" : text
        if fault == nil || anyway { appear(sent, "safari") }
        if let fault { throw fault }
        return SentTweet(text: sent, isVerified: true)
    }

    func timeline(of handle: String, count: Int, after pause: Duration) async throws(ServiceError) -> [ObservedTweet] {
        guard state.withLock({ $0.timelineShows }) else { return [] }
        return tweets.map { tweet in
            ObservedTweet(
                url: url(tweet) + "/analytics", handle: self.handle, text: tweet.text + " https://t.co/x", at: nil)
        }
    }

    func counts(of url: String) async throws(ServiceError) -> PostCounts? {
        let (fault, counts) = state.withLock { state in
            state.reads += 1
            return (state.readFault, TweetAddress.id(of: url).flatMap { state.counts[$0] })
        }
        if let fault { throw fault }
        return counts
    }
}

/// Remembers what a task writes.
final class ScriptedFiles: FileWriter {
    let written = Mutex<[String: String]>([:])

    func write(_ text: String, to path: String) throws(TaskError) { written.withLock { $0[path] = text } }
}
