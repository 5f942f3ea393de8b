import Configuration
import Cron
import JSON
import Time

/// One pass over the entries of `schedules.json`: each becomes a schedule or is left out with its problems.
struct EntryPass<Catalog: TaskCatalog> {
    /// Whether the cron lines' remarks are wanted: only `check` does.
    var gathersWarnings = false

    /// The good entries, and what the next reading needs to know them again.
    private(set) var reading: ScheduleCache.Reading
    private(set) var quarantined: [QuarantinedEntry] = []
    private(set) var warnings: [ConfigurationProblem] = []

    private let catalog: Catalog
    private let reader: ConfigurationReader
    /// The defaults' policy, which most entries share.
    private let policy: Policy
    private let keepsFingerprints: Bool
    private var memory: EntryMemory?
    private var names: Set<String> = []
    private var zones: ZoneShelf
    private var onceTasks: [TaskName: Bool] = [:]

    private struct TaskName: Hashable {
        let domain: String
        let task: String
    }

    private var defaults: ScheduleDefaults { reading.defaults }

    /// Reports what is wrong with the defaults themselves.
    init(
        _ defaults: ScheduleDefaults, zones: ZoneDatabase, catalog: Catalog, reader: ConfigurationReader,
        previous: ScheduleCache?
    ) {
        self.catalog = catalog
        self.reader = reader
        self.zones = ZoneShelf(zones)
        let before = previous?.reading
        keepsFingerprints = previous != nil
        memory = EntryMemory(before, defaults: defaults, zones: &self.zones)
        reading = ScheduleCache.Reading(defaults: defaults, policies: before?.policies ?? [])
        policy = reading.policies.insert(defaults.policy.policy(over: Policy())).memberAfterInsert
        reading.schedules.reserveCapacity(before?.schedules.count ?? 0)
        names.reserveCapacity(before?.schedules.count ?? 0)
        let whole = PolicyCase(written: defaults.policy, policy: policy)
        for refusal in PolicyCase.Refusal.inDefaults {
            if let message = refusal.find(whole) {
                reader.report(message, at: defaults.place, key: refusal.key(whole))
            }
        }
        if case .failure(let error) = self.zones.zone(defaults.timezone) {
            reader.report("\(error)", at: defaults.place, key: "timezone")
        }
    }

    mutating func read(_ entries: LaterList<ScheduleEntry>) {
        var fingerprint = 0
        entries.forEach(reader) { bytes in
            guard keepsFingerprints else { return false }
            fingerprint = ScheduleCache.fingerprint(bytes)
            // An entry that stands there twice is read, and found to have a name that is taken.
            guard let schedule = memory?.schedule(fingerprint), names.insert(schedule.name).inserted else {
                return false
            }
            keep(schedule, fingerprint)
            return true
        } _: { node in
            let (schedule, problems) = reader.collecting { self.schedule(from: node) }
            if let schedule, problems.isEmpty {
                keep(schedule, fingerprint)
            } else {
                quarantined.append(QuarantinedEntry(name: node["name"]?.value.string, problems: problems))
            }
        }
        reading.zones = zones.found
    }

    private mutating func keep(_ schedule: Schedule, _ fingerprint: Int) {
        reading.schedules.append(schedule)
        if keepsFingerprints { reading.fingerprints.append(fingerprint) }
    }

    /// The checked schedule, or `nil` when something about it was reported; the caller looks at both.
    private mutating func schedule(from node: JSONNode) -> Schedule? {
        guard let entry = ScheduleEntry.read(node, reader) else { return nil }
        if !entry.name.isEmpty, !names.insert(entry.name).inserted {
            reader.report("the name \"\(entry.name)\" is taken by an earlier schedule", with: "name", of: node)
        }
        let empty = entry.required.filter(\.text.isEmpty)
        guard empty.isEmpty else {
            // A key that is missing or misread has been reported already.
            for (key, _) in empty where node[key]?.value.string == "" {
                reader.report("must not be empty", with: key, of: node)
            }
            return nil
        }
        for problem in catalog.problems(domain: entry.domain, task: entry.task, params: entry.params) {
            reader.report(problem.message, with: problem.key, of: node)
        }
        let cron = cron(of: entry, at: node)
        let policy = policy(of: entry, cron: cron, at: node)
        guard let cron, let zone = zone(of: entry, at: node) else { return nil }
        let schedule = Schedule(
            name: entry.name, cron: cron, zone: zone, domain: entry.domain, task: entry.task, params: entry.params,
            isEnabled: entry.enabled, policy: policy,
            isOnce: catalog.isOnce(domain: entry.domain, task: entry.task), start: entry.start, end: entry.end)
        check(schedule, at: node)
        if gathersWarnings { warnings += cron.warnings.map { reader.remark($0, with: "cron", of: node) } }
        return schedule
    }

    private func cron(of entry: ScheduleEntry, at node: JSONNode) -> CronExpression? {
        do {
            return try CronExpression(entry.cron, name: entry.name)
        } catch {
            reader.report("\(error)", with: "cron", of: node)
            return nil
        }
    }

    private mutating func zone(of entry: ScheduleEntry, at node: JSONNode) -> Zone? {
        switch zones.zone(entry.timezone ?? defaults.timezone) {
        case .success(let zone): return zone
        case .failure(let error):
            // What the defaults say is reported there, not once for each entry.
            if entry.timezone != nil { reader.report("\(error)", with: "timezone", of: node) }
            return nil
        }
    }

    /// The entry's policy, what it makes no sense to say reported.
    private mutating func policy(of entry: ScheduleEntry, cron: CronExpression?, at node: JSONNode) -> Policy {
        let isOnce = isOnce(TaskName(domain: entry.domain, task: entry.task))
        let isReboot = cron?.isReboot ?? false
        let saysNothing = entry.policy == WrittenPolicy()
        guard !saysNothing || isOnce || isReboot || policy.jitter > .zero else { return policy }
        let inherited = policy.reduced(isOnce: isOnce, isReboot: isReboot)
        var merged = saysNothing ? inherited : entry.policy.policy(over: inherited)
        merged = reading.policies.insert(merged).memberAfterInsert
        let whole = PolicyCase(written: entry.policy, policy: merged, cron: cron, isOnce: isOnce)
        for refusal in PolicyCase.Refusal.inEntries {
            if let message = refusal.find(whole) { reader.report(message, with: refusal.key(whole), of: node) }
        }
        return merged
    }

    private mutating func isOnce(_ name: TaskName) -> Bool {
        if let isOnce = onceTasks[name] { return isOnce }
        let isOnce = catalog.isOnce(domain: name.domain, task: name.task)
        onceTasks[name] = isOnce
        return isOnce
    }

    /// The time in which the schedule is in force.
    private func check(_ schedule: Schedule, at node: JSONNode) {
        if schedule.cron.isReboot {
            for key in ["start", "end"] where node[key] != nil {
                reader.report(
                    "of no use with @reboot, which has no planned instants; leave it out", with: key, of: node)
            }
        }
        guard let start = schedule.start, let end = schedule.end else { return }
        if end < start {
            reader.report(
                "end \(end.iso8601) lies before start \(start.iso8601); allowed is start or later", with: "end",
                of: node)
        } else if !schedule.cron.isReboot, schedule.cron.interval == nil,
            schedule.slot(after: start - .microseconds(1), anchor: start) == nil
        {
            reader.report(
                "no slot of '\(schedule.cron.text)' lies between start \(start.iso8601) and end \(end.iso8601)",
                with: "end", of: node)
        }
    }
}
