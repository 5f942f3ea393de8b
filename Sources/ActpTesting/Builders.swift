import Cron
public import JSON
public import Scheduling
public import Time

/// Values with sensible defaults, so that a test names only what it is about.
extension Schedule {
    /// - Parameter cron: a test with an expression that does not parse fails at once.
    public static func made(
        _ name: String = "job", cron: String = "* * * * *", zone: Zone = .utc, task: String = "work",
        params: [String: JSON] = [:], isEnabled: Bool = true, timeout: Duration = .seconds(60),
        overlap: Overlap = .skip, catchUp: CatchUp = .latest, catchUpWindow: Duration = .seconds(6 * 3_600),
        jitter: Duration = .zero, retry: Retry = .none, pauseOnFailure: Int = 0, alertAfter: Int? = nil,
        isMuted: Bool = false, priority: Int = 0, start: Instant? = nil, end: Instant? = nil
    ) -> Schedule {
        guard let expression = try? CronExpression(cron, name: name) else { preconditionFailure("cron \(cron)") }
        return Schedule(
            name: name, cron: expression, zone: zone, domain: "test", task: task, params: params, isEnabled: isEnabled,
            policy: Policy(
                timeout: timeout, overlap: overlap, catchUp: catchUp, catchUpWindow: catchUpWindow, jitter: jitter,
                retry: retry, pauseOnFailure: pauseOnFailure, alertAfter: alertAfter, isMuted: isMuted,
                priority: priority),
            start: start, end: end)
    }
}

extension Instant {
    /// - Parameter text: ISO 8601; a test with another text fails at once.
    public static func at(_ text: String) -> Instant {
        guard let instant = Instant(iso8601: text) else { preconditionFailure("\(text) is not ISO 8601") }
        return instant
    }
}
