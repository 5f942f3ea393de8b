import Agents
import ArgumentParser
import JSON
import Records
import Scheduling
import Services
import Stores
import Time

struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Prints the last results, whether the daemon is up, what runs now and what is due next.")

    @Option(name: .customShort("n"), help: "How many results.")
    var count = 20
    @Flag(help: "Print JSON.")
    var json = false
    @OptionGroup var options: ConfigurationOptions

    func run() throws {
        try reporting {
            try ExitStatus.check(count: count)
            let report = try StatusReport(Workplace(options, as: .reader), limit: count)
            Terminal.out(json ? report.json.text : report.text)
            if case .failure(let error) = report.results { throw ExitStatus(error).exit("no results: \(error)") }
        }
    }
}

/// What `--status` shows, gathered from store, ledger and schedules.
private struct StatusReport {
    let isDaemonUp: Bool
    let isSupabase: Bool
    let running: [RunRecord]
    /// Claimed and not begun.
    let waiting: [RunRecord]
    /// By name; those whose end has passed left out.
    let pauses: [Pause]
    let next: [(name: String, due: Instant)]
    /// Why ``next`` is empty, if the schedules cannot be read.
    let scheduleProblem: String?
    /// What waits for delivery, services that are left alone, the live tables.
    let outside: Outside
    let models: ModelReport
    /// What the store says; the rest is known without it.
    let results: Result<[Row<AgentTasks>], StoreError>
    let now: Instant

    init(_ workplace: Workplace, limit: Int) throws {
        now = workplace.time.now()
        isSupabase = workplace.settings.store == .supabase
        isDaemonUp = try workplace.ledger.isDaemonUp()
        var filter = RunFilter(limit: 100)
        filter.onlyOpen = true
        let open = try workplace.ledger.runs(filter)
        running = open.filter { !$0.isWaiting }
        waiting = open.filter(\.isWaiting)
        pauses = try workplace.ledger.pauses().values.filter { [now] in $0.until.map { now < $0 } ?? true }
            .sorted { $0.schedule < $1.schedule }
        outside = try Outside(workplace.ledger)
        models = ModelReport(
            try workplace.modelAccount.usageToday(), budget: workplace.settings.tunables.claude.dailyBudget)
        do {
            let schedules = try LoadedSchedules(workplace.settings, zones: ZoneDatabase()).schedules
            let plan = Plan(schedules, states: try workplace.ledger.states(), at: now, isBoot: false)
            next = plan.upcoming(limit: 5).map { ($0.schedule.name, $0.due) }
            scheduleProblem = nil
        } catch {
            next = []
            scheduleProblem = "\(error)"
        }
        results = try StatusReport.results(workplace, limit: limit)
    }

    /// The newest results, or why the store has none to give.
    private static func results(
        _ workplace: Workplace, limit: Int
    ) throws -> Result<[Row<AgentTasks>], StoreError> {
        let store = workplace.store
        do {
            return .success(
                try workplace.wait {
                    try await store.fetch(Query<AgentTasks>(limit: limit).order(by: \.createdAt, descending: true))
                })
        } catch let error as StoreError {
            return .failure(error)
        }
    }

    var text: String {
        var lines = ["daemon: \(isDaemonUp ? "up" : "not running")"]
        for run in running {
            lines.append("running: \(run.domain) \(run.task) since \(run.claimedAt), run \(run.id)")
        }
        for run in waiting {
            lines.append("waiting: \(run.domain) \(run.task)\(run.reason.map { ", \($0)" } ?? ""), run \(run.id)")
        }
        for pause in pauses { lines.append("paused: \(pause.schedule) \(pause.text.dropFirst("paused ".count))") }
        if let scheduleProblem { lines.append("schedules: \(scheduleProblem)") }
        for (name, due) in next {
            let isHeld = pauses.contains { $0.schedule == name && $0.covers(due) }
            lines.append("next: \(name) at \(due) (in \((due - now).rough))\(isHeld ? ", paused" : "")")
        }
        for outbox in outside.outboxes where outbox.count > 0 { lines.append("outbox: \(outbox.text)") }
        if isDaemonUp { for host in outside.hosts { lines.append("service: \(host.text), since \(host.at)") } }
        if let schema = outside.schema, isSupabase { lines.append("tables: \(schema.summary)") }
        if !models.usage.isEmpty { lines.append("models: \(models.text)") }
        guard case .success(let results) = results else { return lines.joined(separator: "\n") }
        guard !results.isEmpty else { return (lines + ["no results yet"]).joined(separator: "\n") }
        let rows = results.map { row -> [String] in
            let output = row.result?["error"]?.string ?? row.result?["stdout"]?.string ?? ""
            return [
                row.createdAt.iso8601, "\(row.domain) \(row.task)", row.status, row.durationMs.map { "\($0) ms" } ?? "",
                String(output.split(separator: "\n").first?.prefix(100) ?? ""),
            ]
        }
        let table = TextTable.render(["CREATED", "TASK", "STATUS", "TOOK", "RESULT"], rows)
        return (lines + ["", table]).joined(separator: "\n")
    }

    var json: JSON {
        [
            "daemon": .string(isDaemonUp ? "up" : "down"), "running": .array(running.map(\.json)),
            "waiting": .array(waiting.map(\.json)), "paused": .array(pauses.map(\.json)),
            "next": .array(next.map { ["schedule": .string($0.name), "due": .string($0.due.iso8601Precise)] }),
            "outbox": .object(
                Dictionary(
                    uniqueKeysWithValues: outside.outboxes.map { ($0.destination.rawValue, $0.json) })),
            "services": .array(isDaemonUp ? outside.hosts.map { .string($0.text) } : []),
            "schema": isSupabase ? outside.schema?.json ?? nil : nil,
            "models": models.json,
            // `null` when the store cannot be asked.
            "results": (try? results.get()).map { .array($0.map(StatusReport.json)) } ?? nil,
        ]
    }

    private static func json(of row: Row<AgentTasks>) -> JSON {
        [
            "id": .string(row.id.text), "domain": .string(row.domain), "task": .string(row.task),
            "status": .string(row.status), "params": row.params ?? nil, "result": row.result ?? nil,
            "duration_ms": row.durationMs.map(JSON.init) ?? nil,
            "created_at": .string(row.createdAt.iso8601Precise),
            "completed_at": row.completedAt.map { .string($0.iso8601Precise) } ?? nil,
        ]
    }
}

extension Duration {
    /// For people: the two largest units, whole seconds at least.
    var rough: String {
        let seconds = max(0, milliseconds / 1_000)
        if seconds >= 86_400 { return "\(seconds / 86_400)d \(seconds % 86_400 / 3_600)h" }
        if seconds >= 3_600 { return "\(seconds / 3_600)h \(seconds % 3_600 / 60)min" }
        if seconds >= 60 { return "\(seconds / 60)min \(seconds % 60)s" }
        return "\(seconds)s"
    }
}
