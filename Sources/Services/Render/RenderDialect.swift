internal import Agents
internal import HTTP
internal import JSON
internal import Time

/// What the render service is asked and what its answers mean, in one of its two forms. Pure.
struct RenderDialect: Hashable, Sendable {
    /// `service` or `prd`.
    let style: RenderStyle

    /// The service puts the brief on a command line: well below what that can hold.
    static let submissionBytesMax = 60_000

    static func candidates(for wanted: RenderStyle) -> [RenderDialect] {
        wanted == .auto ? [RenderDialect(style: .service), RenderDialect(style: .prd)] : [RenderDialect(style: wanted)]
    }

    // MARK: Identity

    var healthPath: [String] { style == .service ? ["health"] : ["api", "health"] }

    /// Which form an answer to a health question is in; `nil` for a stranger.
    ///
    /// The service on the same port that sends Instagram messages says `ok` too, with a `rateLimits` object (K23).
    static func identity(of response: HTTPResponse) -> RenderStyle? {
        guard response.isSuccess, let body = try? JSON(parsing: response.text), body["rateLimits"] == nil else {
            return nil
        }
        switch body["status"]?.string {
        case "healthy" where body["uptime"] != nil: return .service
        case "ok": return .prd
        default: return nil
        }
    }

    static func stranger(_ response: HTTPResponse, to request: HTTPRequest) -> String {
        let body = try? JSON(parsing: response.text)
        if body?["rateLimits"] != nil { return "\(request): the Instagram message service answers there" }
        return "\(request): \(response.status)"
    }

    // MARK: Submission

    var submitPath: [String] { style == .service ? ["api", "v1", "render", "brief"] : ["api", "render"] }

    func submission(_ order: RenderOrder) throws(ServiceError) -> JSON {
        guard order.key.utf8.allSatisfy(RenderDialect.isKeyByte), !order.key.isEmpty else {
            throw ServiceError(
                RenderClient.name, "\"\(order.key)\" cannot name a file: letters, digits, - and _ only", isAway: false,
                isSafeToRepeat: true)
        }
        switch style {
        case .prd: return ["jobKey": .string(order.key), "brief": BriefText.cleaned(order.brief)]
        default:
            return [
                "brief": ServiceBrief.json(key: order.key, brief: BriefText.cleaned(order.brief)),
                "quality": "production", "outputFormat": "mp4",
            ]
        }
    }

    private static func isKeyByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    /// Only a refusal is certain: what else goes wrong may have queued a render.
    func ticket(_ response: HTTPResponse, to request: HTTPRequest) throws -> RenderTicket {
        guard response.isSuccess else {
            guard response.status < 500 else { throw OutcomeUnknown("\(HTTPError(response, to: request))") }
            throw RenderDialect.refusal(response, to: request)
        }
        let body = (try? JSON(parsing: response.text)) ?? .null
        let id = ["jobId", "job_id", "id"].lazy.compactMap { body[$0]?.string ?? body[$0]?.integer.map { "\($0)" } }
            .first { !$0.isEmpty }
        guard let id else {
            throw OutcomeUnknown("\(RenderClient.name): \(request): \(response) without the id of the job")
        }
        return RenderTicket(job: id, template: style == .service ? ServiceBrief.format : nil)
    }

    /// A status that is no success, to a request that did nothing. A wrong key is not the job's fault: it may go later.
    static func refusal(_ response: HTTPResponse, to request: HTTPRequest) -> ServiceError {
        let isAway = [401, 403, 429].contains(response.status) || response.status >= 500
        let pause = response.retryAfter.map { "; it asks for a pause of \($0.components.seconds) s" } ?? ""
        let advice = response.status == 401 ? "; check REMOTION_API_KEY" : ""
        return ServiceError(
            RenderClient.name, "\(HTTPError(response, to: request))\(pause)\(advice)", isAway: isAway,
            isSafeToRepeat: true)
    }

    // MARK: Jobs

    func jobPath(_ job: String) -> [String] {
        style == .service ? ["api", "v1", "jobs", job] : ["api", "jobs", job]
    }

    /// Both forms' words for how far a job is.
    func progress(_ response: HTTPResponse, to request: HTTPRequest) throws(ServiceError) -> RenderProgress {
        // The public service tells a job it has forgotten from an address it does not have.
        if response.status == 404, style == .prd || response.text.contains("Job not found") { return .lost }
        guard response.isSuccess, let body = try? JSON(parsing: response.text), let status = body["status"]?.string
        else { throw RenderDialect.refusal(response, to: request) }
        switch status {
        case "pending", "queued": return .waiting
        case "processing", "rendering": return .rendering
        case "failed", "cancelled":
            let reason = body["error"]?.string ?? body["error"]?["message"]?.string ?? "no reason given"
            return .failed("\(status) by the render service: \(request.excerpt(reason))")
        case "completed", "complete":
            guard let output = output(of: body) else {
                return .failed("\(status) by the render service, without a video")
            }
            return .finished(output)
        default:
            throw ServiceError(
                RenderClient.name, "\(request): the job's status \"\(request.excerpt(status))\" is not known",
                isAway: false, isSafeToRepeat: true)
        }
    }

    private func output(of body: JSON) -> RenderOutput? {
        let names = ["outputUrl", "output_url", "url"]
        let url = names.lazy.compactMap { body[$0]?.string ?? body["result"]?[$0]?.string }.first { !$0.isEmpty }
        if let url { return RenderDialect.isLocal(url) ? .localAddress(url) : .address(url) }
        guard let path = body["result"]?["videoPath"]?.string, !path.isEmpty else { return nil }
        return .file(path: path, bytes: body["result"]?["fileSize"]?.integer)
    }

    /// An address that the publisher cannot fetch.
    static func isLocal(_ url: String) -> Bool {
        guard let scheme = url.firstRange(of: "://") else { return true }
        let authority = url[scheme.upperBound...].prefix { $0 != "/" && $0 != "?" }.lowercased()
        let host =
            authority.hasPrefix("[")
            ? String(authority.dropFirst().prefix { $0 != "]" }) : String(authority.prefix { $0 != ":" })
        return host == "localhost" || host.hasSuffix(".local") || host == "::1" || host == "0.0.0.0"
            || ["127.", "10.", "192.168."].contains { host.hasPrefix($0) }
    }

    /// Jobs that may be the one handed over at `since`, the newest first, fifty at most.
    ///
    /// The two clocks may differ by some minutes; a job without a legible time may be it too.
    static func created(since: Instant, in jobs: [JSON]) -> [String] {
        let earliest = since - .seconds(300)
        let candidates = jobs.compactMap { job -> (id: String, at: Instant?)? in
            guard let id = job["id"]?.string else { return nil }
            let at =
                job["createdAt"]?.string.flatMap { Instant(iso8601: $0) }
                ?? job["createdAt"]?.integer.map { Instant(microseconds: $0 * 1_000) }
            if let at, at < earliest { return nil }
            return (id, at)
        }
        return candidates.sorted { ($1.at?.microseconds ?? .max) < ($0.at?.microseconds ?? .max) }.prefix(50).map(\.id)
    }
}
