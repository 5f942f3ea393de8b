import Agents
import JSON
import Synchronization
import Time

@testable import Web

/// A daemon that remembers what it was asked, with the tasks and the parameters that there really are.
final class RecordingMachine: Machine {
    enum Call: Equatable {
        case schedules(ScheduleQuestion)
        case runs(RunQuestion)
        case look(String)
        case dispatch(DispatchOrder)
        case cancel(String)
        case pause(String, until: Instant?, note: String)
        case resume(String)
        case reload

        var needs: Scope {
            switch self {
            case .schedules, .runs, .look: .read
            case .dispatch, .cancel: .run
            case .pause, .resume, .reload: .admin
            }
        }
    }

    private let made = Mutex<[Call]>([])
    /// Whether runs have ended when somebody looks.
    let hasEnded = Mutex(false)

    /// Those since the last time.
    func takeCalls() -> [Call] {
        made.withLock { calls in
            defer { calls = [] }
            return calls
        }
    }

    private func note(_ call: Call) { made.withLock { $0.append(call) } }

    var health: Health {
        note(.look("health"))
        return Health(
            isLive: true, isReady: true, reasons: [], version: "1", startedAt: FixedTime.start, schedules: 0,
            running: 0,
            waiting: 0)
    }

    var agents: JSON {
        note(.look("agents"))
        return ["agents": []]
    }

    var figures: [MetricFamily] {
        note(.look("figures"))
        return []
    }

    func schedules(_ question: ScheduleQuestion) throws -> JSON {
        note(.schedules(question))
        return ["schedules": [], "next": nil]
    }

    func runs(_ question: RunQuestion) throws -> JSON {
        note(.runs(question))
        return ["runs": [], "next": nil]
    }

    func run(_ id: String) throws -> JSON? {
        note(.look("run \(id)"))
        return ["id": .string(id), "finished_at": hasEnded.withLock { $0 } ? "1970-01-01T00:00:00Z" : nil]
    }

    func isOnce(domain: String, task: String) -> Bool {
        AgentCatalog.agent(named: domain)?.task(named: task)?.effect == .once
    }

    func dispatch(_ order: DispatchOrder) async throws -> DispatchedRun {
        note(.dispatch(order))
        guard let task = AgentCatalog.agent(named: order.domain)?.task(named: order.task) else {
            throw Problem(.unprocessable, "there is no such task")
        }
        do {
            _ = try Arguments(order.params, for: task.parameters)
        } catch {
            throw Problem(.unprocessable, error.problems.joined(separator: "; "), errors: error.problems)
        }
        return DispatchedRun(id: "1", run: ["id": "1", "finished_at": nil], hasEnded: false)
    }

    func cancel(_ id: String) async throws -> JSON {
        note(.cancel(id))
        return ["id": .string(id)]
    }

    func pause(_ schedule: String, until: Instant?, note text: String) async throws -> JSON {
        note(.pause(schedule, until: until, note: text))
        return ["schedule": .string(schedule)]
    }

    func resume(_ schedule: String) async throws -> JSON {
        note(.resume(schedule))
        return ["schedule": .string(schedule)]
    }

    func reload() async throws -> JSON {
        note(.reload)
        return ["accepted": true]
    }

    func picture(of domain: String) async throws -> JSON? {
        note(.look("picture"))
        return Domain(rawValue: domain).map { ["domain": .string($0.rawValue)] }
    }
}

/// A clock that stands still, except that each input has a second of its own for the limit of requests.
final class FixedTime: TimeSource {
    static let start = Instant(seconds: 1_772_442_000)

    private let seconds = Mutex(0)

    func now() -> Instant { FixedTime.start }
    func uptime() -> Duration { .seconds(seconds.withLock { $0 }) }
    func advance() { seconds.withLock { $0 += 1 } }
}
