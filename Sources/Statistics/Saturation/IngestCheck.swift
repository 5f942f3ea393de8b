import Time

/// A sign that our reading failed, not the audience: then nothing is said about fatigue (decisions d). The raw value is the
/// reason code that is stored.
public enum IngestFailure: String, CaseIterable, Hashable, Sendable, Comparable {
    /// Rows of the last 48 h are fewer than half of the posts made.
    case rowsMissing = "rows_missing"
    /// Three or more posts in a row with nothing, where hardly any had nothing before.
    case emptyRun = "empty_run"
    /// No count of any post under 7 days old changed over 12 h.
    case countsStalled = "counts_stalled"
    /// Two or more platforms drop on the same day: the cause is ours.
    case sharedDrop = "shared_drop"
    /// The services or their logins failed.
    case serviceErrors = "service_errors"

    public static func < (a: IngestFailure, b: IngestFailure) -> Bool { a.rawValue < b.rawValue }
}

/// What the caller knows of its own reading; whatever it does not know stays `nil` or 0 and accuses nobody.
public struct IngestFacts: Hashable, Sendable {
    /// Of this platform in the last 48 h.
    public var postsMade = 0
    public var rowsIngested = 0
    /// Whether any count of a post under 7 days old changed over the last 12 h; `nil` without such posts.
    public var youngCountsMoved: Bool?
    /// Platforms whose rule fires today and did not yesterday, this one included.
    public var platformsDropping = 0
    /// Errors of the services or their logins in the task log since the last look.
    public var serviceErrors = 0

    public init() {}

    var failures: Set<IngestFailure> {
        var failures: Set<IngestFailure> = []
        if 2 * rowsIngested < postsMade { failures.insert(.rowsMissing) }
        if youngCountsMoved == false { failures.insert(.countsStalled) }
        if platformsDropping >= 2 { failures.insert(.sharedDrop) }
        if serviceErrors > 0 { failures.insert(.serviceErrors) }
        return failures
    }
}

/// Runs of posts that were read as nothing while nothing was unusual for the platform: an outage of ours, to be left out of
/// every window.
struct EmptyRuns {
    /// The posts without those of such runs, in the order of time.
    let rest: [ScoredPost]
    /// Whether the newest posts are such a run.
    let isGoingOn: Bool

    private static let runMin = 3
    private static let usualShare = 0.05

    /// Of posts in the order of time.
    init(_ posts: [ScoredPost]) {
        var rest: [ScoredPost] = []
        var run: [ScoredPost] = []
        var wasOutage = false
        func isOutage() -> Bool {
            guard run.count >= EmptyRuns.runMin, let first = run.first else { return false }
            let before = rest.filter { $0.at >= first.at - .days(90) }
            return !before.isEmpty
                && Double(before.count { $0.isEmpty }) < EmptyRuns.usualShare * Double(before.count)
        }
        func close() {
            wasOutage = isOutage()
            if !wasOutage { rest += run }
            run = []
        }
        for post in posts {
            if post.isEmpty {
                run.append(post)
            } else {
                close()
                rest.append(post)
            }
        }
        close()
        self.rest = rest
        isGoingOn = wasOutage
    }
}
