public import Agents
public import HTTP
internal import JSON
internal import Synchronization

/// Publishes through Blotato's REST API (https://help.blotato.com), in the vendor's form or in the one that the product was
/// first written for (K25).
///
/// A post is sent once, whatever comes back: the API has no key that would make a repetition harmless.
public final class BlotatoClient: Publisher {
    /// An account as the service lists it.
    struct Account: Hashable {
        let id: String
        let platform: String
    }

    /// What is known of the service once it was asked.
    enum Form: Hashable {
        /// - Parameter accounts: those of the key; `nil` when the list could not be read.
        case vendor(accounts: [Account]?)
        case seed
    }

    static let service = "Blotato"

    private let key: Credential
    private let base: HTTPURL
    private let wanted: BlotatoForm
    private let client: HTTPClient
    private let found = Mutex<Form?>(nil)

    /// - Parameters:
    ///   - key: verbatim; it may end in `=`.
    ///   - baseURL: `https://backend.blotato.com/v2`, or what `BLOTATO_API_URL` says.
    public init(key: Credential, baseURL: HTTPURL, form: BlotatoForm, client: HTTPClient) {
        self.key = key
        base = baseURL
        wanted = form
        self.client = client
    }

    /// Which form is spoken, in a word, and what is wrong with it if anything: for `actpd check`. Asks, posts nothing.
    ///
    /// - Parameter accounts: platform to the id that the settings give it; `nil` for no check of them.
    public func describe(accounts: [String: String]) async throws(ServiceError) -> (form: String, problems: [String]) {
        switch try await form() {
        case .seed:
            return (
                "seed",
                [
                    "\(base) answers with no list of accounts; the vendor's documented address is "
                        + "https://backend.blotato.com/v2 (BLOTATO_API_URL)"
                ]
            )
        case .vendor(let listed):
            let problems = accounts.sorted { $0.key < $1.key }.compactMap { platform, id in
                listed.flatMap { BlotatoClient.complaint(account: id, platform: platform, $0) }
            }
            return ("vendor", problems)
        }
    }

    // MARK: Publisher

    /// AB-02 in the seed's form; `POST /posts` in the vendor's.
    public func publish(_ post: PublishRequest) async throws -> Submission {
        let form = try await form()
        if case .vendor(let accounts?) = form,
            let complaint = BlotatoClient.complaint(account: post.accountID, platform: post.platform, accounts)
        {
            throw ServiceError(BlotatoClient.service, complaint, isAway: false, isSafeToRepeat: true)
        }
        let request = form == .seed ? seedRequest(post) : vendorRequest(post)
        let response: HTTPResponse
        do {
            response = try await client.send(request)
        } catch {
            guard error.isSafeToRepeat else { throw OutcomeUnknown("\(error)") }
            throw ServiceError(
                BlotatoClient.service, "\(error)", isAway: error.code != .cancelled, isSafeToRepeat: true)
        }
        return try BlotatoAnswer.submission(response, to: request)
    }

    public func status(of submission: String, after pause: Duration) async throws(ServiceError) -> PublishStatus {
        // The seed's form knows no such question: the timeline tells what became of the post.
        if try await form() == .seed { return .inProgress }
        let body = try await ask(.get, base.appending("posts", submission), after: pause)
        switch body["status"]?.string {
        case "published": return .published(url: body["publicUrl"]?.string)
        case "failed": return .failed(body["errorMessage"]?.string ?? "no reason given")
        case "scheduled": return .scheduled
        default: return .inProgress
        }
    }

    public func publishedURL(platform: String, text: String) async throws(ServiceError) -> String? {
        if try await form() == .seed { return nil }
        let body = try await ask(
            .get,
            base.appending("published-posts").appending(query: [
                ("platform", platform), ("query", text), ("limit", "10"),
            ]))
        let items = body["items"]?.array ?? []
        // The list is a search: whose text is another is another post.
        return items.first { item in
            let found = item["text"]?.string ?? item["content"]?["text"]?.string
            return found.map { $0 == text } ?? (items.count == 1)
        }?["postUrl"]?.string
    }

    public func upload(filename: String, mediaType: String, bytes: [UInt8]) async throws(ServiceError) -> String {
        let places = try await ask(
            .post, base.appending("media", "uploads"), ["filename": .string(filename)], repetition: .always)
        guard let presigned = places["presignedUrl"]?.string, let published = places["publicUrl"]?.string else {
            throw ServiceError(
                BlotatoClient.service, "the answer to an upload names no place for the file", isAway: false,
                isSafeToRepeat: true)
        }
        do {
            // Whoever knows this address may write there; it goes without our key.
            let url = try HTTPURL(presigned, of: "Blotato's storage", isPathSecret: true)
            let request = HTTPRequest(
                .put, url, of: "Blotato's storage", headers: ["Content-Type": "\(mediaType)"], body: bytes,
                limits: .init(total: .seconds(600), answerBytes: 1 << 20), repetition: .always)
            try await client.send(request).successful(for: request)
        } catch {
            throw ServiceError(
                BlotatoClient.service, "\(error)", isAway: error.code != .cancelled && error.code != .badURL,
                isSafeToRepeat: true)
        }
        return published
    }

