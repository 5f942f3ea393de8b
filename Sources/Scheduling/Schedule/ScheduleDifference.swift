import Cron
import Time

/// What a reload changes.
public struct ScheduleDifference: Hashable, Sendable, CustomStringConvertible {
    /// By name, each list sorted.
    public let added: [String]
    public let removed: [String]
    public let changed: [String]
    /// Schedules that come into force, or fire by another cron line or in another zone: their series begins now.
    public let started: [Schedule]
    /// Names of those that are no longer in force: removed or disabled.
    public let ended: [String]

    /// The names as they were found before, by the process that reloaded.
    public init(added: [String], removed: [String], changed: [String]) {
        (self.added, self.removed, self.changed, started, ended) = (added, removed, changed, [], [])
    }

    public init(from old: [Schedule], to new: [Schedule]) {
        // Positions rather than schedules: a reload has ten thousand of them to look at.
        var before = Dictionary(zip(old.map(\.name), old.indices), uniquingKeysWith: { $1 })
        var (added, changed, ended): ([String], [String], [String]) = ([], [], [])
        var started: [Schedule] = []
        for schedule in new {
            guard let position = before.removeValue(forKey: schedule.name) else {
                added.append(schedule.name)
                if schedule.isEnabled { started.append(schedule) }
                continue
            }
            let former = old[position]
            guard former != schedule else { continue }
            changed.append(schedule.name)
            switch (former.isEnabled, schedule.isEnabled) {
            case (false, true): started.append(schedule)
            case (true, false): ended.append(schedule.name)
            case (true, true) where !schedule.firesAs(former): started.append(schedule)
            case (true, true), (false, false): break
            }
        }
        ended += before.values.filter { old[$0].isEnabled }.map { old[$0].name }
        (self.added, self.changed, self.started, self.ended) = (added.sorted(), changed.sorted(), started, ended)
        removed = before.keys.sorted()
    }

    /// `2 added (a, b), 1 changed (c)`, or `no change`.
    public var description: String {
        let parts = [("added", added), ("removed", removed), ("changed", changed)].filter { !$0.1.isEmpty }
            .map { "\($0.1.count) \($0.0) (\($0.1.prefix(10).joined(separator: ", "))\($0.1.count > 10 ? ", …" : ""))" }
        return parts.isEmpty ? "no change" : parts.joined(separator: ", ")
    }
}

extension Schedule {
    /// Whether both have the same series of slots.
    func firesAs(_ other: Schedule) -> Bool {
        cron.text == other.cron.text && zone.identifier == other.zone.identifier
    }
}
