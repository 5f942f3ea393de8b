import Cron
import Glibc
import Scheduling
import Time

extension Benchmark {
    /// Runs before everything that allocates much, so that the memory it asks for is memory the process did not have.
    static let plan = Benchmark("plan", "memory of an entry, and a tick among 10,000") { _ in
        let count = 10_000
        let zone = try ZoneDatabase().zone("America/New_York")
        let now = Instant(seconds: 1_704_067_200)
        func schedules() throws -> [Schedule] {
            try (0..<count).map { index in
                let name = "prospect_funnel_score_\(index)"
                return Schedule(
                    name: name, cron: try CronExpression("\(index % 60) \(index / 60 % 24) * * 1-5", name: name),
                    zone: zone, domain: "prospect", task: "score-all")
            }
        }
        let list = try schedules()
        // The plan first: the schedules leave more memory free than it asks for.
        let ofPlan = bytesEach(of: count) { Plan(list, states: [:], at: now, isBoot: true) }
        let ofSchedules = try bytesEach(of: count, schedules)
        var plan = Plan(list, states: [:], at: now, isBoot: true)
        // Every second of a day: the ticks of the real loop, which wakes only when something is due.
        var due = 0
        var ticks = 0
        let seconds = Clock.processorSeconds {
            while let next = plan.nextDue, next < now + .seconds(86_400) {
                due += plan.tick(at: next).count
                ticks += 1
            }
        }
        return [
            Figure("memory of an entry in the plan", ofPlan, .bytes, atMost: 256),
            Figure("memory of its schedule, kept besides", ofSchedules, .bytes, note: "what a reload compares with"),
            Figure(
                "planning a due slot's successor", seconds / Double(max(due, 1)) * 1e6, .microseconds,
                note: "\(due) slots in \(ticks) ticks"),
        ]
    }

    /// Memory that one element of a made value takes: the growth of the process by ten such values, all kept. The first
    /// one is not counted, since it may live in memory that was free before.
    private static func bytesEach<Value>(of count: Int, _ make: () throws -> Value) rethrows -> Double {
        let copies = 10
        var values = [try make()]
        let before = Proc.memory(of: getpid()).anonymous
        for _ in 0..<copies { values.append(try make()) }
        let after = Proc.memory(of: getpid()).anonymous
        return withExtendedLifetime(values) { ((after - before) * 1e6 / Double(copies * count)).rounded() }
    }
}
