import Configuration
import Scheduling
import Time

/// `schedules.json`, read and checked against the agents and the zone data.
struct LoadedSchedules: Sendable {
    let schedules: [Schedule]

    /// - Throws: ``ConfigurationError`` with every problem of the file.
    init(_ settings: LoadedSettings, zones: ZoneDatabase) throws(ConfigurationError) {
        let path = settings.locations.schedules
        let bytes: [UInt8]
        do {
            bytes = try Files.read(path)
        } catch {
            throw ConfigurationError([ConfigurationProblem(file: path, "\(error)")])
        }
        schedules = try ScheduleFile.read(bytes, file: path, zones: zones, catalog: AgentTaskCatalog())
    }
}
