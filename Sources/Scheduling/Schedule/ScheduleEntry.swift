public import Configuration
public import JSON
public import Time

/// One schedule as it is written: what is absent comes from the defaults.
public struct ScheduleEntry: Configurable {
    public var name = ""
    public var cron = ""
    public var domain = ""
    public var task = ""
    public var timezone: String?
    public var params: [String: JSON] = [:]
    public var enabled = true
    public var policy = WrittenPolicy()
    public var start: Instant?
    public var end: Instant?

    /// An entry without its required keys.
    public init() {}

    public static let fields: [Field<ScheduleEntry>] =
        [
            Field("name", \.name, isRequired: true, "Unique name; the schedule's identity across reloads."),
            Field(
                "cron", \.cron, isRequired: true, "Cron expression: five fields, six with seconds first, or an @ form."),
            Field("domain", \.domain, isRequired: true, "The agent, or \"dispatch\" for the daily sweep."),
            Field("task", \.task, isRequired: true, "The agent's task."),
            Field("timezone", \.timezone, "IANA time zone in which the cron line is read."),
            Field("params", \.params, "The task's parameters."),
            Field("enabled", \.enabled, "false keeps the entry but fires nothing."),
        ] + WrittenPolicy.fields.map { $0.lifted(to: \.policy) } + [
            Field("start", \.start, "No slot before this instant."),
            Field("end", \.end, "No slot after this instant."),
        ]

    /// The keys that must be there and hold something.
    var required: [(key: String, text: String)] {
        [("name", name), ("cron", cron), ("domain", domain), ("task", task)]
    }
}
