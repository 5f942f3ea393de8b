public import JSON
public import Time

/// The service that renders videos from briefs (contracts: one renderer, several dialects).
public protocol RenderService: Sendable {
    /// Whether it is there, and is what it should be. Renders nothing.
    func condition() async -> RenderCondition

    /// Hands a job over. Asked for once: never repeat after ``OutcomeUnknown`` without ``search(key:since:)``.
    ///
    /// - Throws: ``ServiceError`` when it is certain that no render was queued; ``OutcomeUnknown`` when it is not.
    func submit(_ order: RenderOrder) async throws -> RenderTicket

    /// Looks for a job by the key it was handed over with, after a submission whose answer got lost.
    /// - Parameter since: when it was handed over.
    func search(key: String, since: Instant) async throws(ServiceError) -> RenderSearch

    /// How far a job is. A renderer that is busy answers nothing while it works: ``RenderProgress/busy``.
    func progress(of job: String) async throws(ServiceError) -> RenderProgress

    /// The bytes of a finished video that has no public address. May be repeated.
    func fetch(_ output: RenderOutput) async throws(ServiceError) -> RenderedVideo
}

/// What answers at the render service's address.
public enum RenderCondition: Hashable, Sendable {
    /// - Parameter style: the dialect it speaks, as in `remotion.apiStyle`.
    case ready(style: String)
    /// It took the connection and says nothing: a render is under way.
    case busy(String)
    /// Nobody takes the connection.
    case away(String)
    /// Something else answers there, or it refuses us. Nothing is sent to it.
    case unsuitable(String)
}

/// One render.
public struct RenderOrder: Hashable, Sendable {
    /// Unique for each attempt; names the file at the service. Letters, digits, `-` and `_`.
    public let key: String
    /// The content brief as `actp_gen_jobs` has it. Its texts may hold anything.
    public let brief: JSON

    public init(key: String, brief: JSON) {
        self.key = key
        self.brief = brief
    }
}

/// The service has taken a job.
public struct RenderTicket: Hashable, Sendable {
    /// The service's own id of the job.
    public let job: String
    /// The template it will use, where the dialect names one (K65).
    public let template: String?

    public init(job: String, template: String?) {
        self.job = job
        self.template = template
    }
}

/// What a search for a lost submission found.
public enum RenderSearch: Hashable, Sendable {
    case found(job: String)
    /// The service certainly has no such job.
    case absent
    /// The service cannot be asked this.
    case unsure(String)
}

/// How far a job is.
public enum RenderProgress: Hashable, Sendable {
    case waiting
    case rendering
    case finished(RenderOutput)
    case failed(String)
    /// The service does not know the job: it forgets all of them when it restarts.
    case lost
    /// No answer in time, which while a render is under way is no bad sign.
    case busy
}

/// Where a finished video is.
public enum RenderOutput: Hashable, Sendable {
    /// An address that anybody can fetch.
    case address(String)
    /// An address on the render machine alone.
    case localAddress(String)
    /// A path on the render machine; `bytes` is what the service says of its length.
    case file(path: String, bytes: Int64?)
}

/// A video as bytes, to be handed to a publisher.
public struct RenderedVideo: Hashable, Sendable {
    public let filename: String
    public let mediaType: String
    public let bytes: [UInt8]

    public init(filename: String, mediaType: String, bytes: [UInt8]) {
        self.filename = filename
        self.mediaType = mediaType
        self.bytes = bytes
    }
}
