import ActpTesting
import Agents
import JSON
import Records
import Scheduling
import Stores
import Synchronization
import Time

/// Holds what the week left behind against what must be: the ledger, the tables, and the stand-ins' own logs, each against
/// the others. Everything that must not be is a line of words.
struct WeekAudit {
    let runs: [RunRecord]
    let rows: [RowID: Row<AgentTasks>]
    let tests: [Row<ABTests>]
    let jobs: [Row<GenJobs>]
    /// The publish order of each job.
    let orders: [RowID: Row<WorkflowTasks>]
    let messages: [Row<MessageQueue>]
    let told: [String]
    let standIns: StandIns
    private let schedules: [Schedule]

    init(_ week: Week) async throws {
        // The oldest first.
        runs = try week.ledger.runs(RunFilter(limit: 100_000)).reversed()
        var rows: [RowID: Row<AgentTasks>] = [:]
        try await week.store.eachPage(of: AgentTasks.self) { page in for row in page { rows[row.id] = row } }
        self.rows = rows
        tests = try await week.store.fetch(Query<ABTests>(limit: 1_000).order(by: \.createdAt))
        jobs = try await week.store.fetch(Query<GenJobs>(limit: 1_000).order(by: \.createdAt))
        let orders = try await week.store.fetch(Query<WorkflowTasks>(limit: 1_000))
        self.orders = Dictionary(orders.map { ($0.id, $0) }) { $1 }
        messages = try await week.store.fetch(Query<MessageQueue>(limit: 1_000))
        told = week.told.withLock { told in told.sorted { $0.key < $1.key }.map(\.value) }
        standIns = week.standIns
        schedules = week.schedules
    }

    /// What began: a slot that was skipped because the same work was under way is no run, and has no row.
    private var ran: [RunRecord] { runs.filter { $0.startedAt != nil } }

    // MARK: Slots and rows

    /// Every slot of the week once: run, skipped, or part of a missed span.
    var slots: SlotAudit {
        let versions = schedules.map { schedule in
            SlotAudit.Version(
                schedule: schedule.name, cron: schedule.cron, zone: schedule.zone, since: Week.begin - .seconds(30))
        }
        let rows = runs.enumerated().compactMap { index, run -> SlotAudit.Row? in
            guard run.trigger == .schedule, let schedule = run.schedule, let planned = run.planned else { return nil }
            return SlotAudit.Row(
                order: Int64(index), schedule: schedule, planned: planned, through: run.missedThrough,
                missed: run.missed, outcome: run.outcome, claimedAt: run.claimedAt)
        }
        return SlotAudit(versions, rows, through: Week.end - .microseconds(1))
    }

    /// Every run has its row, every row its run, and both say the same.
    var taskRows: [String] {
        var faults = rows.count == ran.count ? [] : ["\(ran.count) runs, \(rows.count) rows"]
        for run in runs where run.startedAt == nil && run.outcome != .missed {
            let isOverlap = run.outcome == .skipped && run.reason?.hasPrefix("overlap") == true
            if !isOverlap { faults.append("\(run.domain) \(run.task) \(run.due): never began, \(run.reason ?? "")") }
        }
        for run in ran {
            let name = "\(run.domain) \(run.task) \(run.due)"
            guard let row = rows[run.id] else {
                faults.append("\(name): no row")
                continue
            }
            if row.status != (run.outcome == .ok ? "ok" : "error") { faults.append("\(name): \(row.status)") }
            if row.completedAt != run.finishedAt || row.domain != run.domain || row.task != run.task {
                faults.append("\(name): the row says something else")
            }
        }
        return faults
    }

    /// Every failure fell into an outage, or met a fault of its own.
    ///
    /// - Parameter excused: when something else went wrong on purpose.
    func failures(excused: Instant) -> [String] {
        ran.compactMap { run in
            guard let outcome = run.outcome, outcome != .ok, outcome != .skipped, run.due != excused,
                let from = run.startedAt, let until = run.finishedAt
            else { return nil }
            let isExplained = Outages.spans.contains { span in
                // For a while after it the clients still leave the host alone.
                span.from <= until && from < span.until + .seconds(240)
            }
            return isExplained
                ? nil : "\(run.domain) \(run.task) \(from): \(outcome.rawValue) \(run.reason ?? "")"
        }
    }

    // MARK: Posts, renders, messages

