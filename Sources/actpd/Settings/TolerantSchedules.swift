import Configuration
import Scheduling
import Time

/// `schedules.json` as a start reads it: the good entries, and those left out with their problems.
struct TolerantSchedules: Sendable {
    let schedules: [Schedule]
    let quarantined: [QuarantinedEntry]

    /// - Throws: ``ConfigurationError`` for what lies outside the entries.
    init(_ settings: LoadedSettings, zones: ZoneDatabase) throws(ConfigurationError) {
        let path = settings.locations.schedules
        let bytes: [UInt8]
        do {
            bytes = try Files.read(path)
        } catch {
            throw ConfigurationError([ConfigurationProblem(file: path, "\(error)")])
        }
        (schedules, quarantined) = try ScheduleFile.readTolerantly(
            bytes, file: path, zones: zones, catalog: AgentTaskCatalog())
    }
}
