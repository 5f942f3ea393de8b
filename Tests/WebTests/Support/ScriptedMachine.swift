import JSON
import Synchronization
import Time

@testable import Web

/// A daemon that answers as a test says and remembers what it was asked.
final class ScriptedMachine: Machine {
    struct State {
        var health = ScriptedMachine.well
        /// How often somebody looked at it.
        var looks = 0
        var asked: [String] = []
        var orders: [DispatchOrder] = []
        var onceTasks: Set<String> = []
        var ended: Set<String> = []
        var picture: JSON?
        /// What goes wrong when runs are asked for.
        var failure: (any Error)?
        var pictures = 0
    }

    static let well = health([])

    static func health(_ reasons: [Health.Reason], schedules: Int = 2) -> Health {
        Health(
            isLive: true, isReady: true, reasons: reasons, version: "1", startedAt: Instant(seconds: 0),
            schedules: schedules, running: 0, waiting: 0)
    }

    let state = Mutex(State())

    func set(_ change: (inout State) -> Void) { state.withLock { change(&$0) } }

    var asked: [String] { state.withLock { $0.asked } }

    private func note(_ text: String) { state.withLock { $0.asked.append(text) } }

    var health: Health {
        state.withLock { state in
            state.looks += 1
            return state.health
        }
    }

    var agents: JSON { ["agents": []] }

    func schedules(_ question: ScheduleQuestion) throws -> JSON {
        note("schedules \(question.limit) \(question.cursor ?? "-") \(question.ahead)")
        return ["schedules": [], "next": nil]
    }

    func runs(_ question: RunQuestion) throws -> JSON {
        note(
            "runs \(question.domain ?? "-") \(question.schedule ?? "-") \(question.outcome ?? "-") "
                + "\(question.since?.iso8601 ?? "-") \(question.limit) \(question.cursor ?? "-")")
        if let failure = state.withLock({ $0.failure }) { throw failure }
        return ["runs": [], "next": nil]
    }

    private func run(_ id: String, ended: Bool) -> JSON {
        [
            "id": .string(id), "trigger": "http", "schedule": nil, "planned_at": nil, "domain": "youtube",
            "task": "analyze", "due_at": "1970-01-01T00:00:00Z", "claimed_at": "1970-01-01T00:00:00Z",
            "started_at": "1970-01-01T00:00:00Z", "finished_at": ended ? "1970-01-01T00:00:01Z" : nil,
            "outcome": ended ? "ok" : "running", "reason": nil, "missed": 0, "missed_through": nil, "attempts": 1,
            "duration_ms": nil, "lateness_usec": nil,
        ]
    }

    func run(_ id: String) throws -> JSON? {
        guard id != "nobody" else { return nil }
        guard case .object(var members) = run(id, ended: state.withLock { $0.ended.contains(id) }) else { return nil }
        members["params"] = [:]
        members["once"] = false
        members["result"] = nil as JSON
        return .object(members)
    }

    func isOnce(domain: String, task: String) -> Bool { state.withLock { $0.onceTasks.contains("\(domain) \(task)") } }

    func dispatch(_ order: DispatchOrder) async throws -> DispatchedRun {
        let number = state.withLock { state in
            state.orders.append(order)
            return state.orders.count
        }
        return DispatchedRun(id: "run\(number)", run: run("run\(number)", ended: false), hasEnded: false)
    }

    func cancel(_ id: String) async throws -> JSON {
        note("cancel \(id)")
        return run(id, ended: false)
    }

    func pause(_ schedule: String, until: Instant?, note text: String) async throws -> JSON {
        note("pause \(schedule) \(until?.iso8601 ?? "-") \(text)")
        return ["schedule": .string(schedule), "since": "1970-01-01T00:00:00Z", "until": nil, "note": .string(text)]
    }

    func resume(_ schedule: String) async throws -> JSON {
        note("resume \(schedule)")
        return ["schedule": .string(schedule), "lifted": nil, "next": nil]
    }

    func reload() async throws -> JSON {
        note("reload")
        return ["accepted": true, "added": [], "changed": [], "removed": [], "restart_for": [], "secrets": []]
    }

    func picture(of domain: String) async throws -> JSON? {
        state.withLock { state in
            state.pictures += 1
            return state.picture
        }
    }

    var figures: [MetricFamily] { [MetricFamily("actpd_up", "Up.", .gauge, [.init(1)])] }
}
