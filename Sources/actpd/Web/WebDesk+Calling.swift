import Agents
import Configuration
import Dispatch
import JSON
import Records
import Scheduling
import Stores
import Suggestion
import Time
import Web

extension WebDesk {
    /// How long a person may wait for a run, as on the command line.
    private static let timeout = Duration.seconds(3_600)
    /// For what is done on the scheduler's queue and writes to the disk.
    private static let patience = 30

    func isOnce(domain: String, task: String) -> Bool { AgentTaskCatalog().isOnce(domain: domain, task: task) }

    func dispatch(_ order: DispatchOrder) async throws -> DispatchedRun {
        let request = try request(order)
        return try await orders.take { [self] in try take(request, order) }
    }

    /// - Throws: ``Problem`` for what no agent has.
    private func request(_ order: DispatchOrder) throws(Problem) -> RunRequest {
        let problems = AgentTaskCatalog().problems(domain: order.domain, task: order.task, params: order.params)
        guard problems.isEmpty else {
            let texts = problems.map(\.message)
            throw Problem(.unprocessable, texts.joined(separator: "; "), errors: texts)
        }
        var params = order.params
        if let (_, task) = try? AgentCatalog.find(domain: order.domain, task: order.task),
            let typed = try? task.typed(params)
        {
            params = typed
        }
        return RunRequest(
            trigger: .http, due: workplace.time.now(), domain: order.domain, task: order.task, params: params,
            isDryRun: order.isDryRun, policy: Policy(timeout: WebDesk.timeout),
            isOnce: isOnce(domain: order.domain, task: order.task))
    }

    /// One order at a time.
    private func take(_ request: RunRequest, _ order: DispatchOrder) throws -> DispatchedRun {
        var request = request
        guard !stopping.isSet else { throw Problem(.unavailable, "the daemon stops", retryAfter: .seconds(30)) }
        if let key = order.key {
            // Before the run is claimed: a process that dies between the two leaves a key whose run can still begin.
            switch try write({ try workplace.ledger.order(key, request.body, run: request.id, at: request.due) }) {
            case .new: break
            case .other:
                throw Problem(
                    .keyReused, "another order came with this Idempotency-Key within a day; send a key of its own")
            case .known(let id):
                if let known = try known(id) { return known }
                request = request.with(id)
            }
        }
        switch try write({
            try workplace.ledger.claim([Claim(request)], limits: RunLimits(), at: workplace.time.now()).results[0]
        }) {
        case .won: try launch(request)
        case .taken: break
        case .waits(let reason):
            try write {
                try workplace.ledger.dismiss(
                    [Dismissal(id: request.id, outcome: .skipped, reason: reason)], at: workplace.time.now())
            }
            note(.skipped(request, reason))
        case .skipped(let reason): note(.skipped(request, reason))
        }
        guard let run = try known(request.id) else {
            throw Problem(.unavailable, "the run \(request.id) cannot be found in the ledger")
        }
        return run
    }

    /// A run that an order has become.
    private func known(_ id: RowID) throws(Problem) -> DispatchedRun? {
        guard let (record, _) = try ledgerRead({ try reader.run(id) }) else { return nil }
        if record.outcome == .skipped, record.startedAt == nil {
            throw Problem(
                .conflict,
                "it was not run: \(record.reason ?? ""); send it again later, with another key if it has one",
                run: record.json)
        }
        return DispatchedRun(id: id.text, run: record.json, hasEnded: record.outcome != nil)
    }

    private func launch(_ request: RunRequest) throws {
        let launched = try write { try workplace.ledger.launch([request.id], at: workplace.time.now()) }
        guard launched.contains(request.id) else { return }
        let isTaken = ask(within: .seconds(WebDesk.patience)) { $0.takeOn(request) }
        if isTaken ?? false { return }
        let (now, reason) = (workplace.time.now(), "the process was asked to stop before it began")
        _ = try write {
            try workplace.ledger.finish([
                RunEnding(
                    request: request,
                    completion: Completion(
                        id: request.id, outcome: .cancelled, reason: reason, result: ["error": .string(reason)],
                        startedAt: now, finishedAt: now, duration: .zero))
            ])
        }
    }

