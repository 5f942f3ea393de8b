internal import Agents
internal import HTTP
internal import JSON

/// What Blotato's answers mean. Errors are read leniently: the API documents several shapes.
enum BlotatoAnswer {
    static let keyAdvice = "check BLOTATO_API_KEY"

    /// The id of a post that was taken. Only a refusal is certain: what else goes wrong may have published.
    static func submission(_ response: HTTPResponse, to request: HTTPRequest) throws -> Submission {
        guard response.isSuccess else {
            guard response.status < 500 else { throw OutcomeUnknown("\(HTTPError(response, to: request))") }
            throw refusal(response, to: request)
        }
        let body = (try? JSON(parsing: response.text)) ?? .null
        let id = ["postSubmissionId", "postId", "post_id", "id"].lazy.compactMap { name in
            body[name]?.string ?? body[name]?.integer.map { "\($0)" }
        }.first { !$0.isEmpty }
        guard let id else {
            throw OutcomeUnknown("Blotato: \(request): \(response) without the id of the post; look there for it")
        }
        return Submission(id: id)
    }

    /// A status that is no success, of a request that did nothing.
    static func refusal(_ response: HTTPResponse, to request: HTTPRequest) -> ServiceError {
        let words = request.excerpt(words(of: response))
        func error(_ text: String, isAway: Bool) -> ServiceError {
            ServiceError(
                BlotatoClient.service, "\(request): \(response.status) \(words)\(text)", isAway: isAway,
                isSafeToRepeat: true)
        }
        switch response.status {
        case 401: return error("; the key is not accepted: \(keyAdvice)", isAway: false)
        case 403: return error("; the plan does not allow it: \(keyAdvice) and the subscription", isAway: false)
        case 429: return error("; try again after \(pause(words, response)) s", isAway: true)
        case 500...: return error("", isAway: true)
        default: return error("", isAway: false)
        }
    }

    /// `message` as a text or a list, `error`, or whatever came.
    private static func words(of response: HTTPResponse) -> String {
        guard let body = try? JSON(parsing: response.text) else { return response.text }
        if let list = body["message"]?.array { return list.compactMap(\.string).joined(separator: "; ") }
        return body["message"]?.string ?? body["error"]?.string ?? response.text
    }

    /// The pause is in the words alone; a minute when they do not say.
    private static func pause(_ words: String, _ response: HTTPResponse) -> Int64 {
        if let asked = response.retryAfter { return asked.components.seconds }
        let numbers = words.split { !$0.isNumber }.compactMap { Int64($0) }
        return numbers.last.map { min($0, 86_400) } ?? 60
    }
}
