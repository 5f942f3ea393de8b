internal import JSON
internal import Time

/// A piece of research at the service. It lives in the service's memory: after a restart nobody knows it.
struct ResearchJob: Hashable, Sendable {
    enum Status: String, Sendable {
        case queued, running, completed, failed
    }

    let id: String
    let niches: [String]
    let status: Status
    let startedAt: Instant?
    /// The last part of the path on the service's disk.
    let resultFile: String?
    let error: String?
    /// As the service counts it, for people.
    let progress: String

    /// `nil` for what is no job. The id has two names.
    init?(_ json: JSON) {
        guard let id = json["id"]?.string ?? json["job_id"]?.string ?? json["jobId"]?.string else { return nil }
        self.id = id
        niches = (json["niches"]?.array ?? [json["niche"] ?? .null]).compactMap(\.string)
        status = json["status"]?.string.flatMap(Status.init) ?? .running
        startedAt = json["startedAt"]?.string.flatMap { Instant(iso8601: $0) }
        resultFile = json["resultFile"]?.string.flatMap { $0.split(separator: "/").last.map(String.init) }
        error = json["error"]?.string
        let done = json["progress"]?["nichesCompleted"]?.integer ?? 0
        let total = json["progress"]?["totalNiches"]?.integer ?? 1
        progress = "\(status.rawValue), \(done) of \(total) niches"
    }

    var isOver: Bool { status == .completed || status == .failed }

    func isAbout(_ phrase: String) -> Bool { niches.map { $0.lowercased() } == [phrase.lowercased()] }
}
