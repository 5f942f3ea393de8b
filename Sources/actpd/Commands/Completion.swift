import Agents
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

    /// The nine domains and the sweep's.
    static var domains: CompletionKind {
        .list((AgentCatalog.all.map(\.domain.rawValue) + [Sweep.domain]).sorted())
    }

    /// The tasks of the domain that is the nearest word to the left; all tasks when none is.
    static var tasks: CompletionKind {
        .custom { words, index, prefix in
            let before = words.prefix(max(0, index))
            if before.last(where: { $0 == Sweep.domain }) != nil { return [Sweep.task] }
            let domain = before.last { word in AgentCatalog.all.contains { $0.domain.rawValue == word } }
            return AgentCatalog.all.filter { domain == nil || $0.domain.rawValue == domain }
                .flatMap { $0.tasks.map(\.name) }.filter { $0.hasPrefix(prefix) }
        }
    }
}
