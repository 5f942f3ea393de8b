internal import Time

/// When a request is sent again, and after which pause. Decides; waits for nothing.
public struct RetryPolicy: Hashable, Sendable {
    /// Attempts at most, the first included.
    public var attemptsMax: Int
    /// The pause after the first attempt; each further one is ``factor`` times as long.
    public var firstPause: Duration
    public var factor: Int
    /// No pause of our own is longer; what a service asks for in `Retry-After` may be.
    public var pauseMax: Duration
    /// The share of a pause that is left to chance, so that many clients do not come back at once: 0…1.
    public var jitter: Double

    /// By default three attempts with 0.5 s and 2 s between them, a quarter of it by chance.
    public init(
        attemptsMax: Int = 3, firstPause: Duration = .milliseconds(500), factor: Int = 4,
        pauseMax: Duration = .seconds(30),
        jitter: Double = 0.25
    ) {
        self.attemptsMax = attemptsMax
        self.firstPause = firstPause
        self.factor = factor
        self.pauseMax = pauseMax
        self.jitter = jitter
    }

    /// The pause before the next attempt, or `nil` when what came back is final.
    ///
    /// - Parameters:
    ///   - result: how the last attempt ended.
    ///   - attempt: its number, from 1.
    ///   - remaining: what is left of the request's total limit. A pause that would use it up is not begun: the caller
    ///     hears of the failure while there is time to do something else.
    ///   - chance: 0…1, evenly distributed.
    func pause(
        after result: AttemptResult, attempt: Int, repetition: HTTPRequest.Repetition, remaining: Duration,
        chance: Double
    ) -> Duration? {
        guard attempt < attemptsMax, mayRepeat(result, repetition) else { return nil }
        var pause = firstPause
        for _ in 1..<max(attempt, 1) where pause < pauseMax { pause *= factor }
        pause = min(pause, pauseMax)
        pause = pause * (1 - jitter + jitter * min(max(chance, 0), 1))
        // The service knows better than we do; never sooner than it says.
        if case .answered(_, let asked?) = result { pause = max(pause, asked) }
        return pause < remaining ? pause : nil
    }

    private func mayRepeat(_ result: AttemptResult, _ repetition: HTTPRequest.Repetition) -> Bool {
        switch (result, repetition) {
        case (_, .never): false
        case (.answered(let status, _), .always): AttemptResult.isTemporary(status)
        case (.answered, .ifUnsent): false
        case (.failed(let code, let left), _):
            switch code {
            case .couldNotConnect, .timedOutUnsent: true
            case .timedOut, .connectionLost: repetition == .always || !left
            default: false
            }
        }
    }
}

/// How one attempt ended.
enum AttemptResult: Hashable, Sendable {
    /// A complete answer; how long the service wants to be left alone, if it says so.
    case answered(status: Int, retryAfter: Duration?)
    /// - `left`: whether a byte of the request may have left.
    case failed(HTTPError.Code, left: Bool)

    /// Statuses by which a service says "later": too many requests, bad gateway, unavailable, gateway timeout, overloaded.
    static func isTemporary(_ status: Int) -> Bool { [429, 502, 503, 504, 529].contains(status) }

    /// What the circuit breaker makes of it. A 500 is the answer of a living service to one question, and a 4xx is our own
    /// fault: neither says that the service is down. Cancelling says nothing at all.
    var health: CircuitBreaker.Sign {
        switch self {
        case .answered(let status, _): [502, 503, 504, 529].contains(status) ? .bad : .good
        case .failed(.cancelled, _), .failed(.tooLarge, _), .failed(.badURL, _), .failed(.badRequest, _),
            .failed(.transport, _):
            .none
        case .failed: .bad
        }
    }
}
