import ActpTesting
import JSON
import Records
import Statistics
import Synchronization
import Testing
import Time

@testable import Agents

/// Random histories of interactions, queue rows and clocks; the judge keeps books of its own and knows none of the rules'
/// code.
@Suite(.timeLimit(.minutes(5)))
struct OutreachPropertyTests {
    @Test(
        "no contact is written to inside its cooldown, above its limit, at night, after an opt-out, or twice for a row (OU-01…OU-04, K20, K22)",
        arguments: 0..<16)
    func never(_ seed: Int) async throws {
        var world = try await World(seed: UInt64(seed))
        for _ in 0..<60 { try await world.step() }
        let judge = world.judge.withLock { $0 }
        #expect(judge.complaints.isEmpty, "seed \(seed): \(judge.complaints.prefix(3))")
    }

    @Test("the worlds of the property test do send, and meet every obstacle")
    func covers() async throws {
        var judges: [Judge] = []
        for seed in 0..<8 {
            var world = try await World(seed: UInt64(seed))
            for _ in 0..<60 { try await world.step() }
            judges.append(world.judge.withLock { $0 })
        }
        #expect(judges.map(\.sends).reduce(0, +) > 15)
        let seen = judges.map(\.outcomes).reduce(into: Set<String>()) { $0.formUnion($1) }
        #expect(seen.isSuperset(of: ["sent", "cancelled", "postponed", "waiting", "unknown", "failed"]), "\(seen)")
    }
}

/// What really happened, by the events that the test made and the messages that went out.
private struct Judge {
    /// When each contact was written to, by whomever, and may have been.
    var touches: [Int: [Instant]] = [:]
    /// Said “stop” last.
    var optedOut: Set<Int> = []
    /// Noted as not to be written to: no later word takes it back.
    var blocked: Set<Int> = []
    /// Texts that may have reached somebody, each the text of one row.
    var texts: [String: Int] = [:]
    var complaints: [String] = []
    var sends = 0
    var outcomes: Set<String> = []
}

/// A small business that lives through a few weeks of chance.
private struct World {
    private static let stages = ["decision", "consideration", "awareness"]
    private static let cooldownDays = ["decision": 2, "consideration": 7, "awareness": 14]
    private static let perWeek = ["decision": 3, "consideration": 1, "awareness": 1]
    /// Contact to hours east of UTC, all without daylight saving; `nil`: not known.
    private static let zones: [Int: (name: String, hours: Int64)] = [
        2: ("Etc/GMT+7", -7), 3: ("Etc/GMT-9", 9), 4: ("Etc/GMT-3", 3),
    ]

    var bench: Bench
    let time = ManualTime("2026-03-02T06:00:00Z")
    let messages: ScriptedMessages
    let judge: Mutexed<Judge>
    var random: Xoshiro256
    private var number = 0

    init(seed: UInt64) async throws {
        bench = try Bench()
        random = Xoshiro256(seed: seed)
        let (judge, time) = (Mutexed(Judge()), time)
        self.judge = judge
        messages = ScriptedMessages(at: time) { message, delivery in
            switch delivery {
            // What was certainly not sent reaches nobody.
            case .refused, .postponed, .unavailable, .skipped: break
            case .sent, .unknown: judge.withLock { World.observe(message, at: time.now(), &$0) }
            }
        }
        bench.services.messages = messages
        bench.settings.outreach.zones = Dictionary(
            uniqueKeysWithValues: World.zones.map { ("twitter:user\($0.key)", $0.value.name) })
        bench.settings.outreach.limits.gap = .seconds(1)
        try await bench.store.insert((1...6).map { Rows.contact($0) { $0.nicheLabel = "ai_automation" } })
        try await bench.store.insert((1...6).map { Rows.score($0, World.stages[$0 % 3], 40) })
    }

    static func stage(_ contact: Int) -> String { stages[contact % 3] }

    /// The judge looks at a message in the moment in which it is handed over.
    static func observe(_ message: DirectMessage, at now: Instant, _ judge: inout Judge) {
        let contact = Int(message.handle.dropFirst(4)) ?? 0
        let (stage, earlier) = (stage(contact), judge.touches[contact] ?? [])
        func complain(_ what: String) { judge.complaints.append("contact \(contact) at \(now.iso8601): \(what)") }
        let cooldown = Duration.days(cooldownDays[stage] ?? 0)
        if earlier.contains(where: { $0 > now - cooldown }) { complain("inside the cooldown of \(stage)") }
        if earlier.count(where: { $0 > now - .days(7) }) >= perWeek[stage] ?? 0 { complain("above the weekly limit") }
        if judge.optedOut.union(judge.blocked).contains(contact) { complain("after an opt-out") }
        if let zone = zones[contact] {
            let hour = (now.seconds + zone.hours * 3_600).floorModulo(86_400) / 3_600
            if hour >= 21 || hour < 8 { complain("at \(hour):00 of their clock") }
        }
        judge.touches[contact, default: []].append(now)
        judge.texts[message.text + "|\(contact)", default: 0] += 1
        if (judge.texts[message.text + "|\(contact)"] ?? 0) > 1 { complain("the same text twice") }
        judge.sends += 1
    }

