import Configuration
import Scheduling
import Time

/// `schedules.json`, read and checked against the agents and the zone data.
struct LoadedSchedules: Sendable {
    let schedules: [Schedule]
    /// Entries that were left out because something is wrong with them; only as at a start.
    let quarantined: [QuarantinedEntry]

    /// All or nothing: for a reload and for commands.
    ///
    /// - Parameter cache: what an earlier reading left, and this one leaves for the next.
    /// - Throws: ``ConfigurationError`` with every problem of the file.
    init(
        _ settings: LoadedSettings, zones: ZoneDatabase, cache: ScheduleCache? = nil
    ) throws(ConfigurationError) {
        let path = settings.locations.schedules
        schedules = try ScheduleFile.read(
            LoadedSchedules.content(path), file: path, zones: zones, catalog: AgentTaskCatalog(), previous: cache)
        quarantined = []
    }

    /// As for the daemon's start: one bad entry must not keep the others from running.
    ///
    /// - Throws: ``ConfigurationError`` when the file as a whole cannot be read.
    init(
        atStart settings: LoadedSettings, zones: ZoneDatabase, cache: ScheduleCache? = nil
    ) throws(ConfigurationError) {
        let path = settings.locations.schedules
        let content = try LoadedSchedules.content(path)
        do {
            (schedules, quarantined) = try ScheduleFile.readTolerantly(
                content, file: path, zones: zones, catalog: AgentTaskCatalog(), previous: cache)
        } catch let wholeFile {
            // Nothing starts, so that everything that is wrong is said at once, the entries' problems too.
            _ = try ScheduleFile.read(content, file: path, zones: zones, catalog: AgentTaskCatalog())
            throw wholeFile
        }
    }

    private static func content(_ path: String) throws(ConfigurationError) -> [UInt8] {
        do {
            return try Files.read(path)
        } catch {
            throw ConfigurationError([ConfigurationProblem(file: path, "\(error)")])
        }
    }
}
