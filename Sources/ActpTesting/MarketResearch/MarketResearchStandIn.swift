public import JSON
internal import Synchronization

/// Answers like the research service, bad manners included. A handler for ``StandInServer``; it shares no code with the
/// client. Time passes by polls: a job is over after so many of them.
public final class MarketResearchStandIn: Sendable {
    /// What it does with the next job, or the next request for one.
    public enum Fault: Sendable {
        /// The job fails with this text.
        case fails(String)
        /// The service is started again while the job runs: ids and locks are gone. Its last file stays, if it has one.
        case restarts(leavingFile: Bool)
        /// 429 with `Retry-After`.
        case tooMany(seconds: Int)
        /// No tab of Safari.
        case noTab
        /// Works while the client waits, and answers as the product's documents say.
        case answersAtOnce
    }

    private struct Job {
        let id: String
        let platform: String
        let niche: String
        var pollsLeft: Int
        var error: String?
        var restarts: Bool?

        var isOver: Bool { pollsLeft <= 0 }
    }

    private struct State {
        var jobs: [String: Job] = [:]
        var files: [String: JSON] = [:]
        var faults: [Fault] = []
        var started: [String] = []
        var number = 0
    }

    private let key: String?
    private let pollsPerJob: Int
    private let data: @Sendable (_ platform: String, _ niche: String) -> JSON
    private let state = Mutex(State())

    /// - Parameters:
    ///   - key: what the service wants as `X-API-Key`; `nil`: nothing.
    ///   - data: one element of a result file's `results`.
    public init(
        key: String? = nil, pollsPerJob: Int = 3,
        data: @escaping @Sendable (_ platform: String, _ niche: String) -> JSON
    ) {
        self.key = key
        self.pollsPerJob = pollsPerJob
        self.data = data
    }

    /// The jobs that were started, as `platform/niche`, in order.
    public var started: [String] { state.withLock { $0.started } }

    public func fail(with faults: Fault...) { state.withLock { $0.faults += faults } }

    /// Somebody else has started a job, as another program or an earlier run of ours.
    public func startAnother(_ platform: String, _ niche: String, polls: Int) {
        state.withLock { state in
            state.number += 1
            let id = "other-\(state.number)"
            state.jobs[id] = Job(id: id, platform: platform, niche: niche, pollsLeft: polls)
        }
    }

    public func answer(_ request: StandInServer.Request) -> Answer {
        let path = request.target.split(separator: "?").first.map(String.init) ?? ""
        let parts = path.split(separator: "/").map { String($0) }
        if path == "/health" { return json(["status": "ok", "service": "market-research", "version": "1.4.0"]) }
        if let key, request["X-API-Key"] != key {
            return json(["error": "Unauthorized", "message": "missing key"], 401)
        }
        guard parts.starts(with: ["api", "research"]) else { return json(["error": "Not found"], 404) }
        switch (request.method, parts.dropFirst(2).map { $0 }) {
        case ("POST", let rest) where rest.count == 2 && rest[1] == "niche": return start(rest[0], request)
        case ("GET", let rest) where rest.count == 2 && rest[0] == "status": return status(rest[1])
        case ("GET", ["results"]): return list
        case ("GET", let rest) where rest.count == 4 && rest[0] == "results" && rest[1] == "file":
            let file = state.withLock { $0.files["\(rest[2])/\(rest[3])"] }
            guard let file else { return json(["error": "File not found"], 404) }
            return json(["filename": .string(rest[3]), "size": 1, "modified": "2026-03-02T03:30:00Z", "data": file])
        default: return json(["error": "Not found", "message": "no such route"], 404)
        }
    }

    private func start(_ platform: String, _ request: StandInServer.Request) -> Answer {
        guard request["Content-Type"] == "application/json" else {
            return json(["error": "Unsupported media type"], 415)
        }
        guard ["twitter", "threads", "instagram", "facebook", "tiktok"].contains(platform) else {
            return json(["error": "Invalid platform"], 400)
        }
        guard let niche = (try? JSON(parsing: request.text))?["niche"]?.string, !niche.isEmpty else {
            return json(["error": "niche is required"], 400)
        }
        let fault = state.withLock { $0.faults.isEmpty ? nil : $0.faults.removeFirst() }
        switch fault {
        case .tooMany(let seconds):
            return json(["error": "Too many"], 429, headers: [("Retry-After", "\(seconds)")])
        case .noTab: return json(["error": "No Safari tab available", "detail": "none", "fix": "open Safari"], 503)
        case .answersAtOnce:
            let found = data(platform, niche)
            return json([
                "success": true, "platform": .string(platform), "niche": .string(niche),
                "topCreators": found["creators"] ?? [], "tweets": found["tweets"] ?? [], "durationMs": 1,
            ])
        default: break
        }
        return state.withLock { state in
            if let running = state.jobs.values.first(where: { $0.platform == platform && !$0.isOver }) {
                return json(
                    [
                        "error": "busy",
                        "currentJob": ["id": .string(running.id), "platform": .string(running.platform)],
                    ], 409)
            }
            state.number += 1
            var job = Job(id: "job-\(state.number)", platform: platform, niche: niche, pollsLeft: pollsPerJob)
            if case .fails(let error) = fault { job.error = error }
            if case .restarts(let leavesFile) = fault { job.restarts = leavesFile }
            state.jobs[job.id] = job
            state.started.append("\(platform)/\(niche)")
            return json([
                "jobId": .string(job.id), "status": "running", "platform": .string(platform), "niche": .string(niche),
            ])
        }
    }

    private func status(_ id: String) -> Answer {
        state.withLock { state in
            guard var job = state.jobs[id] else { return json(["error": "Job not found"], 404) }
            job.pollsLeft -= 1
            state.jobs[id] = job
            let name = "\(job.niche.replacing(" ", with: "-"))-\(id).json"
            let file: JSON = [
                "metadata": ["label": "niche"], "results": [data(job.platform, job.niche)], "allCreators": [],
            ]
            if let leavesFile = job.restarts, job.pollsLeft <= 1 {
                state.jobs = [:]
                if leavesFile { state.files["\(job.platform)/\(name)"] = file }
                return json(["error": "Job not found"], 404)
            }
            var body: [String: JSON] = [
                "id": .string(id), "platform": .string(job.platform), "niches": [.string(job.niche)],
                "startedAt": "2026-03-02T03:00:00Z",
                "progress": [
                    "currentNiche": .string(job.niche), "nichesCompleted": job.isOver ? 1 : 0, "totalNiches": 1,
                ],
            ]
            if !job.isOver {
                body["status"] = "running"
            } else if let error = job.error {
                body["status"] = "failed"
                body["error"] = .string(error)
            } else {
                state.files["\(job.platform)/\(name)"] = file
                body["status"] = "completed"
                body["resultFile"] = .string("/srv/results/\(job.platform)/\(name)")
            }
            return json(.object(body))
        }
    }

    private var list: Answer {
        let files = state.withLock { $0.files.keys.sorted() }
        return json([
            "files": .array(
                files.map { ["filename": .string($0), "size": 1, "modified": "2026-03-02T03:30:00Z"] as JSON }),
            "count": JSON(files.count),
        ])
    }

    private func json(_ body: JSON, _ status: Int = 200, headers: [(String, String)] = []) -> Answer {
        .json(body.text, status: status, headers: headers)
    }
}
