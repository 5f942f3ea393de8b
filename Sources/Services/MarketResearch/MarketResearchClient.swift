public import Agents
public import HTTP
internal import JSON
internal import Time

/// Talks to the research service: starts a job, asks how far it is, fetches its result. Waiting is a delayed request.
public struct MarketResearchClient: MarketResearch {
    /// The service's platforms. Others it refuses, so they are not asked for.
    public static let platforms: Set<String> = ["twitter", "threads", "instagram", "facebook", "tiktok"]

    private static let service = "the research service"
    private static let pollEvery = Duration.seconds(20)
    /// For one niche; the service's own estimate is five minutes.
    private static let jobMax = Duration.seconds(15 * 60)
    /// How long somebody else's job of the platform is waited for.
    private static let othersMax = Duration.seconds(30 * 60)

    private let address: HTTPURL
    private let key: Credential?
    private let client: HTTPClient

    /// - Parameter key: where the service wants one.
    /// - Throws: ``HTTPError`` with `badURL`.
    public init(address: String, key: Credential?, client: HTTPClient) throws(HTTPError) {
        self.address = try HTTPURL(address, of: MarketResearchClient.service)
        self.key = key
        self.client = client
    }

    public func study(
        _ study: NicheStudy, progress: @escaping @Sendable (String) -> Void
    ) async throws(ServiceError) -> NicheFindings {
        guard MarketResearchClient.platforms.contains(study.platform) else {
            throw failure("it does not support \(study.platform)")
        }
        switch try await start(study, progress) {
        case .done(let findings): return findings
        case .running(var job):
            guard try await follow(&job, within: MarketResearchClient.jobMax, progress) else {
                return try await leftover(of: job, study)
            }
            guard job.status == .completed else { throw failure(words(of: job)) }
            guard let file = job.resultFile else { return try await leftover(of: job, study) }
            return ResearchResult.findings(in: try await content(of: file, study), phrase: study.phrase)
        }
    }

    // MARK: Starting

    private enum Start {
        case running(ResearchJob)
        case done(NicheFindings)
    }

    /// Starts the job, or adopts the one that is under way for the same niche. Another job of the platform is waited for;
    /// without a tab of the browser the service is asked once more after a minute.
    private func start(_ study: NicheStudy, _ progress: @Sendable (String) -> Void) async throws(ServiceError) -> Start
    {
        var pause = Duration.zero
        var hasWaitedForTab = false
        for _ in 1...4 {
            let request = startRequest(study, after: pause)
            let response = try await ask(request)
            let body = (try? JSON(parsing: response.text)) ?? .null
            switch response.status {
            case 200:
                if let findings = ResearchResult.direct(body) { return .done(findings) }
                guard let job = ResearchJob(body) else { throw failure("200, and neither a job nor creators") }
                return .running(job)
            case 409:
                guard let id = body["currentJob"]?["id"]?.string, let other = try await job(id, after: .zero) else {
                    pause = MarketResearchClient.pollEvery
                    continue
                }
                if other.isAbout(study.phrase), !other.isOver { return .running(other) }
                progress("waits for another job of the platform")
                var job = other
                _ = try await follow(&job, within: MarketResearchClient.othersMax, progress)
                pause = .zero
            case 429: pause = max(response.retryAfter ?? .seconds(60), .seconds(1))
            case 503 where !hasWaitedForTab:
                hasWaitedForTab = true
                pause = .seconds(60)
            case 503: throw away("503: \(excerpt(body, response, request)); the operator has to open Safari")
            default: throw failure("\(response.status): \(excerpt(body, response, request))")
            }
        }
        throw away("the platform is busy with other jobs")
    }

    /// CR-01.
    private func startRequest(_ study: NicheStudy, after pause: Duration) -> HTTPRequest {
        let body: JSON = [
            "niche": .string(study.phrase),
            "config": [
                "creatorsPerNiche": JSON(study.creatorsMax), "postsPerNiche": JSON(study.postsMax),
                "maxScrollsPerSearch": JSON(study.scrollsMax),
            ],
        ]
        var headers = headers
        headers.add("Content-Type", "application/json")
        return HTTPRequest(
            .post, address.appending("api", "research", study.platform, "niche"), of: MarketResearchClient.service,
            headers: headers, body: Array(body.text.utf8),
            // A service of the older form answers when it is done.
            limits: .init(connect: .seconds(5), total: MarketResearchClient.jobMax, answerBytes: 64 << 20),
            repetition: .ifUnsent, delay: pause)
    }

