import CoreMetrics
import Records
import Scheduling
import Time
import Web

/// What is counted as it happens, for `/metrics`.
struct RunCounts: Sendable {
    static let descriptions = [
        PrometheusRegistry.Description("actpd_runs_total", "Runs that ended, by outcome and by what asked for them."),
        .init("actpd_skips_total", "Slots and orders that did not run, by the kind of reason."),
        .init("actpd_missed_slots_total", "Slots that passed while nobody could start them."),
        .init(
            "actpd_run_duration_seconds", "How long runs took.",
            buckets: [0.01, 0.05, 0.25, 1, 5, 15, 60, 300, 900, 3_600]),
        .init(
            "actpd_start_lateness_seconds", "How late runs of schedules began.",
            buckets: [0.001, 0.0025, 0.005, 0.01, 0.05, 0.25, 1, 5, 30, 300]),
        .init("actpd_clock_jumps_total", "How often the wall clock was set."),
        .init("actpd_reloads_total", "Reloads of schedules.json, by result."),
    ]

    private let registry: PrometheusRegistry

    init(_ registry: PrometheusRegistry) {
        self.registry = registry
        // There from the start, so that a rate sees the first one.
        for label in ["actpd_clock_jumps_total", "actpd_missed_slots_total"] { add(0, to: label) }
        for result in ["accepted", "rejected"] { add(0, to: "actpd_reloads_total", [("result", result)]) }
    }

    func count(_ event: SchedulerEvent) {
        switch event {
        case .ended(let ending): count(ending)
        case .skipped(_, let reason): add(1, to: "actpd_skips_total", [("reason", RunCounts.kind(of: reason))])
        case .missed(_, let slots): add(slots.count, to: "actpd_missed_slots_total")
        default: break
        }
    }

    func clockSet() { add(1, to: "actpd_clock_jumps_total") }

    func reloaded(_ isAccepted: Bool) {
        add(1, to: "actpd_reloads_total", [("result", isAccepted ? "accepted" : "rejected")])
    }

    private func count(_ ending: RunEnding) {
        let (request, completion) = (ending.request, ending.completion)
        add(
            1, to: "actpd_runs_total",
            [
                ("domain", request.domain), ("task", request.task), ("trigger", request.trigger.rawValue),
                ("outcome", completion.outcome.rawValue),
            ])
        if completion.outcome == .skipped { add(1, to: "actpd_skips_total", [("reason", "declined")]) }
        record(completion.duration, in: "actpd_run_duration_seconds", [("domain", request.domain)])
        if request.trigger == .schedule {
            record(max(.zero, completion.startedAt - request.due), in: "actpd_start_lateness_seconds", [])
        }
    }

    /// The kind of a reason, of which there are few; the reason itself may name anything.
    static func kind(of reason: String) -> String {
        let kinds = ["overlap", "paused", "replaced", "cancelled", OneShot.duplicate]
        return kinds.first(where: reason.hasPrefix) ?? "other"
    }

    private func add(_ amount: Int, to label: String, _ labels: [(String, String)] = []) {
        Counter(label: label, dimensions: labels, factory: registry).increment(by: amount)
    }

    private func record(_ duration: Duration, in label: String, _ labels: [(String, String)]) {
        CoreMetrics.Timer(label: label, dimensions: labels, factory: registry)
            .recordNanoseconds(duration.microseconds * 1_000)
    }
}

extension SchedulerEvent {
    /// What listeners hear of it, if anything: the kind of event, and the run as it now reads.
    func news(at now: Instant) -> (kind: String, run: RunRecord)? {
        switch self {
        case .waits(let request, let reason): ("run.waiting", RunRecord(request, at: now, reason: reason))
        case .started(let request), .tookOver(let request):
            ("run.started", RunRecord(request, at: now, startedAt: now))
        case .skipped(let request, let reason):
            ("run.skipped", RunRecord(request, at: now, outcome: .skipped, reason: reason))
        case .ended(let ending): ("run.ended", RunRecord(ending))
        case .recovered(let record): ("run.ended", record)
        default: nil
        }
    }
}

extension RunRecord {
    fileprivate init(
        _ request: RunRequest, at now: Instant, startedAt: Instant? = nil, outcome: Outcome? = nil,
        reason: String? = nil
    ) {
        self.init(
            id: request.id, trigger: request.trigger, schedule: request.schedule, planned: request.planned,
            due: request.due, domain: request.domain, task: request.task, params: request.params, claimedAt: now,
            startedAt: startedAt, finishedAt: outcome == nil ? nil : now, outcome: outcome, reason: reason,
            missed: request.missed?.count ?? 0, missedThrough: nil, durationMs: nil, attempts: 1,
            isOnce: request.isOnce)
    }

    fileprivate init(_ ending: RunEnding) {
        let completion = ending.completion
        self.init(
            ending.request, at: completion.startedAt, startedAt: completion.startedAt, outcome: completion.outcome,
            reason: completion.reason)
        finishedAt = completion.finishedAt
        durationMs = Int(completion.duration.milliseconds)
        attempts = completion.attempts
    }
}
