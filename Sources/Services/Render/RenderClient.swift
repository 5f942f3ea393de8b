public import Agents
public import HTTP
internal import JSON
internal import Synchronization
public import Time

/// Has videos rendered by the Remotion service, in the public one's dialect or in that of the product documents (RE-05).
///
/// The renderer works in the foreground: while it renders it answers nothing, not even its own health question. So a
/// question without an answer means busy, and only a refused connection means that nobody is there.
public final class RenderClient: RenderService {
    static let name = "the render service"

    private let base: HTTPURL
    private let key: Credential?
    private let wanted: RenderStyle
    private let files: RenderedFiles
    private let client: HTTPClient
    private let patience: Duration
    private let found = Mutex<RenderDialect?>(nil)

    /// - Parameters:
    ///   - key: sent as `X-API-Key`; `nil` where the service wants none.
    ///   - outputDirectory: where the service leaves its files, if that is on this machine; empty if not.
    ///   - patience: how long a question may take; a submission three times as long.
    public init(
        baseURL: HTTPURL, key: Credential?, style: RenderStyle, outputDirectory: String, client: HTTPClient,
        patience: Duration = .seconds(10)
    ) {
        base = baseURL
        self.key = key
        wanted = style
        files = RenderedFiles(directory: outputDirectory)
        self.client = client
        self.patience = patience
    }

    // MARK: Who is there

    public func condition() async -> RenderCondition {
        switch await identify() {
        case .success(let dialect): .ready(style: dialect.style.rawValue)
        case .failure(let problem): problem.condition
        }
    }

    /// Port 3100 is claimed by two services (K23), so that whoever answers is asked who it is before anything is sent.
    private func identify() async -> Result<RenderDialect, Unidentified> {
        var strangers: [String] = []
        for dialect in RenderDialect.candidates(for: wanted) {
            let request = request(.get, dialect.healthPath)
            let response: HTTPResponse
            do {
                response = try await client.send(request)
            } catch {
                return .failure(Unidentified(error))
            }
            switch RenderDialect.identity(of: response) {
            case dialect.style:
                found.withLock { $0 = dialect }
                return .success(dialect)
            case .some(let other): strangers.append("\(request): a service in the \(other.rawValue) form answers there")
            case nil: strangers.append(RenderDialect.stranger(response, to: request))
            }
        }
        return .failure(
            Unidentified(
                condition: .unsuitable(
                    "\(RenderClient.name): nothing is sent, because its identity is not confirmed: "
                        + strangers.joined(separator: "; ") + ". Set REMOTION_URL, and remotion.apiStyle in actpd.json")
            ))
    }

    /// The dialect found before, or found now.
    private func dialect() async throws(ServiceError) -> RenderDialect {
        if let found = found.withLock({ $0 }) { return found }
        return try await confirmed()
    }

    private func confirmed() async throws(ServiceError) -> RenderDialect {
        switch await identify() {
        case .success(let dialect): return dialect
        case .failure(let problem): throw problem.serviceError
        }
    }

    // MARK: Jobs

    public func submit(_ order: RenderOrder) async throws -> RenderTicket {
        // Asked anew each time: whoever listened there yesterday need not be who listens now.
        let dialect = try await confirmed()
        let body = Array(try dialect.submission(order).text.utf8)
        guard body.count <= RenderDialect.submissionBytesMax else {
            throw ServiceError(
                RenderClient.name,
                "the brief of \(order.key) is \(body.count) bytes long; the service takes \(RenderDialect.submissionBytesMax)",
                isAway: false, isSafeToRepeat: true)
        }
        let request = request(.post, dialect.submitPath, body, timeout: patience * 3)
        let response: HTTPResponse
        do {
            response = try await client.send(request)
        } catch {
            guard error.isSafeToRepeat else { throw OutcomeUnknown("\(error)") }
            throw ServiceError(RenderClient.name, "\(error)", isAway: true, isSafeToRepeat: true)
        }
        return try dialect.ticket(response, to: request)
    }

