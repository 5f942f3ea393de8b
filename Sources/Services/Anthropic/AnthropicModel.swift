public import Agents
public import HTTP
internal import JSON
internal import Records
internal import Synchronization
internal import Time

/// Claude over the Messages API, for one domain.
///
/// Models are asked in the order of preference. An answer is checked against the prompt's schema and its own rules, and the
/// model gets one chance to mend it. Nothing that was paid for is asked again.
public struct AnthropicModel: LanguageModel {
    /// The version that every call names. The newest one also refuses what older models took; we send neither sampling
    /// parameters nor a prefilled answer, so both work.
    static let version = "2023-06-01"

    private let domain: String
    private let key: Credential
    private let baseURL: HTTPURL
    private let client: HTTPClient
    private let settings: ClaudeSettings
    private let account: ModelAccount
    private let tell: @Sendable (Alert) -> Void
    /// Why nothing is asked any more: the key was refused. Shared by the copies of one run.
    private let stopped = Stop()

    private final class Stop: Sendable { let reason = Mutex<String?>(nil) }

    /// - Parameters:
    ///   - domain: whose usage it is.
    ///   - baseURL: as in `https://api.anthropic.com`.
    ///   - tell: tells the owner, for what only a person can mend; called at most once a day for each matter.
    public init(
        domain: String, key: Credential, baseURL: HTTPURL, client: HTTPClient, settings: ClaudeSettings,
        account: ModelAccount, tell: @escaping @Sendable (Alert) -> Void
    ) {
        self.domain = domain
        self.key = key
        self.baseURL = baseURL
        self.client = client
        self.settings = settings
        self.account = account
        self.tell = tell
    }

    public func answer(_ prompt: ModelPrompt) async throws(ModelError) -> ModelAnswer {
        let text = PromptText(prompt)
        let identity = text.identity(prompt)
        if let known = try remembering({ () throws(StoreError) in
            try account.cached(identity, maxAge: settings.cacheMaxAge)
        }), AnthropicModel.problems(known.json, prompt).isEmpty {
            return known
        }
        if let reason = stopped.reason.withLock({ $0 }) { throw .unavailable(reason) }
        try await checkBudget()
        let asked = prompt.purpose == .fast ? settings.models.fast : settings.models.brief
        let (models, retired) = ModelNames.current(asked)
        for (name, successor) in retired {
            // A memory that refuses is told elsewhere, by every call.
            guard (try? account.isFirst("retired \(name)")) == true else { continue }
            tell(
                .modelNotice("\(name) is retired; \(successor) is asked instead. Change claude.models in actpd.json."))
        }
        var unknown: [String] = []
        for model in models {
            let exchange = Exchange(prompt: prompt, text: text, model: model)
            guard let answer = try await converse(exchange, &unknown) else { continue }
            try remembering { () throws(StoreError) in
                try account.keep(answer, for: identity, maxAge: settings.cacheMaxAge)
            }
            return answer
        }
        throw .unavailable(
            "no model of \(models.joined(separator: ", ")) is known there: \(unknown.joined(separator: "; "))")
    }

    /// The models that the service knows, of those that are set: free of charge, and the check of the key.
    public func check() async throws(ModelError) -> [(model: String, isKnown: Bool)] {
        var found: [(model: String, isKnown: Bool)] = []
        let names = ModelNames.current(settings.models.fast + settings.models.brief).models
        for name in names {
            let request = request(.get, ["v1", "models", name], body: nil, limit: .seconds(30))
            let response: HTTPResponse
            do { response = try await client.send(request) } catch { throw .unavailable("\(error)") }
            guard response.isSuccess || response.status == 404 else {
                throw .unavailable("\(HTTPError(response, to: request))")
            }
            found.append((name, response.isSuccess))
        }
        return found
    }

    // MARK: -

    /// What is wrong with an answer, by its shape and by the prompt's own rules.
    static func problems(_ json: JSON, _ prompt: ModelPrompt) -> [String] {
        let shape = SchemaCheck.problems(json, prompt.schema)
        return shape.isEmpty ? prompt.problems(json) : shape
    }

    /// Asks one model, has it mend its answer once, and gives it more room once. `nil`: the model is not known.
    private func converse(_ start: Exchange, _ unknown: inout [String]) async throws(ModelError) -> ModelAnswer? {
        var exchange = start
        var (isRepaired, isLonger) = (false, false)
        var (input, output) = (0, 0)
        while true {
            switch try await ask(exchange) {
            case .text(let text, let usage):
                (input, output) = (input + usage.input, output + usage.output)
                let json = AnswerText.json(in: text)
                let problems = json.map { AnthropicModel.problems($0, exchange.prompt) } ?? ["the answer is not JSON"]
                if let json, problems.isEmpty {
                    return ModelAnswer(json: json, model: usage.model, inputTokens: input, outputTokens: output)
                }
                guard !isRepaired else { throw .unusable(problems.prefix(3).joined(separator: "; ")) }
                isRepaired = true
                exchange.repair = (text, problems)
            case .cutOff(let usage):
                (input, output) = (input + usage.input, output + usage.output)
                guard !isLonger else { throw .unusable("it was cut off at \(exchange.tokensMax) tokens, twice") }
                isLonger = true
                exchange.tokensMax *= 2
            case .declined(let reason, _): throw .declined(reason)
            case .unusable(let reason, _): throw .unusable(reason)
            case .noSuchModel(let words):
                announce("unknown \(exchange.model)", "\(exchange.model) is not known to the service: \(words)")
                unknown.append(words)
                return nil
            case .again(let words, _, _): throw .unavailable("Anthropic: \(words), asked several times")
            case .refused(let words, let isKeyRefused):
                if isKeyRefused {
                    stopped.reason.withLock { $0 = "Anthropic: \(words)" }
                    announce(
                        "key", "Anthropic does not answer: \(words). Check ANTHROPIC_API_KEY and the account's balance."
                    )
                }
                throw .unavailable("Anthropic: \(words)")
            }
        }
    }

