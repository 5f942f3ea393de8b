import JSON

/// A schedules.json to be written.
struct ScheduleText: Sendable {
    private var entries: [JSON] = []

    /// Adds a schedule.
    mutating func add(_ name: String, _ cron: String, _ domain: String, _ task: String, _ params: JSON = [:]) {
        entries.append([
            "name": .string(name), "cron": .string(cron), "domain": .string(domain), "task": .string(task),
            "params": params,
        ])
    }

    var text: String { (["schedules": .array(entries)] as JSON).text + "\n" }

    /// The default schedules, none of which fires for more than a year.
    static func neverFiring(copyOf path: String) throws -> ScheduleText {
        let text = Proc.text(path)
        guard !text.isEmpty, let lines = try JSON(parsing: text)["schedules"]?.array else {
            throw BenchError("\(path) cannot be read; --schedules names another file")
        }
        var copy = ScheduleText()
        copy.entries = lines.map { line in .object((line.object ?? [:]).merging(["cron": .string(never)]) { $1 }) }
        return copy
    }

    /// So many schedules, none of which fires for more than a year.
    static func neverFiring(_ count: Int) -> ScheduleText {
        var text = ScheduleText()
        for index in 0..<count { text.addLight("light_\(index)", never, lane: 0, number: index) }
        return text
    }

    /// 29 February on a Sunday: next in 2032, and not again before 2060.
    static let never = "0 0 29 2 */7"

    /// Schedules as an operator has them: a place in the day, six zones, none due within the next hours of any run of the
    /// benchmark but by chance. The first `shifted` of them come half an hour later.
    static func everyday(_ count: Int, shifted: Int = 0) -> ScheduleText {
        let zones = [
            "UTC", "America/New_York", "Europe/Berlin", "Asia/Tokyo", "America/Los_Angeles", "Australia/Sydney",
        ]
        var schedules = ScheduleText()
        for index in 0..<count {
            schedules.entries.append([
                "name": .string("everyday_\(index)"),
                "cron": .string(
                    "\((index + (index < shifted ? 30 : 0)) % 60) \(index / 60 % 24) \(1 + index / 7 % 28) * \(index % 7)"
                ),
                "timezone": .string(zones[index % zones.count]), "domain": "youtube", "task": "summary",
                "params": ["limit": JSON(1 + index % 900)],
            ])
        }
        return schedules
    }

    /// Light work that differs from its neighbours', so that none is skipped because the same runs already: two schedules
    /// do the same only when both their lanes (modulo 4) and their numbers (modulo 3,600) agree.
    mutating func addLight(_ name: String, _ cron: String, lane: Int, number: Int) {
        let tasks = [
            ("youtube", "summary"), ("prospect", "top"), ("prospect", "next-actions"), ("prospect", "research-ready"),
        ]
        let (domain, task) = tasks[(lane + number / 900) % tasks.count]
        add(name, cron, domain, task, ["limit": JSON(1 + number % 900)])
    }
}