    func cancel(_ id: String) async throws -> JSON {
        guard let row = RowID(id), let (record, _) = try ledgerRead({ try reader.run(row) }) else {
            throw Problem(.notFound, "there is no run \(id)")
        }
        guard record.outcome == nil else {
            throw Problem(.conflict, "it has ended already: \(record.stateText)", run: record.json)
        }
        let answer = ask(within: .seconds(WebDesk.patience)) { scheduler in
            Result { try scheduler.cancel(row, reason: "cancelled over HTTP") }
        }
        switch answer {
        case .success(true)?: return (try ledgerRead { try reader.run(row) })?.record.json ?? record.json
        case .success(false)?:
            throw Problem(
                .conflict, "it is not a run of the daemon: a command runs it, and is stopped there", run: record.json)
        case .failure(let error)?: throw Problem(.unavailable, "the ledger cannot be written: \(error)")
        case nil: throw Problem(.unavailable, "the scheduler does not answer; GET /health says more")
        }
    }

    func pause(_ schedule: String, until: Instant?, note: String) async throws -> JSON {
        _ = try named(schedule)
        let pause = Pause(schedule: schedule, since: workplace.time.now(), until: until, note: note)
        try write { try workplace.ledger.pause(pause) }
        publish("schedule", ["schedule": .string(schedule), "paused": true])
        return pause.json
    }

    func resume(_ schedule: String) async throws -> JSON {
        let view = try named(schedule)
        let lifted = try write { try workplace.ledger.resume(schedule, at: workplace.time.now()) }
        publish("schedule", ["schedule": .string(schedule), "paused": false])
        let next = view.plan.slots.first { $0.schedule.name == schedule }?.planned
        return [
            "schedule": .string(schedule), "lifted": lifted?.json ?? nil,
            "next": next.map { .string($0.iso8601) } ?? nil,
        ]
    }

    /// - Throws: ``Problem`` for a name that neither the schedules nor the pauses have.
    private func named(_ schedule: String) throws(Problem) -> SchedulerView {
        let view = try present()
        if view.schedules.contains(where: { $0.name == schedule }) { return view }
        let pauses = try ledgerRead { try reader.pauses() }
        if pauses[schedule] != nil || book.quarantined.contains(schedule) { return view }
        let hint = schedule.nearest(in: view.schedules.map(\.name)).map { ", did you mean \($0)?" } ?? ""
        throw Problem(.notFound, "there is no schedule \"\(schedule)\"\(hint)")
    }

    func reload() async throws -> JSON {
        let reloading = reloading
        guard let verdict = ask(within: .seconds(WebDesk.patience), { _ in reloading() }) else {
            throw Problem(.unavailable, "the scheduler does not answer; GET /health says more")
        }
        switch verdict {
        case .accepted: return verdict.json
        case .rejected(let problems):
            throw Problem(
                .unprocessable, "the new file is refused, the schedules in force stay",
                errors: problems.map(\.description))
        case .failed(let reason):
            throw Problem(.unavailable, "the daemon could not reload, the schedules in force stay: \(reason)")
        }
    }

    /// - Throws: ``Problem`` in place of what the ledger throws.
    @discardableResult
    private func write<Result>(_ write: () throws -> Result) throws(Problem) -> Result {
        do {
            return try write()
        } catch {
            throw Problem(.unavailable, "the ledger cannot be written: \(error)", retryAfter: .seconds(5))
        }
    }
}

extension RunRequest {
    /// Equal for equal orders.
    fileprivate var body: String {
        (["domain": .string(domain), "task": .string(task), "params": .object(params), "dry_run": .bool(isDryRun)]
            as JSON).text
    }

    /// The same order as an earlier run.
    fileprivate func with(_ id: RowID) -> RunRequest {
        RunRequest(
            id: id, trigger: trigger, due: due, domain: domain, task: task, params: params, isDryRun: isDryRun,
            policy: policy, isOnce: isOnce)
    }
}