    /// One call, repeated while the service asks for patience. A repeated call has no other effect than its price.
    private func ask(_ exchange: Exchange) async throws(ModelError) -> AnthropicAnswer {
        let limit = exchange.prompt.purpose == .fast ? settings.fastTimeout : settings.briefTimeout
        var pause = Duration.zero
        var attempt = 0
        while true {
            try await checkBudget()
            var request = request(.post, ["v1", "messages"], body: exchange.body, limit: limit)
            request.delay = pause
            let answer: AnthropicAnswer
            do {
                answer = AnthropicAnswer(try await client.send(request), to: request, attempt: attempt)
            } catch {
                // Lost in the middle it may have been answered and paid for: once more, no oftener.
                guard error.code != .cancelled, attempt < (error.isSafeToRepeat ? 2 : 1), error.code != .circuitOpen
                else {
                    throw .unavailable("\(error)")
                }
                attempt += 1
                pause = .seconds(attempt == 1 ? 1 : 4)
                continue
            }
            switch answer {
            case .text(_, let usage), .cutOff(let usage), .declined(_, let usage), .unusable(_, let usage):
                let cost = settings.cost(usage.model, input: usage.input, output: usage.output)
                try remembering { () throws(StoreError) in try account.record(usage, domain: domain, cost: cost) }
                return answer
            case .again(_, let seconds, let triesMax):
                attempt += 1
                guard attempt < triesMax, seconds <= 120 else { return answer }
                pause = .seconds(seconds)
            case .noSuchModel, .refused: return answer
            }
        }
    }

    private func request(_ method: HTTPRequest.Method, _ path: [String], body: JSON?, limit: Duration) -> HTTPRequest {
        var headers: HTTPHeaders = [
            "x-api-key": .secret(key.secret), "anthropic-version": .shown(AnthropicModel.version),
            "Accept": "application/json",
        ]
        if body != nil { headers.add("Content-Type", "application/json") }
        return HTTPRequest(
            method, path.reduce(baseURL) { $0.appending($1) }, of: "Anthropic", headers: headers,
            body: body.map { Array($0.text.utf8) } ?? [], limits: .init(total: limit, answerBytes: 4 << 20),
            repetition: .never)
    }

    private func checkBudget() async throws(ModelError) {
        let spent = try remembering { () throws(StoreError) in try account.spentToday() }
        let budget = Int(settings.dailyBudget * 1_000_000)
        guard spent >= budget else { return }
        throw .budgetSpent(
            "the models' budget of $\(settings.dailyBudget) for this day (UTC) is spent; claude.dailyBudget")
    }

    /// The account is what keeps the budget: without it nothing is asked.
    private func remembering<Result>(_ work: () throws(StoreError) -> Result) throws(ModelError) -> Result {
        do { return try work() } catch { throw .unavailable("the usage of models cannot be recorded: \(error)") }
    }

    private func announce(_ matter: String, _ text: String) {
        // A memory that refuses is told elsewhere, by every call.
        if (try? account.isNews(matter)) == true { tell(.modelNotice(text)) }
    }
}

/// One question as it goes to one model.
struct Exchange {
    let prompt: ModelPrompt
    let text: PromptText
    let model: String
    var tokensMax: Int
    /// The answer that could not be used, and why.
    var repair: (answer: String, problems: [String])?

    init(prompt: ModelPrompt, text: PromptText, model: String) {
        self.prompt = prompt
        self.text = text
        self.model = model
        tokensMax = prompt.tokensMax
    }

    var body: JSON {
        var messages: [JSON] = [["role": "user", "content": .string(text.user)]]
        if let repair {
            let complaint =
                "This answer cannot be used: \(repair.problems.prefix(10).joined(separator: "; ")). Give it again, mended."
            messages += [
                ["role": "assistant", "content": .string(repair.answer)],
                ["role": "user", "content": .string(complaint)],
            ]
        }
        return [
            "model": .string(model), "max_tokens": JSON(tokensMax), "system": .string(text.system),
            "messages": .array(messages),
            "output_config": ["format": ["type": "json_schema", "schema": prompt.schema]],
        ]
    }
}
