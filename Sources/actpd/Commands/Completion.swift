import ArgumentParser
import Scheduling
import Time

extension CompletionKind {
    /// The names in the `schedules.json` that a command without options would read; none when it cannot be read.
    static var scheduleNames: CompletionKind {
        .custom { _, _, prefix in
            guard let options = try? ConfigurationOptions.parse([]),
                let settings = try? LoadedSettings(options, environment: Environment.variables),
                let file = try? LoadedSchedules(atStart: settings, zones: ZoneDatabase())
            else { return [] }
            return (file.schedules.map(\.name) + file.quarantined.compactMap(\.name)).filter { $0.hasPrefix(prefix) }
        }
    }
}
