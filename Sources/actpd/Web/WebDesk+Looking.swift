import Agents
import Cron
import JSON
import Records
import Scheduling
import Stores
import Time
import Web

extension WebDesk: Machine {
    var agents: JSON { ["agents": .array(AgentCatalog.all.map(\.json))] }

    func schedules(_ question: ScheduleQuestion) throws -> JSON {
        let view = try present()
        let (pauses, now) = (try ledgerRead { try reader.pauses() }, workplace.time.now())
        let names = view.schedules.map(\.name).sorted()
        let rest = question.cursor.map { cursor in names.drop { $0 <= cursor } } ?? names[...]
        let page = rest.prefix(question.limit)
        let wanted = Set(page)
        let slots = Dictionary(
            view.plan.slots.filter { wanted.contains($0.schedule.name) }.map { ($0.schedule.name, $0) },
            uniquingKeysWith: { $1 })
        let last = book.last
        let byName = Dictionary(
            view.schedules.filter { wanted.contains($0.name) }.map { ($0.name, $0) }, uniquingKeysWith: { $1 })
        let shown = page.compactMap { name in
            byName[name].map { schedule in
                schedule.json(
                    next: slots[name].map { ($0.planned, $0.due) }, ahead: question.ahead,
                    pause: pauses[name].flatMap { $0.until.map { now < $0 } ?? true ? $0 : nil }, last: last[name])
            }
        }
        return [
            "schedules": .array(Array(shown)),
            "next": page.count < rest.count ? page.last.map(JSON.string) ?? nil : nil,
        ]
    }

    func runs(_ question: RunQuestion) throws -> JSON {
        var filter = RunFilter(limit: question.limit + 1)
        filter.domain = question.domain
        filter.schedule = question.schedule
        filter.since = question.since
        if let word = question.outcome {
            filter.outcome = Outcome(rawValue: word)
            filter.onlyOpen = word == "open"
            guard filter.outcome != nil || filter.onlyOpen else {
                let words = Outcome.allCases.map(\.rawValue).joined(separator: ", ")
                throw Problem(.malformed, "outcome: \"\(word)\" is none; there are \(words), open")
            }
        }
        if let cursor = question.cursor {
            guard let place = RunPlace(cursor: cursor) else {
                throw Problem(.malformed, "cursor: it is not one that an earlier page had as next")
            }
            filter.before = place
        }
        let runs = try ledgerRead { try reader.runs(filter) }
        let page = runs.prefix(question.limit)
        let next = runs.count > page.count ? page.last.map { RunPlace(claimedAt: $0.claimedAt, id: $0.id) } : nil
        return ["runs": .array(page.map(\.json)), "next": next.map { .string($0.cursor) } ?? nil]
    }

    func run(_ id: String) throws -> JSON? {
        guard let id = RowID(id), let (record, result) = try ledgerRead({ try reader.run(id) }) else { return nil }
        guard var members = record.json.object else { return nil }
        members["params"] = .object(record.params)
        members["once"] = .bool(record.isOnce)
        members["result"] = result ?? .null
        return .object(members)
    }

    /// From the tables and what the domain remembers, read beside whoever writes them.
    func picture(of domain: String) async throws -> JSON? {
        guard let domain = Domain(rawValue: domain) else { return nil }
        do {
            return try await AgentCatalog.picture(
                of: domain, at: workplace.time.now(), store: workplace.store,
                settings: workplace.settings.tunables.agents, memory: reader.memory(of: domain.rawValue))
        } catch let error as StoreError {
            throw Problem(.unavailable, "the picture cannot be drawn: \(error)", retryAfter: .seconds(30))
        }
    }

    /// - Throws: ``Problem`` when the scheduler does not answer.
    func present() throws(Problem) -> SchedulerView {
        guard let view = view() else {
            throw Problem(.unavailable, "the scheduler does not answer; GET /health says more", retryAfter: .seconds(5))
        }
        return view
    }

    /// - Throws: ``Problem`` in place of what the ledger throws.
    func ledgerRead<Result>(_ read: () throws -> Result) throws(Problem) -> Result {
        do {
            return try read()
        } catch {
            throw Problem(.unavailable, "the ledger cannot be read: \(error)", retryAfter: .seconds(5))
        }
    }
}

extension Schedule {
    fileprivate func json(
        next: (planned: Instant, due: Instant)?, ahead: Int, pause: Pause?, last: LastRun?
    ) -> JSON {
        var slots: [JSON] = []
        // From the plan's own slot on, so that expressions that count from an anchor need none here.
        var slot = next?.planned
        while slots.count < ahead, let planned = slot {
            slots.append(.string(planned.iso8601))
            slot = self.slot(after: planned, anchor: planned)
        }
        return [
            "name": .string(name), "domain": .string(domain), "task": .string(task), "cron": .string(cron.text),
            "zone": .string(zone.identifier), "enabled": .bool(isEnabled), "once": .bool(isOnce),
            "params": .object(params), "paused": pause?.json ?? nil,
            "next_at": next.map { .string($0.due.iso8601Precise) } ?? nil, "ahead": .array(slots),
            "last_run_at": last.map { .string($0.finishedAt.iso8601Precise) } ?? nil,
            "last_outcome": last.map { .string($0.outcome.rawValue) } ?? nil,
            "last_success_at": last?.succeededAt.map { .string($0.iso8601Precise) } ?? nil,
        ]
    }
}
