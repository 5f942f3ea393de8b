internal import HTTP
internal import JSON

/// What `POST /v1/messages` answered.
enum AnthropicAnswer {
    /// A text, and what it cost.
    case text(String, AnthropicUsage)
    /// The answer is longer than was allowed, and therefore probably broken.
    case cutOff(AnthropicUsage)
    /// The model declined; it is not asked again.
    case declined(String, AnthropicUsage)
    /// Finished without anything to use.
    case unusable(String, AnthropicUsage)
    /// The model is unknown or retired.
    case noSuchModel(String)
    /// Asking again after so many seconds may help.
    case again(String, after: Int64, triesMax: Int)
    /// Asking again is of no use; `isKeyRefused`: nothing else will be answered either.
    case refused(String, isKeyRefused: Bool)

    /// Pauses after a server's error and an overload, in seconds.
    private static let errorPauses: [Int64] = [1, 4, 16]
    private static let overloadPauses: [Int64] = [5, 20, 60]

    /// - Parameter attempt: how often it was asked before, for the length of the pause.
    init(_ response: HTTPResponse, to request: HTTPRequest, attempt: Int) {
        let body = (try? JSON(parsing: response.text)) ?? .null
        guard response.isSuccess else {
            self = AnthropicAnswer.failure(response, body, request, attempt)
            return
        }
        guard body["type"]?.string == "message", let model = body["model"]?.string else {
            self = .refused("\(request): 200, but no message of the Messages API", isKeyRefused: false)
            return
        }
        let usage = AnthropicUsage(
            model: model, input: AnthropicAnswer.inputTokens(body["usage"]),
            output: Int(body["usage"]?["output_tokens"]?.integer ?? 0))
        // Thinking and kinds to come are passed over: a text may stand anywhere.
        let texts = (body["content"]?.array ?? []).filter { $0["type"]?.string == "text" }
        let text = texts.compactMap { $0["text"]?.string }.joined()
        switch body["stop_reason"]?.string {
        case "max_tokens": self = .cutOff(usage)
        case "refusal":
            let details =
                body["stop_details"]?["explanation"]?.string ?? body["stop_details"]?.text ?? "without a reason"
            self = .declined(request.excerpt(details), usage)
        case "model_context_window_exceeded": self = .unusable("the question was too long for \(model)", usage)
        case "pause_turn": self = .unusable("it paused for tools that nobody offered", usage)
        default: self = text.isEmpty ? .unusable("it has no text", usage) : .text(text, usage)
        }
    }

    /// What went in, whether or not the service had it in a cache of its own.
    private static func inputTokens(_ usage: JSON?) -> Int {
        let keys = ["input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens"]
        return keys.reduce(0) { $0 + Int(usage?[$1]?.integer ?? 0) }
    }

    private static func failure(
        _ response: HTTPResponse, _ body: JSON, _ request: HTTPRequest, _ attempt: Int
    ) -> AnthropicAnswer {
        let error = body["error"]
        let said = error?["message"]?.string ?? (response.text.isEmpty ? "no text" : response.text)
        let id = response.headers["request-id"] ?? body["request_id"]?.string
        let words =
            "\(response.status) \(error?["type"]?.string ?? "error"): \(request.excerpt(said))"
            + (id.map { " (request \($0))" } ?? "")
        func pause(_ pauses: [Int64]) -> Int64 { pauses[min(attempt, pauses.count - 1)] }
        switch response.status {
        case 401, 402, 403: return .refused(words, isKeyRefused: true)
        case 404: return .noSuchModel(words)
        case 409: return .again(words, after: 1, triesMax: 2)
        case 429:
            let isSpent = error?["details"]?["error_code"]?.string == "enforced_spend_limit_reached"
            if isSpent, response.retryAfter == nil { return .refused(words, isKeyRefused: true) }
            return .again(words, after: response.retryAfter?.components.seconds ?? 5, triesMax: 3)
        case 504: return .again(words, after: pause(errorPauses), triesMax: 2)
        case 529: return .again(words, after: pause(overloadPauses), triesMax: 4)
        case 500...599: return .again(words, after: pause(errorPauses), triesMax: 4)
        default: return .refused(words, isKeyRefused: false)
        }
    }
}

/// Tokens of one call.
struct AnthropicUsage: Hashable {
    let model: String
    let input: Int
    let output: Int
}
