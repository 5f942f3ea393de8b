import Configuration
import Cron
import JSON
import Time

/// One pass over the entries of `schedules.json`: each becomes a schedule or is left out with its problems.
struct EntryPass<Catalog: TaskCatalog> {
    /// Whether the cron lines' remarks are wanted: only `check` does.
    var gathersWarnings = false

    private(set) var schedules: [Schedule] = []
    private(set) var quarantined: [QuarantinedEntry] = []
    private(set) var warnings: [ConfigurationProblem] = []

    private let defaults: ScheduleDefaults
    private let catalog: Catalog
    private let reader: ConfigurationReader
    /// The defaults' policy, which most entries share.
    private let policy: Policy
    /// Policies that were made before: equal ones are one.
    private var policies: Set<Policy> = []
    private var names: Set<String> = []
    private var zones: ZoneShelf

    /// Reports what is wrong with the defaults themselves.
    init(_ defaults: ScheduleDefaults, zones: ZoneDatabase, catalog: Catalog, reader: ConfigurationReader) {
        self.defaults = defaults
        self.catalog = catalog
        self.reader = reader
        self.zones = ZoneShelf(zones)
        policy = defaults.policy.policy(over: Policy())
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
        entries.forEach(reader) { node in
            let (schedule, problems) = reader.collecting { self.schedule(from: node) }
            if let schedule, problems.isEmpty {
                schedules.append(schedule)
            } else {
                quarantined.append(QuarantinedEntry(name: node["name"]?.value.string, problems: problems))
            }
        }
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
        let isOnce = catalog.isOnce(domain: entry.domain, task: entry.task)
        let isReboot = cron?.isReboot ?? false
        let saysNothing = entry.policy == WrittenPolicy()
        guard !saysNothing || isOnce || isReboot || policy.jitter > .zero else { return policy }
        let inherited = policy.reduced(isOnce: isOnce, isReboot: isReboot)
        var merged = saysNothing ? inherited : entry.policy.policy(over: inherited)
        merged = policies.insert(merged).memberAfterInsert
        let whole = PolicyCase(written: entry.policy, policy: merged, cron: cron, isOnce: isOnce)
        for refusal in PolicyCase.Refusal.inEntries {
            if let message = refusal.find(whole) { reader.report(message, with: refusal.key(whole), of: node) }
        }
        return merged
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

/// Zones by name, asked for once each: thousands of entries name the same few.
struct ZoneShelf {
    private let zones: ZoneDatabase
    private var known: [String: Result<Zone, ZoneError>] = [:]

    init(_ zones: ZoneDatabase) { self.zones = zones }

    mutating func zone(_ identifier: String) -> Result<Zone, ZoneError> {
        if let zone = known[identifier] { return zone }
        let zone: Result<Zone, ZoneError>
        do throws(ZoneError) { zone = .success(try zones.zone(identifier)) } catch { zone = .failure(error) }
        known[identifier] = zone
        return zone
    }
}