    /// Each text of a test went out once where the test runs or is decided, at most once where it failed; each video once on
    /// each platform that its order names, and nowhere else; and nothing else went out.
    var posts: [String] {
        var faults: [String] = []
        let (videos, texts) = (
            standIns.blotato.posts.filter { !$0.mediaURLs.isEmpty },
            standIns.blotato.posts.filter(\.mediaURLs.isEmpty)
        )
        for test in tests {
            let (a, b) = (texts.count { $0.text == test.variantAText }, standIns.typed[test.variantBText])
            let isGood = test.status == "error" ? a <= 1 && b <= 1 : a == 1 && b == 1
            if !isGood { faults.append("test \(test.id), \(test.status): \(a) × A, \(b) × B") }
        }
        faults += texts.filter { post in !tests.contains { $0.variantAText == post.text } }
            .map { "a post of no test: \($0.text)" }
        for job in jobs {
            let own = videos.filter { $0.mediaURLs == [job.outputURL ?? ""] }
            let platforms = own.map(\.platform).sorted()
            let recorded = platformsRecorded(job)
            if platforms != recorded { faults.append("job \(job.id): posted to \(platforms), recorded \(recorded)") }
            if Set(platforms).count != platforms.count { faults.append("job \(job.id): twice on \(platforms)") }
        }
        let addresses = Set(jobs.compactMap(\.outputURL))
        faults += videos.filter { !addresses.contains($0.mediaURLs.first ?? "") }.map {
            "a video of no job: \($0.text)"
        }
        return faults
    }

    /// Where the job's order says that the video is.
    private func platformsRecorded(_ job: Row<GenJobs>) -> [String] {
        (orders[job.id]?.outputData?["published"]?.array ?? []).compactMap { $0["platform"]?.string }.sorted()
    }

    private func platformsFailed(_ job: Row<GenJobs>) -> [String] {
        (orders[job.id]?.outputData?["failed_platforms"]?.array ?? []).compactMap(\.string)
    }

    /// Each attempt of a job reached the renderer once.
    var renders: [String] {
        let orders = standIns.renderer.jobs
        var faults = Dictionary(grouping: orders, by: \.key).filter { $0.value.count > 1 }
            .map { "\($0.key ?? "no key") was ordered \($0.value.count) times" }
        for job in jobs {
            let own = orders.count { $0.key?.hasPrefix(job.id.text) == true }
            if own != job.attempts { faults.append("job \(job.id): \(job.attempts ?? 0) attempts, \(own) orders") }
            // Four platforms, each posted to or known to have failed.
            let ended = platformsRecorded(job).count + platformsFailed(job).count
            let status = platformsRecorded(job).isEmpty ? "failed" : "distributed"
            if job.status != status || ended != 4 {
                faults.append("job \(job.id) is \(job.status ?? ""), \(ended) of 4")
            }
        }
        let ids = Set(jobs.map(\.id.text))
        faults += orders.filter { order in !ids.contains { order.key?.hasPrefix($0) == true } }.map {
            "\($0.key ?? "no key") is no job's"
        }
        return faults
    }

    /// Who got a message got it once, and the queue says so of each.
    var deliveries: [String] {
        var faults: [String] = []
        let delivered = standIns.messages.flatMap { service in
            service.delivered.map { "\(service.platform.rawValue) \($0.text)" }
        }
        // TikTok's service writes to nobody twice; such a row is `sent` with a note that says so.
        let isRefused = { (row: Row<MessageQueue>) in row.aiReasoning?.contains("did not send this text") == true }
        let sent = messages.filter { $0.status == "sent" && !isRefused($0) }
            .map { "\($0.platform) \($0.messageBody)" }
        for (text, count) in Dictionary(grouping: delivered, by: { $0 }).mapValues(\.count) {
            let rows = sent.count { $0 == text }
            if rows != count { faults.append("\(count) × delivered, \(rows) × sent: \(text)") }
        }
        if sent.count != delivered.count { faults.append("\(delivered.count) delivered, \(sent.count) sent") }
        faults += messages.filter { $0.status == "sending" }.map { "message \($0.id) is still sending" }
        return faults
    }

    // MARK: Alerts