    mutating func step() async throws {
        time.advance(by: .seconds(Int64.random(in: 600...36_000, using: &random)))
        // Often in a window, or nothing would ever be sent.
        if Bool.random(using: &random) {
            let day = time.now().seconds.floorDivided(by: 86_400) + 1
            time.jump(to: Instant(seconds: day * 86_400 + [13, 17].randomElement(using: &random)! * 3_600 + 1_900))
        }
        bench.now = time.now()
        let contact = Int.random(in: 1...6, using: &random)
        switch Int.random(in: 0..<14, using: &random) {
        case 0: try await say("thanks, tell me more", contact)
        case 1 where Int.random(in: 0..<4, using: &random) == 0: try await say("please stop", contact)
        case 2: try await otherProgramWrites(to: contact)
        case 3: try await otherProgramQueues(for: contact)
        case 4: try await somebodyWritesARow(for: contact)
        case 5 where Int.random(in: 0..<6, using: &random) == 0: try await archive(contact)
        case 6, 7, 8: try await bench.run(.outreach, "build-queue")
        default: try await send()
        }
    }

    private mutating func send() async throws {
        let fates: [Delivery] = [
            .sent(remark: nil), .sent(remark: "sent_unverified"), .unknown("timed out"), .refused("no such user"),
            .postponed("busy", after: .seconds(300)), .postponed("Outside active hours", after: nil),
            .unavailable("no tab"),
        ]
        if Int.random(in: 0..<3, using: &random) == 0, let fate = fates.randomElement(using: &random) {
            messages.answer(with: fate)
        }
        do {
            let result = try await bench.run(.outreach, "send")
            let outcomes = (result.data["messages"]?.array ?? []).compactMap { $0["outcome"]?.string }
            judge.withLock { $0.outcomes.formUnion(outcomes) }
        } catch is OutcomeUnknown {
            judge.withLock { _ = $0.outcomes.insert("unknown") }
        }
    }

    private func say(_ words: String, _ contact: Int) async throws {
        try await bench.store.insert([
            Draft<Interactions> {
                $0.contactID = id(contact)
                $0.type = "dm_reply"
                $0.direction = "inbound"
                $0.content = words
                $0.createdAt = time.now()
            }
        ])
        judge.withLock { judge in
            if words.contains("stop") { judge.optedOut.insert(contact) } else { judge.optedOut.remove(contact) }
        }
    }

    private func archive(_ contact: Int) async throws {
        try await bench.store.update(where: \Contacts.id == id(contact), set: Draft { $0.doNotDo = "do not message" })
        judge.withLock { $0.blocked.formUnion([contact]) }
    }

    private func otherProgramWrites(to contact: Int) async throws {
        try await bench.store.insert([
            Draft<Interactions> {
                $0.contactID = id(contact)
                $0.type = "dm"
                $0.direction = "outbound"
                $0.createdAt = time.now()
            }
        ])
        judge.withLock { $0.touches[contact, default: []].append(time.now()) }
    }

    private mutating func otherProgramQueues(for contact: Int) async throws {
        number += 1
        try await bench.store.insert([
            Rows.message(number, to: contact, body: "theirs \(number)", at: time.now(), type: "nurture", priority: 8)
        ])
    }

    /// A row of our own kind that no build made: written by hand, or left from before the history turned.
    private mutating func somebodyWritesARow(for contact: Int) async throws {
        number += 1
        let priority = (World.stages.firstIndex(of: World.stage(contact)) ?? 0) + 1
        try await bench.store.insert([
            Rows.message(number, to: contact, body: "by hand \(number)", at: time.now(), priority: priority)
        ])
    }
}

/// A value behind a lock that closures can share.
private final class Mutexed<Value: Sendable>: Sendable {
    private let value: Mutex<Value>

    init(_ value: Value) { self.value = Mutex(value) }

    func withLock<Result: Sendable>(_ body: (inout Value) -> Result) -> Result {
        value.withLock { value in
            var copy = value
            let result = body(&copy)
            value = copy
            return result
        }
    }
}
