import HTTP
import Records
import Scheduling
import Services
import Stores
import Time
import Web

extension WebDesk {
    /// A start that is later than this is overdue.
    private static let overdueAfter = Duration.seconds(10)

    /// What the daemon knows at the moment of a scrape.
    var figures: [MetricFamily] {
        let now = workplace.time.now()
        var families = [
            gauge(
                "actpd_build_info", "Always 1; the version is the label.", [.init(1, [("version", Actpd.version)])]),
            gauge("actpd_start_time_seconds", "When the daemon was ready.", [.init(startedAt.unixSeconds)]),
        ]
        if let view = view() { families += loop(view, at: now) + schedules(view, at: now) }
        if let (isAccepted, at) = book.reload {
            families += [
                gauge(
                    "actpd_last_reload_successful", "1 when schedules.json was taken as a whole the last time, else 0.",
                    [.init(isAccepted ? 1 : 0)]),
                gauge(
                    "actpd_last_reload_timestamp_seconds", "When schedules.json was last read.",
                    [.init(at.unixSeconds)]),
            ]
        }
        return families + outboxes(at: now) + hosts + models
    }

    private func gauge(_ name: String, _ help: String, _ samples: [MetricFamily.Sample]) -> MetricFamily {
        MetricFamily(name, help, .gauge, samples)
    }

    private func loop(_ view: SchedulerView, at now: Instant) -> [MetricFamily] {
        let state = view.state
        let running = Dictionary(grouping: state.running, by: \.domain).sorted { $0.key < $1.key }
        return [
            gauge(
                "actpd_running", "Runs under way, by domain.",
                running.isEmpty
                    ? [.init(0, [("domain", "none")])]
                    : running.map { .init(Double($0.value.count), [("domain", $0.key)]) }),
            gauge("actpd_waiting", "Runs that are claimed and wait for their start.", [.init(Double(state.waiting))]),
            gauge(
                "actpd_tick_age_seconds", "Since the scheduler's loop last looked what is due.",
                [.init(max(0, (now - view.wokeAt).inSeconds))]),
            gauge(
                "actpd_alarm_overdue_seconds", "How far the loop is behind its alarm; 0 when it is not.",
                [.init(max(0, state.nextAlarm.map { (now - $0).inSeconds } ?? 0))]),
            gauge(
                "actpd_ledger_writable", "1 while runs can be recorded and are started, else 0.",
                [.init(state.trouble == nil ? 1 : 0)]),
        ]
    }

    /// One value for each schedule: their number is the file's.
    private func schedules(_ view: SchedulerView, at now: Instant) -> [MetricFamily] {
        let slots = view.plan.slots
        let names = Set(view.schedules.map(\.name))
        let last = book.last.filter { names.contains($0.key) }.sorted { $0.key < $1.key }
        func label(_ name: String) -> [(name: String, value: String)] { [("schedule", name)] }
        return [
            gauge("actpd_schedules", "Schedules with a slot ahead.", [.init(Double(slots.count))]),
            gauge(
                "actpd_schedules_quarantined", "Entries of schedules.json that are left out.",
                [.init(Double(book.quarantined.count))]),
            gauge(
                "actpd_schedules_overdue", "Schedules whose next start should have been ten seconds ago.",
                [.init(Double(slots.count { now - $0.due > WebDesk.overdueAfter }))]),
            gauge(
                "actpd_schedule_next_run_timestamp_seconds", "When the next start of a schedule is due.",
                slots.map { .init($0.due.unixSeconds, label($0.schedule.name)) }),
            gauge(
                "actpd_schedule_last_run_timestamp_seconds", "When the last run of a schedule ended.",
                last.map { .init($0.value.finishedAt.unixSeconds, label($0.key)) }),
            gauge(
                "actpd_schedule_last_success_timestamp_seconds",
                "When the last run of a schedule ended that went well.",
                last.compactMap { name, run in run.succeededAt.map { .init($0.unixSeconds, label(name)) } }),
        ]
    }

    private func outboxes(at now: Instant) -> [MetricFamily] {
        let backlogs = [OutboxEntry.Destination.taskLog, .owner].compactMap { destination in
            (try? reader.backlog(destination)).map { (destination.rawValue, $0) }
        }
        return [
            gauge(
                "actpd_outbox_messages", "What waits for its delivery, by destination.",
                backlogs.map { .init(Double($0.1.count), [("destination", $0.0)]) }),
            gauge(
                "actpd_outbox_oldest_age_seconds", "How long the oldest of it has waited; 0 when nothing waits.",
                backlogs.map { name, backlog in
                    .init(
                        max(0, backlog.oldest.map { (now - $0).inSeconds } ?? 0), [("destination", name)])
                }),
        ]
    }

    /// Hosts are those of the settings.
    private var hosts: [MetricFamily] {
        let hosts = workplace.http.hosts
        func samples(_ value: (HTTPHostState) -> Int) -> [MetricFamily.Sample] {
            hosts.map { .init(Double(value($0)), [("host", $0.host)]) }
        }
        return [
            MetricFamily(
                "actpd_service_requests_total", "Requests to services outside, repetitions counted.", .counter,
                samples(\.attempts)),
            MetricFamily(
                "actpd_service_errors_total", "Requests after which the service counted as away.", .counter,
                samples(\.failures)),
            gauge(
                "actpd_service_available", "0 while a service is left alone after failures in a row, else 1.",
                samples { $0.trouble == nil ? 1 : 0 }),
        ]
    }

    /// Since the day of UTC began, by domain: like a counter that begins anew at midnight.
    private var models: [MetricFamily] {
        guard let usage = try? workplace.modelAccount.usageToday().sorted(by: { $0.key < $1.key }) else { return [] }
        return [
            MetricFamily(
                "actpd_model_calls_total", "Calls of language models; begins anew with the day of UTC.", .counter,
                usage.map { .init(Double($0.value.calls), [("domain", $0.key)]) }),
            MetricFamily(
                "actpd_model_tokens_total", "Tokens of language models; begins anew with the day of UTC.", .counter,
                usage.flatMap { domain, used -> [MetricFamily.Sample] in
                    [
                        .init(Double(used.inputTokens), [("domain", domain), ("direction", "input")]),
                        .init(Double(used.outputTokens), [("domain", domain), ("direction", "output")]),
                    ]
                }),
            MetricFamily(
                "actpd_model_cost_dollars_total", "What language models cost; begins anew with the day of UTC.",
                .counter, usage.map { .init(Double($0.value.cost) / 1_000_000, [("domain", $0.key)]) }),
            gauge(
                "actpd_model_budget_dollars", "What they may cost in a day.",
                [.init(workplace.settings.tunables.claude.dailyBudget)]),
        ]
    }
}

extension Instant {
    fileprivate var unixSeconds: Double { Double(microseconds) / 1_000_000 }
}