    public func search(key: String, since: Instant) async throws(ServiceError) -> RenderSearch {
        switch try await dialect().style {
        case .prd:
            // The product document polls by our own id: whoever answers to it has the job.
            let (response, _) = try await ask(["api", "jobs", key])
            return response.isSuccess
                ? .found(job: key) : .unsure("it answers \(response.status) to the job's key and lists no jobs")
        default:
            let (response, request) = try await ask(["api", "v1", "jobs"])
            guard response.isSuccess, let body = try? JSON(parsing: response.text), let jobs = body["jobs"]?.array
            else { throw RenderDialect.refusal(response, to: request) }
            for id in RenderDialect.created(since: since, in: jobs) {
                let (one, _) = try await ask(["api", "v1", "jobs", id])
                guard one.isSuccess, let job = try? JSON(parsing: one.text) else { continue }
                if job["input"]?["brief"]?["id"]?.string == key { return .found(job: id) }
            }
            return .absent
        }
    }

    public func progress(of job: String) async throws(ServiceError) -> RenderProgress {
        let dialect = try await dialect()
        let request = request(.get, dialect.jobPath(job))
        do {
            return try dialect.progress(try await client.send(request), to: request)
        } catch let error as HTTPError {
            let problem = Unidentified(error)
            if case .busy = problem.condition { return .busy }
            throw problem.serviceError
        } catch let error as ServiceError {
            throw error
        } catch {
            throw ServiceError(RenderClient.name, "\(error)", isAway: false, isSafeToRepeat: true)
        }
    }

    public func fetch(_ output: RenderOutput) async throws(ServiceError) -> RenderedVideo {
        switch output {
        case .file(let path, let bytes): return try files.read(path, expected: bytes)
        case .address(let text), .localAddress(let text):
            do {
                let url = try HTTPURL(text, of: RenderClient.name)
                let request = HTTPRequest(
                    .get, url, of: RenderClient.name,
                    limits: .init(total: .seconds(300), answerBytes: RenderedFiles.bytesMax))
                let response = try await client.send(request).successful(for: request)
                let name = text.split(separator: "/").last.map { String($0.prefix { $0 != "?" }) } ?? "video.mp4"
                return RenderedVideo(
                    filename: name, mediaType: RenderedFiles.mediaType(of: name), bytes: response.body)
            } catch {
                throw ServiceError(
                    RenderClient.name, "\(error)", isAway: error.isSafeToRepeat || error.code == .timedOut,
                    isSafeToRepeat: true)
            }
        }
    }

    // MARK: Requests

    private func ask(_ path: [String]) async throws(ServiceError) -> (HTTPResponse, HTTPRequest) {
        let request = request(.get, path)
        do {
            return (try await client.send(request), request)
        } catch {
            throw Unidentified(error).serviceError
        }
    }

    /// Asked once: a service that is busy is not asked a second time in the same breath.
    private func request(
        _ method: HTTPRequest.Method, _ path: [String], _ body: [UInt8] = [], timeout: Duration? = nil
    ) -> HTTPRequest {
        var headers: HTTPHeaders = ["Accept": "application/json", "X-Client-ID": "actpd"]
        if let key { headers.add("X-API-Key", .secret(key.secret)) }
        if method == .post { headers.add("Content-Type", "application/json") }
        let url = path.reduce(base) { $0.appending($1) }
        return HTTPRequest(
            method, url, of: RenderClient.name, headers: headers, body: body,
            limits: .init(connect: .seconds(5), total: timeout ?? patience, answerBytes: 4 << 20), repetition: .never)
    }
}

/// Why it is not known who answers.
struct Unidentified: Error {
    let condition: RenderCondition

    init(condition: RenderCondition) { self.condition = condition }

    /// A connection that stood and brought no answer is a renderer at work; any other failure is nobody there.
    init(_ error: HTTPError) {
        condition =
            error.code == .timedOut
            ? .busy("\(RenderClient.name) is busy: it answers nothing while it renders")
            : .away("\(error)")
    }

    var serviceError: ServiceError {
        switch condition {
        case .busy(let why), .away(let why):
            ServiceError(RenderClient.name, why, isAway: true, isSafeToRepeat: true)
        case .unsuitable(let why): ServiceError(RenderClient.name, why, isAway: false, isSafeToRepeat: true)
        case .ready(let style):
            ServiceError(RenderClient.name, "ready in the \(style) form", isAway: false, isSafeToRepeat: true)
        }
    }
}
