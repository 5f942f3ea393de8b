internal import JSON
internal import Synchronization

/// Answers like the Messages API: keys, versions, models, schemas, haste. A handler for ``StandInServer``.
public final class AnthropicStandIn: Sendable {
    /// What it does with the next question instead of answering it.
    public enum Fault: Sendable {
        /// An error of the API, with its type and further headers.
        case refuse(Int, String, String, headers: [(String, String)] = [])
        case answer(Answer)
        /// A text instead of what was asked for.
        case text(String)
        /// Stops for this reason.
        case stop(String)
    }

    private struct State {
        var faults: [Fault] = []
        var questions: [String] = []
    }

    private let key: String
    private let models: Set<String>
    private let reply: @Sendable (String) -> String
    private let state = Mutex(State())

    /// - Parameters:
    ///   - models: the ids that it knows.
    ///   - reply: the text for a question, whose body it gets.
    public init(key: String, models: Set<String>, reply: @escaping @Sendable (String) -> String) {
        self.key = key
        self.models = models
        self.reply = reply
    }

    /// The bodies of all questions that were answered or met a fault.
    public var questions: [String] { state.withLock { $0.questions } }

    public func fail(with faults: Fault...) { state.withLock { $0.faults += faults } }

    public func answer(_ request: StandInServer.Request) -> Answer {
        guard request["x-api-key"] == key else { return refusal(401, "authentication_error", "invalid x-api-key") }
        guard request["anthropic-version"] == "2023-06-01" else {
            return refusal(400, "invalid_request_error", "anthropic-version: header is required")
        }
        let path = request.target.split(separator: "?")[0]
        if request.method == "GET", path.hasPrefix("/v1/models/") {
            let name = String(path.dropFirst("/v1/models/".count))
            guard models.contains(name) else { return refusal(404, "not_found_error", "model: \(name)") }
            return .json(JSON.object(["type": "model", "id": .string(name)]).text)
        }
        guard request.method == "POST", path == "/v1/messages" else {
            return refusal(404, "not_found_error", "Not found")
        }
        return message(request.text)
    }

    private func message(_ text: String) -> Answer {
        guard let body = try? JSON(parsing: text), let model = body["model"]?.string,
            let tokens = body["max_tokens"]?.integer, let messages = body["messages"]?.array, tokens > 0
        else { return refusal(400, "invalid_request_error", "model, max_tokens, messages: Field required") }
        if ["temperature", "top_p", "top_k"].contains(where: { body[$0] != nil }) {
            return refusal(400, "invalid_request_error", "temperature: not supported")
        }
        guard messages.first?["role"]?.string == "user", messages.last?["role"]?.string == "user" else {
            return refusal(400, "invalid_request_error", "messages: prefill is not supported")
        }
        if let schema = body["output_config"]?["format"]?["schema"], let complaint = complaint(schema) {
            return refusal(400, "invalid_request_error", "output_config.format.schema: \(complaint)")
        }
        guard models.contains(model) else { return refusal(404, "not_found_error", "model: \(model)") }
        let fault = state.withLock { state -> Fault? in
            state.questions.append(text)
            return state.faults.isEmpty ? nil : state.faults.removeFirst()
        }
        switch fault {
        case .refuse(let status, let type, let message, let headers): return refusal(status, type, message, headers)
        case .answer(let answer): return answer
        case .text(let text): return finished(text, model, "end_turn")
        case .stop(let reason): return finished(reason == "refusal" ? "" : "{\"cut\":", model, reason)
        case nil: return finished(reply(text), model, "end_turn")
        }
    }

    private func finished(_ text: String, _ model: String, _ reason: String) -> Answer {
        // A thought stands first, and something that nobody knows yet.
        var content: [JSON] = [["type": "thinking", "thinking": "…", "signature": "s"], ["type": "novelty", "x": 1]]
        if !text.isEmpty { content.append(["type": "text", "text": .string(text)]) }
        let body: JSON = [
            "id": "msg_1", "type": "message", "role": "assistant", "model": .string(model), "content": .array(content),
            "stop_reason": .string(reason), "stop_sequence": nil,
            "usage": ["input_tokens": 1_000, "output_tokens": 200, "cache_read_input_tokens": 0],
        ]
        return .json(body.text, headers: [("request-id", "req_1")])
    }

    /// What the service does not take in a schema.
    private func complaint(_ schema: JSON) -> String? {
        if schema["type"]?.string == "object" {
            guard schema["additionalProperties"]?.bool == false, schema["required"] != nil else {
                return "objects need additionalProperties: false and required"
            }
        }
        let banned = ["minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems", "pattern"]
        if let key = banned.first(where: { schema[$0] != nil }) { return "\(key) is not supported" }
        let inner = (schema["properties"]?.object.map { Array($0.values) } ?? []) + [schema["items"]].compactMap { $0 }
        return inner.lazy.compactMap(complaint).first
    }

    private func refusal(
        _ status: Int, _ type: String, _ message: String, _ headers: [(String, String)] = []
    ) -> Answer {
        let body: JSON = [
            "type": "error", "error": ["type": .string(type), "message": .string(message)], "request_id": "req_9",
        ]
        return .json(body.text, status: status, headers: [("request-id", "req_9")] + headers)
    }
}
