import FuzzSupport
import HTTPTypes
import JSON
import Scheduling
import Time

@testable import Web

/// Whether an answer, and what the daemon was asked for it, are what the request may have: worked out from the request in
/// another way than the server does.
struct WebJudge {
    let asked: Asked
    private let manner: WebTrial.Manner
    private let answer: Answered
    let calls: [RecordingMachine.Call]
    private var place: String { "\(asked.head.method) \(asked.head.path ?? "") \(answer.status)" }

    init(_ asked: Asked, _ manner: WebTrial.Manner, _ answer: Answered, _ calls: [RecordingMachine.Call]) {
        self.asked = asked
        self.manner = manner
        self.answer = answer
        self.calls = calls
    }

    func judge() {
        checkForm()
        checkSecrets()
        checkCaller()
        checkOrigin()
        calls.forEach(check)
    }

    // MARK: The answer

    private func checkForm() {
        let headers = answer.headers
        claim(headers[.xContentTypeOptions] == "nosniff", "\(place): it is not sniffed")
        claim(headers[.contentSecurityPolicy]?.hasPrefix("default-src 'none'") == true, "\(place): it has a policy")
        claim(headers[.accessControlAllowOrigin] == nil, "\(place): no other origin reads it")
        guard answer.status >= 400 else {
            claim([200, 202].contains(answer.status), "\(place) is one of the answers that there are")
            return
        }
        claim(answer.status != 500, "\(place): nothing goes wrong here")
        claim(headers[.contentType] == "application/problem+json", "\(place) is a problem")
        claim((answer.status == 405) == (headers[.allow] != nil), "\(place): only a wrong method is told others")
        claim((answer.status == 401) == (headers[.wwwAuthenticate] != nil), "\(place): who has no token is told so")
        guard asked.head.method != .head else { return }
        let text = String(decoding: answer.body, as: UTF8.self)
        guard let problem = try? JSON(parsing: text) else {
            claim(false, "\(place): a problem is JSON, not \(text)")
            return
        }
        claim(problem["status"]?.integer == Int64(answer.status), "\(place): the problem has the status")
        claim(problem["detail"]?.string?.isEmpty == false, "\(place): the problem has words")
    }

    /// A token comes back only to somebody who put it where it does not belong.
    private func checkSecrets() {
        var sent = asked.head
        sent.headerFields[values: .authorization] = []
        let elsewhere = "\(sent.path ?? "") \(sent.headerFields) " + String(decoding: bytes, as: UTF8.self)
        let decoded = elsewhere.percentDecoded ?? elsewhere
        let text = String(decoding: answer.body, as: UTF8.self) + "\(answer.headers)"
        for token in WebTrial.tokens.values where !elsewhere.contains(token) && !decoded.contains(token) {
            claim(!text.contains(token), "\(place): no token is told")
        }
    }

    // MARK: Who asks

    /// `nil` for nobody.
    private var scope: Scope? {
        let fields = asked.head.headerFields[values: .authorization]
        guard let field = fields.first else { return manner.isOverTCP ? nil : .read }
        guard fields.count == 1, manner.hasTokens, field.count > 7, field.lowercased().hasPrefix("bearer ") else {
            return nil
        }
        return WebTrial.tokens.first { $0.value == field.dropFirst(7) }?.key
    }

    private func checkCaller() {
        for call in calls {
            claim(scope.map { $0 >= call.needs } == true, "\(place): \(call) needs \(call.needs.word)")
        }
        // The page's own files hold nothing, and are shown to everybody who could have a token.
        let type = answer.headers[.contentType]?.prefix { $0 != ";" } ?? ""
        let isOfPage = ["text/html", "text/css", "text/javascript"].contains(type)
        if answer.status < 300, !isOfPage || !manner.hasTokens {
            claim(scope != nil, "\(place): somebody asks")
        }
        if answer.status == 401 { claim(scope == nil, "\(place): who has a token is not sent for one") }
        let named = answer.headers[Answers.name("Actpd-Scopes")]
        claim(named == scope?.words, "\(place): \(named ?? "") is what the caller may")
    }

    private func checkOrigin() {
        guard answer.status < 300 || !calls.isEmpty else { return }
        let host = (asked.head.authority ?? "").lowercased()
        claim(!host.isEmpty, "\(place): a request names its host")
        let ours = ["localhost", "127.0.0.1", "[::1]"].flatMap { [$0, "\($0):\(WebTrial.port)"] }
        claim(!manner.isOverTCP || ours.contains(host), "\(place): \(host) is not ours")
        let headers = asked.head.headerFields
        if let origin = headers[.origin] {
            claim(origin.lowercased() == "http://\(host)", "\(place): \(origin) is not ours")
        }
        if let site = headers[Answers.name("Sec-Fetch-Site")] {
            claim(["same-origin", "none"].contains(site), "\(place): \(site) is elsewhere")
        }
    }

    // MARK: What the daemon is asked

    private var bytes: [UInt8] { asked.body.flatMap(\.self) }

    private func check(_ call: RecordingMachine.Call) {
        switch call {
        case .schedules(let question):
            claim((1...1_000).contains(question.limit), "\(place): \(question.limit) schedules are a page")
            claim((0...100).contains(question.ahead), "\(place): \(question.ahead) slots are shown")
        case .runs(let question):
            claim((1...500).contains(question.limit), "\(place): \(question.limit) runs are a page")
            for text in [question.domain, question.schedule, question.outcome, question.cursor] {
                claim(text?.isEmpty != true, "\(place): what is asked for has a value")
            }
            guard let cursor = question.cursor, let known = RunPlace(cursor: cursor) else { return }
            claim(RunPlace(cursor: known.cursor) == known, "\(place): a cursor says where it is: \(known.cursor)")
        case .dispatch(let order): check(order)
        case .pause(_, let until, let note):
            claim(until.map { $0 > FixedTime.start } ?? true, "\(place): a pause ends later")
            claim(note.unicodeScalars.count <= 200, "\(place): a note is short")
        case .look, .cancel, .resume, .reload: break
        }
    }

    private func check(_ order: DispatchOrder) {
        claim(asked.head.method == .post, "\(place): only POST does something")
        claim(bytes.count <= WebTrial.limits.bodyBytes, "\(place): \(bytes.count) bytes are too many")
        if RecordingMachine().isOnce(domain: order.domain, task: order.task) {
            claim(order.key != nil, "\(place): \(order.task) is not done twice")
        }
        if let key = order.key {
            let isVisible = key.unicodeScalars.allSatisfy { $0 > " " && $0 < "\u{7f}" }
            claim((1...200).contains(key.count) && isVisible, "\(place): '\(key)' is a key")
        }
        guard let body = try? JSON(parsing: String(decoding: bytes, as: UTF8.self)) else {
            claim(false, "\(place): an order is JSON")
            return
        }
        claim(
            body["domain"]?.string == order.domain && body["task"]?.string == order.task
                && (body["params"]?.object ?? [:]) == order.params
                && (body["dry_run"]?.bool ?? false) == order.isDryRun,
            "\(place): \(order) is what was ordered")
    }
}
