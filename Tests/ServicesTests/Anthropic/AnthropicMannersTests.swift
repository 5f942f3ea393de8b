import ActpTesting
import Agents
import JSON
import Services
import Testing
import Time

/// Every bad manner that the contract names, and a few of what lies between us and the service.
@Suite(.timeLimit(.minutes(5)))
struct AnthropicMannersTests {
    /// What the question ends with, after how many questions and which pauses.
    private func end(
        of faults: [AnthropicStandIn.Fault], _ body: (ModelError, AnthropicDesk) throws -> Void
    ) async throws {
        try await AnthropicDesk.open { (desk: AnthropicDesk) async throws in
            for fault in faults { desk.anthropic.fail(with: fault) }
            let error = await #expect(throws: ModelError.self) { try await desk.model().answer(AnthropicDesk.prompt) }
            try body(try #require(error), desk)
        }
    }

    @Test(
        "what no repetition mends is asked once, and the error names status, type, text and request",
        arguments: [
            (400, "invalid_request_error"), (402, "billing_error"), (403, "permission_error"),
            (413, "request_too_large"),
        ])
    func refused(_ status: Int, _ type: String) async throws {
        try await end(of: [.refuse(status, type, "no such luck")]) { error, desk in
            guard case .unavailable(let text) = error else { throw TaskError("\(error)") }
            #expect(text.contains("\(status) \(type): no such luck (request req_9)"))
            #expect(desk.anthropic.questions.count == 1 && desk.pauses.isEmpty)
            #expect(desk.alerts.count == ([402, 403].contains(status) ? 1 : 0), "only a person can mend the account")
        }
    }

    @Test("a conflict and a time-out of theirs are asked once more, an error of theirs three times, each after a pause")
    func repeated() async throws {
        let faults: [(Int, String, pauses: [Int64])] = [
            (409, "conflict_error", [1]), (504, "timeout_error", [1]), (500, "api_error", [1, 4, 16]),
        ]
        for (status, type, pauses) in faults {
            let fault = AnthropicStandIn.Fault.refuse(status, type, "later")
            try await end(of: Array(repeating: fault, count: 10)) { error, desk in
                #expect("\(error)".contains("\(status) \(type)"))
                #expect(desk.pauses == pauses.map { .seconds($0) }, "\(status)")
                #expect(desk.anthropic.questions.count == pauses.count + 1)
            }
        }
    }

    @Test("haste has three tries; a limit that somebody set on spending has one; nobody waits for an hour")
    func haste() async throws {
        let haste = AnthropicStandIn.Fault.refuse(429, "rate_limit_error", "slow down", headers: [("retry-after", "2")])
        try await end(of: [haste, haste, haste, haste]) { _, desk in
            #expect(desk.anthropic.questions.count == 3 && desk.pauses == [.seconds(2), .seconds(2)])
        }
        let spent =
            #"{"type":"error","error":{"type":"rate_limit_error","message":"limit","details":{"error_code":"enforced_spend_limit_reached"}}}"#
        try await end(of: [.answer(.json(spent, status: 429))]) { _, desk in
            #expect(desk.anthropic.questions.count == 1 && desk.alerts.count == 1)
        }
        let hour = AnthropicStandIn.Fault.refuse(429, "rate_limit_error", "later", headers: [("retry-after", "3600")])
        try await end(of: [hour]) { _, desk in #expect(desk.anthropic.questions.count == 1 && desk.pauses.isEmpty) }
    }

    @Test("a page of a proxy instead of an answer is told with its first words")
    func proxyPage() async throws {
        let page = Answer.text("<html><h1>Sign in to the hotel</h1></html>")
        try await end(of: [.answer(page)]) { error, desk in
            #expect("\(error)".contains("200, but no message of the Messages API"))
            #expect(desk.anthropic.questions.count == 1)
        }
        let broken = Answer.text("<html>Bad Gateway</html>", status: 502)
        try await end(of: Array(repeating: .answer(broken), count: 10)) { error, desk in
            #expect("\(error)".contains("502 error: <html>Bad Gateway</html>"))
            #expect(desk.anthropic.questions.count == 4)
        }
    }

    @Test("an answer that is lost on its way may have been paid for: it is asked for once more, no oftener")
    func lost() async throws {
        try await AnthropicDesk.open { (desk: AnthropicDesk) async throws in
            desk.anthropic.fail(with: .answer(.cutOff(after: "{\"type\":", promised: 900)))
            #expect(try await desk.model().answer(AnthropicDesk.prompt).json == ["hook": "Save an hour"])
            #expect(desk.anthropic.questions.count == 2)
        }
        try await end(of: [.answer(.hangUp), .answer(.hangUp), .answer(.hangUp)]) { error, desk in
            guard case .unavailable = error else { throw TaskError("\(error)") }
            #expect(desk.anthropic.questions.count == 2)
        }
    }

    @Test(
        "endings without anything to use are not asked again, and say which ending it was",
        arguments: [("pause_turn", "paused"), ("model_context_window_exceeded", "too long")])
    func endings(_ reason: String, _ word: String) async throws {
        try await end(of: [.stop(reason)]) { error, desk in
            guard case .unusable(let text) = error else { throw TaskError("\(error)") }
            #expect(text.contains(word) && desk.anthropic.questions.count == 1)
        }
    }

    @Test("cut off twice it cannot be used, and both halves are paid for")
    func cutOffTwice() async throws {
        try await end(of: [.stop("max_tokens"), .stop("max_tokens")]) { error, desk in
            #expect("\(error)".contains("cut off at 4096 tokens"))
            let usage = try desk.account.usageToday()
            #expect(usage["ab-tester"]?.calls == 2)
        }
    }

    @Test("a reason for stopping that nobody knows yet, pieces of text and no usage: what is there is used")
    func novelties() async throws {
        try await AnthropicDesk.open { (desk: AnthropicDesk) async throws in
            let message = #"""
                {"type":"message","model":"claude-haiku-5-5-20261007","stop_reason":"rest_turn","content":[
                {"type":"text","text":"{\"hook\":"},{"type":"novelty"},{"type":"text","text":"\"In pieces\"}"}]}
                """#
            desk.anthropic.fail(with: .answer(.json(message)))
            let answer = try await desk.model().answer(AnthropicDesk.prompt)
            #expect(answer.json == ["hook": "In pieces"] && answer.model == "claude-haiku-5-5-20261007")
        }
    }

    @Test("a run that passes midnight spends of both days; a retired name is told once and never again")
    func days() async throws {
        try await AnthropicDesk.open { (desk: AnthropicDesk) async throws in
            var settings = ClaudeSettings()
            settings.models.fast.insert("claude-3-5-haiku-20241022", at: 0)
            settings.cacheMaxAge = .zero
            settings.dailyBudget = 0.0004
            let model = desk.model(settings)
            for _ in 0..<2 { _ = try await model.answer(AnthropicDesk.prompt) }
            #expect(try desk.account.usageToday()["ab-tester"]?.calls == 2)
            await #expect(throws: ModelError.self) { try await model.answer(AnthropicDesk.prompt) }
            desk.time.advance(by: .seconds(86_400))
            _ = try await model.answer(AnthropicDesk.prompt)
            #expect(try desk.account.usageToday()["ab-tester"]?.calls == 1)
            #expect(desk.alerts.count == 1, "\(desk.alerts)")
        }
    }

    @Test("many questions at once lose no call of the account")
    func crowd() async throws {
        try await AnthropicDesk.open { (desk: AnthropicDesk) async throws in
            let models = [desk.model(domain: "youtube"), desk.model(domain: "youtube"), desk.model(domain: "outreach")]
            try await withThrowingTaskGroup(of: Void.self) { group in
                for index in 0..<30 {
                    let prompt = ModelPrompt(.fast, "Write hook \(index).", schema: AnthropicDesk.schema)
                    group.addTask { _ = try await models[index % 3].answer(prompt) }
                }
                try await group.waitForAll()
            }
            let usage = try desk.account.usageToday()
            #expect(usage["youtube"]?.calls == 20 && usage["outreach"]?.calls == 10)
        }
    }
}
