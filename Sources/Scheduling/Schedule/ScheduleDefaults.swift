public import Configuration
public import JSON

/// The `defaults` of `schedules.json`: what an entry does not say is taken from here, and what these do not say from
/// ``Policy``.
public struct ScheduleDefaults: Configurable {
    public var timezone = "UTC"
    public var policy = WrittenPolicy.builtIn

    var place: ConfigurationPlace?

    /// The program's own.
    public init() {}

    public static let fields: [Field<ScheduleDefaults>] =
        [Field("timezone", \.timezone, "IANA time zone in which cron lines are read, such as Europe/Berlin.")]
        + WrittenPolicy.fields.map { $0.lifted(to: \.policy) }

    /// Whether they say the same, wherever in the file they stand.
    static func == (a: ScheduleDefaults, b: ScheduleDefaults) -> Bool {
        a.timezone == b.timezone && a.policy == b.policy
    }

    public static func read(
        _ node: JSONNode, _ reader: ConfigurationReader, over current: @autoclosure () -> ScheduleDefaults
    ) -> ScheduleDefaults? {
        guard var defaults = readFields(node, reader, over: current()) else { return nil }
        defaults.place = reader.place(of: node)
        return defaults
    }
}
