public import Configuration
import Cron
public import JSON
public import Time

/// Answers whether a task exists and takes these parameters; the agents' catalogue, as the schedule file sees it.
public protocol TaskCatalog: Sendable {
    /// What is wrong with the call, as (key of the entry, message); empty when it can run.
    func problems(domain: String, task: String, params: [String: JSON]) -> [(key: String, message: String)]
}

/// `schedules.json` as it is written.
public struct ScheduleFile: Configurable {
    public var defaults = ScheduleDefaults()
    public var schedules: [ScheduleEntry] = []

    public init() {}

    public static let fields: [Field<ScheduleFile>] = [
        Field("defaults", \.defaults, "Taken by every schedule that does not say otherwise."),
        Field("schedules", \.schedules, isRequired: true, "What fires when."),
    ]

    /// Reads and checks the whole file.
    ///
    /// - Throws: ``ConfigurationError`` with every problem, each with its line and key.
    public static func read(
        _ bytes: [UInt8], file: String, zones: ZoneDatabase, catalog: some TaskCatalog
    ) throws(ConfigurationError) -> [Schedule] {
        try ConfigurationReader.read(bytes, file: file, as: ScheduleFile.self) { content, reader in
            var names: Set<String> = []
            return content.schedules.compactMap { entry in
                if !entry.name.isEmpty, !names.insert(entry.name).inserted {
                    reader.report(
                        "the name \"\(entry.name)\" is taken by an earlier schedule", at: entry.place, key: "name")
                }
                return entry.schedule(defaults: content.defaults, zones: zones, catalog: catalog, reader: reader)
            }
        }
    }
}

public struct ScheduleDefaults: Configurable {
    public var timezone = "UTC"
    public var timeout = Duration.seconds(600)
    public var overlap = Overlap.skip
    public var catchUp = CatchUp.latest
    public var catchUpWindow = Duration.seconds(6 * 3_600)
    public var jitter = Duration.zero

    public init() {}

    public static let fields: [Field<ScheduleDefaults>] = [
        Field("timezone", \.timezone, "IANA time zone in which cron lines are read, such as Europe/Berlin."),
        Field(
            "timeout", \.timeout, in: .seconds(1)...(.seconds(86_400)), "Elapsed time after which a run is cancelled."),
        Field("overlap", \.overlap, "What happens to a slot while the same work is still running."),
        Field("catchUp", \.catchUp, "What happens to slots missed while the daemon or the machine was down."),
        Field("catchUpWindow", \.catchUpWindow, "How old a missed slot may be and still be run."),
        Field("jitter", \.jitter, "Spread of the start; each schedule keeps its own stable part of it."),
    ]
}

/// One schedule as it is written: what is absent comes from the defaults.
public struct ScheduleEntry: Configurable {
    public var name = ""
    public var cron = ""
    public var domain = ""
    public var task = ""
    public var timezone: String?
    public var params: [String: JSON] = [:]
    public var enabled = true
    public var timeout: Duration?
    public var overlap: Overlap?
    public var catchUp: CatchUp?
    public var catchUpWindow: Duration?
    public var jitter: Duration?
    public var start: Instant?
    public var end: Instant?
    var place: ConfigurationPlace?

    public init() {}

    public static let fields: [Field<ScheduleEntry>] = [
        Field("name", \.name, isRequired: true, "Unique name; the schedule's identity across reloads."),
        Field("cron", \.cron, isRequired: true, "Cron expression: five fields, six with seconds first, or an @ form."),
        Field("domain", \.domain, isRequired: true, "The agent, or \"dispatch\" for the daily sweep."),
        Field("task", \.task, isRequired: true, "The agent's task."),
        Field("timezone", \.timezone, "IANA time zone in which the cron line is read."),
        Field("params", \.params, "The task's parameters."),
        Field("enabled", \.enabled, "false keeps the entry but fires nothing."),
        Field("timeout", \.timeout, "Elapsed time after which the run is cancelled, at least 1s."),
        Field("overlap", \.overlap, "What happens to a slot while the same work is still running."),
        Field("catchUp", \.catchUp, "What happens to slots missed while the daemon or the machine was down."),
        Field("catchUpWindow", \.catchUpWindow, "How old a missed slot may be and still be run."),
        Field("jitter", \.jitter, "Spread of the start."),
        Field("start", \.start, "No slot before this instant."),
        Field("end", \.end, "No slot after this instant."),
    ]

    public static func read(_ node: JSONNode, _ reader: ConfigurationReader) -> ScheduleEntry? {
        guard var entry = readFields(node, reader) else { return nil }
        entry.place = reader.place(of: node)
        return entry
    }

    /// The checked schedule, or `nil` when something about it was reported.
    func schedule(
        defaults: ScheduleDefaults, zones: ZoneDatabase, catalog: some TaskCatalog, reader: ConfigurationReader
    ) -> Schedule? {
        let required = [("name", name), ("cron", cron), ("domain", domain), ("task", task)]
        let empty = required.filter { $0.1.isEmpty }.map { $0.0 }
        guard empty.isEmpty else {
            // A key that is missing or misread has been reported already.
            for key in empty where place?.holdsEmptyText(key) == true {
                reader.report("must not be empty", at: place, key: key)
            }
            return nil
        }
        for problem in catalog.problems(domain: domain, task: task, params: params) {
            reader.report(problem.message, at: place, key: problem.key)
        }
        let overlap = overlap ?? defaults.overlap
        let catchUp = catchUp ?? defaults.catchUp
        checkPolicies(overlap, catchUp, reader)
        guard let expression = expression(reader), let zone = zone(defaults, zones, reader) else { return nil }
        return Schedule(
            name: name, cron: expression, zone: zone, domain: domain, task: task, params: params, isEnabled: enabled,
            policy: Policy(
                timeout: timeout ?? defaults.timeout, overlap: overlap, catchUp: catchUp,
                catchUpWindow: catchUpWindow ?? defaults.catchUpWindow, jitter: jitter ?? defaults.jitter),
            start: start, end: end)
    }

    private func checkPolicies(_ overlap: Overlap, _ catchUp: CatchUp, _ reader: ConfigurationReader) {
        if overlap != .skip, overlap != .allow {
            reader.report(
                "\(overlap.rawValue) is not available in this version; use skip or allow", at: place, key: "overlap")
        }
        if catchUp == .all {
            reader.report("all is not available in this version; use latest or none", at: place, key: "catchUp")
        }
        if let timeout, timeout < .seconds(1) || timeout > .seconds(86_400) {
            reader.report("\(timeout.text) is outside 1s…1d", at: place, key: "timeout")
        }
        if let start, let end, end < start {
            reader.report("end lies before start", at: place, key: "end")
        }
    }

    private func expression(_ reader: ConfigurationReader) -> CronExpression? {
        do {
            return try CronExpression(cron, name: name)
        } catch {
            reader.report("\(error)", at: place, key: "cron")
            return nil
        }
    }

    private func zone(_ defaults: ScheduleDefaults, _ zones: ZoneDatabase, _ reader: ConfigurationReader) -> Zone? {
        do {
            return try zones.zone(timezone ?? defaults.timezone)
        } catch {
            reader.report("\(error)", at: place, key: "timezone")
            return nil
        }
    }
}

extension Overlap: WordSetting {}
extension CatchUp: WordSetting {}
