internal import HTTPTypes
internal import Hummingbird
internal import HummingbirdCore
internal import Logging
internal import NIOCore
internal import NIOHTTP1
internal import Time

/// What a request's handler knows beside the request.
struct WebContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// `nil` without a token where none is given away.
    var scope: Scope?
    /// The connection that the request came on.
    let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
    }
}

/// Answers requests: looks where they come from and who asks, then lets the routes answer.
struct Site: Sendable {
    private let rules: AccessRules
    private let rate: RateLimit
    private let responder: RouterResponder<WebContext>
    private let metrics: WebMetrics
    private let time: any TimeSource
    private let logger: Logger

    init(
        _ settings: WebSettings, routes: Routes, rules: AccessRules, metrics: WebMetrics, time: any TimeSource,
        logger: Logger
    ) {
        self.rules = rules
        rate = RateLimit(perSecond: settings.limits.requestsPerSecond)
        responder = routes.router().buildResponder()
        self.metrics = metrics
        self.time = time
        self.logger = logger
    }

    /// Answers one request, whatever it is.
    func answer(_ request: Request, _ writer: consuming ResponseWriter, on channel: any Channel) async throws {
        let answer = try await response(to: request, on: channel)
        try await writer.write(response: answer.head, body: answer.body)
        // What is left of such a request is not worth reading.
        if answer.status == .contentTooLarge { channel.close(promise: nil) }
    }

    /// The answer to a request, of which nothing is written yet.
    ///
    /// - Throws: what the connection's own loop has to answer: the request is no HTTP.
    func response(to request: Request, on channel: any Channel) async throws -> Response {
        let start = time.uptime()
        var context = WebContext(source: ApplicationRequestContextSource(channel: channel, logger: logger))
        var response: Response
        do {
            try admit(request, channel, &context)
            response = try await responder.respond(to: request, context: context)
            // The router's own refusal, which has no words.
            if response.status == .notFound, response.headers[.contentType] == nil {
                throw Problem(.notFound, "there is nothing at this address; GET /api/openapi.json says what there is")
            }
        } catch {
            // What is no HTTP is answered by the connection's own loop, which then closes it.
            if error is HTTPParserError { throw error }
            response = Answers.problem(problem(error))
        }
        if let scope = context.scope { response.headers[Answers.name("Actpd-Scopes")] = scope.words }
        metrics.answered(
            route: context.endpointPath, status: response.status.code, took: time.uptime() - start)
        return Answers.strict(response)
    }

    /// - Throws: ``Problem`` for a request that is not looked at any further.
    private func admit(_ request: Request, _ channel: any Channel, _ context: inout WebContext) throws {
        let port = channel.localAddress?.port
        let way: AccessRules.Way =
            port == nil ? .unixSocket : .tcp(peer: channel.remoteAddress?.ipAddress ?? "unknown")
        var refusal: Problem?
        do {
            context.scope = try rules.scope(request.headers[.authorization], over: way)
        } catch {
            refusal = error
        }
        // Also who has no token, or a wrong one, is counted: guessing is slow.
        let caller = context.scope.map { "\(way) \($0)" } ?? "\(way)"
        if let pause = rate.take(caller, at: time.uptime()) {
            throw Problem(
                .tooManyRequests, "more requests than http.requestsPerSecond allows; come again later",
                retryAfter: pause)
        }
        try Provenance.check(
            host: request.head.authority, origin: request.headers[.origin],
            site: request.headers[Answers.name("Sec-Fetch-Site")], port: port)
        if let refusal { throw refusal }
    }

    private func problem(_ error: any Error) -> Problem {
        switch error {
        case let problem as Problem: return problem
        default:
            logger.error("a request ended in an error", metadata: ["reason": "\(error)"])
            return Problem(.failed, "the daemon's log says what went wrong")
        }
    }
}
