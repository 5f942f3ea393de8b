internal import Agents
internal import JSON
public import Records
public import Time

/// What models have answered and cost: the cache, the usage of each domain, the day's budget. In a memory that all domains
/// share.
public struct ModelAccount: Sendable {
    /// The domain under which a ledger keeps it.
    public static let memoryName = "claude"
    /// Usage is kept so long.
    private static let usageMaxAge = Duration.seconds(90 * 86_400)
    /// Longer questions and answers are not kept.
    private static let cachedBytesMax = 128 << 10

    private let memory: any DomainMemory
    private let time: any TimeSource

    public init(_ memory: any DomainMemory, time: any TimeSource) {
        self.memory = memory
        self.time = time
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
        var usage: [String: Usage] = [:]
        for entry in try memory.entries("usage", since: startOfDay, limit: 100_000) {
            func number(_ key: String) -> Int { Int(entry.value[key]?.integer ?? 0) }
            let domain = entry.value["domain"]?.string ?? ""
            usage[domain, default: Usage()].calls += 1
            usage[domain, default: Usage()].inputTokens += number("input_tokens")
            usage[domain, default: Usage()].outputTokens += number("output_tokens")
            usage[domain, default: Usage()].cost += number("cost_microdollars")
        }
        return usage
    }

    /// Millionths of a dollar since the day of UTC began.
    func spentToday() throws(StoreError) -> Int { try usageToday().values.reduce(0) { $0 + $1.cost } }

    func record(_ usage: AnthropicUsage, domain: String, cost: Int) throws(StoreError) {
        let now = time.now()
        let value: JSON = [
            "domain": .string(domain), "model": .string(usage.model), "input_tokens": JSON(usage.input),
            "output_tokens": JSON(usage.output), "cost_microdollars": JSON(cost),
        ]
        // An entry a call: two processes that add to one sum would lose calls.
        try memory.remember([MemoryChange("usage", RowID(orderedAt: now).text, value)], at: now)
        try memory.forget("usage", before: now - ModelAccount.usageMaxAge)
    }

    func cached(_ identity: String, maxAge: Duration) throws(StoreError) -> ModelAnswer? {
        guard let entry = try memory.entry("answers", ModelAccount.key(identity)), time.now() - entry.at < maxAge,
            // The whole question is kept: equal keys are no proof of equal questions.
            entry.value["question"]?.string == identity, let json = entry.value["answer"],
            let model = entry.value["model"]?.string
        else { return nil }
        return ModelAnswer(json: json, model: model, isCached: true)
    }

    func keep(_ answer: ModelAnswer, for identity: String, maxAge: Duration) throws(StoreError) {
        let now = time.now()
        try memory.forget("answers", before: now - maxAge)
        guard maxAge > .zero, identity.utf8.count <= ModelAccount.cachedBytesMax else { return }
        let value: JSON = ["question": .string(identity), "answer": answer.json, "model": .string(answer.model)]
        try memory.remember([MemoryChange("answers", ModelAccount.key(identity), value)], at: now)
    }

    /// Whether this is the first time in so long that the matter comes up: whoever asks tells the owner.
    func isNews(_ matter: String, every: Duration = .seconds(86_400)) throws(StoreError) -> Bool {
        let now = time.now()
        try memory.forget("notices", before: now - every)
        return try memory.claim("notices", matter, true, at: now)
    }

    private var startOfDay: Instant {
        Instant(seconds: time.now().seconds / 86_400 * 86_400)
    }

    private static func key(_ identity: String) -> String {
        String(
            identity.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }, radix: 16)
    }
}
