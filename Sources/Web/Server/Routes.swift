internal import HTTPTypes
internal import Hummingbird
internal import JSON
internal import NIOCore
internal import Time

/// The addresses there are, what each of them needs, and what it answers. What is described in `openapi.json`.
struct Routes: Sendable {
    typealias Handler = @Sendable (Request, WebContext) async throws -> Response

    /// What a caller needs.
    enum Need: Hashable {
        case scope(Scope)
        /// Nothing, once there are tokens at all: the page holds no data, and asks for a token.
        case page
    }

    struct Route {
        let method: HTTPRequest.Method
        /// As in `/api/runs/{id}`.
        let path: String
        let need: Need
        let handler: Handler
    }

    let machine: any Machine
    let hub: EventHub
    let news: HealthNews
    let registry: PrometheusRegistry
    let rules: AccessRules
    let pictures: PictureDesk
    let limits: WebLimits
    let time: any TimeSource

    var all: [Route] { looking + calling + page }

    /// A router that knows every path, and refuses other methods of it.
    func router() -> Router<WebContext> {
        let router = Router(context: WebContext.self, options: .autoGenerateHeadEndpoints)
        for (path, routes) in Dictionary(grouping: all, by: \.path) {
            for route in routes {
                router.on(RouterPath(path), method: route.method) { [rules] request, context in
                    switch route.need {
                    case .scope(let scope): try rules.require(scope, has: context.scope)
                    case .page: if !rules.hasTokens { try rules.require(.read, has: context.scope) }
                    }
                    return try await route.handler(request, context)
                }
            }
            let known = routes.map(\.method.rawValue) + (routes.contains { $0.method == .get } ? ["HEAD"] : [])
            for method in [HTTPRequest.Method.get, .head, .post, .put, .patch, .delete, .options]
            where !known.contains(method.rawValue) {
                router.on(RouterPath(path), method: method) { [rules] _, context -> Response in
                    if !rules.hasTokens { try rules.require(.read, has: context.scope) }
                    var problem = Problem(.methodNotAllowed, "\(path) knows \(known.joined(separator: ", "))")
                    problem.allowed = known.joined(separator: ", ")
                    throw problem
                }
            }
        }
        return router
    }

    func route(
        _ method: HTTPRequest.Method, _ path: String, _ need: Need, _ handler: @escaping Handler
    ) -> Route {
        Route(method: method, path: path, need: need, handler: handler)
    }

    /// The bytes of a request that has to be JSON.
    func body(of request: Request) async throws -> [UInt8] {
        do {
            let buffer = try await request.body.collect(upTo: limits.bodyBytes)
            return Array(buffer.readableBytesView)
        } catch let error as any HTTPResponseError where error.status == .contentTooLarge {
            throw Problem(.tooLarge, "the body is longer than \(limits.bodyBytes) bytes")
        } catch is ChannelError {
            throw Problem(.malformed, "the body ended before its time")
        }
    }

    /// The members of a body that may be left out.
    func members(of request: Request, known: [String]) async throws -> Body {
        let bytes = try await body(of: request)
        if bytes.isEmpty { return try Body(Array("{}".utf8), known: known) }
        let type = request.headers[.contentType]?.prefix { $0 != ";" }.lowercased() ?? ""
        guard type.filter({ $0 != " " }) == "application/json" else {
            throw Problem(.unsupportedMedia, "send the body with Content-Type: application/json")
        }
        return try Body(bytes, known: known)
    }
}