    /// Every message for the owner follows from a row, as often as the row was there.
    var alerts: [String] {
        var expected = expectedOfFailures
        func results(_ domain: String, _ task: String) -> [JSON] {
            rows.values.filter { $0.domain == domain && $0.task == task && $0.status == "ok" }.compactMap(\.result)
        }
        func count(_ domain: String, _ task: String, where isTold: (JSON) -> Bool) -> Int {
            results(domain, task).count { isTold($0) }
        }
        expected["🤖 Daily Agent Sweep"] = results("dispatch", "all").count
        expected["🧪 A/B Test Winner:"] = tests.count { $0.status == "complete" }
        expected["📺 YouTube:"] = results("youtube", "full").count
        expected["🎯 Top niche:"] = results("content-mix", "weekly-summary").count
        expected["🎬 Remotion render complete"] = jobs.count
        expected["🎬 Distribution failed"] = jobs.count { $0.status == "failed" }
        expected["🎬 Distributed in part"] = jobs.count { $0.status == "distributed" && !platformsFailed($0).isEmpty }
        let pulls = results("creators", "sync") + results("creators", "full-sync")
        expected["🔬 Market Research:"] = pulls.count { ($0["new_creators"]?.integer ?? 0) > 0 }
        expected["📬 Outreach:"] = count("outreach", "build-queue") { ($0["queued"]?.integer ?? 0) > 0 }
        expected["🚧 Outreach:"] = count("outreach", "send") { result in
            (result["degraded"]?.array ?? []).contains { $0.string?.contains("not ours to send") != true }
        }
        expected["🔥 Cross-Platform"] = count("trends", "detect") { ($0["trends"]?.array?.count ?? 0) >= 3 }
        expected.merge(expectedOfSaturation) { $1 }
        expected["🎯 New decision-stage"] = count("prospect", "score-all") {
            ($0["entered_count"]?.integer ?? 0) > 0
        }
        var faults: [String] = []
        var rest = told
        for (head, count) in expected.sorted(by: { $0.key < $1.key }) {
            let found = rest.count { $0.hasPrefix(head) }
            rest.removeAll { $0.hasPrefix(head) }
            if found != count { faults.append("\(head): \(found) instead of \(count)") }
        }
        return faults + rest.map { "unexplained: \($0.prefix(200))" }
    }

    /// What runs several times a day: by hand, from `schedules.json`.
    private static let frequent: Set = [
        "prospect_funnel_score", "prospect_research", "ab_test_checkback", "outreach_send_windows", "remotion_job_poll",
    ]

    /// A schedule's failure is told when it begins, at the third in a row of what runs several times a day, and when it is
    /// over; that of anything else each time.
    private var expectedOfFailures: [String: Int] {
        var expected: [String: Int] = [:]
        var failures: [String: Int] = [:]
        var told: Set<String> = []
        for run in ran.sorted(by: { ($0.finishedAt ?? $0.due) < ($1.finishedAt ?? $1.due) }) {
            let name = "\(run.domain).\(run.task)"
            let schedule = run.schedule ?? "\(run.id)"
            switch run.outcome {
            case .ok:
                failures[schedule] = nil
                if told.remove(schedule) != nil { expected["✅ \(name) works again", default: 0] += 1 }
            case .unknown:
                expected["❓ Outcome unknown: \(name)", default: 0] += 1
                told.insert(schedule)
            case .error, .timeout:
                failures[schedule, default: 0] += 1
                let isEnough = failures[schedule] ?? 0 >= (WeekAudit.frequent.contains(schedule) ? 3 : 1)
                if isEnough, told.insert(schedule).inserted {
                    expected["⚠️ Agent error: \(name)\n", default: 0] += 1
                }
            default: continue
            }
        }
        return expected
    }

    /// A platform's drop is told once until it is over, figures that are missing once until they are back.
    private var expectedOfSaturation: [String: Int] {
        var expected = ["📉 Saturation": 0, "📈 ": 0, "🩺 ": 0]
        var (told, missing): (Set<String>, Set<String>) = ([], [])
        for run in ran where run.domain == "scheduler" && run.task == "saturation-check" && run.outcome == .ok {
            for report in rows[run.id]?.result?["platforms"]?.array ?? [] {
                let platform = report["platform"]?.string ?? ""
                let state = report["state"]?.string ?? ""
                if report["saturated"] == true, told.insert(platform).inserted { expected["📉 Saturation"]? += 1 }
                if state == "cleared", told.remove(platform) != nil { expected["📈 "]? += 1 }
                if state == "unknown" {
                    if missing.insert(platform).inserted { expected["🩺 "]? += 1 }
                } else {
                    missing.remove(platform)
                }
            }
        }
        return expected
    }

    /// How many messages the owner's chat shows, those of a digest counted as what they stand for.
    var messagesShown: Int {
        standIns.telegram.messages.reduce(0) { sum, message in
            guard message.text.hasPrefix("🔔 ") else { return sum + 1 }
            return sum + (Int(message.text.dropFirst(2).prefix { $0.isNumber }) ?? 0)
        }
    }
}
