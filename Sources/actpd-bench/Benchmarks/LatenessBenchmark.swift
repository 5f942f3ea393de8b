import ActpTesting
import Glibc
import JSON
import Records
import Scheduling
import Stores
import Time

extension Benchmark {
    static let lateness = Benchmark("lateness", "how late the daemon starts what is due, from its ledger") { bench in
        var figures: [Figure] = []
        for scenario in LatenessScenario.all { figures += try scenario.run(bench).figures(scenario) }
        return figures
    }
}

/// So many schedules under which the daemon works for a while.
struct LatenessScenario: Sendable {
    let name: String
    let count: Int
    let seconds: Int
    /// What the 99th and the 99.9th percentile stay below, in milliseconds.
    let bars: (p99: Double?, p999: Double?)
    let isBurst: Bool
    /// Runs that the ledger remembers when the daemon starts.
    var past = 0

    static let all = [
        LatenessScenario(
            name: "1 schedule, every second", count: 1, seconds: 30, bars: (10, nil), isBurst: false),
        LatenessScenario(
            name: "1,000 schedules, 17 each second", count: 1_000, seconds: 30, bars: (10, nil), isBurst: false),
        LatenessScenario(
            name: "10,000 schedules, 167 each second", count: 10_000, seconds: 30, bars: (10, nil), isBurst: false),
        LatenessScenario(
            name: "10,000 schedules, 1,000 in one second", count: 10_000, seconds: 35, bars: (nil, 50), isBurst: true),
        LatenessScenario(
            name: "1,000 schedules, 300,000 runs before", count: 1_000, seconds: 30, bars: (10, nil), isBurst: false,
            past: 300_000),
    ]

    /// What the peers are put through as well.
    static let shared = [
        LatenessScenario(
            name: "1,000 entries, 17 each second", count: 1_000, seconds: 30, bars: (nil, nil), isBurst: false),
        LatenessScenario(
            name: "1,000 entries, all in one second", count: 1_000, seconds: 35, bars: (nil, nil), isBurst: true),
    ]

    /// The second of the minute in which a schedule fires: of a burst every tenth one, of the others its own.
    private func seconds(of index: Int) -> String? {
        if count == 1 { return "*" }
        guard isBurst else { return String(index % 60) }
        return index < 1_000 ? "*/10" : nil
    }

    private func fires(_ index: Int, at second: Int64) -> Bool {
        switch seconds(of: index) {
        case "*": true
        case "*/10": second % 10 == 0
        case let own?: String(second % 60) == own
        case nil: false
        }
    }

    private var schedules: ScheduleText {
        var text = ScheduleText()
        for index in 0..<count {
            let cron = seconds(of: index).map { "\($0) * * * * *" } ?? ScheduleText.never
            // Neighbours in time are far apart in work.
            let (lane, number) = isBurst ? (0, index) : (index % 60, index / 60)
            text.addLight("light_\(index)", cron, lane: lane, number: number)
        }
        return text
    }

    /// - Parameters:
    ///   - prepare: what else the site gets before the daemon starts.
    ///   - work: what is done while it works; shorter than the scenario.
    func run(
        _ bench: Bench, prepare: (Site) throws -> Void = { _ in }, meanwhile work: (Site) throws -> Void = { _ in }
    ) throws -> Lateness {
        Progress.show("lateness: \(name), \(seconds) s")
        let site = try Site(bench, "lateness")
        defer { site.remove() }
        try site.write(schedules)
        try site.remember(past)
        try prepare(site)
        // What a build has left to be written would be waited for by each claim.
        sync()
        let daemon = try site.serve()
        // The daemon is stopped in the middle of a second, where no slot is.
        let stop = Instant(seconds: Clock.now.seconds + Int64(seconds)) + .milliseconds(500)
        try work(site)
        Clock.sleep(until: stop)
        try daemon.stop()
        return try lateness(of: try site.runs(), until: stop)
    }

    private func lateness(of runs: [JSON], until stop: Instant) throws -> Lateness {
        let runs = runs.filter { $0["schedule"]?.string?.hasPrefix("light_") == true }
        let planned = runs.compactMap { $0["planned_at"]?.string.flatMap { Instant(iso8601: $0) } }
        guard let first = planned.min()?.seconds else { throw BenchError("\(name): nothing ran") }
        let expected = (first...stop.seconds).reduce(0) { sum, second in
            sum + (0..<count).count { fires($0, at: second) }
        }
        let good = runs.filter { $0["outcome"]?.string == "ok" }
        return Lateness(
            milliseconds: Samples(good.compactMap { $0["lateness_usec"]?.double.map { $0 / 1_000 } }),
            expected: expected)
    }
}

/// How late the slots of one scenario started.
struct Lateness: Sendable {
    /// Of those that ran to `ok`.
    let milliseconds: Samples
    /// How many slots there were.
    let expected: Int

    func figures(_ scenario: LatenessScenario) -> [Figure] {
        let (name, bars) = (scenario.name, scenario.bars)
        return [
            Figure("\(name): p50", milliseconds.median, .milliseconds),
            Figure("\(name): p99", milliseconds.percentile(99), .milliseconds, below: bars.p99),
            Figure("\(name): p99.9", milliseconds.percentile(99.9), .milliseconds, below: bars.p999),
            Figure("\(name): worst", milliseconds.max, .milliseconds, note: "of \(milliseconds.count) starts"),
            Figure(
                "\(name): slots not run", Double(abs(expected - milliseconds.count)), .count, atMost: 0,
                note: "of \(expected)"),
        ]
    }
}

extension Site {
    /// Gives the ledger so many runs, one each second until a minute ago, told and done with.
    fileprivate func remember(_ count: Int) throws {
        guard count > 0 else { return }
        let now = Clock.now
        let ledger = try SQLiteLedger(directory: state, as: .oneShot, texts: PlainAlertTexts(), at: now)
        for batch in stride(from: count, to: 0, by: -1_000) {
            let requests = (max(0, batch - 1_000)..<batch).reversed().map { index in
                RunRequest(
                    slot: Instant(seconds: now.seconds - 60 - Int64(index)), of: "past_\(index % 500)",
                    params: ["limit": JSON(index % 900)])
            }
            guard try ledger.claim(requests.map { Claim($0) }, at: now).allSatisfy({ $0 == .won }) else {
                throw BenchError("the ledger does not take the runs of the past")
            }
            _ = try ledger.launch(requests.map(\.id), at: now)
            _ = try ledger.finish(requests.map { RunEnding(request: $0, completion: .ok($0, at: now)) })
            try ledger.delivered(try ledger.pending(.taskLog, limit: 2_000))
        }
    }
}

extension RunRequest {
    fileprivate init(slot planned: Instant, of schedule: String, params: [String: JSON]) {
        self.init(
            trigger: .schedule, schedule: schedule, planned: planned, due: planned, domain: "youtube", task: "summary",
            params: params, policy: Policy(overlap: .allow))
    }
}

extension Completion {
    fileprivate static func ok(_ request: RunRequest, at now: Instant) -> Completion {
        Completion(
            id: request.id, outcome: .ok, reason: nil, result: ["videos": 0], startedAt: now, finishedAt: now,
            duration: .milliseconds(3))
    }
}