    // MARK: Following

    /// Asks until the job is over, and keeps it as it was last seen.
    /// - Returns: false when the service does not know it any more.
    private func follow(
        _ job: inout ResearchJob, within limit: Duration, _ progress: @Sendable (String) -> Void
    ) async throws(ServiceError) -> Bool {
        let begin = client.time.uptime()
        while !job.isOver {
            guard let now = try await self.job(job.id, after: MarketResearchClient.pollEvery) else { return false }
            job = now
            progress(now.progress)
            guard job.isOver || client.time.uptime() - begin < limit else {
                throw failure("job \(job.id) has not ended within \(limit.components.seconds / 60) minutes")
            }
        }
        return true
    }

    private func job(_ id: String, after pause: Duration) async throws(ServiceError) -> ResearchJob? {
        let request = get(["status", id], after: pause)
        let response = try await ask(request)
        if response.status == 404 { return nil }
        let body = (try? JSON(parsing: response.text)) ?? .null
        guard response.isSuccess, let job = ResearchJob(body) else {
            throw failure("\(response.status): \(excerpt(body, response, request))")
        }
        return job
    }

    private func words(of job: ResearchJob) -> String {
        let error = job.error ?? "no reason given"
        return error.lowercased().contains("disabled")
            ? "\(error); start the service with SAFARI_RESEARCH_ENABLED=true" : error
    }

    // MARK: Results

    /// The service was started again and has forgotten the job: a result file that is younger than the job may be its.
    private func leftover(of job: ResearchJob, _ study: NicheStudy) async throws(ServiceError) -> NicheFindings {
        var request = get(["results"], after: .zero)
        request.url = request.url.appending(query: [("platform", study.platform)])
        let response = try await ask(request)
        let list = (try? JSON(parsing: response.text))?["files"]?.array ?? []
        let files = list.compactMap { file -> (name: String, modified: Instant)? in
            guard let name = file["filename"]?.string?.split(separator: "/").last,
                let modified = file["modified"]?.string.flatMap({ Instant(iso8601: $0) })
            else { return nil }
            return (String(name), modified)
        }
        let fresh = files.filter { file in job.startedAt.map { file.modified >= $0 } ?? false }
        for file in fresh.sorted(by: { $1.modified < $0.modified }) {
            let data = try await content(of: file.name, study)
            let niches = (data["results"]?.array ?? []).compactMap { $0["niche"]?.string?.lowercased() }
            guard niches.contains(study.phrase.lowercased()) else { continue }
            var findings = ResearchResult.findings(in: data, phrase: study.phrase)
            findings.remarks.append("the service was started again; its last file of the job was taken")
            return findings
        }
        throw failure("job \(job.id) is lost: the service was started again")
    }

    private func content(of name: String, _ study: NicheStudy) async throws(ServiceError) -> JSON {
        let request = get(["results", "file", study.platform, name], after: .zero)
        let response = try await ask(request)
        guard response.isSuccess, let data = (try? JSON(parsing: response.text))?["data"] else {
            throw failure("result file \(name): \(response.status) without data")
        }
        return data
    }

    // MARK: Asking

    private var headers: HTTPHeaders {
        var headers: HTTPHeaders = [:]
        if let key { headers.add("X-API-Key", .secret(key.secret)) }
        return headers
    }

    private func get(_ path: [String], after pause: Duration) -> HTTPRequest {
        let url = (["api", "research"] + path).reduce(address) { $0.appending($1) }
        return HTTPRequest(
            .get, url, of: MarketResearchClient.service, headers: headers,
            limits: .init(connect: .seconds(5), total: .seconds(60), answerBytes: 64 << 20), delay: pause)
    }

    private func ask(_ request: HTTPRequest) async throws(ServiceError) -> HTTPResponse {
        do throws(HTTPError) {
            return try await client.send(request)
        } catch {
            // Research changes nothing but the service's own files: it may be asked for again.
            throw away("\(error)")
        }
    }

    private func excerpt(_ body: JSON, _ response: HTTPResponse, _ request: HTTPRequest) -> String {
        request.excerpt(body["error"]?.string ?? body["message"]?.string ?? response.text)
    }

    private func away(_ text: String) -> ServiceError {
        ServiceError(MarketResearchClient.service, text, isAway: true, isSafeToRepeat: true)
    }

    private func failure(_ text: String) -> ServiceError {
        ServiceError(MarketResearchClient.service, text, isAway: false, isSafeToRepeat: true)
    }
}
