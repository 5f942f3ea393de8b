import Configuration
import HTTP
import Logging
import Records
import Scheduling
import Systemd
import Time

/// What the daemon says: one line for each thing that happened, with the same keys everywhere.
struct DaemonLog: Sendable {
    private let logger: Logger

    init(_ logger: Logger) { self.logger = logger }

    /// To the journal with fields when systemd listens, else readable lines on standard error.
    static func logger(level: Logger.Level, time: any TimeSource) -> Logger {
        Logger(label: "actpd") { label in
            guard ServiceManager.isJournalConnected else { return TextLogHandler(level: level, time: time) }
            return JournalLogHandler(label: label, level: level)
        }
    }

    func write(_ event: SchedulerEvent) {
        switch event {
        case .started(let request):
            logger.kind(.started).debug("\(request.domain) \(request.task) started", metadata: request.metadata)
        case .ended(let ending): write(ending)
        case .waits(let request, let reason):
            logger.kind(.waits).info(
                "\(request.domain) \(request.task) waits: \(reason)",
                metadata: request.metadata.merging(["reason": "\(reason)"]) { $1 })
        case .tookOver(let request):
            logger.kind(.tookOver).notice(
                "\(request.domain) \(request.task): its process died before it began; it starts now",
                metadata: request.metadata)
        case .recovered(let run): recovered(run)
        case .noticed(.paused(let schedule, let failures)):
            logger.kind(.paused).error(
                "\(schedule) paused itself after \(failures) failures in a row; actpd resume \(schedule)",
                metadata: ["schedule": "\(schedule)", "reason": "pauseOnFailure"])
        case .skipped(let request, let reason):
            logger.kind(.skipped).warning(
                "\(request.domain) \(request.task) skipped: \(reason)",
                metadata: request.metadata.merging(["outcome": "skipped", "reason": "\(reason)"]) { $1 })
        case .taken(let request):
            logger.kind(.claimed).debug(
                "\(request.domain) \(request.task): this slot was claimed before", metadata: request.metadata)
        case .missed(let schedule, let missed):
            logger.kind(.missed).warning(
                "\(schedule): \(missed.count) slots passed without a start, from \(missed.first) to \(missed.last)",
                metadata: ["schedule": "\(schedule)", "outcome": "missed"])
        case .ledgerFailed(let error):
            logger.kind(.ledgerRefuses).error(
                "the ledger cannot be written, nothing is started; trying again every second",
                metadata: ["reason": "\(error)"])
        case .ledgerRecovered: logger.kind(.ledgerAccepts).notice("the ledger can be written again")
        case .draining(let requests):
            let names = requests.map { "\($0.domain) \($0.task)" }.joined(separator: ", ")
            logger.kind(.draining).notice("waiting for \(requests.count) running tasks: \(names)")
        }
    }

    func write(_ event: Execution.Event) {
        switch event {
        case .retries(let request, let attempt, let reason, let wait):
            logger.kind(.retries).warning(
                """
                \(request.domain) \(request.task): attempt \(attempt) of \(request.policy.retry.attempts) failed, \
                again in \(wait.rough)
                """, metadata: request.metadata.merging(["reason": "\(reason)"]) { $1 })
        case .stuck(let request):
            logger.kind(.stuck).error(
                "\(request.domain) \(request.task) is stuck: it ignores its cancellation and was given up",
                metadata: request.metadata)
        case .freed(let request):
            logger.kind(.freed).notice(
                "\(request.domain) \(request.task), given up before, has ended; its outcome stands",
                metadata: request.metadata)
        }
    }

    private func write(_ ending: RunEnding) {
        let (request, completion) = (ending.request, ending.completion)
        var metadata = request.metadata
        metadata["outcome"] = "\(completion.outcome.rawValue)"
        metadata["duration_usec"] = "\(completion.duration.microseconds)"
        metadata["lateness_usec"] = "\((completion.startedAt - request.due).microseconds)"
        if let reason = completion.reason { metadata["reason"] = "\(reason)" }
        let level: Logger.Level =
            switch completion.outcome {
            case .ok: .info
            case .skipped, .cancelled, .missed: .warning
            case .error, .timeout, .interrupted, .unknown: .error
            }
        let took = "\(completion.duration.milliseconds) ms"
        logger.kind(completion.outcome.event).log(
            level: level, "\(request.domain) \(request.task) \(completion.outcome.rawValue) in \(took)",
            metadata: metadata)
    }