    // MARK: Requests

    private func vendorRequest(_ post: PublishRequest) -> HTTPRequest {
        var target = post.target
        target["targetType"] = .string(post.platform)
        let body: JSON = [
            // Neither a time nor a slot beside it: published at once, deliberately.
            "post": [
                "accountId": .string(post.accountID),
                "content": [
                    "text": .string(post.text), "mediaUrls": JSON(post.mediaURLs), "platform": .string(post.platform),
                ],
                "target": .object(target),
            ]
        ]
        return request(.post, base.appending("posts"), body, repetition: .never)
    }

    /// As the seed has it: the account alone says where to.
    private func seedRequest(_ post: PublishRequest) -> HTTPRequest {
        let account = Int64(post.accountID).map(JSON.integer) ?? .string(post.accountID)
        var body: [String: JSON] = ["text": .string(post.text), "targets": [["accountId": account]]]
        if !post.mediaURLs.isEmpty { body["mediaUrls"] = JSON(post.mediaURLs) }
        return request(.post, base.appending("media"), .object(body), repetition: .never)
    }

    private func request(
        _ method: HTTPRequest.Method, _ url: HTTPURL, _ body: JSON? = nil, repetition: HTTPRequest.Repetition
    ) -> HTTPRequest {
        var headers: HTTPHeaders = ["blotato-api-key": .secret(key.secret), "Accept": "application/json"]
        if body != nil { headers.add("Content-Type", "application/json") }
        return HTTPRequest(
            method, url, of: BlotatoClient.service, headers: headers, body: body.map { Array($0.text.utf8) } ?? [],
            limits: .init(total: .seconds(30), answerBytes: 4 << 20), repetition: repetition)
    }

    private func ask(
        _ method: HTTPRequest.Method, _ url: HTTPURL, _ body: JSON? = nil,
        repetition: HTTPRequest.Repetition = .always, after pause: Duration = .zero
    ) async throws(ServiceError) -> JSON {
        var request = request(method, url, body, repetition: repetition)
        request.delay = pause
        let response: HTTPResponse
        do {
            response = try await client.send(request)
        } catch {
            throw ServiceError(
                BlotatoClient.service, "\(error)", isAway: error.code != .cancelled, isSafeToRepeat: true)
        }
        guard response.isSuccess else { throw BlotatoAnswer.refusal(response, to: request) }
        guard let json = try? JSON(parsing: response.text) else {
            throw ServiceError(
                BlotatoClient.service, "\(request): \(response), which is no JSON", isAway: false, isSafeToRepeat: true)
        }
        return json
    }

    // MARK: Form

    /// Asked once in the life of the client (readings 16). An account list means the vendor's form, any other answer the
    /// seed's. A service that is away, or refuses the key, says nothing about its form.
    private func form() async throws(ServiceError) -> Form {
        if wanted == .seed { return .seed }
        if let found = found.withLock({ $0 }) { return found }
        let form: Form
        do throws(ServiceError) {
            let body = try await ask(.get, base.appending("users", "me", "accounts"))
            if let items = body["items"]?.array ?? body.array {
                form = .vendor(accounts: items.compactMap(BlotatoClient.account))
            } else {
                form = wanted == .vendor ? .vendor(accounts: nil) : .seed
            }
        } catch {
            guard wanted == .auto, !error.isAway, !error.message.contains(BlotatoAnswer.keyAdvice) else { throw error }
            form = .seed
        }
        found.withLock { $0 = form }
        return form
    }

    private static func account(_ item: JSON) -> Account? {
        guard let id = item["id"]?.string ?? item["id"]?.integer.map({ "\($0)" }),
            let platform = item["platform"]?.string
        else { return nil }
        return Account(id: id, platform: platform.lowercased())
    }

    /// Why a post to this account cannot be meant: a wrong number would post elsewhere, or nowhere.
    private static func complaint(account id: String, platform: String, _ accounts: [Account]) -> String? {
        guard let account = accounts.first(where: { $0.id == id }) else {
            let own = accounts.filter { $0.platform == platform }.map(\.id)
            let hint =
                own.isEmpty ? "it has none on \(platform)" : "on \(platform) it has \(own.joined(separator: ", "))"
            return "the key has no account \(id): \(hint); set accounts.\(platform).id in actpd.json"
        }
        guard account.platform == platform || (platform == "twitter" && account.platform == "x") else {
            return
                "account \(id) is on \(account.platform), not on \(platform); set accounts.\(platform).id in actpd.json"
        }
        return nil
    }
}
