public import JSON
internal import Synchronization

/// Answers like the render service, bad manners included. A handler for ``StandInServer``.
///
/// While it renders it answers nothing; when it restarts it has forgotten everything; it queues the same brief twice; it
/// says `completed` with a path of its own machine; the same port may belong to another service.
public final class RenderStandIn: Sendable {
    /// What listens at the address.
    public enum Identity: Sendable {
        case service, prd
        /// The Instagram message service, which claims the same port.
        case instagram
    }

    /// A job as the service has it.
    public struct Job: Sendable {
        public let id: String
        /// The brief as it came, after the wire.
        public let brief: JSON
        /// PRD form: the key beside it.
        public let key: String?
        public var status: String
        public var outputURL: String?
        public var videoPath: String?
        public var fileSize: Int64?
        public var error: String?
    }

    private struct State {
        var identity: Identity
        var jobs: [Job] = []
        var number = 0
        var isBlocked = false
        /// Takes the next submissions and never says so.
        var silentSubmissions = 0
        var createdAt = "2026-03-02T12:00:00.000Z"
        var faults: [Answer] = []
    }

    private let key: String?
    private let state: Mutex<State>

    /// - Parameter key: what `X-API-Key` must be, if anything.
    public init(_ identity: Identity, key: String? = nil) {
        self.key = key
        state = Mutex(State(identity: identity))
    }

    /// Every render that was queued, in order.
    public var jobs: [Job] { state.withLock { $0.jobs } }

    /// Another service takes the port.
    public func become(_ identity: Identity) { state.withLock { $0.identity = identity } }

    /// Nothing is answered until it is free again.
    public func block(_ isBlocked: Bool) { state.withLock { $0.isBlocked = isBlocked } }

    /// The next submissions are taken, and the connection breaks before the answer.
    public func loseAnswers(_ count: Int) { state.withLock { $0.silentSubmissions = count } }

    /// The next requests that need the key get these answers.
    public func fail(with answers: Answer...) { state.withLock { $0.faults += answers } }

    /// When jobs of now on were created, as it says itself.
    public func created(at text: String) { state.withLock { $0.createdAt = text } }

    /// It was restarted: the jobs lived in its memory.
    public func forget() { state.withLock { $0.jobs = [] } }

    /// Changes the job of that number, from 0.
    public func change(_ index: Int, _ change: (inout Job) -> Void) { state.withLock { change(&$0.jobs[index]) } }

    public func answer(_ request: StandInServer.Request) -> Answer {
        let (identity, isBlocked) = state.withLock { ($0.identity, $0.isBlocked) }
        if isBlocked { return .silence }
        let path = request.target.split(separator: "?").first.map(String.init) ?? ""
        switch (identity, path) {
        case (.instagram, "/health"), (.instagram, "/api/health"):
            return .json(#"{"status":"ok","rateLimits":{"daily":{"used":0,"limit":50}}}"#)
        case (.instagram, _): return .json(#"{"error":"Not found"}"#, status: 404)
        case (.service, "/health"):
            return .json(#"{"status":"healthy","uptime":12.5,"timestamp":"2026-03-02T12:00:00.000Z"}"#)
        case (.prd, "/api/health"): return .json(#"{"status":"ok"}"#)
        default: break
        }
        if let key, request["X-API-Key"] != key, request["Authorization"] != "Bearer \(key)" {
            return .json(#"{"error":"Unauthorized"}"#, status: 401)
        }
        let fault = state.withLock { $0.faults.isEmpty ? nil : $0.faults.removeFirst() }
        if let fault { return fault }
        return identity == .service ? service(request, path) : prd(request, path)
    }

    // MARK: The public service

    private func service(_ request: StandInServer.Request, _ path: String) -> Answer {
        switch (request.method, path) {
        case ("POST", "/api/v1/render/brief"):
            // Malformed JSON is its own error, and it looks at nothing but whether there is a brief.
            guard let body = try? JSON(parsing: request.text) else {
                return .json(#"{"error":"Internal server error"}"#, status: 500)
            }
            guard let brief = body["brief"], brief != .null else {
                return .json(#"{"error":"Missing required field: brief"}"#, status: 400)
            }
            let (job, isSilent) = take(brief, key: nil, "pending")
            if isSilent { return .hangUp }
            let answer: JSON = [
                "jobId": .string(job.id), "status": "queued", "pollUrl": .string("/api/v1/jobs/\(job.id)"),
            ]
            return .json(answer.text, status: 202)
        case ("GET", "/api/v1/jobs"):
            let list = jobs.map { job -> JSON in
                ["id": .string(job.id), "type": "brief", "status": .string(job.status), "createdAt": .string(created)]
            }
            return .json(JSON.object(["jobs": .array(list), "stats": [:]]).text)
        case ("GET", _) where path.hasPrefix("/api/v1/jobs/"):
            guard let job = jobs.first(where: { path.hasSuffix("/\($0.id)") }) else {
                return .json(#"{"error":"Job not found"}"#, status: 404)
            }
            return .json(shown(job).text)
        default: return .json(#"{"error":"Not found"}"#, status: 404)
        }
    }

    private var created: String { state.withLock { $0.createdAt } }

    private func shown(_ job: Job) -> JSON {
        var members: [String: JSON] = [
            "id": .string(job.id), "type": "brief", "status": .string(job.status), "input": ["brief": job.brief],
            "createdAt": .string(created), "retries": 0,
        ]
        if let path = job.videoPath {
            members["result"] = [
                "videoPath": .string(path), "duration": 60, "fileSize": job.fileSize.map(JSON.integer) ?? nil,
                "format": "mp4",
            ]
        }
        if let error = job.error { members["error"] = .string(error) }
        return .object(members)
    }

    // MARK: The product documents' service

    private func prd(_ request: StandInServer.Request, _ path: String) -> Answer {
        switch (request.method, path) {
        case ("POST", "/api/render"):
            guard let body = try? JSON(parsing: request.text), let brief = body["brief"] else {
                return .json(#"{"error":"bad request"}"#, status: 400)
            }
            let (job, isSilent) = take(brief, key: body["jobKey"]?.string, "rendering")
            if isSilent { return .hangUp }
            return .json(JSON.object(["jobId": .string(job.id)]).text)
        case ("GET", _) where path.hasPrefix("/api/jobs/"):
            let found = jobs.first { job in
                path.hasSuffix("/\(job.id)") || job.key.map { path.hasSuffix("/\($0)") } == true
            }
            guard let job = found else { return .json(#"{"error":"not found"}"#, status: 404) }
            var members: [String: JSON] = ["status": .string(job.status)]
            if let url = job.outputURL { members["outputUrl"] = .string(url) }
            if let error = job.error { members["error"] = .string(error) }
            return .json(JSON.object(members).text)
        default: return .json(#"{"error":"not found"}"#, status: 404)
        }
    }

    private func take(_ brief: JSON, key: String?, _ status: String) -> (job: Job, isSilent: Bool) {
        state.withLock { state in
            state.number += 1
            let job = Job(id: "render-\(state.number)", brief: brief, key: key, status: status)
            state.jobs.append(job)
            let isSilent = state.silentSubmissions > 0
            if isSilent { state.silentSubmissions -= 1 }
            return (job, isSilent)
        }
    }
}
