internal import Agents
internal import HTTP
internal import JSON

/// What an answer of a send says about the message. The status alone is never proof: failures come with 200 too.
struct DirectMessageAnswer {
    private let response: HTTPResponse
    private let body: JSON?
    /// What the service says went wrong.
    private let words: String

    init(_ response: HTTPResponse, to request: HTTPRequest) {
        self.response = response
        body = (try? JSON(parsing: response.text)).flatMap { $0.object == nil ? nil : $0 }
        let said =
            body?["error"]?.string ?? body?["message"]?.string ?? (body == nil ? response.text : "no reason given")
        words = request.excerpt(said)
    }

    var delivery: Delivery {
        guard let body else {
            // Not the service's JSON. An unknown path or a refusal of something in between did nothing; all else may have.
            return (400...499).contains(response.status)
                ? .unavailable("\(response.status), and no answer of the service; is something else at its address?")
                : .unknown("\(response.status) without a readable answer: \(words)")
        }
        switch response.status {
        case 200: return sent(body)
        case 400, 404, 422: return refused
        case 401, 403: return .unavailable("\(response.status): \(words); check the service's token")
        case 429: return postponed(body)
        case 503: return .unavailable("503: \(words); the operator has to look at Safari")
        default: return .unknown("\(response.status): \(words)")
        }
    }

    private func sent(_ body: JSON) -> Delivery {
        switch body["success"]?.bool {
        case .some(true) where body["dryRun"]?.bool == true: return .refused("the service only pretended to send")
        case .some(true) where body["verified"]?.bool == false:
            let reason = body["error"]?.string == nil ? "the service did not see it arrive" : words
            return .sent(remark: "sent_unverified: \(reason)")
        case .some(true): return .sent(remark: nil)
        case .some(false) where body["rateLimited"]?.bool == true: return .postponed(words, after: nil)
        case .some(false): return .refused(words)
        case .none: return .unknown("200, and it does not say whether it sent the message")
        }
    }

    /// TikTok remembers whom it has written to: such a handle counts as written to, a running conversation as skipped.
    private var refused: Delivery {
        if words.hasPrefix("already_messaged") {
            return .sent(remark: "\(words); the service had written to this handle before and did not send this text")
        }
        if words.hasPrefix("already_in_conversation") { return .skipped(words) }
        return .refused("\(response.status): \(words)")
    }

    /// Limits, active hours, a busy browser: nothing was attempted. Only the busy one says for how long.
    private func postponed(_ body: JSON) -> Delivery {
        let needsHelp = body["captcha"]?.bool == true ? "; a captcha waits for somebody" : ""
        return .postponed("429: \(words)\(needsHelp)", after: response.retryAfter)
    }
}
