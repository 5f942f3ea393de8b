import Scheduling
import Testing
import Time

/// A schedule with one slot in a moment, and the next one a day later.
struct SlotAhead {
    let planned: Instant
    /// The text of `schedules.json`.
    let text: String

    /// - Parameters:
    ///   - seconds: from now; enough for the daemon to be there before.
    ///   - now: as the daemon's clock shows it.
    init(in seconds: Int = 3, domain: String = "youtube", task: String = "summary", now: Instant = SystemTime().now()) {
        planned = Instant(seconds: now.seconds + Int64(seconds) + 1)
        let date = planned.iso8601
        func field(_ start: Int) -> Int { Int(date.dropFirst(start).prefix(2)) ?? 0 }
        text = """
            {"schedules": [{"name": "once", "cron": "\(field(17)) \(field(14)) \(field(11)) * * *",
              "domain": "\(domain)", "task": "\(task)"}]}
            """
    }
}
