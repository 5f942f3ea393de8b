internal import JSON
internal import Synchronization

/// Answers like Blotato: the vendor's REST API, or the form that the product was first written for. A handler for
/// ``StandInServer``.
///
/// It follows what the vendor documents, bad manners included: posts are published later than they are taken, unknown ids
/// are `in-progress` for ever, limits are told in words, a time inside `post` is ignored.
public final class BlotatoStandIn: Sendable {
    public enum Form: Sendable {
        case vendor, seed
    }

    /// A post that was taken.
    public struct Post: Hashable, Sendable {
        public let id: String
        public let account: String
        /// Empty in the seed's form.
        public let platform: String
        public let text: String
        public let mediaURLs: [String]
    }

    /// What it does with the next post instead of taking it.
    public enum Fault: Sendable {
        /// Refuses with 429, the pause in words alone.
        case tooMany(Int)
        case refuse(Int, String)
        /// Publishes and never says so.
        case takeAndHangUp
        case answer(Answer)
        /// Takes the post and fails to publish it.
        case failLater(String)
    }

    private struct State {
        var posts: [Post] = []
        var faults: [Fault] = []
        /// Ids that end in `failed`, and why.
        var failures: [String: String] = [:]
        var asked: [String: Int] = [:]
        var files: [String: [UInt8]] = [:]
    }

    private let key: String
    private let form: Form
    private let accounts: [String: String]
    private let asksUntilPublished: Int
    private let onPublish: @Sendable (Post) -> String
    private let state = Mutex(State())

    /// - Parameters:
    ///   - accounts: id to platform.
    ///   - asksUntilPublished: how often a post's status is `in-progress` before it is published.
    ///   - onPublish: makes a post appear where it belongs and says at which address.
    public init(
        key: String, form: Form = .vendor, accounts: [String: String], asksUntilPublished: Int = 0,
        onPublish: @escaping @Sendable (Post) -> String
    ) {
        self.key = key
        self.form = form
        self.accounts = accounts
        self.asksUntilPublished = asksUntilPublished
        self.onPublish = onPublish
    }

    /// Everything it took, in order.
    public var posts: [Post] { state.withLock { $0.posts } }

    /// What was uploaded, by name.
    public var files: [String: [UInt8]] { state.withLock { $0.files } }

    /// The next posts meet these faults, one each.
    public func fail(with faults: Fault...) { state.withLock { $0.faults += faults } }

