internal import HTTPTypes
internal import Hummingbird
internal import JSON
internal import NIOCore
internal import Time

extension Routes {
    /// What only shows.
    var looking: [Route] {
        let read = Need.scope(.read)
        return [
            route(.get, "/health", read) { request, _ in try health(request) },
            route(.get, "/metrics", read) { _, _ in
                Answers.bytes(
                    PrometheusText.render(registry.collected + machine.figures), PrometheusText.contentType)
            },
            route(.get, "/api/agents", read) { _, _ in Answers.json(machine.agents) },
            route(.get, "/api/schedules", read) { request, _ in
                let query = try Query(request, known: ["limit", "cursor", "ahead"])
                return Answers.json(
                    try machine.schedules(
                        ScheduleQuestion(
                            limit: try query.number("limit", in: 1...1_000, or: 200), cursor: query["cursor"],
                            ahead: try query.number("ahead", in: 0...100, or: 0))))
            },
            route(.get, "/api/runs", read) { request, _ in Answers.json(try machine.runs(try runs(request))) },
            route(.get, "/api/runs/{id}", read) { _, context in
                let id = try context.parameters.require("id")
                guard let run = try machine.run(id) else { throw Problem(.notFound, "there is no run \(id)") }
                return Answers.json(run)
            },
            route(.get, "/api/pictures/{domain}", read) { _, context in
                let domain = try context.parameters.require("domain")
                guard let picture = try await pictures.picture(of: domain) else {
                    throw Problem(.notFound, "there is no picture of \"\(domain)\"")
                }
                return Answers.json(picture)
            },
            route(.get, "/api/events", read) { request, context in try events(request, context) },
            route(.get, "/api/openapi.json", read) { _, _ in
                Answers.bytes(PackageResources.openapi_json, "application/json")
            },
        ]
    }

    private func health(_ request: Request) throws -> Response {
        let check = try Query(request, known: ["check"])["check"] ?? "ready"
        let health = machine.health
        news.note(health, for: hub)
        let isWell: Bool
        switch check {
        case "ready": isWell = health.isLive && health.isReady
        case "live": isWell = health.isLive
        default: throw Problem(.malformed, "check: \"\(check)\" is neither live nor ready")
        }
        return Answers.json(health.json, status: isWell ? .ok : .serviceUnavailable)
    }

    private func runs(_ request: Request) throws -> RunQuestion {
        let query = try Query(request, known: ["domain", "schedule", "outcome", "since", "limit", "cursor"])
        return RunQuestion(
            domain: query["domain"], schedule: query["schedule"], outcome: query["outcome"],
            since: try query.since("since", now: time.now()), limit: try query.number("limit", in: 1...500, or: 50),
            cursor: query["cursor"])
    }

    private func events(_ request: Request, _ context: WebContext) throws -> Response {
        guard let (frames, leave) = hub.listen(after: request.headers[Answers.name("Last-Event-ID")]) else {
            throw Problem(
                .unavailable, "\(limits.streams) event streams are open, or the daemon stops",
                retryAfter: limits.heartbeat)
        }
        // The listener's place is free as soon as its connection is gone.
        context.channel.closeFuture.whenComplete { _ in leave() }
        return Response(
            status: .ok, headers: [.contentType: "text/event-stream"],
            body: ResponseBody { writer in
                for await frame in frames { try await writer.write(ByteBuffer(string: frame)) }
                try await writer.finish(nil)
            })
    }
}
