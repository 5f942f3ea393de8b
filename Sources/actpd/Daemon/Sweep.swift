import Agents
import JSON
import Scheduling
import Time

/// The daily sweep (DI-09…12): the nine domains one after another, each a run of its own; one that fails does not stop
/// the others.
struct Sweep: Sendable {
    static let domain = "dispatch"
    static let task = "all"
    /// Each of the nine may take this long.
    static let taskTimeout: Duration = .seconds(600)
    /// The nine together.
    static let timeout: Duration = .seconds(9 * 600)

    let performer: AgentPerformer
    /// Told of each task as it ends.
    var report: @Sendable (Line) -> Void = { _ in }

    /// One task's end.
    struct Line: Hashable, Sendable {
        let domain: String
        let task: String
        let outcome: Outcome
        let duration: Duration
        /// The task's first line, or why it did not do its work.
        let text: String
        let result: JSON

        /// What the summary is made of: the result, and why there is none for a domain that was skipped or stopped.
        var summarized: JSON {
            guard outcome != .ok, result["error"] == nil else { return result }
            return ["error": .string("\(outcome.rawValue): \(text)")]
        }

        var json: JSON {
            [
                "domain": .string(domain), "task": .string(task), "outcome": .string(outcome.rawValue),
                "duration_ms": .integer(duration.milliseconds), "summary": .string(text), "result": result,
            ]
        }
    }

    func perform(_ request: RunRequest) async throws -> Performance {
        let execution = Execution(performer: performer, time: performer.time, workers: performer.workers)
        let oneShot = OneShot(ledger: performer.ledger, execution: execution, time: performer.time)
        var lines: [Line] = []
        for step in AgentCatalog.sweep {
            try Task.checkCancellation()
            let run = RunRequest(
                trigger: .sweep, due: performer.time.now(), domain: step.domain.rawValue, task: step.task,
                isDryRun: request.isDryRun, policy: Policy(timeout: Sweep.taskTimeout))
            let end = try await oneShot.run(run)
            performer.observe(SchedulerEvent(end, of: run))
            let line = Line(run, end)
            report(line)
            lines.append(line)
        }
        let passed = lines.count { $0.outcome == .ok }
        let results = Dictionary(lines.map { ("\($0.domain).\($0.task)", $0.summarized) }, uniquingKeysWith: { $1 })
        let alert = Alert.sweep(passed: passed, of: lines.count, results: results)
        let result: JSON = [
            "stdout": .string("\(passed) of \(lines.count) domains ok"), "returncode": passed == lines.count ? 0 : 1,
            "passed": JSON(passed), "failed": JSON(lines.count - passed), "domains": .array(lines.map(\.json)),
            "message": .string(alert.html),
        ]
        return Performance(result: result, alerts: [alert.html])
    }
}

extension SchedulerEvent {
    fileprivate init(_ end: OneShot.End, of request: RunRequest) {
        switch end {
        case .completed(let completion): self = .ended(RunEnding(request: request, completion: completion))
        case .skipped(let reason): self = .skipped(request, reason)
        }
    }
}

extension Sweep.Line {
    init(_ request: RunRequest, _ end: OneShot.End) {
        domain = request.domain
        task = request.task
        switch end {
        case .completed(let completion):
            outcome = completion.outcome
            duration = completion.duration
            let output = completion.result["stdout"]?.string ?? ""
            text = completion.reason ?? output.split(separator: "\n").first.map(String.init) ?? ""
            result = completion.result
        case .skipped(let reason):
            outcome = .skipped
            duration = .zero
            text = reason
            result = [:]
        }
    }
}
