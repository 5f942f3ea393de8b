internal import Agents
internal import JSON
public import Records
internal import Synchronization
public import Time

/// What models have answered and cost: the cache, the usage of each domain, the day's budget. In a memory that all domains
/// share.
public struct ModelAccount: Sendable {
    /// The domain under which a ledger keeps it.
    public static let memoryName = "claude"
    /// Usage is kept so long.
    private static let usageMaxAge = Duration.seconds(90 * 86_400)
    /// Longer questions are not kept.
    private static let questionBytesMax = 64 << 10
    /// So many answers are kept at most. A question has one place; whatever stood there before gives way.
    private static let places: UInt64 = 4_096

    private let memory: any DomainMemory
    private let time: any TimeSource
    private let sums: Sums

    public init(_ memory: any DomainMemory, time: any TimeSource) {
        self.memory = memory
        self.time = time
        sums = Sums(id: RowID(orderedAt: time.now()))
    }

    /// What was used by way of this value and its copies. Each writes entries of its own, because two processes that add to
    /// the same sum would lose calls.
    private final class Sums: Sendable {
        let id: RowID
        let byDay = Mutex<[Day: Usage]>([:])

        struct Day: Hashable {
            let number: Int64
            let domain: String
        }

        init(id: RowID) { self.id = id }
    }

    /// What one domain used.
    public struct Usage: Hashable, Sendable {
        public var calls = 0
        public var inputTokens = 0
        public var outputTokens = 0
        /// Millionths of a dollar.
        public var cost = 0
    }

    /// The usage since the day of UTC began, by domain.
    public func usageToday() throws(StoreError) -> [String: Usage] {
        let day = today
        var usage: [String: Usage] = [:]
        for entry in try memory.entries("usage", since: Instant(seconds: day * 86_400), limit: 100_000)
        where entry.value["day"]?.integer == day {
            usage[entry.value["domain"]?.string ?? "", default: Usage()].add(Usage(entry.value))
        }
        return usage
    }

    /// Millionths of a dollar since the day of UTC began.
    func spentToday() throws(StoreError) -> Int { try usageToday().values.reduce(0) { $0 + $1.cost } }

    func record(_ call: AnthropicUsage, domain: String, cost: Int) throws(StoreError) {
        let now = time.now()
        let day = Sums.Day(number: today, domain: domain)
        try sums.byDay.withLock { sums throws(StoreError) in
            var sum = sums[day] ?? Usage()
            sum.add(Usage(calls: 1, inputTokens: call.input, outputTokens: call.output, cost: cost))
            let value: JSON = [
                "day": JSON(Int(day.number)), "domain": .string(domain), "calls": JSON(sum.calls),
                "input_tokens": JSON(sum.inputTokens), "output_tokens": JSON(sum.outputTokens),
                "cost_microdollars": JSON(sum.cost),
            ]
            try memory.remember(
                [MemoryChange("usage", "\(day.number) \(self.sums.id) \(domain)", value)], at: now)
            sums[day] = sum
        }
        try memory.forget("usage", before: now - ModelAccount.usageMaxAge)
    }

    func cached(_ identity: String, maxAge: Duration) throws(StoreError) -> ModelAnswer? {
        guard let entry = try memory.entry("answers", ModelAccount.key(identity)), time.now() - entry.at < maxAge,
            // The whole question is kept: many questions share a place.
            entry.value["question"]?.string == identity, let json = entry.value["answer"],
            let model = entry.value["model"]?.string
        else { return nil }
        return ModelAnswer(json: json, model: model, isCached: true)
    }

    func keep(_ answer: ModelAnswer, for identity: String, maxAge: Duration) throws(StoreError) {
        let now = time.now()
        try memory.forget("answers", before: now - maxAge)
        guard maxAge > .zero, identity.utf8.count <= ModelAccount.questionBytesMax else { return }
        let value: JSON = ["question": .string(identity), "answer": answer.json, "model": .string(answer.model)]
        try memory.remember([MemoryChange("answers", ModelAccount.key(identity), value)], at: now)
    }

    /// Whether this is the first time in a day that the matter comes up: whoever asks tells the owner.
    func isNews(_ matter: String) throws(StoreError) -> Bool {
        let now = time.now()
        try memory.forget("notices", before: now - .seconds(86_400))
        return try memory.claim("notices", matter, true, at: now)
    }

    /// Whether this is the first time ever that the matter comes up.
    func isFirst(_ matter: String) throws(StoreError) -> Bool {
        try memory.claim("notices once", matter, true, at: time.now())
    }

    /// Days since 1970.
    private var today: Int64 { time.now().seconds / 86_400 }

    /// The question's place, by FNV-1a.
    private static func key(_ identity: String) -> String {
        let hash = identity.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        return String((hash ^ hash >> 32) % places)
    }
}

extension ModelAccount.Usage {
    fileprivate init(_ value: JSON) {
        func number(_ key: String) -> Int { Int(value[key]?.integer ?? 0) }
        calls = number("calls")
        inputTokens = number("input_tokens")
        outputTokens = number("output_tokens")
        cost = number("cost_microdollars")
    }

    public mutating func add(_ other: Self) {
        calls += other.calls
        inputTokens += other.inputTokens
        outputTokens += other.outputTokens
        cost += other.cost
    }
}
