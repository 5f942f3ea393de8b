internal import HTTPTypes
internal import Hummingbird
internal import JSON
internal import Time

extension Routes {
    /// What changes something.
    var calling: [Route] {
        [
            route(.post, "/api/dispatch", .scope(.run)) { request, _ in try await dispatch(request) },
            route(.post, "/api/runs/{id}/cancel", .scope(.run)) { _, context in
                let id = try context.parameters.require("id")
                return Answers.json(
                    try await machine.cancel(id), status: .accepted, headers: [.location: "/api/runs/\(id)"])
            },
            route(.post, "/api/schedules/{name}/pause", .scope(.admin)) { request, context in
                try await pause(request, context)
            },
            route(.post, "/api/schedules/{name}/resume", .scope(.admin)) { _, context in
                Answers.json(try await machine.resume(try name(context)))
            },
            route(.post, "/api/reload", .scope(.admin)) { _, _ in Answers.json(try await machine.reload()) },
        ]
    }

    /// Names may have any letters, so that addresses hold them percent-encoded.
    private func name(_ context: WebContext) throws -> String {
        let name = try context.parameters.require("name")
        return name.percentDecoded ?? name
    }

    private func pause(_ request: Request, _ context: WebContext) async throws -> Response {
        let name = try name(context)
        let body = try await members(of: request, known: ["until", "note"])
        let note = try body.string("note") ?? "over HTTP"
        guard note.unicodeScalars.count <= 200 else { throw Problem(.malformed, "note has more than 200 characters") }
        var until: Instant?
        if let text = try body.string("until") {
            let now = time.now()
            until = Duration(text: text).map { now + $0 } ?? Instant(iso8601: text)
            guard let until, until > now else {
                throw Problem(
                    .malformed, "until: \"\(text)\" is neither an instant ahead, ISO 8601, nor a duration such as 2h")
            }
        }
        return Answers.json(try await machine.pause(name, until: until, note: note))
    }

    private func dispatch(_ request: Request) async throws -> Response {
        let wait = try Query(request, known: ["wait"]).duration("wait", atMost: limits.waitMax)
        let body = try await members(of: request, known: ["domain", "task", "params", "dry_run"])
        let order = DispatchOrder(
            domain: try body.required("domain"), task: try body.required("task"),
            params: try body.object("params") ?? [:], isDryRun: try body.bool("dry_run") ?? false,
            key: try key(of: request))
        if order.key == nil, machine.isOnce(domain: order.domain, task: order.task) {
            throw Problem(
                .keyRequired,
                "\(order.domain) \(order.task) sends, posts or pays: send an Idempotency-Key, so that a repeated request does not do it twice"
            )
        }
        let taken = try await machine.dispatch(order)
        if let wait, !taken.hasEnded {
            await hub.waitForEnd(of: taken.id, atMost: wait) { hasEnded(taken.id) }
        }
        let headers: HTTPFields = [.location: "/api/runs/\(taken.id)"]
        guard taken.hasEnded || wait != nil, let detail = try machine.run(taken.id), detail["finished_at"] != .null
        else { return Answers.json(taken.run, status: .accepted, headers: headers) }
        return Answers.json(detail, headers: headers)
    }

    private func hasEnded(_ id: String) -> Bool { ((try? machine.run(id)) ?? nil)?["finished_at"] != .null }

    private func key(of request: Request) throws(Problem) -> String? {
        guard let key = request.headers[Answers.name("Idempotency-Key")] else { return nil }
        guard (1...200).contains(key.utf8.count), key.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else {
            throw Problem(.malformed, "the Idempotency-Key is 1 to 200 visible ASCII characters")
        }
        return key
    }
}

extension String {
    /// `nil` when a percent sign is not followed by two hexadecimal digits, or the bytes are no UTF-8.
    var percentDecoded: String? {
        var bytes: [UInt8] = []
        var rest = utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            let digits = Substring(rest.prefix(2))
            guard digits.count == 2, digits.allSatisfy(\.isHexDigit), let value = UInt8(digits, radix: 16) else {
                return nil
            }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        return String(validating: bytes, as: UTF8.self)
    }
}
