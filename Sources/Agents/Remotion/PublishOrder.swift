import JSON
import Records
import Time

/// What is to be published where: the row of `actp_workflow_tasks` that a distribution is (RE-07, K63).
struct PublishOrder: Hashable, Sendable {
    static let taskType = "blotato_multi_publish"

    let job: RowID
    let videoURL: String
    /// Platform and account id, in the order of the settings.
    let accounts: [(platform: String, account: String)]
    let brief: JSON

    static func == (a: PublishOrder, b: PublishOrder) -> Bool { a.input == b.input }
    func hash(into hasher: inout Hasher) { hasher.combine(input) }

    /// - Parameter platforms: where to; one without an account in the settings is left out.
    init(_ job: Row<GenJobs>, videoURL: String, platforms: [String], accounts: AccountsSettings) {
        self.job = job.id
        self.videoURL = videoURL
        self.accounts = platforms.compactMap { platform in
            accounts[platform].flatMap { $0.id.isEmpty ? nil : (platform, $0.id) }
        }
        brief = job.brief ?? [:]
    }

    /// The row's `input_data`.
    var input: JSON {
        [
            "gen_job_id": .string(job.text), "content_id": .string(job.text), "video_url": .string(videoURL),
            "platforms": JSON(accounts.map(\.platform)),
            "account_ids": .object(
                Dictionary(accounts.map { ($0.platform, .string($0.account)) }, uniquingKeysWith: { $1 })),
            "descriptions": .object(
                Dictionary(accounts.map { ($0.platform, .string(text(for: $0.platform))) }, uniquingKeysWith: { $1 })),
        ]
    }

    /// The post's text: hook, call to action, hashtags, cut to what the platform takes.
    ///
    /// Instagram refuses more than five hashtags through the publisher. Twitter takes 280 characters: hashtags go first,
    /// then the call to action.
    func text(for platform: String) -> String {
        let hook = brief["hook"]?.string ?? ""
        let callToAction = brief["cta"]?.string ?? ""
        let hashtags = Array(
            (brief["hashtags"]?.array?.compactMap(\.string) ?? []).prefix(platform == "instagram" ? 5 : .max))
        guard platform == "twitter" else {
            return [hook, callToAction, hashtags.joined(separator: " ")].filter { !$0.isEmpty }
                .joined(separator: "\n\n")
        }
        var text = hook.clipped(to: 280)
        let tags = hashtags.enumerated().map { (gap: $0.offset == 0 ? "\n\n" : " ", piece: $0.element) }
        for (gap, piece) in [(gap: "\n\n", piece: callToAction)] + tags where !piece.isEmpty {
            if text.count + gap.count + piece.count <= 280 { text += gap + piece }
        }
        return text
    }

    /// What the platform wants to know beside the text: the settings, and a title where one is needed.
    func target(for platform: String, settings: RemotionSettings) -> [String: JSON] {
        var target = settings.targets[platform]?.object ?? [:]
        if platform == "youtube", target["title"] == nil {
            let title = (brief["hook"]?.string ?? "").filter { $0 != "<" && $0 != ">" }
            target["title"] = .string(title.clipped(to: 100))
        }
        return target
    }
}

/// What became of a distribution on one platform.
struct PlatformResult: Hashable, Sendable {
    enum State: String, Sendable {
        /// The post is about to be sent, or was when the process died.
        case posting
        /// Whether it was taken is not known.
        case unknown
        /// The publisher has it.
        case submitted
        case published
        case failed
        /// The publisher took it and never said what became of it.
        case unresolved
    }

    var state: State
    var submission: String?
    var url: String?
    var error: String?
    /// Since when it is in this state.
    var since: Instant

    var isFinal: Bool { state == .published || state == .failed || state == .unresolved }
    /// Whether it counts as posted: what the publisher took is not posted again.
    var isPosted: Bool { state == .published || (state == .unresolved && submission != nil) }

    var json: JSON {
        [
            "state": .string(state.rawValue), "submission": submission.map(JSON.string) ?? nil,
            "url": url.map(JSON.string) ?? nil, "error": error.map(JSON.string) ?? nil,
            "since": .string(since.iso8601),
        ]
    }

    init(_ state: State, submission: String? = nil, url: String? = nil, error: String? = nil, since: Instant) {
        self.state = state
        self.submission = submission
        self.url = url
        self.error = error
        self.since = since
    }

    init?(json: JSON) {
        guard let state = json["state"]?.string.flatMap(State.init), let since = json["since"]?.string,
            let instant = Instant(iso8601: since)
        else { return nil }
        self.init(
            state, submission: json["submission"]?.string, url: json["url"]?.string, error: json["error"]?.string,
            since: instant)
    }
}