    func ready(_ schedules: [Schedule], next: [(name: String, due: Instant)], at now: Instant) {
        logger.kind(.ready).notice(
            "ready: \(schedules.count(where: \.isEnabled)) of \(schedules.count) schedules in force")
        for (name, due) in next { logger.info("next: \(name) at \(due) (in \((due - now).rough))") }
    }

    func recovered(_ run: RunRecord) {
        logger.kind(run.outcome?.event ?? .interrupted).warning(
            "\(run.domain) \(run.task) is \(run.outcome?.rawValue ?? ""): its process died",
            metadata: [
                "run_id": "\(run.id)", "domain": "\(run.domain)", "task": "\(run.task)",
                "outcome": "\(run.outcome?.rawValue ?? "")", "reason": "\(run.reason ?? "")",
            ])
    }

    func ledgerSetAside(_ path: String) {
        logger.kind(.ledgerSetAside).critical(
            "the ledger was damaged: it is kept as \(path) and a new one was begun; nothing is caught up")
    }

    func quarantined(_ entry: QuarantinedEntry) {
        let name = entry.name.map { "\"\($0)\"" } ?? "without a name"
        logger.kind(.quarantined).error("the schedule \(name) is left out until the file is corrected and reloaded")
        for problem in entry.problems { logger.error("\(problem)") }
    }

    func reloaded(_ difference: ScheduleDifference) { logger.kind(.reloaded).notice("reloaded: \(difference)") }

    func reloadRejected(_ error: any Error) {
        logger.kind(.reloadRejected).error("reload rejected, the schedules in force stay")
        if let error = error as? ConfigurationError {
            for problem in error.problems { logger.error("\(problem)") }
        } else {
            logger.error("\(error)")
        }
    }

    func secretsReplaced(_ names: [String]) {
        logger.kind(.secretsReplaced).notice("secrets replaced: \(names.joined(separator: ", "))")
    }

    func restartNeeded(for files: [String]) {
        logger.kind(.restartNeeded).warning("\(SettingsFiles.sentence(files))")
    }

    func reloadUnanswered(_ error: StoreError) {
        logger.error("whoever asked for the reload gets no answer", metadata: ["reason": "\(error)"])
    }

    func clockSet() { logger.kind(.clockSet).notice("the wall clock was set; the plan was looked through again") }

    func zonesChanged(_ zones: Set<String>) {
        logger.kind(.zonesChanged).notice("time zone data changed on disk: \(zones.sorted().joined(separator: ", "))")
    }

    func overdue(_ alarm: Instant) {
        logger.kind(.overdue).critical("the scheduler is behind its alarm of \(alarm); no watchdog ping is sent")
    }

    func write(_ state: HTTPHostState) {
        guard let trouble = state.trouble else { return logger.notice("\(state.host) answers again") }
        logger.warning("\(trouble)")
    }

    func switchedOff(_ columns: [SchemaDifference]) {
        for column in columns { logger.warning("\(column)") }
    }

    func write(_ report: SchemaReport) {
        if let failure = report.failure {
            return logger.warning(
                "the tables were not compared with what is expected of them", metadata: ["reason": "\(failure)"])
        }
        for line in report.lines { logger.log(level: line.stops.isEmpty ? .notice : .error, "\(line.sentence)") }
        if report.lines.isEmpty { logger.info("the tables have all columns that are expected of them") }
    }

    func registered(_ services: [String]) {
        guard !services.isEmpty else { return }
        logger.info("registered in actp_agent_registry: \(services.joined(separator: ", "))")
    }

    func notRegistered(_ error: StoreError) {
        logger.warning(
            "the agents are not in actp_agent_registry; nothing depends on it, the next start tries again",
            metadata: ["reason": "\(error)"])
    }

    func stopped() { logger.kind(.stopped).notice("stopped") }
}

extension RunRequest {
    fileprivate var metadata: Logger.Metadata {
        var metadata: Logger.Metadata = ["run_id": "\(id)", "domain": "\(domain)", "task": "\(task)"]
        if let schedule { metadata["schedule"] = "\(schedule)" }
        if let planned { metadata["scheduled_at"] = "\(planned)" }
        return metadata
    }
}

extension Outcome {
    /// What the journal calls such an end.
    fileprivate var event: JournalEvent {
        switch self {
        case .ok: .ended
        case .error, .timeout, .cancelled: .failed
        case .interrupted: .interrupted
        case .unknown: .unknown
        case .skipped: .skipped
        case .missed: .missed
        }
    }
}
