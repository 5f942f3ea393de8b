import JSON
import Time

/// The two ways that posts go, and how their addresses are found.
struct PostingDesk {
    let publisher: any Publisher
    let tweets: any TweetBrowser
    private let account: AccountsSettings.Account
    private let now: Instant

    /// Between two questions after a submission, and before each look at the timeline.
    private static let statusPauses: [Duration] = [.zero, .seconds(5), .seconds(5), .seconds(10)]
    private static let timelinePauses: [Duration] = [.seconds(15), .seconds(20), .seconds(40)]
    /// A tweet of the timeline belongs to the test when it is at most so much older than the test.
    private static let clockSlack = Duration.seconds(600)

    /// - Throws: ``TaskError`` when a service is not configured: a test takes both.
    init(_ context: TaskContext) throws(TaskError) {
        guard let publisher = context.services.publisher else {
            throw TaskError("Blotato is not configured: set BLOTATO_API_KEY")
        }
        guard let tweets = context.services.tweets else {
            throw TaskError("the Twitter browser is not configured: set SAFARI_TWITTER_URL")
        }
        self.publisher = publisher
        self.tweets = tweets
        account = context.settings.accounts.twitter
        now = context.now
    }

    /// AB-02: post A, by the publishing API.
    func publish(_ text: String) async throws -> Submission {
        try await publisher.publish(PublishRequest(platform: "twitter", accountID: account.id, text: text))
    }

    /// AB-03: post B, by the browser. What it says it sent must be what it was given.
    func tweet(_ text: String) async throws {
        let sent = try await tweets.post(text)
        guard TweetText.normalized(sent.text) == TweetText.normalized(text) else {
            throw TaskError("it went out with its text changed to: \(sent.text.clipped(to: 120))")
        }
        guard sent.isVerified else {
            // Sent, but not seen: the timeline tells.
            guard try await urlOnTimeline(text: text) != nil else {
                throw OutcomeUnknown("the browser could not see the tweet afterwards")
            }
            return
        }
    }

    /// The address of post A: what the publisher says, else what the timeline shows (K31).
    ///
    /// - Throws: ``TaskError`` when the publisher says that it failed.
    func urlOfA(
        submission: String, text: String, isPatient: Bool = true, since: Instant? = nil
    ) async throws -> String? {
        var isKnown = false
        for pause in isPatient ? PostingDesk.statusPauses : [.zero] {
            switch try await publisher.status(of: submission, after: pause) {
            case .published(let url):
                isKnown = true
                if let url { return TweetAddress.canonical(url) ?? url }
            case .failed(let reason): throw TaskError("Blotato could not publish post A: \(reason)")
            case .inProgress: continue
            case .scheduled: isKnown = true
            }
            if isKnown { break }
        }
        if let url = try await publisher.publishedURL(platform: "twitter", text: text) {
            return TweetAddress.canonical(url) ?? url
        }
        return try await urlOnTimeline(text: text, isPatient: isPatient, since: since)
    }

    /// The address of a tweet of ours with this text, posted since the test began; looks several times, because it takes a
    /// while until it shows. `nil` when it is not there, or the page did not open.
    func urlOnTimeline(text: String, isPatient: Bool = true, since: Instant? = nil) async throws -> String? {
        let wanted = TweetText.normalized(text)
        let oldest = (since ?? now) - PostingDesk.clockSlack
        for pause in isPatient ? PostingDesk.timelinePauses : [.zero] {
            let timeline = try await tweets.timeline(of: account.handle, count: 10, after: pause)
            let found = timeline.first { tweet in
                // A pinned tweet of old may have the same words; somebody else may be logged in.
                TweetText.normalized(tweet.text) == wanted && (tweet.at.map { $0 >= oldest } ?? true)
                    && tweet.handle.lowercased() == account.handle.lowercased()
            }
            if let url = found.flatMap({ TweetAddress.canonical($0.url) }) { return url }
        }
        return nil
    }
}
