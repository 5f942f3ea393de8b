import Agents
import JSON
import Records
import Scheduling
import Suggestion
import Time

/// Lets the agents do what the scheduler and the command line ask for.
struct AgentPerformer: TaskPerformer {
    let settings: Settings
    let store: Store
    let ledger: any Ledger
    /// What the tasks of a domain may ask outside.
    let services: @Sendable (Domain) -> TaskServices
    /// What a domain remembers.
    let memory: @Sendable (Domain) -> any DomainMemory
    let time: any TimeSource
    let workers: WorkerPool
    /// Told how far a long task is.
    var progress: @Sendable (String, Int, Int?) -> Void = { _, _, _ in }
    /// Called when a run is in the ledger and begins, so that its task row can be seen to say `running` (K71).
    var announce: @Sendable () -> Void = {}
    /// Told how each task of a sweep ends, of which the scheduler knows nothing.
    var observe: @Sendable (SchedulerEvent) -> Void = { _ in }

    func perform(_ request: RunRequest, startedAt: Instant) async throws -> Performance {
        announce()
        if request.domain == Sweep.domain { return try await Sweep(performer: self).perform(request) }
        let (agent, task) = try AgentCatalog.find(domain: request.domain, task: request.task)
        let context = TaskContext(
            now: startedAt,
            // What a dry run must not write, it cannot.
            store: store.scoped(
                to: request.domain, reads: agent.reads.union(agent.writes), writes: request.isDryRun ? [] : agent.writes
            ),
            arguments: try Arguments(request.params, for: task.parameters), settings: settings,
            services: services(agent.domain), memory: memory(agent.domain), isDryRun: request.isDryRun,
            progress: progress)
        let result = try await task.run(context)
        return Performance(result: result.json, alerts: result.alerts.map(\.html))
    }

    func failure(of error: any Error) -> Failure {
        switch error {
        case let error as TaskRefusal: .declined(error.reason)
        case let error as ModelError: failure(of: error)
        case let error as OutcomeUnknown: .unknown(error.message)
        case let error as ServiceError:
            .failed("\(error)", isSafeToRepeat: error.isAway && error.isSafeToRepeat, isServiceAway: error.isAway)
        case let error as StoreError:
            .failed("\(error)", isSafeToRepeat: error.isRetryable, isServiceAway: error.code == .unavailable)
        default: .failed("\(error)", isSafeToRepeat: false)
        }
    }

    /// For tasks that can do nothing without a model. Its client has repeated what may help (readings 24).
    private func failure(of error: ModelError) -> Failure {
        switch error {
        case .budgetSpent: .declined("\(error)")
        case .unavailable: .failed("\(error)", isSafeToRepeat: false, isServiceAway: true)
        case .declined, .unusable: .failed("\(error)", isSafeToRepeat: false)
        }
    }
}

/// What the owner is told of failures.
struct AgentAlertTexts: AlertTexts {
    func failure(domain: String, task: String, message: String, failures: Int) -> String {
        Alert.agentError(domain: domain, task: task, message: message, failures: failures).html
    }

    func recovery(domain: String, task: String, failures: Int) -> String {
        Alert.agentRecovered(domain: domain, task: task, failures: failures).html
    }

    func paused(schedule: String, message: String, failures: Int) -> String {
        Alert.schedulePaused(schedule, message: message, failures: failures).html
    }

    func unknown(domain: String, task: String, message: String) -> String {
        Alert.outcomeUnknown(domain: domain, task: task, message: message).html
    }
}

/// The agents' catalogue as `schedules.json` is checked against it.
struct AgentTaskCatalog: TaskCatalog {
    func problems(domain: String, task: String, params: [String: JSON]) -> [(key: String, message: String)] {
        if domain == Sweep.domain {
            return task == Sweep.task ? [] : [("task", "\(Sweep.domain) has the one task \(Sweep.task)")]
        }
        do {
            let (_, found) = try AgentCatalog.find(domain: domain, task: task)
            _ = try Arguments(params, for: found.parameters)
            return []
        } catch let error as UnknownTask {
            return [(error.isUnknownDomain ? "domain" : "task", error.message)]
        } catch let error as ArgumentError {
            return error.problems.map { ("params", $0) }
        } catch {
            return [("task", "\(error)")]
        }
    }

    /// The sweep would be, if one of its tasks were.
    func isOnce(domain: String, task: String) -> Bool {
        if domain == Sweep.domain {
            return AgentCatalog.sweep.contains { isOnce(domain: $0.domain.rawValue, task: $0.task) }
        }
        return AgentCatalog.agent(named: domain)?.task(named: task)?.effect == .once
    }
}

/// A domain or task that no agent has.
struct UnknownTask: Error, CustomStringConvertible {
    let isUnknownDomain: Bool
    let message: String

    var description: String { message }
}

extension AgentCatalog {
    static func find(domain: String, task: String) throws(UnknownTask) -> (Agent, AgentTask) {
        guard let agent = all.first(where: { $0.domain.rawValue == domain }) else {
            let names = all.map(\.domain.rawValue)
            let hint =
                domain.nearest(in: names).map { ", did you mean \($0)?" }
                ?? "; there are \(names.joined(separator: ", "))"
            throw UnknownTask(isUnknownDomain: true, message: "there is no domain \"\(domain)\"\(hint)")
        }
        guard let found = agent.task(named: task) else {
            let names = agent.tasks.map(\.name)
            let hint =
                task.nearest(in: names).map { ", did you mean \($0)?" } ?? "; it has \(names.joined(separator: ", "))"
            throw UnknownTask(isUnknownDomain: false, message: "\(domain) has no task \"\(task)\"\(hint)")
        }
        return (agent, found)
    }
}