    /// - Parameter base: the server's own address, for the places of files.
    public func answer(_ request: StandInServer.Request, base: String = "http://127.0.0.1") -> Answer {
        let path = request.target.split(separator: "?").first.map { $0.split(separator: "/").map { String($0) } } ?? []
        if path.first == "storage" { return stored(request, path) }
        guard request["blotato-api-key"] == key else { return .json(#"{"message":"Unauthorized"}"#, status: 401) }
        let body = (try? JSON(parsing: request.text)) ?? .null
        switch (request.method, path.joined(separator: "/"), form) {
        case ("GET", "users/me/accounts", .vendor):
            let items = accounts.sorted { $0.key < $1.key }.map { id, platform -> JSON in
                ["id": .string(id), "platform": .string(platform), "fullname": "Stand-in", "username": "stand_in"]
            }
            return success(["items": .array(items)])
        case ("POST", "posts", .vendor): return post(body)
        case ("GET", "published-posts", .vendor): return published(request.target)
        case ("POST", "media/uploads", .vendor):
            guard let name = body["filename"]?.string else { return refusal(400, "filename is missing") }
            return success([
                "presignedUrl": .string("\(base)/storage/upload/\(name)?signature=once"),
                "publicUrl": .string("\(base)/storage/public/\(name)"),
            ])
        case ("POST", "media", .seed): return seedPost(body)
        default:
            if request.method == "GET", path.count == 2, path[0] == "posts", form == .vendor { return status(path[1]) }
            return .text("<html>Cannot \(request.method)</html>", status: 404)
        }
    }

    private func stored(_ request: StandInServer.Request, _ path: [String]) -> Answer {
        guard path.count == 3 else { return .text("no such place", status: 404) }
        if path[1] == "upload", request.method == "PUT" {
            // Storage that is signed for one caller refuses further credentials.
            guard request["blotato-api-key"] == nil else { return .text("too many credentials", status: 400) }
            state.withLock { $0.files[path[2]] = request.body }
            return .text("")
        }
        return state.withLock { $0.files[path[2]] }.map { .status(200, body: $0) } ?? .text("not there", status: 404)
    }

    // MARK: Posts

    private func post(_ body: JSON) -> Answer {
        guard let post = body["post"], let content = post["content"], let target = post["target"],
            let text = content["text"]?.string, let media = content["mediaUrls"]?.array,
            let platform = content["platform"]?.string
        else { return refusal(400, "post.content is incomplete") }
        guard let account = post["accountId"]?.string else { return refusal(422, "accountId must be a string") }
        guard target["targetType"]?.string == platform else { return refusal(422, "targetType must equal platform") }
        guard accounts[account] == platform else { return refusal(422, "Account not found") }
        if let complaint = complaint(platform, text, media, target) { return refusal(422, complaint) }
        return take(account, platform, text, media.compactMap(\.string)) { id in
            .json(JSON.object(["postSubmissionId": .string(id)]).text, status: 201)
        }
    }

    private func complaint(_ platform: String, _ text: String, _ media: [JSON], _ target: JSON) -> String? {
        func missing(_ names: [String]) -> String? {
            names.first { target[$0] == nil }.map { "target.\($0) is required" }
        }
        switch platform {
        case "twitter": return text.utf16.count > 280 ? "text is longer than 280 characters" : nil
        case "instagram":
            if media.isEmpty { return "media is required" }
            return text.count { $0 == "#" } > 5 ? "at most 5 hashtags" : nil
        case "tiktok":
            if media.isEmpty { return "media is required" }
            return missing([
                "privacyLevel", "disabledComments", "disabledDuet", "disabledStitch", "isBrandedContent",
                "isYourBrand", "isAiGenerated",
            ])
        case "youtube":
            if media.count != 1 { return "one video is required" }
            return missing(["title", "privacyStatus", "shouldNotifySubscribers"])
        default: return nil
        }
    }

    private func seedPost(_ body: JSON) -> Answer {
        guard let text = body["text"]?.string, let account = body["targets"]?.array?.first?["accountId"]?.integer else {
            return refusal(400, "text and targets are needed")
        }
        let media = (body["mediaUrls"]?.array ?? []).compactMap(\.string)
        return take("\(account)", "", text, media) { id in
            .json(JSON.object(["postId": .string(id), "status": "scheduled"]).text)
        }
    }

    private func take(
        _ account: String, _ platform: String, _ text: String, _ media: [String], answer: (String) -> Answer
    ) -> Answer {
        let fault = state.withLock { $0.faults.isEmpty ? nil : $0.faults.removeFirst() }
        switch fault {
        case .tooMany(let seconds):
            return .json(
                #"{"statusCode":429,"message":"Rate limit exceeded, retry in \#(seconds) seconds"}"#, status: 429)
        case .refuse(let status, let text): return refusal(status, text)
        case .answer(let answer): return answer
        case .takeAndHangUp, .failLater, nil: break
        }
        let post = state.withLock { state in
            let post = Post(
                id: "submission-\(state.posts.count + 1)", account: account, platform: platform, text: text,
                mediaURLs: media)
            state.posts.append(post)
            if case .failLater(let reason) = fault { state.failures[post.id] = reason }
            return post
        }
        if case .failLater = fault { return answer(post.id) }
        _ = onPublish(post)
        if case .takeAndHangUp = fault { return .hangUp }
        return answer(post.id)
    }

    private func status(_ id: String) -> Answer {
        let (post, failure, asked) = state.withLock { state in
            state.asked[id, default: 0] += 1
            return (state.posts.first { $0.id == id }, state.failures[id], state.asked[id] ?? 0)
        }
        guard let post, asked > asksUntilPublished else {
            return success(["postSubmissionId": .string(id), "status": "in-progress"])
        }
        if let failure {
            return success([
                "postSubmissionId": .string(id), "status": "failed", "errorMessage": .string(failure),
            ])
        }
        return success([
            "postSubmissionId": .string(id), "status": "published", "publicUrl": .string(onPublish(post)),
        ])
    }

    private func published(_ target: String) -> Answer {
        let posts = state.withLock { state in state.posts.filter { state.failures[$0.id] == nil } }
        let items = posts.reversed().map { post -> JSON in
            [
                "id": .string("published-\(post.id)"), "platform": .string(post.platform), "text": .string(post.text),
                "postUrl": .string(onPublish(post)),
            ]
        }
        return success(["items": .array(items), "count": JSON(items.count)])
    }

    private func success(_ body: JSON) -> Answer { .json(body.text) }

    private func refusal(_ status: Int, _ message: String) -> Answer {
        .json(JSON.object(["message": .string(message)]).text, status: status)
    }
}
