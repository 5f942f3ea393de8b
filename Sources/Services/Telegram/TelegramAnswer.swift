internal import HTTP
internal import JSON

/// What the Bot API answered (Making requests; ResponseParameters): a result, or why there is none.
enum TelegramAnswer: Hashable {
    case result(JSON)
    /// The message's HTML is not what Telegram can read.
    case badMarkup(String)
    case tooLong(String)
    /// The group has become a supergroup with another id.
    case migrated(Int64)
    /// Seconds to wait.
    case tooMany(Int64)
    case failed(TelegramError)

    /// Texts are not promised by the Bot API; only what needs one is told from others by it.
    init(_ response: HTTPResponse, to request: HTTPRequest) {
        guard let body = try? JSON(parsing: response.text), let isOK = body["ok"]?.bool else {
            // Whatever answered is not the Bot API, or it is a gateway in front of it: it may have passed the message on.
            let asked =
                response.isSuccess
                ? "\(request): \(response), but no answer of the Bot API" : "\(HTTPError(response, to: request))"
            self = .failed(TelegramError(.outcomeUnknown, asked, isSafeToRepeat: false))
            return
        }
        if isOK, response.isSuccess {
            self = .result(body["result"] ?? .null)
            return
        }
        let code = body["error_code"]?.integer ?? Int64(response.status)
        let description = request.excerpt(body["description"]?.string ?? "no description")
        let parameters = body["parameters"]
        if let chat = parameters?["migrate_to_chat_id"]?.integer {
            self = .migrated(chat)
        } else if code == 429 {
            let seconds = parameters?["retry_after"]?.integer ?? response.retryAfter?.components.seconds ?? 5
            // More than a day is no pause that anybody means.
            self = .tooMany(min(max(seconds, 0), 86_400))
        } else {
            self = TelegramAnswer(code, "\(code) \(description)", lowercased: description.lowercased())
        }
    }

    private init(_ code: Int64, _ words: String, lowercased text: String) {
        switch code {
        case 400 where text.contains("can't parse entities"): self = .badMarkup(words)
        case 400 where text.contains("message is too long"): self = .tooLong(words)
        case 400 where text.contains("chat not found") || text.contains("chat_id is empty"):
            self = .failed(TelegramError(.badChat, "\(words)."))
        case 403: self = .failed(TelegramError(.badChat, "\(words)."))
        case 401, 404: self = .failed(TelegramError(.badToken, "\(words)."))
        case 500...599: self = .failed(TelegramError(.outcomeUnknown, "\(words).", isSafeToRepeat: false))
        default: self = .failed(TelegramError(.refused, "\(words)."))
        }
    }
}
