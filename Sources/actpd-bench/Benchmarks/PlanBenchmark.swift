import Cron
import Glibc
import Scheduling
import Time

extension Benchmark {
    /// Runs before everything that allocates much, so that the memory it asks for is memory the process did not have.
    static let plan = Benchmark("plan", "memory of an entry, and a tick among 10,000") { _ in
        let memory = try EntryMemory()
        var plan = memory.plan
        // Every second of a day: the ticks of the real loop, which wakes only when something is due.
        var due = 0
        var ticks = 0
        let seconds = Clock.processorSeconds {
            while let next = plan.nextDue, next < EntryMemory.now + .seconds(86_400) {
                due += plan.tick(at: next).count
                ticks += 1
            }
        }
        return [
            Figure("memory of an entry: plan and schedule", memory.total, .bytes, atMost: 256),
            Figure("memory of an entry: in the plan", memory.ofPlan, .bytes),
            Figure("memory of an entry: its schedule", memory.ofSchedule, .bytes, note: "what a reload compares with"),
            Figure("memory of an entry: the schedule's expression", memory.ofExpression, .bytes, note: "part of it"),
            Figure(
                "planning a due slot's successor", seconds / Double(max(due, 1)) * 1e6, .microseconds,
                note: "\(due) slots in \(ticks) ticks"),
        ]
    }
}

/// What each of 10,000 entries takes in memory.
struct EntryMemory {
    static let now = Instant(seconds: 1_704_067_200)
    private static let count = 10_000

    let plan: Plan
    /// Bytes an entry of the plan takes.
    let ofPlan: Double
    /// Bytes its schedule takes besides, with its name and its place in the list.
    let ofSchedule: Double
    /// Bytes of its expression, a part of the schedule.
    let ofExpression: Double

    var total: Double { ofPlan + ofSchedule }

    /// Must be measured in a process that has not given much memory back yet.
    init() throws {
        let zone = try ZoneDatabase().zone("America/New_York")
        // One for all that say nothing of their own, as the reader of the file shares it.
        let policy = Policy()
        func expression(_ index: Int) throws -> CronExpression {
            try CronExpression("\(index % 60) \(index / 60 % 24) * * 1-5")
        }
        func schedules() throws -> [Schedule] {
            try (0..<EntryMemory.count).map { index in
                let name = "prospect_funnel_score_\(index)"
                return Schedule(
                    name: name, cron: try expression(index), zone: zone, domain: "prospect", task: "score-all",
                    policy: policy)
            }
        }
        let list = try schedules()
        // Nothing of it is given back in between: the next would be made in memory that the process has already.
        var kept: [Any] = []
        ofPlan = EntryMemory.bytesEach(&kept) { Plan(list, states: [:], at: EntryMemory.now, isBoot: true) }
        ofSchedule = try EntryMemory.bytesEach(&kept, schedules)
        ofExpression = try EntryMemory.bytesEach(&kept) { try (0..<EntryMemory.count).map(expression) }
        plan = Plan(list, states: [:], at: EntryMemory.now, isBoot: true)
    }

    /// Memory that one element of a made value takes: the growth of the process by ten such values. The first one is not
    /// counted, since it may live in memory that was free before.
    private static func bytesEach<Value>(_ kept: inout [Any], _ make: () throws -> Value) rethrows -> Double {
        let copies = 10
        kept.append(try make())
        let before = Proc.memory(of: getpid()).anonymous
        for _ in 0..<copies { kept.append(try make()) }
        let after = Proc.memory(of: getpid()).anonymous
        return ((after - before) * 1e6 / Double(copies * count)).rounded()
    }
}
