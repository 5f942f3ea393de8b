public import Configuration
public import JSON
public import Time

/// Answers whether a task exists and takes these parameters; the agents' catalogue, as the schedule file sees it.
public protocol TaskCatalog: Sendable {
    /// What is wrong with the call, as (key of the entry, message); empty when it can run.
    func problems(domain: String, task: String, params: [String: JSON]) -> [(key: String, message: String)]

    /// Whether the task sends, posts or pays, so that the engine may try it once and never again; false for a task that
    /// does not exist.
    func isOnce(domain: String, task: String) -> Bool
}

/// `schedules.json` as it is written; ``read(_:file:zones:catalog:previous:)`` makes checked schedules of it.
public struct ScheduleFile: Configurable {
    /// What applies to every entry that does not say otherwise.
    public var defaults = ScheduleDefaults()
    /// The entries, read when the defaults are known, wherever in the file those stand.
    public var schedules = LaterList<ScheduleEntry>()

    /// A file without entries.
    public init() {}

    public static let fields: [Field<ScheduleFile>] = [
        Field("defaults", \.defaults, "Taken by every schedule that does not say otherwise."),
        Field("schedules", \.schedules, isRequired: true, "What fires when."),
    ]

    public static let readLater: String? = "schedules"
}

/// An entry of `schedules.json` that was left out because of its problems.
public struct QuarantinedEntry: Hashable, Sendable {
    /// The entry's name, if it has one that can be read.
    public let name: String?
    /// What is wrong with it; never empty.
    public let problems: [ConfigurationProblem]

    /// An entry and what is wrong with it.
    public init(name: String?, problems: [ConfigurationProblem]) {
        self.name = name
        self.problems = problems
    }
}

extension ScheduleFile {
    /// Reads and checks the whole file, all or nothing: for a reload and for `check`.
    ///
    /// - Parameter previous: remembers the entries from one call to the next, so that only those that changed are read and
    ///   the others are the same objects. A call that throws leaves it as it is.
    /// - Throws: ``ConfigurationError`` with every problem, each with its line and key.
    public static func read(
        _ bytes: [UInt8], file: String, zones: ZoneDatabase, catalog: some TaskCatalog, previous: ScheduleCache? = nil
    ) throws(ConfigurationError) -> [Schedule] {
        let reading = try ConfigurationReader.read(bytes, file: file, as: ScheduleFile.self) { content, reader in
            var pass = EntryPass(content.defaults, zones: zones, catalog: catalog, reader: reader, previous: previous)
            pass.read(content.schedules)
            for entry in pass.quarantined { reader.report(entry.problems) }
            return pass.reading
        }
        previous?.keep(reading)
        return reading.schedules
    }

    /// Reads what can be read, for a start: one bad entry must not keep the others from running. An entry with any
    /// problem is left out, as a second one of the same name is, whether or not the first one is good.
    ///
    /// - Parameter previous: as for ``read(_:file:zones:catalog:previous:)``; it remembers the good entries.
    /// - Throws: ``ConfigurationError`` for what lies outside the entries: no JSON, an unknown key, a missing list, and
    ///   defaults that are wrong, since every entry hangs on them.
    public static func readTolerantly(
        _ bytes: [UInt8], file: String, zones: ZoneDatabase, catalog: some TaskCatalog, previous: ScheduleCache? = nil
    ) throws(ConfigurationError) -> (schedules: [Schedule], quarantined: [QuarantinedEntry]) {
        let (reading, quarantined) = try ConfigurationReader.read(bytes, file: file, as: ScheduleFile.self) {
            content, reader in
            var pass = EntryPass(content.defaults, zones: zones, catalog: catalog, reader: reader, previous: previous)
            pass.read(content.schedules)
            return (pass.reading, pass.quarantined)
        }
        previous?.keep(reading)
        return (reading.schedules, quarantined)
    }

    /// What is legal in the good entries but seldom meant, each with its line and key, for the command that checks
    /// schedules.
    ///
    /// - Throws: what ``readTolerantly(_:file:zones:catalog:previous:)`` throws.
    public static func warnings(
        _ bytes: [UInt8], file: String, zones: ZoneDatabase, catalog: some TaskCatalog
    ) throws(ConfigurationError) -> [ConfigurationProblem] {
        try ConfigurationReader.read(bytes, file: file, as: ScheduleFile.self) { content, reader in
            var pass = EntryPass(content.defaults, zones: zones, catalog: catalog, reader: reader, previous: nil)
            pass.gathersWarnings = true
            pass.read(content.schedules)
            return pass.warnings
        }
    }
}
